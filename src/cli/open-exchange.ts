import { resolve } from 'node:path';
import { BotError, timeThroughCcxt } from '../bot/index.ts';
import { ccxtOptionsOf } from '../config/index.ts';
import {
  type Exchange,
  ccxtExchange,
  openDataFolder,
  recordedExchange,
  simulatedExchange,
  simulatedPairs,
} from '../exchange/index.ts';
import { type Pair, isPair, parsePair, quoteOf } from '../market/index.ts';
import { systemClock } from '../util/clock.ts';
import type { Logger } from '../util/logger.ts';
import type { ExchangeChoice } from './exchange-choice.ts';

/**
 * The exchange of a choice, for its candles and markets, without the account that the config may name. The time is the wall's, so that all of a
 * recording has happened; of a market server it is the one that the config tells.
 *
 * @param named pairs or patterns that are asked for: the simulated market has whatever pair is named.
 * @throws BotError BOT_NO_EXCHANGE; ExchangeError.
 */
export async function openExchange(
  choice: ExchangeChoice,
  options: { readonly named?: readonly string[]; readonly logger: Logger; readonly signal?: AbortSignal },
): Promise<Exchange> {
  const { name, settings, tradingMode } = choice;
  const { named = [], logger, signal } = options;
  if (name === 'simulated') return simulated(choice, named);
  if (name === 'recorded') return recorded(choice);
  const time = timeThroughCcxt(choice.config);
  return ccxtExchange({
    name,
    tradingMode,
    logger,
    webSockets: false,
    clock: time.clock,
    hasDates: time.marketTime === undefined,
    ccxtConfig: ccxtOptionsOf(settings),
    ...(signal === undefined ? {} : { signal }),
  });
}

function simulated({ settings, tradingMode }: ExchangeChoice, named: readonly string[]): Exchange {
  const { seed, pairs, ticks_per_minute: ticksPerMinute, volatility } = settings.simulated;
  const exact = named.filter(isPair).filter((pair) => /^[A-Z0-9/:]+$/.test(pair));
  const own = simulatedPairs(pairs).map((pair) => (tradingMode === 'spot' ? pair : asFuture(pair)));
  return simulatedExchange({
    seed,
    ticksPerMinute,
    clock: systemClock,
    pairs: exact.length > 0 && exact.length === named.length ? exact : [...new Set([...own, ...exact])],
    ...(volatility === undefined ? {} : { volatility }),
  });
}

function asFuture(pair: Pair): Pair {
  return pair.includes(':') ? pair : parsePair(`${pair}:${quoteOf(pair)}`);
}

async function recorded({ settings }: ExchangeChoice): Promise<Exchange> {
  if (settings.recorded === undefined) {
    throw new BotError(
      'BOT_NO_EXCHANGE',
      'a recorded exchange plays a folder: set exchange.recorded.datadir in a config',
    );
  }
  const folder = await openDataFolder(resolve(settings.recorded.datadir), { format: settings.recorded.format });
  return recordedExchange({ folder, clock: systemClock, endsAt: Infinity });
}
