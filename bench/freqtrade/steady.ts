import { strict as assert } from 'node:assert';
import { type CandleRun, type Candles, runCandles } from './candle-run.ts';
import type { Answer, PeerSettings } from './messages.ts';
import type { Programs } from './our-programs.ts';
import type { Peer } from './peer.ts';
import { startPeers } from './peers.ts';

/**
 * Until the engine has compiled what an update takes, and the windows of 1,500 rows have been moved once, as they are again and again from
 * then on. Not measured.
 */
const WARM_UP_CANDLES = 150;
const CANDLES = 25;
const LONE_CANDLES = 4;
/** After a pair's update, so that the next one finds both processes at rest. */
const PAUSE_MS = 4;
/** Of two ways to make frames, the first candle of the second is between them. */
const CHANGE_CANDLES = 1;
const PROFILED_CANDLES = 15;

/** Rows of a file beyond a window's: each candle begins a row later. */
export const STEADY_CANDLES = WARM_UP_CANDLES + 2 * CANDLES + LONE_CANDLES + CHANGE_CANDLES + PROFILED_CANDLES;

/** What our producer and our consumer showed together after they had been at it for a while. Milliseconds and bytes. */
export interface Steady {
  readonly pairs: number;
  readonly rows: number;
  readonly width: number;
  readonly syncMs: number;
  readonly syncedRss: number;
  /** After all candles. */
  readonly consumerRss: number;
  /** All pairs at once, each frame in memory of its own. */
  readonly anew: CandleRun;
  /** All pairs at once, each frame sharing memory with the one before it. */
  readonly goingOn: CandleRun;
  /** One pair at a time. */
  readonly alone: CandleRun;
  /** An update, over all but lone ones. */
  readonly bytes: { readonly message: number; readonly framing: number; readonly text: number };
  readonly profile: { readonly producer: Answer<'profiled'>; readonly consumer: Answer<'profiled'> };
}

/** @param width columns of the frames in the settings' folder. */
export async function measureSteady(
  { producer, consumer }: Programs,
  settings: PeerSettings,
  width: number,
): Promise<Steady> {
  await using peers = startPeers(settings);
  const [sender, receiver] = [peers.start(producer), peers.start(consumer)];
  const [{ port }] = await Promise.all([sender.start(), receiver.start()]);
  assert(port !== undefined);
  const pairs = settings.pairs.length;
  let candle = 0;
  const run = async (options: Omit<Candles, 'first' | 'pairs'>) => {
    const first = candle + 1;
    candle += options.count;
    return runCandles({ sender, receiver }, { ...options, first, pairs });
  };

  await sender.ask({ do: 'prepare', candle });
  await sender.ask({ do: 'emit' });
  const { ms: syncMs } = await receiver.ask({ do: 'connect', port });
  const { rss: syncedRss } = await receiver.ask({ do: 'usage' });
  await run({ count: WARM_UP_CANDLES });
  const before = await receiver.ask({ do: 'received' });
  const anew = await run({ count: CANDLES });
  const between = await receiver.ask({ do: 'received' });
  const alone = await run({ count: LONE_CANDLES, pauseMs: PAUSE_MS });
  await run({ count: CHANGE_CANDLES, how: 'going on' });
  const goingOn = await run({ count: CANDLES, how: 'going on' });
  const { rss: consumerRss } = await receiver.ask({ do: 'usage' });
  const profile = await profiled({ producer: sender, consumer: receiver }, () =>
    run({ count: PROFILED_CANDLES, how: 'going on' }),
  );
  const { different } = await receiver.ask({ do: 'verify', candle });
  assert.equal(different, 0, 'values that differ from those that were published');
  const bytes = anUpdate(before, between, CANDLES * pairs);
  return { pairs, rows: settings.rows, width, syncMs, syncedRss, consumerRss, anew, goingOn, alone, bytes, profile };
}

function anUpdate(before: Answer<'received'>, after: Answer<'received'>, updates: number): Steady['bytes'] {
  const came = (what: keyof Answer<'received'>) => (after[what] - before[what]) / updates;
  assert.equal(came('binaryMessages'), 1, 'each update is one message');
  return {
    message: came('binaryBytes'),
    framing: came('wireBytes') - came('binaryBytes') - came('textBytes'),
    text: came('textBytes'),
  };
}

/** What our producer and our consumer are at while all frames go over for the first time. */
export async function profileSync(
  { producer, consumer }: Programs,
  settings: PeerSettings,
): Promise<Steady['profile']> {
  await using peers = startPeers(settings);
  const [sender, receiver] = [peers.start(producer), peers.start(consumer)];
  const [{ port }] = await Promise.all([sender.start(), receiver.start()]);
  assert(port !== undefined);
  await sender.ask({ do: 'prepare', candle: 0 });
  await sender.ask({ do: 'emit' });
  return await profiled({ producer: sender, consumer: receiver }, () => receiver.ask({ do: 'connect', port }));
}

async function profiled(
  { producer, consumer }: { readonly producer: Peer; readonly consumer: Peer },
  act: () => Promise<unknown>,
): Promise<Steady['profile']> {
  await Promise.all([producer.ask({ do: 'profile' }), consumer.ask({ do: 'profile' })]);
  await act();
  const [sent, received] = await Promise.all([producer.ask({ do: 'profiled' }), consumer.ask({ do: 'profiled' })]);
  return { producer: sent, consumer: received };
}
