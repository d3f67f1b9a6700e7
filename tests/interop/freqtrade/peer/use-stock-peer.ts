import { afterAll, beforeAll, beforeEach } from 'vitest';
import { ENVIRONMENT_PATIENCE_MS, type PythonEnvironment } from '../../python-environment.ts';
import { type FreqtradeVersion, freqtradeEnvironment } from '../versions.ts';
import { type StockPeer, stockPeer } from './stock-peer.ts';

/**
 * Has the tests of a describe block start stock peers of a release. They are skipped where there is no Python environment and that
 * is allowed.
 *
 * @param options.onReady called before the first test where there is an environment.
 * @returns what starts a peer; whoever calls it ends it.
 */
export function useFreqtrade(
  version: FreqtradeVersion,
  options: { readonly onReady?: (start: () => StockPeer) => Promise<void> } = {},
): () => StockPeer {
  let environment: PythonEnvironment | undefined;
  const start = () => {
    if (environment === undefined) throw new Error('the test was to be skipped');
    return stockPeer(environment);
  };
  beforeAll(async () => {
    environment = await freqtradeEnvironment(version);
    if (environment !== undefined) await options.onReady?.(start);
  }, ENVIRONMENT_PATIENCE_MS);
  beforeEach((context) => {
    if (environment === undefined) context.skip('no Python environment');
  });
  return start;
}

/** What the tests of a describe block have of freqtrade. */
export interface SharedStock<T> {
  /** What was begun once for all of them. */
  readonly shared: () => T;
  /** Starts a peer for one test, which ends it. */
  readonly another: () => StockPeer;
}

/**
 * Has one stock peer for all tests of a describe block, as `useFreqtrade` does for each.
 *
 * @param begin called once with the peer, before the first test; what it gives is shared.
 */
export function useStockPeer<T>(version: FreqtradeVersion, begin: (peer: StockPeer) => T | Promise<T>): SharedStock<T> {
  let peer: StockPeer | undefined;
  let begun: { readonly value: T } | undefined;
  const another = useFreqtrade(version, {
    async onReady(start) {
      peer = start();
      begun = { value: await begin(peer) };
    },
  });
  afterAll(() => peer?.[Symbol.asyncDispose]());
  const shared = () => {
    if (begun === undefined) throw new Error('the test was to be skipped');
    return begun.value;
  };
  return { shared, another };
}
