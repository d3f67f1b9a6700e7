import type { Exchange } from '../exchange/index.ts';
import { type AnalyzedFrame, baseOf, nextCandleOpen, type Pair, quoteOf, type TimestampMs } from '../market/index.ts';
import type { Producer } from '../producer/index.ts';
import { type Decision, decide } from '../trading/index.ts';
import type { Logger } from '../util/logger.ts';
import type { BotEvent } from './bot-event.ts';

/** What a decision desk works with. */
export interface DecisionDeskParts {
  readonly canShort: () => boolean;
  readonly exchange: Exchange;
  readonly producer: Producer | undefined;
  readonly logger: Logger;
  readonly emit: (event: BotEvent) => void;
}

/** A signal on a candle that is this many candles old is history, not a decision. */
const OUTDATED_CANDLES = 3;

/** Takes decisions from analyzed frames and tells them to the log, the events and the producer's consumers. */
export class DecisionDesk {
  readonly #parts: DecisionDeskParts;
  readonly #decided = new Map<Pair, { readonly date: TimestampMs; readonly what: Set<string> }>();

  constructor(parts: DecisionDeskParts) {
    this.#parts = parts;
  }

  /** Decides on a frame's last row. Each candle decides each thing once, however often it is analyzed. */
  take(analyzed: AnalyzedFrame): void {
    for (const decision of this.#newDecisions(analyzed)) {
      this.#parts.emit({ type: 'decision', ...decision });
      this.#announce(decision);
    }
  }

  #newDecisions({ key, frame }: AnalyzedFrame): readonly Decision[] {
    const { canShort, exchange, logger } = this.#parts;
    const decisions = decide(key.pair, frame, { canShort: canShort() });
    if (decisions.length === 0) return [];
    const { date } = decisions[0];
    if (exchange.clock.now() >= nextCandleOpen(date, key.timeframe, OUTDATED_CANDLES)) {
      logger.debug('signal on an outdated candle, not taken', { pair: key.pair, date: new Date(date).toISOString() });
      return [];
    }
    const before = this.#decided.get(key.pair);
    const known = before?.date === date ? before.what : new Set<string>();
    this.#decided.set(key.pair, { date, what: known });
    return decisions.filter(({ action, side }) => {
      const isNew = !known.has(`${action} ${side}`);
      known.add(`${action} ${side}`);
      return isNew;
    });
  }

  #announce(decision: Decision): void {
    const { producer, logger, exchange } = this.#parts;
    const { action, side, pair, rate, tag } = decision;
    const date = new Date(decision.date).toISOString();
    logger.info(`${action} ${side}`, { pair, rate, tag: tag ?? undefined, candle: date });
    producer?.announce(action, {
      pair,
      base_currency: baseOf(pair),
      quote_currency: quoteOf(pair),
      exchange: exchange.name,
      direction: side === 'long' ? 'Long' : 'Short',
      open_rate: rate,
      ...(action === 'entry' ? { enter_tag: tag, open_date: date } : { exit_reason: tag, close_date: date }),
      dry_run: true,
    });
  }
}
