/**
 * The part of a ccxt exchange that is used here. What its calls resolve with comes from outside and is `unknown` until it has
 * been looked at; the shape itself is ccxt's, which the pinned version vouches for.
 */
export interface CcxtInstance {
  readonly id: string;
  /** Which calls it supports: true, 'emulated', or nothing. */
  readonly has: Readonly<Record<string, unknown>>;
  readonly timeframes: unknown;
  readonly features: unknown;
  readonly precisionMode: unknown;
  /** Milliseconds that a request may take. */
  readonly timeout: unknown;
  options: Record<string, unknown>;
  loadMarkets(reload?: boolean): Promise<unknown>;
  fetchTime(): Promise<unknown>;
  fetchBalance(): Promise<unknown>;
  fetchOHLCV(
    symbol: string,
    timeframe: string,
    since: number | undefined,
    limit: number | undefined,
    params?: Readonly<Record<string, unknown>>,
  ): Promise<unknown>;
  fetchFundingRateHistory(symbol: string, since: number | undefined, limit: number | undefined): Promise<unknown>;
  fetchTicker(symbol: string): Promise<unknown>;
  fetchTickers(symbols: readonly string[] | undefined): Promise<unknown>;
  fetchOrderBook(symbol: string, limit: number | undefined): Promise<unknown>;
  /** Of the websocket class only. */
  watchOHLCV?(symbol: string, timeframe: string): Promise<unknown>;
  unWatchOHLCV?(symbol: string, timeframe: string): Promise<unknown>;
  watchTickers?(symbols: readonly string[]): Promise<unknown>;
  unWatchTickers?(symbols: readonly string[]): Promise<unknown>;
  /** Without it websockets are refused that are not encrypted, such as those of a server on this machine. */
  loadHttpProxyAgent?(): Promise<unknown>;
  close?(): Promise<unknown>;
  /** The websocket connection to an address, made when it is first asked for. */
  client?(url: string): unknown;
  log(...parts: readonly unknown[]): void;
  /** The time that nonces and the like are made of. */
  milliseconds(): number;
  /** One HTTP request. */
  fetch(url: string, method?: string, headers?: unknown, body?: unknown): Promise<unknown>;
  /** The request below it, where undici is there. */
  undiciRequest(url: string, params: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Looks at every answer and throws what it finds wrong. */
  handleErrors(...answer: readonly unknown[]): unknown;
  /** Keeps connections open for the next request. */
  readonly fetchDispatcher?: { destroy?(): Promise<unknown> };
}

/** What makes one. */
export type CcxtClass = new (config: Readonly<Record<string, unknown>>) => CcxtInstance;

/** Whether it supports a call. */
export function supports(instance: Pick<CcxtInstance, 'has'>, call: string): boolean {
  const support = instance.has[call];
  return support === true || support === 'emulated';
}
