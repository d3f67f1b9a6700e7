/** Numbers as JSON may write them and `JSON.stringify` does not, in texts that stand for them until all else is written. */
export const raw = (digits: string) => `@@${digits}@@`;
export const rawTexts = /\\*"@@([^"@\\]*)@@\\*"/g;

function nested(levels: number): unknown {
  return levels === 0 ? [] : [nested(levels - 1)];
}

/** For any place in a text. */
export const awkwardValues: readonly unknown[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  1.5,
  4_294_967_295,
  4_294_967_296,
  2 ** 53,
  1e300,
  '',
  'x',
  'date',
  '__proto__',
  'BTC/USDT',
  '5m',
  'spot',
  '9f3c12ab',
  '2026-11-20T09:07:07.369043+00:00',
  'x'.repeat(300),
  [],
  {},
  [[]],
  [[7, 1]],
  nested(40),
  nested(100),
  Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`m${i}`, i])),
  [null],
  raw('-0'),
  raw('1.0'),
  raw('1e5'),
  raw('1e400'),
  raw('9007199254740993'),
  raw('9223372036854775807'),
  raw('9223372036854775808'),
  raw('123456789012345678901234567890'),
];

/** Names that members have somewhere. */
export const keys = [
  'type data df la key candlecast kinds special __type__ __value__ columns index limit pair status welcome epoch heartbeatMs limits',
  'schema stream version end heartbeat streams resync have ack seq bytes want resume timeframe candleType tail rate serial whole now __proto__ length',
].flatMap((names) => names.split(' '));

/** Texts that mean something somewhere, or nearly. */
export const texts = [
  'tick candle spot futures BTC/USDT XRP/USDT:USDT BTC 5m 1M 9x dataframe inf -inf -0 tfilbs date date_1h close enter_tag enter_long',
  '__proto__ whitelist analyzed_df new_candle status subscribe candlecast exception 0 -1 4294967295 9999-12-31T23:59:59.9999999Z',
  '2024-02-30T00:00:00Z 0001-01-01T00:00:00+23:59 \uD800 \u0000 \u{1F600} " \\ @',
].flatMap((words) => words.split(' '));

/** For between the characters of a text. */
export const pieces = [
  '"',
  '\\',
  '\\"',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  'null',
  '-',
  '.',
  'e',
  '\\ud800',
  '\u2028',
  '{"data":',
  ' ',
  '9',
];
