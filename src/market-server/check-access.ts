import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ApiCall, Route, Scene } from './api-call.ts';
import { refusals } from './refusal.ts';

const DEFAULT_RECV_WINDOW_MS = 5000;
const LONGEST_RECV_WINDOW_MS = 60_000;
/** Binance lets a client's clock be so far ahead. */
const MOST_AHEAD_MS = 1000;

/**
 * Makes sure that a request of the account is by its holder and of now: the key, the signature (HMAC-SHA256 of query and body, in
 * hexadecimal digits), and its time against the exchange's.
 *
 * @throws Refusal -2014, -2015, -1102, -1022, -1021
 */
export function checkAccess(call: ApiCall, { account, faults }: Scene, access: Route['access']): void {
  if (access === undefined) return;
  if (call.apiKey === undefined) throw refusals.keyMissing();
  if (account === undefined || !isEqual(call.apiKey, account.apiKey)) throw refusals.unauthorized();
  if (access === 'key') return;
  const signature = call.parameters.needText('signature');
  if (!isEqual(signature, hmacText(account.secret, call.signedText))) throw refusals.badSignature();
  checkTime(call, account.signingClock.now() + faults.skewMs);
}

/** The signature of a request's text. */
function hmacText(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

function checkTime({ parameters }: ApiCall, now: number): void {
  const timestamp = parameters.whole('timestamp');
  if (timestamp === undefined) throw refusals.missingParameter('timestamp');
  const recvWindow = parameters.whole('recvWindow') ?? DEFAULT_RECV_WINDOW_MS;
  if (recvWindow > LONGEST_RECV_WINDOW_MS) throw refusals.badParameter('recvWindow', '0 to 60000');
  if (timestamp > now + MOST_AHEAD_MS) throw refusals.aheadOfServer();
  if (now - timestamp > recvWindow) throw refusals.outsideRecvWindow();
}

/** In a time that does not tell how much of it is right. */
function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
