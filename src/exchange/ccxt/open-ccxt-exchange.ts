import type { Exchange } from '../exchange.ts';
import type { CcxtExchangeOptions } from './ccxt-exchange-options.ts';

/** As `ccxtExchange` of `ccxt-exchange.ts`, which is loaded when it is called for: most programs never need it. */
export async function openCcxtExchange(options: CcxtExchangeOptions): Promise<Exchange> {
  const { ccxtExchange } = await import('./ccxt-exchange.ts');
  return ccxtExchange(options);
}
