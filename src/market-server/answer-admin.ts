import { messageOf } from '../util/errors.ts';
import { decodeFaults } from './fault-plan.ts';
import type { FaultInjector } from './fault-injector.ts';
import type { RequestLog } from './request-log.ts';

/** Answers what is asked about the server itself: its faults, to be read and replaced, and the requests so far. */
export function answerAdmin(
  method: string,
  path: string,
  body: string,
  faults: FaultInjector,
  log: RequestLog,
): { readonly status: number; readonly body: unknown } {
  const asked = `${method} ${path}`;
  if (asked === 'GET /candlecast/faults') return { status: 200, body: { plan: faults.plan, struck: faults.struck } };
  if (asked === 'GET /candlecast/requests') return { status: 200, body: { total: log.total, requests: log.list() } };
  if (asked === 'POST /candlecast/faults') return replaceFaults(body, faults);
  const message = `there is no ${asked}; there are GET and POST /candlecast/faults, and GET /candlecast/requests`;
  return { status: 404, body: { error: message } };
}

function replaceFaults(body: string, faults: FaultInjector) {
  try {
    faults.plan = decodeFaults(JSON.parse(body));
    return { status: 200, body: { plan: faults.plan } };
  } catch (error) {
    return { status: 400, body: { error: messageOf(error) } };
  }
}
