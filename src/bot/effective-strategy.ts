import { type Config, overrideStrategy } from '../config/index.ts';
import type { AnyStrategy } from '../strategy/index.ts';

/** A strategy as it runs under a config: what the config sets wins, as in freqtrade. */
export function effectiveStrategy(config: Config, strategy: AnyStrategy): AnyStrategy {
  return { ...strategy, ...overrideStrategy(config, strategy).settings };
}
