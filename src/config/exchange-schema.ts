import { z } from 'zod';
import { secret, text, moment } from './setting-types.ts';

// The market's time: at wall time `anchor_wall_ms` it is `anchor_ms` (or `start`), and it runs `speed` times as fast as the wall's.
// Bots that share the three live in one market time.
//   simulated  at another speed than 1 and with none of the anchors set, both stand at the start of the current UTC day, so bots
//              with equal settings that start on one day share their time
//   recorded   playing begins when the bot starts, unless `anchor_wall_ms` is set
// A bot logs the two anchors at its start, for another that is to share its time.

const simulated = z.object({
  seed: z.union([z.string(), z.number()]).meta({ allowed: 'any text or number' }).default('candlecast'),
  pairs: z.int().min(1).max(2000).default(20),
  start: moment.exactOptional(),
  speed: z.number().gt(0).default(1),
  anchor_wall_ms: z.number().exactOptional(),
  anchor_ms: z.number().exactOptional(),
  ticks_per_minute: z.int().min(4).max(60).default(6),
  volatility: z.number().gt(0).exactOptional(),
});

const recorded = z.object({
  datadir: text,
  speed: z.number().gt(0).default(1),
  start: moment.exactOptional(),
  format: z.enum(['auto', 'feather', 'json', 'jsongz']).default('auto'),
  anchor_wall_ms: z.number().exactOptional(),
  anchor_ms: z.number().exactOptional(),
});

// freqtrade takes patterns such as ".*/USDT" too, so a pair's form can't be checked here.
const pairs = z.array(text.meta({ allowed: 'a pair such as "BTC/USDT"' }));

/** `exchange`. `simulated` and `recorded` are Candlecast's own exchanges; any other name is one of ccxt's. */
export const exchangeSchema = z.object({
  name: text.meta({ allowed: '"simulated", "recorded" or the name of an exchange in ccxt' }),
  pair_whitelist: pairs.default([]),
  pair_blacklist: pairs.default([]),
  key: secret(z.string()).exactOptional(),
  secret: secret(z.string()).exactOptional(),
  password: secret(z.string()).exactOptional(),
  uid: secret(z.string()).exactOptional(),
  simulated: simulated.prefault({}),
  recorded: recorded.exactOptional(),
});
