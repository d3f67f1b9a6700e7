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
} as const satisfies ErrorTable;

export type ApiErrorCode = keyof typeof apiErrors;

/** What the API server throws when it cannot start. What clients do wrong is answered to them. */
export class ApiError extends CandlecastError<ApiErrorCode> {}
