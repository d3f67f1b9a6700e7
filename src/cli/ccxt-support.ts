import { ccxtExchanges, loadCcxtClass } from '../exchange/ccxt/load-ccxt.ts';
import { type CcxtInstance, supports } from '../exchange/ccxt/ccxt-instance.ts';

/** What an exchange of ccxt's has of what a bot needs. */
export interface CcxtSupport {
  readonly name: string;
  /** What it calls itself. */
  readonly title: string;
  readonly spot: boolean;
  readonly futures: boolean;
  readonly candles: boolean;
  /** Whether it sends candles over websockets. */
  readonly webSockets: boolean;
}

/**
 * Every exchange of the installed ccxt. Loads all of them, and asks none.
 *
 * @throws ExchangeError EXCHANGE_CCXT_MISSING.
 */
export async function ccxtSupport(): Promise<readonly CcxtSupport[]> {
  const listings = await ccxtExchanges();
  return Promise.all(
    listings.map(async ({ name, hasWebSockets }) => {
      const make = await loadCcxtClass(name, { webSockets: hasWebSockets });
      const instance: CcxtInstance & { readonly name?: unknown } = new make({});
      return {
        name,
        title: typeof instance.name === 'string' ? instance.name : name,
        spot: supports(instance, 'spot'),
        futures: supports(instance, 'swap') || supports(instance, 'future'),
        candles: supports(instance, 'fetchOHLCV'),
        webSockets: supports(instance, 'watchOHLCV'),
      };
    }),
  );
}
