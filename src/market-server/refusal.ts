/** What Binance answers to a request that it does not serve: an HTTP status, a code of its own and words. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
  }

  /** The body that goes out. */
  get body(): { readonly code: number; readonly msg: string } {
    return { code: this.code, msg: this.message };
  }
}

/** Refusals by Binance's code, in its words, since clients go by both. */
export const refusals = {
  tooManyRequests: (seconds: number) =>
    new Refusal(429, -1003, `Too much request weight used; please wait ${seconds} seconds before you ask again.`),
  banned: (until: number) => new Refusal(418, -1003, `Way too much request weight used; IP banned until ${until}.`),
  unauthorized: () => new Refusal(401, -2015, 'Invalid API-key, IP, or permissions for action.'),
  keyMissing: () => new Refusal(401, -2014, 'API-key format invalid.'),
  outsideRecvWindow: () => new Refusal(400, -1021, 'Timestamp for this request is outside of the recvWindow.'),
  aheadOfServer: () => new Refusal(400, -1021, "Timestamp for this request was 1000ms ahead of the server's time."),
  badSignature: () => new Refusal(400, -1022, 'Signature for this request is not valid.'),
  missingParameter: (name: string) =>
    new Refusal(400, -1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`),
  badParameter: (name: string, expected: string) =>
    new Refusal(400, -1100, `Illegal characters found in parameter '${name}'; legal range is '${expected}'.`),
  badInterval: () => new Refusal(400, -1120, 'Invalid interval.'),
  badSymbol: () => new Refusal(400, -1121, 'Invalid symbol.'),
  unknownPath: (method: string, path: string) => new Refusal(404, -5000, `Path ${path}, Method ${method} is invalid`),
  filterFailure: (filter: string) => new Refusal(400, -1013, `Filter failure: ${filter}`),
  insufficientBalance: () => new Refusal(400, -2010, 'Account has insufficient balance for requested action.'),
  wouldTake: () => new Refusal(400, -2010, 'Order would immediately match and take.'),
  duplicateOrder: () => new Refusal(400, -2010, 'Duplicate order sent.'),
  marketClosed: () => new Refusal(400, -1013, 'Market is closed.'),
  tooManyOrders: () => new Refusal(400, -2010, 'Filter failure: MAX_NUM_ORDERS'),
  unknownOrder: () => new Refusal(400, -2011, 'Unknown order sent.'),
  noSuchOrder: () => new Refusal(400, -2013, 'Order does not exist.'),
  notSupported: (what: string) => new Refusal(400, -1104, `The market server does not support ${what}.`),
  bodyTooLong: () => new Refusal(413, -1101, 'Too many parameters; the request is too long.'),
  tooFarBack: (candles: number) =>
    new Refusal(400, -1127, `Lookup interval is too big; this market looks back ${candles} candles of an interval.`),
  unavailable: (status: number) =>
    new Refusal(status, -1001, 'Internal error; unable to process your request. Please try again.'),
} as const;
