const MOST_CHARACTERS = 240;

/** Values shorter than this are part of too many words to be taken out. */
const SHORTEST_SECRET = 4;

/**
 * What an error of ccxt says, fit for logs: one line of at most 240 characters, without the credentials it may hold and without
 * what follows the `?` of an address, where signatures and keys stand.
 */
export function errorText(error: unknown, secrets: readonly string[]): string {
  let text = error instanceof Error ? error.message || error.name : String(error);
  for (const secret of secrets) {
    if (secret.length >= SHORTEST_SECRET)
      text = text.replaceAll(secret, '***').replaceAll(encodeURIComponent(secret), '***');
  }
  text = text
    .replace(/(https?:\/\/[^\s?"'<>]+)\?[^\s"'<>]*/g, '$1')
    .replace(/\b(signature|apikey|api_key|token|secret|passphrase)(["']?\s*[=:]\s*["']?)[^\s&"',}]+/gi, '$1$2***')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
}
