import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../../util/errors.ts';
import { didYouMean } from '../../util/nearest-name.ts';
import { ExchangeError } from '../exchange-error.ts';
import type { CcxtClass } from './ccxt-instance.ts';

/** The version that this was written against. The paths below are its own affair, not its public interface. */
export const ccxtVersion = '4.5.84';

/** Other names of exchanges that configs may use, as freqtrade takes them. */
const aliases: Readonly<Record<string, string>> = { gateio: 'gate', huobi: 'htx', okex: 'okx', huobipro: 'htx' };

/** Where the installed ccxt has a class a file. Throws ExchangeError EXCHANGE_CCXT_MISSING. */
function classFolder(): string {
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve('ccxt');
  } catch (error) {
    const message = `real exchanges need ccxt, which is not installed: npm install ccxt@${ccxtVersion}`;
    throw new ExchangeError('EXCHANGE_CCXT_MISSING', message, { cause: error });
  }
  const folder = join(dirname(entry), '..', 'js', 'src');
  if (existsSync(join(folder, 'base', 'Exchange.js'))) return folder;
  const message = `the installed ccxt is laid out otherwise than the version that fits: npm install ccxt@${ccxtVersion}`;
  throw new ExchangeError('EXCHANGE_CCXT_MISSING', message, { value: folder });
}

/** An exchange that ccxt has. */
export interface CcxtListing {
  readonly name: string;
  /** Whether it has websockets. */
  readonly hasWebSockets: boolean;
}

/**
 * The exchanges of the installed ccxt, by name. Loads none of them.
 *
 * @throws ExchangeError EXCHANGE_CCXT_MISSING.
 */
export async function ccxtExchanges(): Promise<readonly CcxtListing[]> {
  const folder = classFolder();
  const [all, pro] = await Promise.all([folder, join(folder, 'pro')].map(namesIn));
  const withSockets = new Set(pro);
  return all.map((name) => ({ name, hasWebSockets: withSockets.has(name) }));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => /^[a-z0-9]+\.js$/.test(file))
    .map((file) => file.slice(0, -'.js'.length))
    .sort();
}

/**
 * One exchange's class, its websocket class where that is wanted and there. Only this one is loaded: all of ccxt takes three
 * times as long and twice the memory.
 *
 * @throws ExchangeError EXCHANGE_CCXT_MISSING, EXCHANGE_UNKNOWN_EXCHANGE.
 */
export async function loadCcxtClass(name: string, wants: { readonly webSockets: boolean }): Promise<CcxtClass> {
  const folder = classFolder();
  const lower = name.toLowerCase();
  const known = await ccxtExchanges();
  const listing = known.find((each) => each.name === (aliases[lower] ?? lower));
  if (!listing) {
    const names = ['simulated', 'recorded', ...known.map((each) => each.name)];
    const message = `there is no exchange "${name}"; ccxt ${ccxtVersion} has ${known.length}${didYouMean(name, names)}`;
    throw new ExchangeError('EXCHANGE_UNKNOWN_EXCHANGE', message, { value: name });
  }
  const part = wants.webSockets && listing.hasWebSockets ? join('pro', `${listing.name}.js`) : `${listing.name}.js`;
  const module: unknown = await importFile(join(folder, part));
  const made = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  if (isCcxtClass(made)) return made;
  throw new ExchangeError('EXCHANGE_CCXT_MISSING', `${part} of ccxt is no exchange: npm install ccxt@${ccxtVersion}`);
}

async function importFile(path: string): Promise<unknown> {
  try {
    return await import(/* @vite-ignore */ pathToFileURL(path).href);
  } catch (error) {
    const message = `ccxt can not be loaded (${messageOf(error)}): npm install ccxt@${ccxtVersion}`;
    throw new ExchangeError('EXCHANGE_CCXT_MISSING', message, { cause: error });
  }
}

function isCcxtClass(value: unknown): value is CcxtClass {
  return typeof value === 'function' && typeof value.prototype?.loadMarkets === 'function';
}
