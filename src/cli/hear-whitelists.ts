import { connect, type ProducerClient } from '../consumer/index.ts';
import type { Config } from '../config/index.ts';
import type { Pair } from '../market/index.ts';
import { type Clock, sleep } from '../util/clock.ts';
import type { Logger } from '../util/logger.ts';

type Producers = Config['external_message_consumer']['producers'];

/**
 * Asks producers once for their whitelists. Who has not answered after `timeoutMs` of the clock's time is logged, and missing in
 * what comes back.
 */
export async function hearWhitelists(
  producers: Producers,
  options: { readonly timeoutMs: number; readonly clock: Clock; readonly logger: Logger },
): Promise<ReadonlyMap<string, readonly Pair[]>> {
  const heard = await Promise.all(
    producers.map(async (producer) => [producer.name, await hearWhitelist(producer, options)] as const),
  );
  return new Map(heard.flatMap(([name, pairs]) => (pairs === undefined ? [] : [[name, pairs] as const])));
}

async function hearWhitelist(
  { ws_token: wsToken, name, host, port, secure, ca, fingerprint }: Producers[number],
  { timeoutMs, clock, logger }: { readonly timeoutMs: number; readonly clock: Clock; readonly logger: Logger },
): Promise<readonly Pair[] | undefined> {
  const done = new AbortController();
  let pairs: readonly Pair[] | undefined;
  let trouble = 'it did not send its whitelist';
  const client: ProducerClient = connect({
    name,
    host,
    port,
    secure,
    ...(ca === undefined ? {} : { ca }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    wsToken,
    // Frames are of no use here.
    want: [],
    initialCandleLimit: 1,
    sleepTimeMs: Math.min(2000, timeoutMs / 4),
    onEvent: (event) => {
      if (event.type === 'disconnected') trouble = event.reason;
      if (event.type !== 'whitelist') return;
      pairs = event.pairs;
      done.abort();
    },
  });
  try {
    await sleep(clock, timeoutMs, done.signal);
  } finally {
    client.close();
  }
  if (pairs === undefined) logger.warn(`no pairs from producer "${name}": ${trouble}`);
  return pairs;
}
