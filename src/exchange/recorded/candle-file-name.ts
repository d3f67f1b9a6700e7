import {
  type CandleType,
  type Pair,
  type PairKey,
  type Timeframe,
  isCandleType,
  isPair,
  isTimeframe,
} from '../../market/index.ts';

/** How candles are stored, by freqtrade's names: Arrow files, JSON, and JSON through gzip. */
export type CandleFormat = (typeof candleFormats)[number];

/** In the order in which `auto` prefers them. */
export const candleFormats = ['feather', 'jsongz', 'json'] as const;

const extensions: Readonly<Record<CandleFormat, string>> = { feather: '.feather', jsongz: '.json.gz', json: '.json' };

/** Where freqtrade keeps all candles that are not of a spot market. */
export const FUTURES_FOLDER = 'futures';

const NAME_PATTERN = /^(?<pair>.+?)-(?<timeframe>\d+[a-zA-Z]{1,2})(?:-(?<candleType>[a-zA-Z_]+))?$/;

/** What freqtrade's names of currencies and pairs lose in file names. */
const NOT_IN_FILE_NAMES = /[/ .@$+:]/g;

/** The format that a file's name tells, or undefined. */
export function formatOf(path: string): CandleFormat | undefined {
  return candleFormats.find((format) => path.endsWith(extensions[format]));
}

/** Where freqtrade keeps the candles of a key, relative to its data folder: `futures/XRP_USDT_USDT-1h-mark.feather`. */
export function candleFilePath(key: PairKey, format: CandleFormat): string {
  const pair = key.pair.replaceAll(NOT_IN_FILE_NAMES, '_');
  // Months are "Mo" so that 1M and 1m differ where file names ignore case.
  const name = `${pair}-${key.timeframe.replace('M', 'Mo')}`;
  return key.candleType === 'spot'
    ? `${name}${extensions[format]}`
    : `${FUTURES_FOLDER}/${name}-${key.candleType}${extensions[format]}`;
}

/**
 * The key of a candle file's name, or why it is none. Underscores stand for more than one character there: the first is read as
 * the `/` of a pair, the second as its `:`, as in freqtrade.
 */
export function parseCandleFileName(
  name: string,
  format: CandleFormat,
): { readonly key: PairKey } | { readonly reason: string } {
  const groups = NAME_PATTERN.exec(name.slice(0, -extensions[format].length))?.groups;
  if (!groups) return { reason: 'its name is not as in BTC_USDT-5m' };
  const pair = pairOf(groups['pair']);
  const timeframe = timeframeOf(groups['timeframe']);
  const candleType = groups['candleType'] ?? 'spot';
  if (!pair) return { reason: `"${groups['pair']}" is not a pair as in BTC_USDT or BTC_USDT_USDT` };
  if (!timeframe) return { reason: `"${groups['timeframe']}" is not a timeframe` };
  if (!isCandleType(candleType)) return { reason: `"${candleType}" is not a candle type` };
  return {
    key: { pair, timeframe, candleType } satisfies { pair: Pair; timeframe: Timeframe; candleType: CandleType },
  };
}

function pairOf(text: string): Pair | undefined {
  const pair = text.replace('_', '/').replace('_', ':');
  return isPair(pair) && !pair.includes('_') ? pair : undefined;
}

function timeframeOf(text: string): Timeframe | undefined {
  const timeframe = text.replace(/mo$/i, 'M');
  return isTimeframe(timeframe) ? timeframe : undefined;
}
