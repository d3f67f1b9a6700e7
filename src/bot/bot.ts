import { isDeepStrictEqual } from 'node:util';
import { type ApiServer, createApiServer } from '../api/index.ts';
import { type Config, diffConfig, withLiveSettings } from '../config/index.ts';
import { Consumer, type ConsumerEvent } from '../consumer/index.ts';
import { openNodeSocket } from '../consumer/node-socket.ts';
import { type Exchange, ExchangeError } from '../exchange/index.ts';
import type { CandleType, Pair, Timeframe } from '../market/index.ts';
import { createPairlist, noPairsError, type Pairlist, PairlistError } from '../pairlist/index.ts';
import { Producer } from '../producer/index.ts';
import type { AnyStrategy } from '../strategy/index.ts';
import { sleep, systemClock, type Timer } from '../util/clock.ts';
import { messageOf } from '../util/errors.ts';
import type { Logger } from '../util/logger.ts';
import { seededRandom } from '../util/random.ts';
import { frameState } from './analysis.ts';
import { BotError } from './bot-error.ts';
import type { BotEvent } from './bot-event.ts';
import { botMetrics } from './bot-metrics.ts';
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
  #stage: 'starting' | 'running' | 'over' = 'starting';
  /** What was asked for before everything stood. */
  readonly #waiting: { config?: Config; strategy?: AnyStrategy } = {};
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
      if (loop !== undefined) this.#emit({ type: 'stopping', reason });
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
   * candles stay. What needs a new start is said, and so is what cannot be taken over because it is wrong. Before everything stands
   * it is kept until then; after the end it is nothing.
   */
  apply(config: Config): void {
    if (this.#stage !== 'running') {
      if (this.#stage === 'starting') this.#waiting.config = config;
      return;
    }
    const { logger } = this.#options;
    const changes = diffConfig(this.#config, config);
    const live = changes.filter(({ applies }) => applies === 'live').map(({ key }) => key);
    const waiting = changes.filter(({ applies }) => applies === 'restart').map(({ key }) => key);
    if (live.length > 0) {
      try {
        this.#applyLive(withLiveSettings(this.#config, config), new Set(live));
        logger.info(`configuration applied: ${live.join(', ')}`);
      } catch (error) {
        logger.error(`the new configuration is not applied: ${messageOf(error)}`);
        return;
      }
    }
    if (waiting.length > 0) logger.warn(`these settings need a new start: ${waiting.join(', ')}`);
    if (live.length === 0 && waiting.length === 0) logger.info('the configuration has not changed');
  }

  /** Goes on with another strategy from the next round on: every pair is analyzed anew, candles and connections stay. */
  setStrategy(strategy: AnyStrategy): void {
    if (this.#stage !== 'running') {
      if (this.#stage === 'starting') this.#waiting.strategy = strategy;
      return;
    }
    const { logger } = this.#options;
    const effective = effectiveStrategy(this.#config, strategy);
    try {
      this.#expectFits(effective);
    } catch (error) {
      logger.error(`${strategy.name} was loaded anew, but the version before goes on: ${messageOf(error)}`);
      return;
    }
    this.#strategy = effective;
    this.#loop?.apply({ strategy: effective });
    logger.info(`${strategy.name} was loaded anew`);
    this.#emit({ type: 'strategy', strategy: strategy.name });
  }

  /** Throws BotError where a running bot cannot go on with this strategy. */
  #expectFits(strategy: AnyStrategy): void {
    const { timeframe } = this.#strategy;
    if (strategy.timeframe !== timeframe) {
      const message = `its timeframe is now ${strategy.timeframe}, not ${timeframe}, which needs a new start`;
      throw new BotError('BOT_NEEDS_RESTART', message, { value: strategy.timeframe });
    }
    expectCanShort(strategy, this.#candleType);
    if (this.#ready !== undefined) expectTimeframes(this.#ready.exchange, strategy.informativeTimeframes);
  }

  #applyLive(config: Config, changed: ReadonlySet<string>): void {
    const hasNewPairs = [...changed].some((key) => key === 'pairlists' || key.startsWith('exchange.pair_'));
    // What can throw comes first, so that nothing is half applied.
    const pairlist = this.#ready !== undefined && hasNewPairs ? this.#createPairlist(config, this.#ready) : undefined;
    if (changed.has('external_message_consumer.producers')) {
      this.#consumer?.setProducers(consumerSettings(config).producers);
    }
    if (pairlist !== undefined) this.#pairs?.follow(pairlist);
    if (changed.has('api_server.ws_token')) this.#api?.setWsTokens(apiServerSettings(config).wsTokens);
    this.#config = config;
    this.#loop?.apply({ retryMs: config.internals.process_throttle_secs * 1000 });
    this.#beat();
  }

  get #candleType(): CandleType {
    return this.#options.config.trading_mode === 'futures' ? 'futures' : 'spot';
  }

  /** Undefined where it was stopped before everything stood. */
  async #start(): Promise<TradeLoop | undefined> {
    const config = this.#config;
    const { timeframe } = this.#strategy;
    const candleType = this.#candleType;
    expectCanShort(this.#strategy, candleType);
    const ready = await this.#openExchange(timeframe, candleType);
    if (ready === undefined || this.#stopReason !== undefined) return undefined;

    const { exchange, marketTime } = ready;
    this.#producer = config.api_server.enabled ? this.#createProducer(timeframe, candleType) : undefined;
    this.#consumer = config.external_message_consumer.enabled ? this.#createConsumer(exchange) : undefined;
    const followed = new FollowedPairs({
      pairlist: this.#createPairlist(config, ready),
      logger: this.#options.logger.child('pairs'),
      mayBeEmpty: () => mayBeEmpty(this.#config),
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
    this.#warnOfDeafConsumer(this.#strategy);
    this.#consumer?.start();
    this.#tellStart(exchange, pairs, timeframe);
    if (marketTime !== undefined) this.#tellMarketTime(exchange, marketTime);
    this.#stage = 'running';
    this.#beat();
    if (this.#waiting.config !== undefined) this.apply(this.#waiting.config);
    if (this.#waiting.strategy !== undefined) this.setStrategy(this.#waiting.strategy);
    return loop;
  }

  /** The pairs to start with, asked for until the exchange answers; undefined where the bot was stopped meanwhile. */
  async #firstPairs(followed: FollowedPairs, ready: ReadyExchange): Promise<readonly Pair[] | undefined> {
    const { signal } = this.#starting;
    const { internals } = this.#config;
    for (;;) {
      try {
        const pairs = await followed.refresh(signal);
        if (pairs.length > 0 || mayBeEmpty(this.#config)) return pairs;
        const there = (await ready.exchange.fetchMarkets({ signal })).map(({ pair }) => pair);
        throw noPairsError(followed.leftOut, there, ready.whitelist);
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
    const atStart = this.#options.config.exchange?.pair_whitelist;
    return createPairlist({
      configs: config.pairlists,
      // At the start an empty one may stand for all that the exchange plays.
      whitelist: isDeepStrictEqual(named, atStart) ? whitelist : named,
      blacklist,
      stakeCurrency: config.stake_currency,
      exchange,
      candleType: this.#candleType,
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
    else logger.info('decisions are logged and sent to consumers; no orders are placed');
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

  /** A consumer acts when frames arrive, which is between its own candles. */
  #warnOfDeafConsumer({ name, processOnlyNewCandles }: AnyStrategy): void {
    if (!processOnlyNewCandles || !this.#config.external_message_consumer.enabled) return;
    this.#options.logger.warn(
      `${name} sets processOnlyNewCandles to true; a consumer needs false to act when frames arrive`,
    );
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
      const fields = { producer, pair: key.pair, timeframe: key.timeframe, ...(asked === 0 ? {} : { rows: asked }) };
      if (event.why === 'mismatch')
        logger.warn(`frame differs from the producer's, and is missing until it does not: ${reason}`, fields);
      else logger.info(`frame refetched: ${reason}`, fields);
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
      acceptMessageSocket: (socket, access) => producer.attach(socket, access),
      readMetrics: (access) => botMetrics({ producer, consumer: this.#consumer }, access),
    });
    const { host, port } = await this.#api.listen();
    logger.child('api').info('listening', { address: `${host}:${port}` });
    this.#emit({ type: 'listening', host, port });
  }

  #beat(): void {
    const { logger } = this.#options;
    const intervalMs = this.#config.internals.heartbeat_interval * 1000;
    this.#heartbeat?.cancel();
    if (intervalMs === 0 || this.#stage !== 'running') return;
    this.#heartbeat = systemClock.setTimer(() => {
      logger.info('heartbeat', {
        consumers: this.#producer?.sessions.length,
        producers: this.#consumer?.producerNames.filter((name) => this.#consumer?.isConnected(name)).length,
      });
      this.#beat();
    }, intervalMs);
  }

  async #close(): Promise<void> {
    this.#stage = 'over';
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

/** Whether no pairs may be what is meant: a producer may not have told its own yet, and a filter may leave out all. */
function mayBeEmpty({ pairlists }: Config): boolean {
  return pairlists.some(({ method }) => method !== 'StaticPairList');
}
