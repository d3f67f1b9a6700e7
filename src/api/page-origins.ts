import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

/** Stands for every origin in `api_server.CORS_origins`. */
export const ANY_ORIGIN = '*';

/**
 * Whether a request to open a websocket may come from the page that sent it: browsers let every page open one to everywhere, and
 * name the page's origin. Pages of the API's own host and port may, and those of the origins that are allowed; programs, which
 * send no origin, may too.
 *
 * @param allowed `api_server.CORS_origins`; `*` allows all.
 */
export function mayOpen(request: Pick<IncomingMessage, 'headers' | 'socket'>, allowed: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || allowed.includes(ANY_ORIGIN)) return true;
  if (allowed.some((each) => sameOrigin(each, origin))) return true;
  return host !== undefined && isOwn(origin, host, request.socket instanceof TLSSocket);
}

/** Whether a page stands where the request goes to. Behind a proxy with TLS its scheme is another than the request's. */
function isOwn(origin: string, host: string, isSecure: boolean): boolean {
  const page = URL.parse(origin);
  if (page === null || !/^https?:$/.test(page.protocol) || (isSecure && page.protocol !== 'https:')) return false;
  // With the page's scheme, whose default port neither names.
  return URL.parse(`${page.protocol}//${host}`)?.host === page.host;
}

/** Text for text, or as addresses: a config may end one with a slash. */
function sameOrigin(allowed: string, origin: string): boolean {
  if (allowed === origin) return true;
  const [one, other] = [URL.parse(allowed)?.origin, URL.parse(origin)?.origin];
  // Of what has no host the origin is "null", which is nobody's in particular.
  return one !== undefined && one !== 'null' && one === other;
}
