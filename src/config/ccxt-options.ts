import { isObject } from '../util/is-object.ts';
import type { Config } from './config-schema.ts';

/** The options for ccxt's exchange class: `ccxt_config` with `ccxt_async_config` laid on it, objects key by key. */
export function ccxtOptionsOf(exchange: NonNullable<Config['exchange']>): Readonly<Record<string, unknown>> {
  return mergeOptions(exchange.ccxt_config, exchange.ccxt_async_config);
}

type Options = Readonly<Record<string, unknown>>;

function mergeOptions(base: Options, over: Options): Options {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const before = merged.get(key);
    merged.set(key, isObject(before) && isObject(value) ? mergeOptions(before, value) : value);
  }
  return Object.fromEntries(merged);
}
