import { CandlecastError, type ErrorTable } from '../util/errors.ts';

/** Codes of `BotError`. */
export const botErrors = {
  BOT_NO_EXCHANGE: {
    meaning: 'The config has no `exchange` section, so there are no candles.',
    remedy: 'Add "exchange": {"name": "simulated"} for a simulated market, or "recorded" with a data folder.',
  },
  BOT_NO_CANDLES: {
    meaning: 'The exchange or data folder has no candles of a timeframe or candle type that the bot needs.',
    remedy: 'Use a timeframe that the message lists, or download the missing candles.',
  },
  BOT_CANNOT_SHORT: {
    meaning:
      'The strategy goes short (`canShort`), and trading_mode is spot, where nothing can be sold that is not held.',
    remedy: 'Set trading_mode to futures, or use a strategy without canShort.',
  },
  BOT_NEEDS_RESTART: {
    meaning: 'A strategy that was loaded anew differs in what a running bot cannot change.',
    remedy: 'Restart the bot, or undo that change.',
  },
  BOT_NO_CONFIG: {
    meaning: 'No config was given, and there is none in the usual place.',
    remedy: 'Give one with -c, or put it at user_data/config.json.',
  },
  BOT_NO_STRATEGY: {
    meaning: 'No strategy was named.',
    remedy: 'Name one with -s, or as `strategy` in the config.',
  },
  BOT_STRATEGY_STUCK: {
    meaning: 'A strategy file waits, with a top-level `await`, for something that can not happen any more.',
    remedy: 'Remove the `await`, or have it wait for something that ends.',
  },
  BOT_CHILD_ENDED: {
    meaning: 'A bot of the demo ended before it should, for the reason that the message quotes.',
    remedy: 'Correct what the reason names.',
  },
} as const satisfies ErrorTable;

export type BotErrorCode = keyof typeof botErrors;

/** What a bot throws when its parts cannot be put together. What happens while it runs are events. */
export class BotError extends CandlecastError<BotErrorCode> {}
