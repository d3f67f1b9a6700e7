import { isObject } from '../../util/is-object.ts';
import type { TradingMode } from './market-of.ts';

/** What an account is reached with, as far as an exchange asks for it. */
export interface CcxtCredentials {
  readonly apiKey?: string;
  readonly secret?: string;
  readonly password?: string;
  readonly uid?: string;
}

export interface InstanceOptions {
  readonly name: string;
  readonly tradingMode: TradingMode;
  readonly credentials?: CcxtCredentials;
  readonly ccxtConfig?: Readonly<Record<string, unknown>>;
  readonly urls?: Readonly<Record<string, unknown>>;
}

/** Settings of ccxt that would break what is built on it, or write to the terminal. */
const fixed = { enableLastHttpResponse: false, enableLastJsonResponse: false, verbose: false, newUpdates: true };

/** Names of settings that hold secrets. */
const secretNames = ['apiKey', 'secret', 'password', 'uid', 'login', 'privateKey', 'walletAddress', 'token', 'twofa'];

/** What a ccxt class is made with. What the user sets goes before what follows from the trading mode. */
export function instanceConfig(options: InstanceOptions): Readonly<Record<string, unknown>> {
  const { tradingMode, credentials = {}, ccxtConfig = {}, urls } = options;
  const isSpot = tradingMode === 'spot';
  const usual = {
    enableRateLimit: true,
    options: {
      defaultType: isSpot ? 'spot' : 'swap',
      ...(isSpot ? {} : { defaultSubType: 'linear' }),
      ...(isBinance(options.name) ? binanceOptions(isSpot) : {}),
    },
  };
  const told = Object.fromEntries(
    Object.entries(credentials).filter(([, value]) => value !== undefined && value !== ''),
  );
  return merged(merged(merged(usual, ccxtConfig), urls === undefined ? told : { ...told, urls }), fixed);
}

/** Everything in the settings that must not be seen. */
export function secretsOf({ credentials = {}, ccxtConfig = {} }: InstanceOptions): readonly string[] {
  const hidden = secretNames.map((name) => ccxtConfig[name]);
  const passwords = Object.values(ccxtConfig).map((value) =>
    typeof value === 'string' ? passwordOf(value) : undefined,
  );
  return [...Object.values(credentials), ...hidden, ...passwords].filter(
    (value): value is string => typeof value === 'string' && value !== '',
  );
}

/** The password of an address, as proxies have them. */
function passwordOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).password : undefined;
}

function isBinance(name: string): boolean {
  return /^binance(us)?$/.test(name.toLowerCase());
}

/** Binance lists its markets by kind, each in a large answer, and streams tickers without bid and ask unless told otherwise. */
function binanceOptions(isSpot: boolean): Readonly<Record<string, unknown>> {
  return { fetchMarkets: { types: [isSpot ? 'spot' : 'linear'] }, watchTickers: { name: 'ticker' } };
}

/** Both, plain objects in each other; the second one goes first. */
function merged(
  first: Readonly<Record<string, unknown>>,
  second: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const both: Record<string, unknown> = { ...first };
  for (const [name, value] of Object.entries(second)) {
    const before = both[name];
    both[name] = isObject(before) && isObject(value) ? merged(before, value) : value;
  }
  return both;
}
