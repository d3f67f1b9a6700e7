import type { ConsumerSettings, ProducerAddress } from './consumer-options.ts';
import type { SocketEnd } from './consumer-socket.ts';
import { megabytes } from './too-long.ts';

/** What Node says of an answer that is no TLS, whose other words are OpenSSL's own. */
const TLS_MISMATCH = /EPROTO|wrong version number|packet length too long/;

/** What Node says where the other end closes the connection in the place of an answer, as servers do that expect TLS. */
const HUNG_UP = /socket hang up|ECONNRESET/;

/**
 * Why a connection ended or never began, for people: what was found and which setting would be right. Never quotes the token.
 *
 * @param now.rows how many rows are asked for next.
 * @param now.isSmaller whether those are fewer than before.
 */
export function explainEnd(
  end: SocketEnd,
  { host, port, secure = false }: ProducerAddress,
  now: { readonly settings: ConsumerSettings; readonly rows: number; readonly isSmaller: boolean },
): string {
  const where = `${host}:${port}`;
  switch (end.cause) {
    case 'unreachable': {
      const nobody = `nothing answers at ${where} (${end.reason}); is the producer running, with api_server enabled?`;
      return !secure && HUNG_UP.test(end.reason) ? `${nobody} If it has TLS, set secure to true` : nobody;
    }
    case 'unauthorized':
      return `${where} refused the token; ws_token must be one of the producer's api_server.ws_token (${end.reason})`;
    case 'throttled': {
      const { retryAfterMs } = end;
      const until = retryAfterMs === undefined ? 'for a while' : `for ${Math.ceil(retryAfterMs / 1000)} s`;
      return `${where} hears no attempt from this address ${until}, whatever the token, since too many had a wrong one; ws_token must be one of the producer's api_server.ws_token (${end.reason})`;
    }
    case 'untrusted':
      return `${where} is not trusted, and was told nothing: ${end.reason}`;
    case 'not-a-producer':
      if (TLS_MISMATCH.test(end.reason)) return `${where} speaks no TLS; use ws://, or set secure to false`;
      return `${where} answers, but not with a message websocket (${end.reason})`;
    case 'too-long': {
      const limit = `message_size_limit, ${megabytes(now.settings.messageSizeLimitBytes)} MB`;
      const next = now.isSmaller
        ? `asking for ${now.rows} rows next`
        : 'raise it, since fewer rows than one cannot be asked for';
      return `a message was longer than ${limit}; ${next}`;
    }
    default:
      return end.reason;
  }
}
