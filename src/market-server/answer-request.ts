import { ExchangeError } from '../exchange/index.ts';
import { messageOf } from '../util/errors.ts';
import type { Logger } from '../util/logger.ts';
import { accountRoutes } from './account-routes.ts';
import type { ApiCall, Route, Scene } from './api-call.ts';
import { checkAccess } from './check-access.ts';
import { marketRoutes } from './market-routes.ts';
import { Refusal, refusals } from './refusal.ts';
import type { Section } from './symbols.ts';
import { walletRoutes } from './wallet-routes.ts';

/** What is answered. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly weight: number;
}

const routes: ReadonlyMap<string, Route> = new Map(
  Object.entries({ ...marketRoutes, ...accountRoutes, ...walletRoutes }),
);

/** Answers a request as Binance would: whatever is wrong with it is answered too. */
export async function answerRequest(call: ApiCall, scene: Scene, logger: Logger): Promise<Answer> {
  const route = routes.get(`${call.method} ${call.path}`);
  const weight = route?.weight ?? 1;
  try {
    if (route === undefined) throw refusals.unknownPath(call.method, call.path);
    checkAccess(call, scene, route.access);
    return { status: 200, body: await route.answer(call, scene), weight };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal.status >= 500) logger.error(`${call.method} ${call.path} failed: ${messageOf(error)}`);
    if (route === undefined) logger.warn(`asked for ${call.method} ${call.path}, which is not served`);
    return { status: refusal.status, body: refusal.body, weight };
  }
}

/** What an error means for the client. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (!(error instanceof ExchangeError)) return refusals.unavailable(500);
  const { code } = error;
  if (code === 'EXCHANGE_UNKNOWN_TIMEFRAME') return refusals.badInterval();
  if (code === 'EXCHANGE_UNKNOWN_PAIR' || code === 'EXCHANGE_UNKNOWN_CANDLE_TYPE') return refusals.badSymbol();
  return refusals.unavailable(503);
}

/** Which of Binance's markets a path belongs to. */
export function sectionOf(path: string): Section {
  return /^\/[fd]api\//.test(path) ? 'futures' : 'spot';
}
