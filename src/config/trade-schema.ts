import { z } from 'zod';

const share = z.number().min(0).max(1);

/** freqtrade's settings at the top that stand in for a strategy's own, and have no default. */
export const tradeSettings = {
  minimal_roi: z
    .record(z.string(), z.number())
    .meta({ allowed: 'profits by whole minutes, such as {"0": 0.04, "30": 0.02}' })
    .exactOptional()
    .describe('The profit, as a share, that is enough from so many minutes after the entry on.'),
  stoploss: z
    .number()
    .lt(0)
    .min(-1)
    .meta({ allowed: 'from -1 up to, not including, 0' })
    .exactOptional()
    .describe('The loss, as a share of the entry price, at which a trade is closed.'),
  trailing_stop: z.boolean().exactOptional().describe('Whether the stoploss follows the price.'),
  trailing_stop_positive: share
    .exactOptional()
    .describe('The distance, as a share of the price, at which the stoploss follows once there is a profit.'),
  trailing_stop_positive_offset: share.exactOptional().describe('The profit from which trailing_stop_positive holds.'),
  trailing_only_offset_is_reached: z
    .boolean()
    .exactOptional()
    .describe('Whether the stoploss follows only after that profit.'),
};
