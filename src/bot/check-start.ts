import type { Exchange } from '../exchange/index.ts';
import type { CandleType, Timeframe } from '../market/index.ts';
import type { AnyStrategy } from '../strategy/index.ts';
import { BotError } from './bot-error.ts';

/**
 * Checks that an exchange has candles of every timeframe that a bot needs.
 *
 * @throws BotError BOT_NO_CANDLES.
 */
export function expectTimeframes(
  { name, timeframes }: Pick<Exchange, 'name' | 'timeframes'>,
  needed: readonly Timeframe[],
): void {
  const lacking = needed.find((timeframe) => !timeframes.includes(timeframe));
  if (lacking === undefined) return;
  const message = `${name} has no ${lacking} candles; it has ${timeframes.join(', ')}`;
  throw new BotError('BOT_NO_CANDLES', message, { value: lacking });
}

/**
 * Checks that a strategy's signals can be acted on at all, as freqtrade does.
 *
 * @throws BotError BOT_CANNOT_SHORT.
 */
export function expectCanShort(
  { name, canShort }: Pick<AnyStrategy, 'name' | 'canShort'>,
  candleType: CandleType,
): void {
  if (!canShort || candleType === 'futures') return;
  const message = `${name} goes short (canShort), which trading_mode "spot" cannot; set it to "futures"`;
  throw new BotError('BOT_CANNOT_SHORT', message, { value: name });
}
