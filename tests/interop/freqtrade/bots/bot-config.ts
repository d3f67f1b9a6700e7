import type { Market } from './start-market.ts';

/** What a bot is to be. */
export interface BotPlan {
  readonly name: string;
  /** Ours by its file, a stock bot's by its name. */
  readonly strategy: string;
  readonly market: Market;
  /** The port of the bot that it consumes. */
  readonly producerPort?: number | undefined;
}

export const WS_TOKEN = 'whole-bots-token-0123456789';

/** Of the REST API. */
export const CREDENTIALS = { username: 'trader', password: 'of-this-test-alone' };

/** What a stock bot and ours read alike. */
export function botConfig({ name, market, producerPort }: BotPlan, port: number): object {
  const producers = [{ name: 'default', host: '127.0.0.1', port: producerPort, ws_token: WS_TOKEN }];
  return {
    bot_name: name,
    dry_run: true,
    stake_currency: 'USDT',
    trading_mode: 'spot',
    exchange: { pair_whitelist: market.pairs, pair_blacklist: [] },
    pairlists: [{ method: 'StaticPairList' }],
    api_server: {
      enabled: true,
      listen_ip_address: '127.0.0.1',
      listen_port: port,
      jwt_secret_key: 'a-secret-of-this-test-alone-0123456789',
      ws_token: WS_TOKEN,
      ...CREDENTIALS,
    },
    ...(producerPort === undefined ? {} : { external_message_consumer: { enabled: true, producers } }),
    internals: { process_throttle_secs: 5 },
  };
}

/**
 * A stock bot's config: limits that nothing comes near. The strategies' exits never come, so each pair is entered once and held.
 */
export function stockConfig(plan: BotPlan, port: number): object {
  const pricing = { price_side: 'other', use_order_book: false };
  return {
    ...botConfig(plan, port),
    max_open_trades: -1,
    stake_amount: 20,
    dry_run_wallet: 100_000,
    entry_pricing: pricing,
    exit_pricing: pricing,
    order_types: { entry: 'market', exit: 'market', stoploss: 'market', stoploss_on_exchange: false },
    initial_state: 'running',
  };
}
