import type { IncomingHttpHeaders } from 'node:http';

/** The token of the Authorization header, as the client wrote it and as Node read it; none where there is none. */
export function bearerTokens({ authorization = '' }: IncomingHttpHeaders): readonly string[] {
  const token = /^Bearer (.+)$/i.exec(authorization)?.[1];
  if (token === undefined) return [];
  // Node reads each byte of a header as a character; clients write them as UTF-8.
  return [...new Set([Buffer.from(token, 'latin1').toString('utf8'), token])];
}
