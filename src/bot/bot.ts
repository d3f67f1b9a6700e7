import { type ApiServer, createApiServer } from '../api/index.ts';
import { type Config, diffConfig } from '../config/index.ts';
import { Consumer, type ConsumerEvent } from '../consumer/index.ts';
import { openNodeSocket } from '../consumer/node-socket.ts';
import { type Exchange, ExchangeError } from '../exchange/index.ts';
import type { CandleType, Pair, Timeframe } from '../market/index.ts';
import { createPairlist, type Pairlist, PairlistError, staticWhitelist } from '../pairlist/index.ts';
import { Producer } from '../producer/index.ts';
import type { AnyStrategy } from '../strategy/index.ts';
import { sleep, systemClock, type Timer } from '../util/clock.ts';
import { messageOf } from '../util/errors.ts';
import type { Logger } from '../util/logger.ts';
import { seededRandom } from '../util/random.ts';
import { frameState } from './analysis.ts';
import type { BotEvent } from './bot-event.ts';
import { apiServerSettings, consumerSettings } from './bot-settings.ts';
import { expectCanShort, expectTimeframes } from './check-start.ts';
import { createExchange, type MarketTime, type ReadyExchange } from './create-exchange.ts';
import { effectiveStrategy } from './effective-strategy.ts';
import { FollowedPairs } from './followed-pairs.ts';
import { TradeLoop, type TradeLoopParts } from './trade-loop.ts';

/** What a bot is made of. */
export interface BotOptions {
  readonly config: Config;
  readonly strategy: AnyStrategy;
  readonly logger: Logger;
  readonly emit?: (event: BotEvent) => void;
  /** Whether events carry digests of frames, which cost a pass over each. Default false. */
  readonly digests?: boolean;
}

/**
 * A bot as its config says: candles from an exchange through a strategy to decisions; a producer where `api_server` is enabled, a
 * consumer where `external_message_consumer` is.
 */
export class Bot {
  readonly #options: BotOptions;
  readonly #emit: (event: BotEvent) => void;
  /** What was applied last. */
  #config: Config;
  #strategy: AnyStrategy;
  #loop: TradeLoop | undefined;
  #pairs: FollowedPairs | undefined;
  #producer: Producer | undefined;
  #consumer: Consumer | undefined;
  #api: ApiServer | undefined;
  #ready: ReadyExchange | undefined;
  #heartbeat: Timer | undefined;
  #stopReason: string | undefined;
  readonly #starting = new AbortController();

  constructor(options: BotOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#strategy = effectiveStrategy(options.config, options.strategy);
    this.#emit = guarded(options.emit ?? (() => {}), options.logger);
  }

  /**
   * Starts everything and runs until stopped, or until a recording has ended. Resolves with the reason, everything closed.
   *
   * @throws BotError, ExchangeError, PairlistError, ApiError when it cannot start; ExchangeError of kind `account` when the exchange
   * refuses its key or address later.
   */
  async run(): Promise<string> {
    try {
      const loop = await this.#start();
      const reason = loop === undefined ? (this.#stopReason ?? '') : await loop.run();
      this.#options.logger.info(`stopping: ${reason}`);
      await this.#close();
      this.#emit({ type: 'stopped', reason });
      return reason;
    } finally {
      await this.#close();
    }
  }

  /** Ends `run`, cleanly: the pair that is being analyzed is finished, consumers are told to come back later. */
  stop(reason: string): void {
    this.#stopReason ??= reason;
    this.#starting.abort(reason);
    this.#loop?.stop(reason);
  }

  /**
   * Takes over what of another config a running bot can take: pairs and pair lists, producers, tokens, pace. Frames, connections and
   * candles stay. What needs a new start is said, and so is what cannot be taken over because it is wrong.
   */
  apply(config: Config): void {
    const { logger } = this.#options;
    const changes = diffConfig(this.#config, config).filter(({ applies }) => applies !== 'without effect');
    const live = changes.filter(({ applies }) => applies === 'live').map(({ key }) => key);
    const waiting = diffConfig(this.#options.config, config).filter(({ applies }) => applies === 'restart');
    try {
      this.#applyLive(config);
      if (live.length > 0) logger.info(`configuration applied: ${live.join(', ')}`);
    } catch (error) {
      logger.error(`the new configuration is not applied: ${messageOf(error)}`);
      return;
    }
    this.#config = config;
    if (waiting.length > 0) logger.warn(`these settings need a new start: ${waiting.map(({ key }) => key).join(', ')}`);
    if (changes.length === 0) logger.info('the configuration has not changed');
  }

  /** Goes on with another strategy: every pair is analyzed anew, candles and connections stay. */
  setStrategy(strategy: AnyStrategy): void {
    const { logger } = this.#options;
    const effective = effectiveStrategy(this.#config, strategy);
    if (effective.timeframe !== this.#strategy.timeframe) {
      logger.error(
        `${strategy.name} now has the timeframe ${effective.timeframe}, which needs a new start; the old version goes on`,
      );
      return;
    }
    this.#strategy = effective;
    this.#loop?.apply({ strategy: effective, processOnlyNewCandles: effective.processOnlyNewCandles });
    logger.info(`${strategy.name} was loaded anew`);
    this.#emit({ type: 'strategy', strategy: strategy.name });
  }

  #applyLive(config: Config): void {
    const { external_message_consumer: consuming, api_server: serving, internals } = config;
    if (this.#ready !== undefined) this.#pairs?.follow(this.#createPairlist(config, this.#ready));
    // A section that is switched off says nothing of what runs until the next start.
    if (consuming.enabled) this.#consumer?.setProducers(consumerSettings(config).producers);
    if (serving.enabled) this.#api?.setWsTokens(apiServerSettings(config).wsTokens);
    this.#loop?.apply({ retryMs: internals.process_throttle_secs * 1000 });
    this.#loop?.wakeUp();
    this.#heartbeat?.cancel();
    if (this.#loop !== undefined) this.#beat(config);
  }

  /** Undefined where it was stopped before everything stood. */
  async #start(): Promise<TradeLoop | undefined> {
    const config = this.#config;
    const { timeframe } = this.#strategy;
    const candleType: CandleType = config.trading_mode === 'futures' ? 'futures' : 'spot';
    expectCanShort(this.#strategy, candleType);
    const ready = await this.#openExchange(timeframe, candleType);
    if (ready === undefined || this.#stopReason !== undefined) return undefined;

    const { exchange, marketTime } = ready;
    this.#producer = config.api_server.enabled ? this.#createProducer(timeframe, candleType) : undefined;
    this.#consumer = config.external_message_consumer.enabled ? this.#createConsumer(exchange) : undefined;
    const followed = new FollowedPairs({
      pairlist: this.#createPairlist(config, ready),
      logger: this.#options.logger.child('pairs'),
      onChange: (pairs) => this.#onPairs(pairs),
    });
    this.#pairs = followed;
    const pairs = await this.#firstPairs(followed, ready);
    if (pairs === undefined || this.#stopReason !== undefined) return undefined;
    const loop = this.#createLoop(followed, { exchange, whitelist: pairs, timeframe, candleType });
    this.#loop = loop;
    if (this.#producer) await this.#listen(this.#producer);
    // `stop` reaches the loop from here on.
    if (this.#stopReason !== undefined) return undefined;
    this.#consumer?.start();
    this.#beat(config);
    this.#tellStart(exchange, pairs, timeframe);
    if (marketTime !== undefined) this.#tellMarketTime(exchange, marketTime);
    return loop;
  }

  /** The pairs to start with, asked for until the exchange answers; undefined where the bot was stopped meanwhile. */
  async #firstPairs(followed: FollowedPairs, ready: ReadyExchange): Promise<readonly Pair[] | undefined> {
    const { signal } = this.#starting;
    const { pairlists, exchange, internals } = this.#config;
    for (;;) {
      try {
        const pairs = await followed.refresh(signal);
        if (pairs.length > 0 || pairlists.some(({ method }) => method !== 'StaticPairList')) return pairs;
        // Throws: with the reasons, and what there is instead.
        const lists = { whitelist: ready.whitelist, blacklist: exchange?.pair_blacklist ?? [] };
        return staticWhitelist(await ready.exchange.fetchMarkets(), lists).pairs;
      } catch (error) {
        if (signal.aborted) return undefined;
        if (!mayPass(error)) throw error;
        this.#options.logger.warn(`no pairs yet: ${messageOf(error)}`);
        await sleep(systemClock, internals.process_throttle_secs * 1000, signal);
      }
    }
  }

  #onPairs(pairs: readonly Pair[]): void {
    this.#producer?.setWhitelist(pairs);
    if (this.#loop !== undefined) this.#emit({ type: 'pairs', pairs });
  }

  #createPairlist(config: Config, { exchange, whitelist }: ReadyExchange): Pairlist {
    const { pair_whitelist: named = [], pair_blacklist: blacklist = [] } = config.exchange ?? {};
    return createPairlist({
      configs: config.pairlists,
      // Of the start, an empty one may stand for all that the exchange plays.
      whitelist: named.length > 0 && config !== this.#options.config ? named : whitelist,
      blacklist,
      stakeCurrency: config.stake_currency,
      exchange,
      candleType: config.trading_mode === 'futures' ? 'futures' : 'spot',
      timeframe: this.#strategy.timeframe,
      producerPairs: this.#consumer === undefined ? undefined : (name) => this.#consumer?.pairs(name) ?? [],
      clock: exchange.clock,
      random: seededRandom(`${systemClock.now()}`),
      logger: this.#options.logger.child('pairs'),
    });
  }

  #createLoop(
    followed: FollowedPairs,
    market: Pick<TradeLoopParts, 'exchange' | 'whitelist' | 'timeframe' | 'candleType'>,
  ): TradeLoop {
    const { logger } = this.#options;
    const config = this.#config;
    return new TradeLoop({
      ...market,
      strategy: this.#strategy,
      pairs: (signal) => followed.refresh(signal),
      maxCandles: config.candlecast.max_candles,
      processOnlyNewCandles: this.#processOnlyNewCandles(),
      retryMs: config.internals.process_throttle_secs * 1000,
      producer: this.#producer,
      consumer: this.#consumer,
      wallClock: systemClock,
      logger: logger.child('bot'),
      digests: this.#options.digests ?? false,
      emit: this.#emit,
    });
  }

  #tellStart(exchange: Exchange, pairs: readonly Pair[], timeframe: Timeframe): void {
    const { logger } = this.#options;
    const [config, strategy] = [this.#config, this.#strategy];
    const roles = [this.#producer && 'producer', this.#consumer && 'consumer'].filter(Boolean).join(' and ');
    if (!config.dry_run) logger.warn('dry_run is false, yet no orders are placed: that is not supported yet');
    logger.info(`${strategy.name} on ${exchange.name}`, { pairs: pairs.length, timeframe, role: roles || undefined });
    const clocks = { marketMs: exchange.clock.now(), wallMs: systemClock.now() };
    this.#emit({ type: 'started', bot: config.bot_name, strategy: strategy.name, pairs, ...clocks });
  }

  #tellMarketTime({ clock }: Exchange, { anchorMs, anchorWallMs, speed }: MarketTime): void {
    const now = new Date(clock.now()).toISOString();
    const anchors = { anchor_ms: anchorMs, anchor_wall_ms: anchorWallMs };
    this.#options.logger.info(`market time ${now}; a bot with these settings shares it`, { speed, ...anchors });
  }

  async #openExchange(timeframe: Timeframe, candleType: CandleType): Promise<ReadyExchange | undefined> {
    const { logger } = this.#options;
    const strategy = this.#strategy;
    const { signal } = this.#starting;
    try {
      const ready = await createExchange(this.#config, {
        timeframe,
        candleType,
        startRows: this.#config.candlecast.max_candles + strategy.startupCandleCount,
        leastRows: Math.max(1, strategy.startupCandleCount),
        isDryRun: this.#config.dry_run,
        logger: logger.child('exchange'),
        signal,
      });
      this.#ready = ready;
      expectTimeframes(ready.exchange, [timeframe, ...strategy.informativeTimeframes]);
      for (const { entry, reason } of ready.leftOut) logger.warn(`pair left out: ${entry}: ${reason}`);
      return ready;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  #processOnlyNewCandles(): boolean {
    const { logger } = this.#options;
    const strategy = this.#strategy;
    const only = strategy.processOnlyNewCandles;
    if (only && this.#config.external_message_consumer.enabled) {
      logger.warn(
        `${strategy.name} sets processOnlyNewCandles to true; a consumer needs false to act when frames arrive`,
      );
    }
    return only;
  }

  #createProducer(timeframe: Timeframe, candleType: CandleType): Producer {
    return new Producer({ timeframe, candleType, logger: this.#options.logger.child('producer') });
  }

  #createConsumer(exchange: Exchange): Consumer {
    return new Consumer({
      ...consumerSettings(this.#config),
      openSocket: openNodeSocket,
      marketClock: exchange.clock,
      logger: this.#options.logger.child('consumer'),
      onEvent: (event) => this.#onConsumerEvent(event),
    });
  }

  #onConsumerEvent(event: ConsumerEvent): void {
    if (event.type === 'update') {
      const { producer, key, frame, lastAnalyzed } = event;
      const state = frameState({ key, frame, lastAnalyzed }, { digest: this.#options.digests ?? false });
      this.#emit({ type: 'copied', producer, receivedAt: systemClock.now(), ...state });
      this.#loop?.onProducerUpdate(event);
      return;
    }
    if (event.type === 'disconnected') this.#loop?.onProducerGone();
    // A pair list may be made of it.
    if (event.type === 'whitelist') this.#loop?.wakeUp();
    this.#log(event);
    this.#emit(event);
  }

  #log(event: Exclude<ConsumerEvent, { readonly type: 'update' }>): void {
    const logger = this.#options.logger.child('consumer');
    const { producer } = event;
    if (event.type === 'trouble') logger.warn(`producer "${producer}": ${event.reason}`);
    if (event.type === 'whitelist') logger.info('whitelist received', { producer, pairs: event.pairs.length });
    if (event.type === 'resync') {
      const { key, reason, asked } = event;
      logger.info(`frame refetched: ${reason}`, { producer, pair: key.pair, timeframe: key.timeframe, rows: asked });
    }
  }

  async #listen(producer: Producer): Promise<void> {
    const { logger } = this.#options;
    const settings = apiServerSettings(this.#config);
    if (settings.wsTokens.length === 0) {
      logger.warn(
        'api_server has no ws_token, so no consumer can connect with one; set it to something long and random',
      );
    }
    this.#api = await createApiServer({
      settings,
      logger: logger.child('api'),
      acceptMessageSocket: (socket) => producer.attach(socket),
    });
    const { host, port } = await this.#api.listen();
    logger.child('api').info('listening', { address: `${host}:${port}` });
    this.#emit({ type: 'listening', host, port });
  }

  #beat(config: Config): void {
    const { logger } = this.#options;
    const intervalMs = config.internals.heartbeat_interval * 1000;
    if (intervalMs === 0) return;
    this.#heartbeat = systemClock.setTimer(() => {
      logger.info('heartbeat', {
        consumers: this.#producer?.sessions.length,
        producers: this.#consumer?.producerNames.filter((name) => this.#consumer?.isConnected(name)).length,
      });
      this.#beat(config);
    }, intervalMs);
  }

  async #close(): Promise<void> {
    this.#heartbeat?.cancel();
    this.#consumer?.stop();
    this.#producer?.close();
    await this.#api?.close();
    await this.#ready?.exchange.close();
    this.#api = undefined;
    this.#ready = undefined;
  }
}

/** Events go to a listener whose faults are its own: the bot goes on. */
function guarded(emit: (event: BotEvent) => void, logger: Logger): (event: BotEvent) => void {
  let hasThrown = false;
  return (event) => {
    try {
      emit(event);
    } catch (error) {
      if (!hasThrown) logger.error(`a listener of the bot's events threw ${messageOf(error)}`, { event: event.type });
      hasThrown = true;
    }
  };
}

/** Whether the exchange may answer another time. */
function mayPass(error: unknown): boolean {
  if (error instanceof ExchangeError) return error.kind === 'outside';
  return error instanceof PairlistError && error.code === 'PAIRLIST_NO_ANSWER';
}
