import type { MarketPace, MarketServerAddress } from '../market-server/index.ts';
import type { Pair } from '../market/index.ts';
import { listText } from '../util/list-text.ts';
import { timeText } from '../util/time-text.ts';

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
}): MarketServerHints {
  const { address, pairs, key, secret, pace } = options;
  const { host, port, ccxtUrls } = address;
  const exchange = { name: 'binance', key, secret, ccxt_config: { urls: ccxtUrls } };
  const config = JSON.stringify({ exchange, ...(pace === undefined ? {} : marketTimeOf(pace)) }, null, 2);
  return {
    config,
    text: ({ configFile }) =>
      [
        `Serving ${pairs.length} pairs at http://${host}:${port}: ${listText(pairs, MOST_PAIRS)}`,
        pace === undefined ? 'Its time is the present.' : `Its time: ${paceText(pace)}`,
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

function paceText({ anchorMs, anchorWallMs, speed }: MarketPace): string {
  return `${speed} times as fast as the wall's, ${timeText(anchorMs)} at ${timeText(anchorWallMs)}`;
}
