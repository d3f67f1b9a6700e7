import type { Consumer, FrameUpdate } from '../consumer/index.ts';
import type { Exchange } from '../exchange/index.ts';
import {
  type AnalyzedFrame,
  candleOpen,
  type CandleType,
  nextCandleOpen,
  type Pair,
  type PairKey,
  pairKeyText,
  parseCandleType,
  parsePair,
  parseTimeframe,
  type Timeframe,
} from '../market/index.ts';
import type { Producer } from '../producer/index.ts';
import type { AnyStrategy } from '../strategy/index.ts';
import { type Clock, type Timer, yieldTurn } from '../util/clock.ts';
import { messageOf } from '../util/errors.ts';
import type { Logger } from '../util/logger.ts';
import { analyzePair, frameState, lastRow, PairQueue } from './analysis.ts';
import { BotDataProvider, type ProducerRead } from './bot-data-provider.ts';
import type { BotEvent } from './bot-event.ts';
import { CandleCache } from './candle-cache.ts';
import { DecisionDesk } from './decision-desk.ts';
import { ProducerFrameNotes } from './producer-frame-notes.ts';
import { ProducerWait } from './producer-wait.ts';
import { RepeatedTrouble } from './repeated-trouble.ts';

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

/**
 * Fetches candles as they close, analyzes each pair, publishes its frame and has it decided on. A pair is analyzed when it has a
 * new candle, and, for consumers, when a producer's frame that its strategy reads has changed; a new candle waits a little for
 * the producer's part of it.
 */
export class TradeLoop {
  readonly #parts: TradeLoopParts;
  readonly #candles: CandleCache;
  readonly #dp: BotDataProvider;
  readonly #desk: DecisionDesk;
  readonly #wait: ProducerWait;
  readonly #notes: ProducerFrameNotes;
  readonly #trouble: RepeatedTrouble;
  readonly #analyzed = new Map<string, AnalyzedFrame>();
  readonly #reads = new Map<Pair, readonly ProducerRead[]>();
  readonly #queue = new PairQueue();
  readonly #abort = new AbortController();
  #wake: () => void = () => {};
  #isAwake = false;

  constructor(parts: TradeLoopParts) {
    const { strategy, exchange, timeframe, candleType, consumer, logger, wallClock, emit } = parts;
    this.#parts = parts;
    this.#candles = new CandleCache(exchange, parts.maxCandles + strategy.startupCandleCount);
    this.#desk = new DecisionDesk({ ...parts, canShort: strategy.canShort });
    this.#trouble = new RepeatedTrouble(logger);
    this.#dp = new BotDataProvider({
      timeframe,
      candleType,
      candles: (key) => this.#candles.get(key),
      analyzed: (key) => this.#analyzed.get(pairKeyText(key)),
      whitelist: () => parts.whitelist,
      consumer,
      sendMsg: (text) => this.#sendMsg(text),
    });
    this.#wait = new ProducerWait({
      consumer,
      timeframe,
      clock: exchange.clock,
      reads: this.#reads,
      newest: (pair) => this.#candles.get({ pair, timeframe, candleType }).last('date'),
      onDue: (pair, complete) => this.#onCandleDue(pair, complete),
    });
    this.#notes = new ProducerFrameNotes({
      reads: this.#reads,
      frameOf: (read) => this.#dp.frameOf(read),
      isAway: (name) => consumer !== undefined && consumer.producerNames.includes(name) && !consumer.isConnected(name),
      wallClock,
      logger,
      emit,
    });
  }

  /** Runs until stopped, or until a recording has ended. Resolves with the reason. */
  async run(): Promise<string> {
    this.#notes.start();
    try {
      while (!this.#abort.signal.aborted) {
        await this.#refreshCandles();
        await this.#workOff();
        if (this.#hasEnded()) return 'the recording has ended';
        await this.#untilNext();
      }
      return String(this.#abort.signal.reason);
    } finally {
      this.#notes.stop();
      this.#wait.stop();
    }
  }

  /** Ends the loop after the pair that it is at. */
  stop(reason: string): void {
    this.#abort.abort(reason);
    this.#wakeUp();
  }

  /** To be called when a producer's frame has changed. */
  onProducerUpdate(update: FrameUpdate): void {
    const changed = pairKeyText(update.key);
    for (const [pair, reads] of this.#reads) {
      const isRead = reads.some(({ producer, key }) => producer === update.producer && pairKeyText(key) === changed);
      if (isRead) this.#onReadChanged(pair);
    }
  }

  #onReadChanged(pair: Pair): void {
    if (this.#wait.has(pair)) return this.#wait.onReadChanged(pair);
    if (this.#parts.processOnlyNewCandles) return;
    this.#queue.add(pair, { newCandle: false });
    this.#wakeUp();
  }

  #onCandleDue(pair: Pair, complete: boolean): void {
    if (!complete) this.#parts.logger.debug("analysing without the producer's new candle", { pair });
    this.#queue.add(pair, { newCandle: true });
    this.#wakeUp();
  }

  #hasEnded(): boolean {
    const { exchange, emit } = this.#parts;
    if (exchange.endsAt === undefined || exchange.clock.now() < exchange.endsAt || this.#wait.size > 0) return false;
    emit({ type: 'market_ended', date: exchange.endsAt });
    return true;
  }

  /** The keys of a pair's own candles: those that are analyzed, then those of the informative timeframes. */
  #keysOf(pair: Pair): readonly PairKey[] {
    const { candleType, timeframe, strategy } = this.#parts;
    return [timeframe, ...strategy.informativeTimeframes].map((frame) => ({ pair, timeframe: frame, candleType }));
  }

  /** What the strategy wants to read besides. Like its other functions it may throw, and the bot goes on. */
  #informativeKeys(): readonly PairKey[] {
    const { strategy, candleType } = this.#parts;
    const what = `${strategy.name}: informativePairs`;
    try {
      const keys = strategy.informativePairs(this.#dp).map(([pair, timeframe, type]) => ({
        pair: parsePair(pair),
        timeframe: parseTimeframe(timeframe),
        candleType: type === undefined ? candleType : parseCandleType(type),
      }));
      this.#trouble.end(what, `${what} works again`, {});
      return keys;
    } catch (error) {
      this.#trouble.begin(what, 'error', `${what} threw ${messageOf(error)}`, {});
      return [];
    }
  }

  async #refreshCandles(): Promise<void> {
    const { whitelist } = this.#parts;
    await Promise.all(this.#informativeKeys().map((key) => this.#refresh(key)));
    await Promise.all(
      whitelist.map(async (pair) => {
        const [own, ...others] = this.#keysOf(pair);
        await Promise.all(others.map((key) => this.#refresh(key)));
        if ((await this.#refresh(own)) > 0) this.#wait.onNewCandle(pair);
      }),
    );
  }

  async #refresh(key: PairKey): Promise<number> {
    const { pair, timeframe } = key;
    const id = pairKeyText(key);
    try {
      const rows = await this.#candles.refresh(key, this.#abort.signal);
      this.#trouble.end(id, 'candles come again', { pair, timeframe });
      return rows;
    } catch (error) {
      if (this.#abort.signal.aborted) return 0;
      const message = messageOf(error);
      this.#trouble.begin(id, 'warn', `no candles: ${message}`, { pair, timeframe });
      this.#parts.emit({ type: 'fetch_failed', pair, timeframe, message });
      return 0;
    }
  }

  async #workOff(): Promise<void> {
    for (let due = this.#queue.take(); due && !this.#abort.signal.aborted; due = this.#queue.take()) {
      this.#analyze(due.pair, due.newCandle);
      await yieldTurn();
    }
  }

  #analyze(pair: Pair, newCandle: boolean): void {
    const { strategy, timeframe, candleType, wallClock, emit } = this.#parts;
    const key = { pair, timeframe, candleType };
    if (this.#candles.get(key).length === 0) return;
    const outcome = analyzePair(strategy, {
      key,
      candles: (asked) => this.#candles.get(asked),
      dp: this.#dp,
      now: () => wallClock.now(),
    });
    this.#reads.set(pair, outcome.reads);
    if (outcome.status === 'failed') {
      const { code, message } = outcome.error;
      this.#trouble.begin(pair, 'error', message, { code });
      return emit({ type: 'strategy_failed', pair, code, message });
    }
    this.#trouble.end(pair, `${strategy.name} works again`, { pair });
    for (const informative of outcome.informative) {
      const kept = this.#keep(informative);
      if (strategy.broadcastInformative) this.#publish(kept, false);
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
    const state = frameState(analyzed, { digest: digests });
    emit({ type: 'analyzed', newCandle, sent, last: lastRow(analyzed.frame), ...state });
    this.#desk.take(analyzed);
  }

  #publish(analyzed: AnalyzedFrame, newCandle: boolean): number {
    return this.#parts.producer?.publish(analyzed, { newCandle }) ?? 0;
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
    if (exchange.endsAt !== undefined && exchange.endsAt > now) due.push(exchange.endsAt);
    const wake = () => this.#wakeUp();
    const timers: readonly Timer[] = [
      exchange.clock.setTimer(wake, Math.min(...due) - now),
      wallClock.setTimer(wake, retryMs),
    ];
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (this.#isAwake) resolve();
    });
    this.#isAwake = false;
    for (const timer of timers) timer.cancel();
  }

  #wakeUp(): void {
    this.#isAwake = true;
    this.#wake();
  }
}
