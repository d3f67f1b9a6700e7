import { type FaultPlan, type MarketPace, type MarketServerAddress, planText } from '../market-server/index.ts';
import type { Pair, TimestampMs } from '../market/index.ts';
import { USER_DATA_DIR } from '../config/index.ts';
import { listText } from '../util/list-text.ts';
import { timeText } from '../util/time-text.ts';
import { plural } from './count-text.ts';

/** Where candles of a market server belong: by its name, `binance`, they would go among the real ones. */
const CANDLES_FOLDER = `${USER_DATA_DIR}/data/market-server`;
/** Pairs that are named in the hints. */
const MOST_PAIRS = 20;

/** How bots and programs are pointed at a market server. */
export interface MarketServerHints {
  /** Settings for freqtrade's config and ours, as JSON. */
  readonly config: string;
  /** What a person is told. */
  text(how: { readonly configFile: string | undefined }): string;
}

export function marketServerHints(options: {
  readonly address: MarketServerAddress;
  readonly pairs: readonly Pair[];
  readonly key: string;
  readonly secret: string;
  /** Undefined where the market's time is the wall's. */
  readonly pace: MarketPace | undefined;
  /** The market's time now. */
  readonly now: TimestampMs;
  readonly faults: FaultPlan;
}): MarketServerHints {
  const { address, pairs, key, secret, pace, now, faults } = options;
  const { host, port, ccxtUrls } = address;
  const exchange = { name: 'binance', key, secret, ccxt_config: { urls: ccxtUrls } };
  const time = pace === undefined ? {} : marketTimeOf(pace);
  const config = JSON.stringify({ exchange, datadir: CANDLES_FOLDER, ...time }, null, 2);
  return {
    config,
    text: ({ configFile }) =>
      [
        `Serving ${plural(pairs.length, 'pair')} at http://${host}:${port}: ${listText(pairs, MOST_PAIRS)}`,
        pace === undefined ? 'Its time is the present.' : `Its time: ${paceText(pace, now)}`,
        `Its faults: ${planText(faults) ?? 'none'}.`,
        '',
        ...(configFile === undefined
          ? ["For a bot, freqtrade's or Candlecast's, a config with this, beside the rest of it:", '', config]
          : [`For a bot, freqtrade's or Candlecast's: -c ${configFile} behind its own config.`]),
        '',
        'For ccxt, in JavaScript or Python: give exchange.ccxt_config.urls to binance({ urls }). Before it watches anything,',
        'ccxt for JavaScript has to be told `await exchange.loadHttpProxyAgent()`, since it refuses ws:// otherwise.',
        '',
      ].join('\n'),
  };
}

/** The market's time as a bot's settings. freqtrade has none for it, and passes over these. */
function marketTimeOf({ anchorMs, anchorWallMs, speed }: MarketPace) {
  return { candlecast: { market_time: { speed, anchor_ms: anchorMs, anchor_wall_ms: anchorWallMs } } };
}

function paceText({ speed }: MarketPace, now: TimestampMs): string {
  return `${timeText(now)} now, and from there on ${speed === 1 ? '' : `${speed} times `}as fast as the wall's.`;
}
