import type { Consumer, FrameUpdate } from '../consumer/index.ts';
import type { Exchange } from '../exchange/index.ts';
import {
  type AnalyzedFrame,
  baseOf,
  candleOpen,
  type CandleType,
  nextCandleOpen,
  type Pair,
  type PairKey,
  pairKeyText,
  parseCandleType,
  parsePair,
  parseTimeframe,
  quoteOf,
  type Timeframe,
  type TimestampMs,
} from '../market/index.ts';
import type { Producer } from '../producer/index.ts';
import type { AnyStrategy } from '../strategy/index.ts';
import { type Decision, decide } from '../trading/index.ts';
import { type Clock, type Timer, yieldTurn } from '../util/clock.ts';
import { messageOf } from '../util/errors.ts';
import type { Logger } from '../util/logger.ts';
import { analyzePair, frameState, lastRow, PairQueue } from './analysis.ts';
import { BotDataProvider, type ProducerRead } from './bot-data-provider.ts';
import type { BotEvent } from './bot-event.ts';
import { CandleCache } from './candle-cache.ts';

/** What a trade loop works with and on. */
export interface TradeLoopParts {
  readonly strategy: AnyStrategy;
  readonly exchange: Exchange;
  readonly whitelist: readonly Pair[];
  readonly timeframe: Timeframe;
  readonly candleType: CandleType;
  /** Rows published and decided on. */
  readonly maxCandles: number;
  readonly processOnlyNewCandles: boolean;
  /** Wall time between attempts at candles that could not be fetched. */
  readonly retryMs: number;
  readonly producer: Producer | undefined;
  readonly consumer: Consumer | undefined;
  readonly wallClock: Clock;
  readonly logger: Logger;
  readonly digests: boolean;
  readonly emit: (event: BotEvent) => void;
}

/** A candle's analysis waits for a producer's part of it for this share of the timeframe. */
const PATIENCE_SHARE = 0.25;

/** A signal on a candle that is this many candles old is history, not a decision. */
const OUTDATED_CANDLES = 3;

/**
 * Fetches candles as they close, analyzes each pair, publishes its frame and decides. A pair is analyzed when it has a new candle,
 * and, for consumers, when a producer's frame that its strategy reads has changed; a new candle waits a little for the
 * producer's view of it, so that nothing is decided on a row that is only half there.
 */
export class TradeLoop {
  readonly #parts: TradeLoopParts;
  readonly #candles: CandleCache;
  readonly #dp: BotDataProvider;
  readonly #analyzed = new Map<string, AnalyzedFrame>();
  readonly #reads = new Map<Pair, readonly ProducerRead[]>();
  readonly #queue = new PairQueue();
  readonly #waiting = new Map<Pair, Timer>();
  readonly #decided = new Map<Pair, { readonly date: TimestampMs; readonly what: Set<string> }>();
  readonly #abort = new AbortController();
  #wake: () => void = () => {};
  #isAwake = false;
  #timer: Timer | undefined;

  constructor(parts: TradeLoopParts) {
    this.#parts = parts;
    this.#candles = new CandleCache(parts.exchange, parts.maxCandles + parts.strategy.startupCandleCount);
    this.#dp = new BotDataProvider({
      timeframe: parts.timeframe,
      candleType: parts.candleType,
      candles: (key) => this.#candles.get(key),
      analyzed: (key) => this.#analyzed.get(pairKeyText(key)),
      whitelist: () => parts.whitelist,
      consumer: parts.consumer,
      sendMsg: (text) => this.#sendMsg(text),
    });
  }

  /** Runs until stopped, or until a recording has ended. Resolves with the reason. */
  async run(): Promise<string> {
    const { exchange } = this.#parts;
    while (!this.#abort.signal.aborted) {
      await this.#refreshCandles();
      await this.#workOff();
      const now = exchange.clock.now();
      if (exchange.endsAt !== undefined && now >= exchange.endsAt) {
        this.#parts.emit({ type: 'market_ended', date: exchange.endsAt });
        return 'the recording has ended';
      }
      await this.#untilNext();
    }
    return String(this.#abort.signal.reason);
  }

  /** Ends the loop after the pair that it is at. */
  stop(reason: string): void {
    this.#abort.abort(reason);
    this.#timer?.cancel();
    for (const timer of this.#waiting.values()) timer.cancel();
    this.#wakeUp();
  }

  /** To be called when a producer's frame has changed. */
  onProducerUpdate(update: FrameUpdate): void {
    if (this.#parts.processOnlyNewCandles && this.#waiting.size === 0) return;
    const changed = pairKeyText(update.key);
    for (const [pair, reads] of this.#reads) {
      const isRead = reads.some(({ producer, key }) => producer === update.producer && pairKeyText(key) === changed);
      if (isRead) this.#onReadChanged(pair);
    }
    this.#wakeUp();
  }

  #onReadChanged(pair: Pair): void {
    const waiting = this.#waiting.get(pair);
    if (waiting === undefined) {
      if (!this.#parts.processOnlyNewCandles) this.#queue.add(pair, { newCandle: false });
    } else if (!this.#isLagging(pair)) {
      waiting.cancel();
      this.#waiting.delete(pair);
      this.#queue.add(pair, { newCandle: true });
    }
  }

  /** The keys whose candles a pair's analysis needs, its own first. */
  #keysOf(pair: Pair): readonly PairKey[] {
    const { candleType, timeframe, strategy } = this.#parts;
    const own = [timeframe, ...strategy.informativeTimeframes].map((frame) => ({ pair, timeframe: frame, candleType }));
    return own;
  }

  #informativeKeys(): readonly PairKey[] {
    const { strategy, candleType } = this.#parts;
    return strategy.informativePairs(this.#dp).map(([pair, timeframe, type]) => ({
      pair: parsePair(pair),
      timeframe: parseTimeframe(timeframe),
      candleType: type === undefined ? candleType : parseCandleType(type),
    }));
  }

  async #refreshCandles(): Promise<void> {
    const { whitelist } = this.#parts;
    const informative = this.#informativeKeys();
    await Promise.all(informative.map((key) => this.#refresh(key)));
    await Promise.all(
      whitelist.map(async (pair) => {
        const [own, ...others] = this.#keysOf(pair);
        await Promise.all(others.map((key) => this.#refresh(key)));
        if ((await this.#refresh(own)) > 0) this.#onNewCandle(pair);
      }),
    );
  }

  async #refresh(key: PairKey): Promise<number> {
    try {
      return await this.#candles.refresh(key, this.#abort.signal);
    } catch (error) {
      if (this.#abort.signal.aborted) return 0;
      const message = messageOf(error);
      this.#parts.logger.warn(`no candles: ${message}`, { pair: key.pair, timeframe: key.timeframe });
      this.#parts.emit({ type: 'fetch_failed', pair: key.pair, timeframe: key.timeframe, message });
      return 0;
    }
  }

  #onNewCandle(pair: Pair): void {
    if (!this.#isLagging(pair)) return this.#queue.add(pair, { newCandle: true });
    if (this.#waiting.has(pair)) return;
    const { exchange, timeframe, logger } = this.#parts;
    const closes = nextCandleOpen(candleOpen(exchange.clock.now(), timeframe), timeframe);
    const patience = (closes - candleOpen(exchange.clock.now(), timeframe)) * PATIENCE_SHARE;
    const timer = exchange.clock.setTimer(() => {
      this.#waiting.delete(pair);
      logger.debug("analysing without the producer's new candle", { pair });
      this.#queue.add(pair, { newCandle: true });
      this.#wakeUp();
    }, patience);
    this.#waiting.set(pair, timer);
  }

  /** Whether a producer that is up has not sent its part of our newest candle yet. */
  #isLagging(pair: Pair): boolean {
    const { consumer, timeframe, candleType } = this.#parts;
    const newest = this.#candles.get({ pair, timeframe, candleType }).last('date');
    if (consumer === undefined || newest === undefined) return false;
    return (this.#reads.get(pair) ?? []).some(({ producer, key }) => {
      if (!consumer.isConnected(producer) || key.timeframe !== timeframe) return false;
      const view = consumer.view(producer, key);
      if (view === undefined || view.status === 'missing' || !consumer.pairs(producer).includes(key.pair)) return false;
      const dates = view.frame.numbers('date');
      return dates[dates.length - 1] < newest;
    });
  }

  async #workOff(): Promise<void> {
    for (let due = this.#queue.take(); due && !this.#abort.signal.aborted; due = this.#queue.take()) {
      this.#analyze(due.pair, due.newCandle);
      await yieldTurn();
    }
  }

  #analyze(pair: Pair, newCandle: boolean): void {
    const { strategy, timeframe, candleType, wallClock, logger, emit } = this.#parts;
    const key = { pair, timeframe, candleType };
    const candles = this.#candles.get(key);
    if (candles.length === 0) return;
    const outcome = analyzePair(strategy, {
      key,
      candles: (asked) => this.#candles.get(asked),
      dp: this.#dp,
      now: () => wallClock.now(),
    });
    this.#reads.set(pair, outcome.reads);
    if (outcome.status === 'failed') {
      const { code, message } = outcome.error;
      logger.error(message, { code });
      return emit({ type: 'strategy_failed', pair, code, message });
    }
    for (const informative of outcome.informative) this.#keep(informative);
    if (strategy.broadcastInformative) {
      for (const informative of outcome.informative) this.#publish(informative, false);
    }
    this.#publishMain(this.#keep(outcome.main), newCandle);
  }

  /** Keeps the rows that count, the newest ones. */
  #keep(analyzed: AnalyzedFrame): AnalyzedFrame {
    const kept = { ...analyzed, frame: analyzed.frame.tail(this.#parts.maxCandles) };
    this.#analyzed.set(pairKeyText(analyzed.key), kept);
    return kept;
  }

  #publishMain(analyzed: AnalyzedFrame, newCandle: boolean): void {
    const { emit, digests } = this.#parts;
    const sent = this.#publish(analyzed, newCandle);
    emit({
      type: 'analyzed',
      newCandle,
      sent,
      last: lastRow(analyzed.frame),
      ...frameState(analyzed, { digest: digests }),
    });
    for (const decision of this.#decisions(analyzed)) {
      emit({ type: 'decision', ...decision });
      this.#announce(decision);
    }
  }

  #publish(analyzed: AnalyzedFrame, newCandle: boolean): number {
    return this.#parts.producer?.publish(analyzed, { newCandle }) ?? 0;
  }

  /** What is new to decide: each candle decides each thing once. */
  #decisions({ key, frame }: AnalyzedFrame): readonly Decision[] {
    const { strategy, exchange, logger } = this.#parts;
    const decisions = decide(key.pair, frame, { canShort: strategy.canShort });
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

  #sendMsg(text: string): void {
    this.#parts.logger.info(`strategy: ${text}`);
    this.#parts.producer?.announce('strategy_msg', { msg: text });
  }

  /** Sleeps until a candle closes, a producer sends something, or it is time to try a failed fetch again. */
  async #untilNext(): Promise<void> {
    const { exchange, timeframe, strategy, retryMs, wallClock } = this.#parts;
    const now = exchange.clock.now();
    const due = [timeframe, ...strategy.informativeTimeframes].map((frame) =>
      nextCandleOpen(candleOpen(now, frame), frame),
    );
    const end = exchange.endsAt ?? Number.POSITIVE_INFINITY;
    this.#timer = exchange.clock.setTimer(() => this.#wakeUp(), Math.max(0, Math.min(end, ...due) - now));
    const retry = wallClock.setTimer(() => this.#wakeUp(), retryMs);
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (this.#isAwake) resolve();
    });
    this.#isAwake = false;
    this.#timer.cancel();
    retry.cancel();
  }

  #wakeUp(): void {
    this.#isAwake = true;
    this.#wake();
  }
}
