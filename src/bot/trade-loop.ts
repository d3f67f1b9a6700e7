import type { Consumer, FrameUpdate } from '../consumer/index.ts';
import type { Exchange } from '../exchange/index.ts';
import {
  type AnalyzedFrame,
  candleOpen,
  type CandleType,
  nextCandleOpen,
  type Pair,
  pairKeyText,
  type Timeframe,
  type TimestampMs,
} from '../market/index.ts';
import type { Producer } from '../producer/index.ts';
import type { AnyStrategy } from '../strategy/index.ts';
import { type Clock, yieldTurn } from '../util/clock.ts';
import type { Logger } from '../util/logger.ts';
import { analyzePair, frameState, lastRow, PairQueue } from './analysis.ts';
import { BotDataProvider, type ProducerRead } from './bot-data-provider.ts';
import type { BotEvent } from './bot-event.ts';
import { CandleCache } from './candle-cache.ts';
import { DecisionDesk } from './decision-desk.ts';
import { KeptAnalyses } from './kept-analyses.ts';
import { LateFrameNotes } from './late-frame-notes.ts';
import { LoopSleep } from './loop-sleep.ts';
import { OwnCandles } from './own-candles.ts';
import { ProducerFrameNotes } from './producer-frame-notes.ts';
import { ProducerWait } from './producer-wait.ts';
import { RepeatedTrouble } from './repeated-trouble.ts';

/** What a trade loop works with and on. */
export interface TradeLoopParts {
  readonly strategy: AnyStrategy;
  readonly exchange: Exchange;
  /** The pairs to start with. */
  readonly whitelist: readonly Pair[];
  /** The pairs to work on, asked for in every round; those of the start unless given. */
  readonly pairs?: (signal: AbortSignal) => Promise<readonly Pair[]>;
  readonly timeframe: Timeframe;
  readonly candleType: CandleType;
  /** Rows published and decided on. */
  readonly maxCandles: number;
  /** Wall time between attempts at candles that could not be fetched. */
  readonly retryMs: number;
  readonly producer: Producer | undefined;
  readonly consumer: Consumer | undefined;
  readonly wallClock: Clock;
  readonly logger: Logger;
  readonly digests: boolean;
  readonly emit: (event: BotEvent) => void;
}

/** What can change while a loop runs. */
export type TradeLoopChanges = Partial<Pick<TradeLoopParts, 'strategy' | 'retryMs'>>;

/** Closed candles of each pair and timeframe: those that are published, and those before them that indicators warm up on. */
function rowsWanted({ maxCandles, strategy }: Pick<TradeLoopParts, 'maxCandles' | 'strategy'>): number {
  return maxCandles + strategy.startupCandleCount;
}

/**
 * Fetches candles as they close, analyzes each pair, publishes its frame and has it decided on. A pair is analyzed when it has a
 * new candle, and, for consumers, when a producer's frame that its strategy reads has changed; a new candle waits a little for
 * the producer's part of it, and for own candles that could not be fetched.
 */
export class TradeLoop {
  #parts: TradeLoopParts;
  readonly #cache: CandleCache;
  readonly #candles: OwnCandles;
  #whitelist: readonly Pair[];
  #changes: TradeLoopChanges | undefined;
  readonly #dp: BotDataProvider;
  readonly #desk: DecisionDesk;
  readonly #wait: ProducerWait;
  readonly #notes: ProducerFrameNotes;
  readonly #lateNotes: LateFrameNotes;
  readonly #trouble: RepeatedTrouble;
  #kept: KeptAnalyses;
  readonly #analyzed = new Map<string, AnalyzedFrame>();
  readonly #reads = new Map<Pair, readonly ProducerRead[]>();
  readonly #queue = new PairQueue();
  /** Pairs analyzed without own candles that may still come. */
  readonly #short = new Set<Pair>();
  readonly #abort = new AbortController();
  readonly #sleep: LoopSleep;

  constructor(parts: TradeLoopParts) {
    const { exchange, timeframe, candleType, consumer, logger, wallClock, emit } = parts;
    this.#parts = parts;
    this.#cache = new CandleCache(exchange, rowsWanted(parts));
    this.#whitelist = parts.whitelist;
    this.#candles = new OwnCandles({
      ...parts,
      strategy: () => this.#parts.strategy,
      whitelist: () => this.#whitelist,
      cache: this.#cache,
      dp: () => this.#dp,
      signal: this.#abort.signal,
      onLate: () => this.#sleep.wakeUp(),
    });
    this.#desk = new DecisionDesk({ ...parts, canShort: () => this.#parts.strategy.canShort });
    this.#sleep = new LoopSleep({ marketClock: exchange.clock, wallClock });
    this.#trouble = new RepeatedTrouble(logger);
    this.#kept = new KeptAnalyses(parts);
    this.#dp = new BotDataProvider({
      timeframe,
      candleType,
      candles: (key) => this.#candles.get(key),
      analyzed: (key) => this.#analyzed.get(pairKeyText(key)),
      whitelist: () => this.#whitelist,
      consumer,
      sendMsg: (text) => this.#sendMsg(text),
    });
    this.#wait = new ProducerWait({
      consumer,
      timeframe,
      clock: exchange.clock,
      reads: this.#reads,
      newest: (pair) => this.#candles.newest(pair),
      isShort: (pair) => this.#candles.isShort(pair),
      onDue: (pair, late) => this.#onCandleDue(pair, late),
    });
    const isAway = (name: string) =>
      consumer !== undefined && consumer.producerNames.includes(name) && !consumer.isConnected(name);
    this.#lateNotes = new LateFrameNotes({ timeframe, isAway, wallClock, logger });
    this.#notes = new ProducerFrameNotes({
      reads: this.#reads,
      frameOf: (read) => this.#dp.frameOf(read),
      isAway,
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
        this.#takeChanges();
        await this.#followPairs();
        // One moment for the whole round: no analysis sees a candle and lacks another that closed with it.
        const now = this.#parts.exchange.clock.now();
        this.#onCandles(await this.#candles.refresh(now));
        await this.#workOff();
        if (this.#hasEnded(now)) return 'the recording has ended';
        await this.#untilNext(now);
      }
      return String(this.#abort.signal.reason);
    } finally {
      this.#notes.stop();
      this.#lateNotes.stop();
      this.#wait.stop();
    }
  }

  /** Ends the loop after the pair that it is at. */
  stop(reason: string): void {
    this.#abort.abort(reason);
    this.#sleep.wakeUp();
  }

  /** Goes on with these settings from the next round on. With another strategy every pair is analyzed anew. */
  apply(changes: TradeLoopChanges): void {
    this.#changes = { ...this.#changes, ...changes };
    this.#sleep.wakeUp();
  }

  /** Between two rounds, so that none is half of one strategy and half of another. */
  #takeChanges(): void {
    const changes = this.#changes;
    this.#changes = undefined;
    this.#parts = { ...this.#parts, ...changes };
    if (changes?.strategy === undefined) return;
    this.#kept = new KeptAnalyses(this.#parts);
    this.#cache.want(rowsWanted(this.#parts));
    for (const pair of this.#whitelist) if (!this.#wait.has(pair)) this.#queue.add(pair, { newCandle: false });
  }

  /** Begins the next round at once. */
  wakeUp(): void {
    this.#sleep.wakeUp();
  }

  async #followPairs(): Promise<void> {
    const { signal } = this.#abort;
    try {
      const pairs = await this.#parts.pairs?.(signal);
      if (pairs !== undefined && pairs !== this.#whitelist) this.setWhitelist(pairs);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Works on these pairs from now on. Candles of new ones are fetched at once; what is known of those left out is let go. */
  setWhitelist(pairs: readonly Pair[]): void {
    this.#whitelist = pairs;
    const kept = new Set(pairs);
    for (const pair of this.#reads.keys()) if (!kept.has(pair)) this.#reads.delete(pair);
    for (const [id, { key }] of this.#analyzed) if (!kept.has(key.pair)) this.#analyzed.delete(id);
    for (const pair of this.#short) if (!kept.has(pair)) this.#short.delete(pair);
    this.#kept.keepOnly(kept);
    this.#sleep.wakeUp();
  }

  /** To be called when a producer's frame has changed. */
  onProducerUpdate(update: FrameUpdate): void {
    const changed = pairKeyText(update.key);
    for (const [pair, reads] of this.#reads) {
      const isRead = reads.some(({ producer, key }) => producer === update.producer && pairKeyText(key) === changed);
      if (isRead) this.#onReadChanged(pair);
    }
  }

  /** To be called when the connection to a producer has ended: nobody waits for it any more. */
  onProducerGone(): void {
    this.#wait.look();
  }

  #onReadChanged(pair: Pair): void {
    if (this.#wait.has(pair)) return this.#wait.lookAt(pair);
    if (this.#parts.strategy.processOnlyNewCandles) return;
    this.#queue.add(pair, { newCandle: false });
    this.#sleep.wakeUp();
  }

  #onCandleDue(pair: Pair, late: readonly ProducerRead[]): void {
    this.#lateNotes.onDue(pair, late);
    this.#queue.add(pair, { newCandle: true });
    this.#sleep.wakeUp();
  }

  /** Takes up new candles, candles that changed, and pairs that had to do without some that have come now. */
  #onCandles({ news, revised }: { readonly news: readonly Pair[]; readonly revised: readonly Pair[] }): void {
    for (const pair of news) this.#wait.onNewCandle(pair);
    this.#wait.look();
    for (const pair of revised) if (!this.#wait.has(pair)) this.#queue.add(pair, { newCandle: false });
    for (const pair of this.#short) {
      if (this.#wait.has(pair) || this.#candles.isShort(pair)) continue;
      this.#short.delete(pair);
      this.#queue.add(pair, { newCandle: false });
    }
  }

  #hasEnded(now: TimestampMs): boolean {
    const { exchange, emit } = this.#parts;
    if (exchange.endsAt === undefined || now < exchange.endsAt || this.#wait.size > 0) return false;
    emit({ type: 'market_ended', date: exchange.endsAt });
    return true;
  }

  async #workOff(): Promise<void> {
    for (let due = this.#queue.take(); due && !this.#abort.signal.aborted; due = this.#queue.take()) {
      this.#analyze(due.pair, due.newCandle);
      await yieldTurn();
    }
    // Now that everything is out, there is time to look whether the strategy kept its hands off what it shares.
    const again = this.#kept.check();
    for (const pair of again) this.#queue.add(pair, { newCandle: false });
    if (again.length > 0) await this.#workOff();
  }

  #analyze(pair: Pair, newCandle: boolean): void {
    const { strategy, timeframe, candleType, wallClock, emit } = this.#parts;
    const key = { pair, timeframe, candleType };
    if (this.#candles.get(key).length === 0 || !this.#whitelist.includes(pair)) return;
    if (this.#candles.isShort(pair)) this.#short.add(pair);
    else this.#short.delete(pair);
    const outcome = analyzePair(strategy, {
      key,
      candles: (asked) => this.#candles.get(asked),
      dp: this.#dp,
      now: () => wallClock.now(),
      kept: (asked) => this.#kept.of(asked),
    });
    this.#reads.set(pair, outcome.reads);
    if (outcome.status === 'failed') {
      const { code, message } = outcome.error;
      this.#trouble.begin(pair, 'error', message, { code });
      return emit({ type: 'strategy_failed', pair, code, message });
    }
    this.#trouble.end(pair, `${strategy.name} works again`, { pair });
    for (const informative of outcome.informative) {
      this.#kept.noteWarmUp(informative.key);
      const kept = this.#keep(informative);
      if (strategy.broadcastInformative) this.#publish(kept, false);
    }
    this.#kept.noteWarmUp(key);
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
    emit({
      type: 'analyzed',
      newCandle,
      sent,
      // Made when it is read: it would compute every merged column, and as a rule nobody listens.
      get last() {
        return lastRow(analyzed.frame);
      },
      ...state,
    });
    this.#desk.take(analyzed);
  }

  #publish(analyzed: AnalyzedFrame, newCandle: boolean): number {
    return this.#parts.producer?.publish(analyzed, { newCandle }) ?? 0;
  }

  #sendMsg(text: string): void {
    this.#parts.logger.info(`strategy: ${text}`);
    this.#parts.producer?.announce('strategy_msg', { msg: text });
  }

  /** Sleeps until a candle has closed since `now`, a producer sends something, or it is time to try a failed fetch again. */
  async #untilNext(now: TimestampMs): Promise<void> {
    const { exchange, timeframe, strategy, retryMs } = this.#parts;
    const due = [timeframe, ...strategy.informativeTimeframes].map((frame) =>
      nextCandleOpen(candleOpen(now, frame), frame),
    );
    due.push(this.#candles.nextLook);
    if (exchange.endsAt !== undefined && exchange.endsAt > now) due.push(exchange.endsAt);
    await this.#sleep.until(Math.min(...due), retryMs);
  }
}
