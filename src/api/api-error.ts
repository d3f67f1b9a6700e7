import { CandlecastError, type ErrorTable } from '../util/errors.ts';

/** Codes of `ApiError`. */
export const apiErrors = {
  API_PORT_IN_USE: {
    meaning: 'Another program listens on the address and port of api_server.',
    remedy: 'Stop the other program, or set api_server.listen_port to a free port.',
  },
  API_ADDRESS_UNAVAILABLE: {
    meaning: 'api_server.listen_ip_address is not an address of this machine, or may not be listened on.',
    remedy: 'Use 127.0.0.1 for this machine alone, 0.0.0.0 for all its networks, or one of its own addresses.',
  },
  API_LISTEN_FAILED: {
    meaning: 'The API server could not begin to listen, for the reason given.',
    remedy: 'Correct what the message names.',
  },
  API_BAD_PAIR_PATTERN: {
    meaning: 'One of the pairs of a token in api_server.ws_token is neither a pair nor a regular expression.',
    remedy: 'Write a pair such as BTC/USDT, or a regular expression that pairs match wholly, such as .*/USDT.',
  },
  API_BAD_PROXY: {
    meaning: 'An entry of api_server.trusted_proxies is no IP address and no network of such.',
    remedy: 'Write an address such as 127.0.0.1, or a network such as 10.0.0.0/8.',
  },
  API_TLS_UNREADABLE: {
    meaning: 'A file of api_server.tls does not exist or could not be read.',
    remedy:
      'Correct the path, which is relative to the current folder, or let the user that the bot runs as read the file.',
  },
  API_TLS_INVALID: {
    meaning: 'The files of api_server.tls hold no certificate and key that belong together.',
    remedy:
      "Give the certificate as PEM in cert, the server's own first and those of authorities behind it, and its key as PEM without a passphrase in key.",
  },
} as const satisfies ErrorTable;

export type ApiErrorCode = keyof typeof apiErrors;

/** What the API server throws when it cannot start. What clients do wrong is answered to them. */
export class ApiError extends CandlecastError<ApiErrorCode> {}
