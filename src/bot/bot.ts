import { type ApiServer, type ApiServerSettings, createApiServer } from '../api/index.ts';
import type { Config } from '../config/index.ts';
import { Consumer, type ConsumerEvent } from '../consumer/index.ts';
import { openNodeSocket } from '../consumer/node-socket.ts';
import type { Exchange } from '../exchange/index.ts';
import { type CandleType, type Pair, parseTimeframe, type Timeframe } from '../market/index.ts';
import { Producer } from '../producer/index.ts';
import type { AnyStrategy } from '../strategy/index.ts';
import { systemClock, type Timer } from '../util/clock.ts';
import { messageOf } from '../util/errors.ts';
import type { Logger } from '../util/logger.ts';
import { frameState } from './analysis.ts';
import type { BotEvent } from './bot-event.ts';
import { expectCanShort, expectTimeframes } from './check-start.ts';
import { createExchange, type MarketTime } from './create-exchange.ts';
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

const MEGABYTE = 2 ** 20;

/**
 * A bot as its config says: candles from an exchange through a strategy to decisions; a producer where `api_server` is enabled, a
 * consumer where `external_message_consumer` is.
 */
export class Bot {
  readonly #options: BotOptions;
  readonly #emit: (event: BotEvent) => void;
  #loop: TradeLoop | undefined;
  #producer: Producer | undefined;
  #consumer: Consumer | undefined;
  #api: ApiServer | undefined;
  #exchange: Exchange | undefined;
  #heartbeat: Timer | undefined;
  #stopReason: string | undefined;

  constructor(options: BotOptions) {
    this.#options = options;
    this.#emit = guarded(options.emit ?? (() => {}), options.logger);
  }

  /**
   * Starts everything and runs until stopped, or until a recording has ended. Resolves with the reason, everything closed.
   *
   * @throws BotError, ExchangeError, ApiError when it cannot start.
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
    this.#loop?.stop(reason);
  }

  /** Undefined where it was stopped before everything stood. */
  async #start(): Promise<TradeLoop | undefined> {
    const { config, strategy } = this.#options;
    const timeframe = config.timeframe === undefined ? strategy.timeframe : parseTimeframe(config.timeframe);
    const candleType: CandleType = config.trading_mode === 'futures' ? 'futures' : 'spot';
    expectCanShort(strategy, candleType);
    const { exchange, pairs, marketTime } = await this.#openExchange(timeframe, candleType);
    if (this.#stopReason !== undefined) return undefined;

    this.#producer = config.api_server.enabled ? this.#createProducer(timeframe, candleType) : undefined;
    this.#consumer = config.external_message_consumer.enabled ? this.#createConsumer(exchange) : undefined;
    const loop = this.#createLoop({ exchange, whitelist: pairs, timeframe, candleType });
    this.#loop = loop;
    this.#producer?.setWhitelist(pairs);
    if (this.#producer) await this.#listen(this.#producer);
    // `stop` reaches the loop from here on.
    if (this.#stopReason !== undefined) return undefined;
    this.#consumer?.start();
    this.#beat();
    this.#tellStart(exchange, pairs, timeframe);
    if (marketTime !== undefined) this.#tellMarketTime(exchange, marketTime);
    return loop;
  }

  #createLoop(market: Pick<TradeLoopParts, 'exchange' | 'whitelist' | 'timeframe' | 'candleType'>): TradeLoop {
    const { config, strategy, logger } = this.#options;
    return new TradeLoop({
      ...market,
      strategy,
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
    const { config, strategy, logger } = this.#options;
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

  async #openExchange(
    timeframe: Timeframe,
    candleType: CandleType,
  ): Promise<{
    readonly exchange: Exchange;
    readonly pairs: readonly Pair[];
    readonly marketTime: MarketTime | undefined;
  }> {
    const { config, strategy, logger } = this.#options;
    const { exchange, whitelist, marketTime } = await createExchange(config, {
      timeframe,
      candleType,
      startRows: config.candlecast.max_candles + strategy.startupCandleCount,
      leastRows: Math.max(1, strategy.startupCandleCount),
    });
    this.#exchange = exchange;
    expectTimeframes(exchange, [timeframe, ...strategy.informativeTimeframes]);
    for (const { entry, reason } of whitelist.leftOut) logger.warn(`pair left out: ${entry}: ${reason}`);
    return { exchange, pairs: whitelist.pairs, marketTime };
  }

  #processOnlyNewCandles(): boolean {
    const { config, strategy, logger } = this.#options;
    const only = config.process_only_new_candles ?? strategy.processOnlyNewCandles;
    if (only && config.external_message_consumer.enabled) {
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
    const settings = this.#options.config.external_message_consumer;
    return new Consumer({
      producers: settings.producers.map(({ ws_token: wsToken, ...address }) => ({ ...address, wsToken })),
      waitTimeoutMs: settings.wait_timeout * 1000,
      pingTimeoutMs: settings.ping_timeout * 1000,
      sleepTimeMs: settings.sleep_time * 1000,
      initialCandleLimit: settings.initial_candle_limit,
      removeEntryExitSignals: settings.remove_entry_exit_signals,
      messageSizeLimitBytes: settings.message_size_limit * MEGABYTE,
      maxRows: this.#options.config.candlecast.max_candles,
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
    const { config, logger } = this.#options;
    const settings = apiServerSettings(config);
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

  #beat(): void {
    const { config, logger } = this.#options;
    const intervalMs = config.internals.heartbeat_interval * 1000;
    if (intervalMs === 0) return;
    this.#heartbeat = systemClock.setTimer(() => {
      logger.info('heartbeat', {
        consumers: this.#producer?.sessions.length,
        producers: this.#consumer?.producerNames.filter((name) => this.#consumer?.isConnected(name)).length,
      });
      this.#beat();
    }, intervalMs);
  }

  async #close(): Promise<void> {
    this.#heartbeat?.cancel();
    this.#consumer?.stop();
    this.#producer?.close();
    await this.#api?.close();
    await this.#exchange?.close();
    this.#api = undefined;
    this.#exchange = undefined;
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

function apiServerSettings({ api_server: settings }: Config): ApiServerSettings {
  const { ws_token: token = [] } = settings;
  return {
    listenIpAddress: settings.listen_ip_address,
    listenPort: settings.listen_port,
    wsTokens: typeof token === 'string' ? [token] : token,
    jwtSecretKey: settings.jwt_secret_key,
    username: settings.username,
    password: settings.password,
    corsOrigins: settings.CORS_origins,
  };
}
