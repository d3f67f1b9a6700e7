import { randomBytes } from 'node:crypto';

/** What a demo plays. */
export interface DemoPlan {
  /** Of the simulated market; without meaning where candles are recorded. */
  readonly pairs: number;
  readonly seed: string;
  /** Market time per wall time. */
  readonly speed: number;
  /** A freqtrade data folder to play instead of the simulated market. */
  readonly candles: string | undefined;
}

/** Which market time it is, so that every bot of a demo has the same. */
export interface MarketAnchor {
  readonly marketMs: number;
  readonly wallMs: number;
}

/** A bot of the demo. */
export interface DemoBot {
  readonly name: string;
  /** In `examples/`, without its ending. */
  readonly strategy: string;
  readonly role: string;
}

export const demoProducer: DemoBot = {
  name: 'producer',
  strategy: 'producer-strategy',
  role: 'computes the indicators',
};

export const demoConsumers: readonly DemoBot[] = [
  { name: 'consumer', strategy: 'consumer-strategy', role: "decides on the producer's indicators" },
  { name: 'own logic', strategy: 'own-logic-consumer-strategy', role: 'decides by rules of its own' },
];

/** Rows of each frame: enough for every indicator, and quick to start with. */
const MAX_CANDLES = 500;

/** A token for one run. */
export function demoToken(): string {
  return randomBytes(24).toString('base64url');
}

/** freqtrade's config for the producer: the market, and an API server on a free port of this machine. */
export function producerConfig(plan: DemoPlan, anchor: MarketAnchor | undefined, wsToken: string): object {
  return {
    ...baseConfig(demoProducer, exchangeConfig(plan, anchor, [])),
    api_server: { enabled: true, listen_ip_address: '127.0.0.1', listen_port: 0, ws_token: wsToken },
  };
}

/** freqtrade's config for a consumer of that producer, on the same market at the same time. */
export function consumerConfig(
  bot: DemoBot,
  plan: DemoPlan,
  producer: {
    readonly anchor: MarketAnchor;
    readonly pairs: readonly string[];
    readonly port: number;
    readonly wsToken: string;
  },
): object {
  return {
    ...baseConfig(bot, exchangeConfig(plan, producer.anchor, plan.candles === undefined ? [] : producer.pairs)),
    external_message_consumer: {
      enabled: true,
      producers: [{ name: 'default', host: '127.0.0.1', port: producer.port, ws_token: producer.wsToken }],
      sleep_time: 1,
    },
  };
}

function baseConfig(bot: DemoBot, exchange: object): object {
  return {
    bot_name: bot.name,
    dry_run: true,
    exchange,
    internals: { heartbeat_interval: 0 },
    candlecast: { max_candles: MAX_CANDLES },
  };
}

function exchangeConfig(plan: DemoPlan, anchor: MarketAnchor | undefined, whitelist: readonly string[]): object {
  const anchors = anchor === undefined ? {} : { anchor_ms: anchor.marketMs, anchor_wall_ms: anchor.wallMs };
  const { speed, pairs, seed, candles } = plan;
  if (candles === undefined) {
    return { name: 'simulated', pair_whitelist: whitelist, simulated: { pairs, seed, speed, ...anchors } };
  }
  return { name: 'recorded', pair_whitelist: whitelist, recorded: { datadir: candles, speed, ...anchors } };
}
