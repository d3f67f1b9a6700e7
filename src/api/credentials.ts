import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Tokens shorter than this can be guessed. */
const SHORTEST_GOOD_TOKEN = 16;

/** What stands in documentation and examples is known to everyone. */
const PUBLISHED_TOKENS: ReadonlySet<string> = new Set(['sercet_Ws_t0ken', 'secretToken123', 'hellow', 'changeme']);

/** Whether two secrets are the same, in a time that does not tell how much of them is. */
export function secretsEqual(given: string, expected: string): boolean {
  return timingSafeEqual(sha256(given), sha256(expected));
}

/** Whether a secret is one of several; all are compared, so that the time does not tell which. */
export function isOneOf(given: string, expected: readonly string[]): boolean {
  return expected.filter((secret) => secretsEqual(given, secret)).length > 0;
}

/** Why a token is weak, or undefined. Never quotes it. */
export function tokenWeakness(token: string): string | undefined {
  if (PUBLISHED_TOKENS.has(token)) return 'it stands in public documentation';
  if (token.length < SHORTEST_GOOD_TOKEN) return `it has ${token.length} characters, fewer than ${SHORTEST_GOOD_TOKEN}`;
  return new Set(token).size < SHORTEST_GOOD_TOKEN / 2 ? 'it repeats few characters' : undefined;
}

/** A secret for a run that was given none. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
