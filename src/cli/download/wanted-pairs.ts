import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DownloadError } from '../../download/index.ts';
import { messageOf } from '../../util/errors.ts';
import type { ExchangeChoice } from '../exchange-choice.ts';

/** freqtrade's, in the folder of the candles. */
const PAIRS_FILE = 'pairs.json';

/**
 * The pairs and patterns that a download is about, from where freqtrade takes them: the command line, a file of pairs, the
 * whitelist of the config, `pairs.json` beside the candles. Exchanges of a known, bounded number of pairs mean all of them.
 *
 * @throws DownloadError DOWNLOAD_NO_PAIRS, DOWNLOAD_PAIRS_FILE.
 */
export async function wantedPairs(
  { pairs, pairsFile }: { readonly pairs?: readonly string[]; readonly pairsFile?: string },
  { name, settings, folder, config }: ExchangeChoice,
): Promise<readonly string[]> {
  if (pairsFile !== undefined) return readPairs(pairsFile);
  if (pairs !== undefined) return pairs;
  if (settings.pair_whitelist.length > 0) return settings.pair_whitelist;
  const usual = join(folder, PAIRS_FILE);
  if (existsSync(usual)) return readPairs(usual);
  if (name === 'simulated' || name === 'recorded') return ['.*'];
  const wish = 'give some with --pairs, as BTC/USDT or .*/USDT, or a config with a whitelist';
  const message = `no pairs named for ${name}; ${wish}${config.pairlists.some(findsPairs) ? LISTS_HINT : ''}`;
  throw new DownloadError('DOWNLOAD_NO_PAIRS', message);
}

const LISTS_HINT =
  '. download-data takes pairs from -p or exchange.pair_whitelist, and not from pairlists; "candlecast test-pairlist -1" prints theirs';

/** Whether a pair list has others than the whitelist's. */
function findsPairs({ method }: ExchangeChoice['config']['pairlists'][number]): boolean {
  return method !== 'StaticPairList';
}

async function readPairs(path: string): Promise<readonly string[]> {
  try {
    const content: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (Array.isArray(content) && content.every((pair) => typeof pair === 'string')) return content.toSorted();
  } catch (error) {
    throw new DownloadError('DOWNLOAD_PAIRS_FILE', `${path}: ${messageOf(error)}`, { value: path, cause: error });
  }
  const message = `${path}: expected an array of pairs, as in ["BTC/USDT"]`;
  throw new DownloadError('DOWNLOAD_PAIRS_FILE', message, { value: path });
}
