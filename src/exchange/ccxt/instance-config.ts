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

/** Names of settings that hold secrets, and of what they are in. */
const secretName =
  /key|secret|passw|passphrase|token|auth|cookie|credential|signature|mnemonic|^(uid|login|walletaddress|twofa)$/i;
/** Heads of requests that hold none, where any other may. */
const plainHeader = /^(accept|accept-.*|cache-control|connection|content-type|origin|referer|user-agent)$/i;
/** Settings are no deeper than this. */
const DEEPEST_SETTING = 8;

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
  const found = [...Object.values(credentials), ...secretsIn(ccxtConfig, () => false, DEEPEST_SETTING)];
  return [...new Set(found)].filter((value) => typeof value === 'string' && value !== '');
}

/** @param isSecret by a setting's name. */
function secretsIn(value: unknown, isSecret: (name: string) => boolean, depth: number): readonly string[] {
  if (depth === 0 || !(Array.isArray(value) || isPlain(value))) return [];
  return Object.entries(value).flatMap(([name, each]: [string, unknown]) => {
    const isHidden = isSecret(name) || secretName.test(name);
    if (typeof each === 'string') return isHidden ? withoutScheme(each) : passwordsOf(each);
    if (typeof each === 'number') return isHidden ? [String(each)] : [];
    const ofHeader = (header: string) => !plainHeader.test(header);
    return secretsIn(each, isHidden ? () => true : /^headers$/i.test(name) ? ofHeader : () => false, depth - 1);
  });
}

/** A secret, and what follows its first word: `Bearer …` may be quoted without that. */
function withoutScheme(secret: string): readonly string[] {
  const [, rest = ''] = /^\w+ +(\S.*)$/.exec(secret) ?? [];
  return [secret, rest, ...passwordsOf(secret)];
}

/** The password of an address, as proxies have them, or its user where that is all; as written and as meant. */
function passwordsOf(address: string): readonly string[] {
  const whole = address.includes('@') && !address.includes('://') ? `http://${address}` : address;
  if (!URL.canParse(whole)) return [];
  const { username, password } = new URL(whole);
  const hidden = password || username;
  try {
    return [hidden, decodeURIComponent(hidden)];
  } catch {
    return [hidden];
  }
}

/** Whether it holds settings, and is no agent or the like with a life of its own. */
function isPlain(value: unknown): value is object {
  return isObject(value) && [Object.prototype, null].includes(Object.getPrototypeOf(value));
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
