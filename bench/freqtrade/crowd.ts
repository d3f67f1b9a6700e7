import { strict as assert } from 'node:assert';
import type { PeerSettings } from './messages.ts';
import type { Programs } from './our-programs.ts';
import type { Peer } from './peer.ts';
import { startPeers } from './peers.ts';

/** Not measured. */
const WARM_UP_CANDLES = 5;
const CANDLES = 20;
/** The first candle of frames that are made in another way is between two runs. */
const CHANGE_CANDLES = 1;

export const CROWD_CANDLES = WARM_UP_CANDLES + 2 * CANDLES + CHANGE_CANDLES;

/** What many consumers cost their producer. Milliseconds. */
export interface Crowd {
  readonly consumers: number;
  readonly pairs: number;
  /** CPU time of the producer, all threads, for each message that came to a consumer. */
  readonly deliveryMs: { readonly anew: number; readonly goingOn: number };
}

export async function measureCrowd(
  { producer, readers }: Programs,
  settings: PeerSettings,
  consumers: number,
): Promise<Crowd> {
  await using peers = startPeers(settings);
  const [sender, crowd] = [peers.start(producer), peers.start(readers)];
  const [{ port }] = await Promise.all([sender.start(), crowd.start()]);
  assert(port !== undefined);
  await sender.ask({ do: 'prepare', candle: 0 });
  await sender.ask({ do: 'emit' });
  await crowd.ask({ do: 'join', port, readers: consumers });
  let candle = 0;
  const run = async (count: number, how: 'anew' | 'going on') => {
    let [cpuMs, messages] = [0, 0];
    for (let i = 0; i < count; i++) {
      candle += 1;
      const delivered = await deliver({ sender, crowd }, candle, how);
      cpuMs += delivered.cpuMs;
      messages += delivered.deliveries;
    }
    assert.equal(messages, count * settings.pairs.length * consumers, 'every update goes to everyone by itself');
    return cpuMs / messages;
  };

  await run(WARM_UP_CANDLES, 'anew');
  const anew = await run(CANDLES, 'anew');
  await run(CHANGE_CANDLES, 'going on');
  const goingOn = await run(CANDLES, 'going on');
  return { consumers, pairs: settings.pairs.length, deliveryMs: { anew, goingOn } };
}

/** A candle of all pairs, until everyone has it. */
async function deliver(
  { sender, crowd }: { readonly sender: Peer; readonly crowd: Peer },
  candle: number,
  how: 'anew' | 'going on',
) {
  await sender.ask({ do: 'prepare', candle, how });
  const before = await sender.ask({ do: 'usage' });
  await sender.ask({ do: 'emit' });
  const { deliveries } = await crowd.ask({ do: 'catch up', states: candle });
  const after = await sender.ask({ do: 'usage' });
  return { cpuMs: after.cpuMs - before.cpuMs, deliveries };
}
