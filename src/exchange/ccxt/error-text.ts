const MOST_CHARACTERS = 240;

/** Values shorter than this are part of too many words to be taken out. */
const SHORTEST_SECRET = 4;

/** Part of a stream's path that is a key: Binance has 60 characters and more there. */
const listenKey = /\/[A-Za-z0-9_-]{30,}(?![A-Za-z0-9_@.-])/g;

/**
 * What an error of ccxt says, fit for logs: one line of at most 240 characters, without the credentials it may hold and, of
 * addresses, without user and password, what follows the `?`, where signatures and keys stand, and keys in a stream's path.
 */
export function errorText(error: unknown, secrets: readonly string[]): string {
  let text = error instanceof Error ? error.message || error.name : String(error);
  const hidden = secrets.flatMap((secret) =>
    secret.length < SHORTEST_SECRET ? [] : [secret, encodeURIComponent(secret)],
  );
  // One may begin with another, of which the end would be left.
  for (const each of hidden.toSorted((a, b) => b.length - a.length)) text = text.replaceAll(each, '***');
  text = text
    .replace(/\b((?:http|ws)s?:\/\/[^\s?"'<>]+)\?[^\s"'<>]*/gi, '$1')
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>@]+@/gi, '$1***@')
    .replace(/\bwss?:\/\/[^\s"'<>]+/gi, (address) => address.replace(listenKey, '/***'))
    .replace(
      /\b(signature|apikey|api_key|listenkey|token|secret|passphrase)(["']?\s*[=:]\s*["']?)[^\s&"',}]+/gi,
      '$1$2***',
    )
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
}
