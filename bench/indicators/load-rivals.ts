import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { messageOf } from '../../src/util/errors.ts';
import type { Rival } from './rival.ts';
import { talib } from './talib.ts';
import { technicalIndicators } from './technicalindicators.ts';
import { tradingSignals } from './trading-signals.ts';

const folder = join(import.meta.dirname, '..', 'rivals');

/** What to run where they are missing, or built for another Node. */
export const installCommand = 'npx node bench/rivals/install.ts';

/** The libraries in `bench/rivals`, or why there are none. Throws where they are there and can't be loaded for another reason. */
export function loadRivals(): readonly Rival[] | string {
  if (!existsSync(join(folder, 'node_modules'))) return 'they are not installed';
  const load = createRequire(join(folder, 'package.json'));
  try {
    return [
      talib(load('talib')),
      tradingSignals(load('trading-signals')),
      technicalIndicators(load('technicalindicators')),
    ];
  } catch (error) {
    const code: unknown = Reflect.get(Object(error), 'code');
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_DLOPEN_FAILED') return messageOf(error).split('\n')[0];
    throw error;
  }
}
