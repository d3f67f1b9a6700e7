import type { Clock } from '../../util/clock.ts';
import type { Logger } from '../../util/logger.ts';
import type { Random } from '../../util/random.ts';
import type { CcxtCredentials } from './instance-config.ts';
import type { TradingMode } from './market-of.ts';
import type { RetryPolicy } from './retry.ts';

export interface CcxtExchangeOptions {
  /** ccxt's name of it: `binance`. */
  readonly name: string;
  readonly tradingMode: TradingMode;
  readonly logger: Logger;
  /** Default the wall's; the exchange's time is this one, corrected by the difference that is measured. */
  readonly clock?: Clock;
  /** Whether answers carry the exchange's time in their heads, default true; those of a market server carry the wall's. */
  readonly hasDates?: boolean;
  /** What timeouts and waits go by, default the wall's. */
  readonly wallClock?: Clock;
  readonly random?: Random;
  /** Checked at once with a request that needs them. Never logged. */
  readonly credentials?: CcxtCredentials;
  /** Goes to ccxt as it is, as freqtrade's `ccxt_config` does: `{ timeout: 20000, httpsProxy: … }`. */
  readonly ccxtConfig?: Readonly<Record<string, unknown>>;
  /** Other addresses than the exchange's own, in ccxt's form: `{ api: { public: 'http://localhost:8080/api/v3' } }`. */
  readonly urls?: Readonly<Record<string, unknown>>;
  /** Whether candles and tickers come by websocket where the exchange has it, default true. REST steps in where they don't. */
  readonly webSockets?: boolean;
  readonly retryPolicy?: RetryPolicy;
  /** Ends the opening. */
  readonly signal?: AbortSignal;
}
