/// <reference lib="esnext.disposable" preserve="true" />
import type { ConsumerEvent } from '../../../../src/consumer/index.ts';
import type { AnyFrame } from '../../../../src/frame/index.ts';
import type { PairKey } from '../../../../src/market/index.ts';
import { TOKEN, type WatchedClient, watchedClient } from '../../../e2e/wire-scene.ts';
import { eventually } from '../../eventually.ts';
import { differenceFromHeld, type HeldComparison } from '../compare/compare-held.ts';
import type { StockPeer } from '../peer/stock-peer.ts';

type Update = Extract<ConsumerEvent, { readonly type: 'update' }>;

/** A stock producer and our consumer of it. */
export interface StockProducerScene {
  readonly stock: StockPeer;
  readonly port: number;
  /** Whether missing dates are written as a number: freqtrade's own conversion, with the releases for pandas 3. */
  readonly missingDatesAreNumbers: boolean;
}

/**
 * A stock producer that serves, on a port that is free unless told.
 *
 * @param whitelist what it has from the start, and which it holds frames of.
 */
export async function servingPeer(
  stock: StockPeer,
  port?: number,
  whitelist: readonly string[] = [],
): Promise<StockProducerScene> {
  const settings = { ws_token: TOKEN, ...(port === undefined ? {} : { listen_port: port }) };
  const [missingDate] = await stock.written({ dtype: 'datetime64[ms, UTC]', values: [null] });
  return { stock, port: await stock.serve(settings, whitelist), missingDatesAreNumbers: missingDate !== 'null' };
}

/** Our copy of a frame, empty where there is none. */
export function copyOf(client: WatchedClient, { pair, timeframe, candleType }: PairKey): AnyFrame {
  return client.client.frame(pair, timeframe, candleType).frame;
}

/** Waits until our copy is what the stock producer holds, cell by cell, and gives it. With `former`, the copy goes back as far as that. */
export async function untilEqual(
  { stock, missingDatesAreNumbers }: StockProducerScene,
  client: WatchedClient,
  key: PairKey,
  options: Pick<HeldComparison, 'former'> & { readonly patienceMs?: number } = {},
): Promise<AnyFrame> {
  const held = await stock.held(key);
  const names = await stock.namesOnArrival(key);
  const { former, ...patience } = options;
  const comparison = { names, missingDatesAreNumbers, ...(former === undefined ? {} : { former }) };
  let checked: AnyFrame | undefined;
  let difference: string | undefined = 'nothing arrived';
  return eventually(
    `our copy of ${key.pair} ${key.timeframe} is what freqtrade holds`,
    () => {
      const { status, frame } = client.client.frame(key.pair, key.timeframe, key.candleType);
      if (status === 'missing') return undefined;
      if (frame !== checked) difference = differenceFromHeld(held, frame, comparison);
      checked = frame;
      return difference === undefined ? frame : undefined;
    },
    { seen: () => ({ difference, ...viewOf(client, key), troubles: troublesOf(client) }), ...patience },
  );
}

function troublesOf(client: WatchedClient): readonly string[] {
  return client.events.flatMap((event) => (event.type === 'trouble' ? [event.reason] : []));
}

/** What our copy of a frame is worth. */
export function viewOf(
  client: WatchedClient,
  key: PairKey,
): { readonly status: string; readonly reason: string | undefined } {
  const view = client.client.frame(key.pair, key.timeframe, key.candleType);
  return { status: view.status, reason: view.reason };
}

/** Waits until the next update of a frame, counted from the events that were there before `act`. */
export async function updateAfter(client: WatchedClient, key: PairKey, act: () => Promise<void>): Promise<Update> {
  const before = client.events.length;
  await act();
  return eventually(
    `an update of ${key.pair} ${key.timeframe}`,
    () =>
      client.events
        .slice(before)
        .find(
          (event): event is Update =>
            event.type === 'update' && event.key.pair === key.pair && event.key.timeframe === key.timeframe,
        ),
    { seen: () => client.events.slice(before).map(({ type }) => type) },
  );
}

/** Every kind that each column had, in every state that its readers were shown. */
export function kindsSeen(client: WatchedClient, { pair }: PairKey): Readonly<Record<string, readonly string[]>> {
  const seen = new Map<string, Set<string>>();
  for (const event of client.events) {
    if (event.type !== 'update' || event.key.pair !== pair) continue;
    for (const [name, kind] of Object.entries(event.frame.schema)) {
      seen.set(name, (seen.get(name) ?? new Set()).add(kind));
    }
  }
  return Object.fromEntries([...seen].map(([name, kinds]) => [name, [...kinds]]));
}

/** A consumer of ours, on this producer. */
export function consumerOf(
  { port }: StockProducerScene,
  options: Parameters<typeof watchedClient>[1] = {},
): WatchedClient {
  return watchedClient(port, options);
}
