import { systemClock } from '../../util/clock.ts';
import { seededRandom } from '../../util/random.ts';
import type { Exchange } from '../exchange.ts';
import { ExchangeError } from '../exchange-error.ts';
import { CcxtCalls } from './ccxt-calls.ts';
import type { CcxtExchangeOptions } from './ccxt-exchange-options.ts';
import { type CcxtInstance, supports } from './ccxt-instance.ts';
import { ExchangeClock } from './exchange-clock.ts';
import { ExchangeHealth } from './exchange-health.ts';
import { guardSockets } from './guard-sockets.ts';
import { HttpRequests } from './http-requests.ts';
import { instanceConfig, secretsOf } from './instance-config.ts';
import { loadCcxtClass } from './load-ccxt.ts';
import { OpenedExchange } from './opened-exchange.ts';
import { defaultRetryPolicy } from './retry.ts';

/**
 * An exchange through ccxt, of which only this one's class is loaded. Markets are loaded, the clocks compared, and credentials
 * checked before it resolves.
 *
 * Requests keep to the exchange's rate limit, end within ccxt's `timeout`, and are tried again a few times within one call where
 * that can help; an exchange that wants to be left alone is left alone. Its whole trouble is one line in the log, and so is its
 * end. Keys do not appear in errors or logs.
 *
 * @throws ExchangeError EXCHANGE_CCXT_MISSING, EXCHANGE_UNKNOWN_EXCHANGE, EXCHANGE_NOT_OFFERED, EXCHANGE_REJECTED; of kind
 * `account` EXCHANGE_BAD_KEY, EXCHANGE_BANNED; and those of kind `outside`. The signal's reason when it aborts.
 */
export async function ccxtExchange(options: CcxtExchangeOptions): Promise<Exchange> {
  const {
    name,
    tradingMode,
    wallClock = systemClock,
    clock = systemClock,
    webSockets = true,
    hasDates = true,
  } = options;
  const logger = options.logger.child(name);
  const random = options.random ?? seededRandom(`${name}|${wallClock.now()}`);
  const make = await loadCcxtClass(name, { webSockets });
  const instance = makeInstance(make, options);
  guardSockets(instance, (message) => logger.debug(message));
  const closing = new AbortController();
  const exchangeClock = new ExchangeClock(name, clock, logger);
  instance.milliseconds = () => Math.round(exchangeClock.now());
  const health = new ExchangeHealth(name, wallClock, logger, random);
  const requests = new HttpRequests(instance, {
    clock: wallClock,
    checkMayAsk: () => health.checkMayAsk(),
    onDate: (date) => {
      if (hasDates) exchangeClock.onDate(date);
    },
  });
  const calls = new CcxtCalls({
    name,
    requests,
    health,
    policy: options.retryPolicy ?? defaultRetryPolicy,
    clock: wallClock,
    random,
    secrets: secretsOf(options),
    closed: closing.signal,
    onClockRefused: () => measure(),
  });
  const measure = async () => {
    if (!supports(instance, 'fetchTime')) return exchangeClock.measureByDate();
    const ask = () => requests.run(closing.signal, () => instance.fetchTime());
    await exchangeClock.measure(ask).catch(() => exchangeClock.measureByDate());
  };
  const opened = { name, tradingMode, instance, calls, logger, wallClock, random, exchangeClock, closing, measure };
  const exchange = new OpenedExchange(opened, options);
  try {
    await exchange.open(options);
  } catch (error) {
    await exchange.close();
    throw error;
  }
  return exchange;
}

function makeInstance(make: Awaited<ReturnType<typeof loadCcxtClass>>, options: CcxtExchangeOptions): CcxtInstance {
  const { name, tradingMode } = options;
  const instance = new make(instanceConfig(options));
  const missing = ['fetchOHLCV'].filter((call) => !supports(instance, call));
  const hasMode = tradingMode === 'spot' ? instance.has.spot !== false : instance.has.swap === true;
  if (missing.length === 0 && hasMode) return instance;
  const what = missing.length > 0 ? 'candles' : `a ${tradingMode} market`;
  throw new ExchangeError('EXCHANGE_NOT_OFFERED', `${name} does not offer ${what}, as far as ccxt knows`, {
    value: what,
  });
}
