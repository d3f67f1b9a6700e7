import { CandlecastError, type ErrorTable } from '../util/errors.ts';

/** Codes of `MarketServerError`. */
export const marketServerErrors = {
  SERVER_PORT_IN_USE: {
    meaning: 'Another program listens on the address and port of the market server.',
    remedy: 'Stop the other program, or choose a free port; 0 takes any.',
  },
  SERVER_LISTEN_FAILED: {
    meaning: 'The market server could not begin to listen, for the reason given.',
    remedy: 'Correct what the message names: most often the address is not one of this machine.',
  },
  SERVER_BAD_FAULT: {
    meaning: 'A fault is misspelt, or its share or time cannot be meant.',
    remedy: 'Write it as the message shows, for example 429:0.01, late:2s or missing:0.1:90s.',
  },
  SERVER_BAD_BALANCE: {
    meaning: 'A balance of the paper account is no amount of a currency.',
    remedy: 'Write it as USDT:1000, the amount with at most 18 decimals.',
  },
  SERVER_UNKNOWN_PAIR: {
    meaning: 'A pair that is to be served is not in the market.',
    remedy: 'Use a pair of the market; in a data folder, download its candles first.',
  },
  SERVER_NO_MARKETS: {
    meaning: 'The exchange has no pair that Binance could have.',
    remedy: 'Serve BASE/QUOTE pairs, or BASE/QUOTE:SETTLE ones whose settle currency is the quote currency.',
  },
} as const satisfies ErrorTable;

export type MarketServerErrorCode = keyof typeof marketServerErrors;

/** What the market server throws to who starts it. What clients do wrong is answered to them. */
export class MarketServerError extends CandlecastError<MarketServerErrorCode> {}
