import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Secrets shorter than this can be guessed. */
const SHORTEST_GOOD_SECRET = 16;

/** What stands in documentation and examples is known to everyone. */
const PUBLISHED_SECRETS: ReadonlySet<string> = new Set([
  'sercet_Ws_t0ken',
  'hZ-y58LXyX_HZ8O1cJzVyN6ePWrLpNQv4Q',
  'secretToken123',
  'hellow',
  'changeme',
  'somethingrandom',
  'super-secret',
  'SuperSecret1!',
  'SuperSecurePassword',
  'opens-everything-Vq3kZ0Lw8sRt',
  'opens-a-part-x7Yp2Qm9cNdB',
  'replace-this-by-something-long-and-random',
  'the-ws-token-of-the-bot',
]);

/** Whether two secrets are the same, in a time that does not tell how much of them is. */
export function secretsEqual(given: string, expected: string): boolean {
  return timingSafeEqual(digestOf(given), digestOf(expected));
}

/** What stands for a secret in comparisons: of one length for all, so that not even that shows in the time. */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Why a secret is weak, or undefined. Never quotes it. */
export function secretWeakness(secret: string): string | undefined {
  if (PUBLISHED_SECRETS.has(secret)) return 'it stands in public documentation';
  if (secret.length < SHORTEST_GOOD_SECRET)
    return `it has ${secret.length} characters, fewer than ${SHORTEST_GOOD_SECRET}`;
  return new Set(secret).size < SHORTEST_GOOD_SECRET / 2 ? 'it repeats few characters' : undefined;
}

/** A secret for a run that was given none. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}
