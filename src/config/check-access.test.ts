import { describe, expect, it } from 'vitest';
import { topics } from '../wire/index.ts';
import { parseConfig } from './assemble-config.ts';
import { ConfigError, problemLine } from './config-error.ts';

const api = (tokens: string) => `{"api_server": {"enabled": true, "ws_token": ${tokens}}}`;
const producer = (settings: string) =>
  `{"external_message_consumer": {"enabled": true, "producers": [{"host": "h", "ws_token": "t", ${settings}}]}}`;
const FINGERPRINT = Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(2, '0')).join(':');

/** The lines of what is refused, without their places, each of which stands where ¦ does. */
function refusals(marked: string): readonly string[] {
  const [text, column] = [marked.replaceAll('¦', ''), marked.indexOf('¦') + 1];
  try {
    parseConfig(text, 'c.json');
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.problems[0]).toMatchObject({ line: 1, column });
    return error.problems.map((problem) => problemLine(problem).replace(/^c\.json:\d+:\d+: /, ''));
  }
}

describe('tokens', () => {
  it('may be text and objects, side by side', () => {
    const phone = {
      token: 'b',
      name: 'phone',
      pairs: ['BTC/USDT', '.*/USDT'],
      columns: ['close'],
      topics: ['whitelist'],
    };
    const tokens = ['a', phone, { token: 'c' }];
    expect(parseConfig(api(JSON.stringify(tokens)), 'c.json').api_server.ws_token).toEqual(tokens);
  });

  it('may be plain text twice, as in freqtrade', () => {
    expect(refusals(api('["a", "a"]'))).toEqual([]);
  });

  it('may be limited to every topic that there is, and to no other', () => {
    const entry = (topic: string) => api(JSON.stringify([{ token: 'a', topics: [topic] }]));
    for (const topic of topics) expect(refusals(entry(topic))).toEqual([]);
    expect(() => parseConfig(entry('whitelists'), 'c.json')).toThrow('api_server.ws_token.0.topics.0: expected one of');
  });

  it.each([
    [
      '[{"token": "x", ¦"colums": ["close"]}]',
      /^api_server\.ws_token\.0\.colums: .*did you mean "columns"\?; allowed: /,
    ],
    ['[{"token": "x", ¦"quux": 1}]', /^api_server\.ws_token\.0: a token has no such setting/],
    ['[¦{"name": "x"}]', /^api_server\.ws_token\.0\.token: expected string, found nothing/],
    ['[{"token": ¦""}]', /^api_server\.ws_token\.0\.token: expected string, found string ""/],
    ['[{"token": "x", "pairs": ¦"BTC/USDT"}]', /^api_server\.ws_token\.0\.pairs: expected array of strings/],
    [
      '[{"token": "x", "pairs": ["ETH/USDT", ¦"*/USDT"]}]',
      /^api_server\.ws_token\.0\.pairs\.1: .*such as "\.\*\/USDT"/,
    ],
    ['[{"token": "x", "columns": [¦5]}]', /^api_server\.ws_token\.0\.columns\.0: expected string/],
  ])('are refused where ¦ stands: %s', (tokens, line) => {
    expect(refusals(api(tokens))).toEqual([expect.stringMatching(line)]);
  });

  it.each([
    ['["first", {"token": ¦"first"}]', '1.token'],
    ['[{"token": "first"}, ¦"first"]', '1'],
    ['[{"token": "first"}, {"token": ¦"first"}]', '1.token'],
  ])('are refused where two are the same and one has limits: %s', (tokens, key) => {
    const first = `c.json:1:${api(tokens).indexOf('"first"') + 1}`;
    expect(refusals(api(tokens))).toEqual([
      `api_server.ws_token.${key}: the entries here and at ${first} have the same token; allowed: a token for each`,
    ]);
  });

  it('are quoted in no message, wherever they stand by mistake', () => {
    const secret = 'hunter2hunter2';
    for (const tokens of [
      [{ token: secret }, { token: secret }],
      [{ token: secret }, secret],
      [{ token: 'x', [secret]: 1 }],
      [{ token: 'x', pairs: secret }],
      [{ token: 'x', pairs: [`*${secret}`] }],
      [{ token: 'x', topics: [secret] }],
      [[secret]],
      { token: secret },
    ]) {
      const lines = () => parseConfig(api(JSON.stringify(tokens)), 'c.json');
      expect(lines).toThrow(ConfigError);
      expect(lines).not.toThrow(secret);
    }
  });
});

describe('TLS', () => {
  it.each([
    ['"secure": true, "ca": "a.pem"'],
    [`"secure": true, "fingerprint": "${FINGERPRINT}"`],
    [`"secure": true, "fingerprint": "${FINGERPRINT.replaceAll(':', '').toUpperCase()}"`],
  ])('of a producer may be %s', (settings) => {
    expect(refusals(producer(settings))).toEqual([]);
  });

  it.each([
    ['"ca": ¦"a.pem"', /producers\.0\.secure: ca is for TLS, and secure is not true, so there would be none/],
    [`"secure": false, "fingerprint": ¦"${FINGERPRINT}"`, /producers\.0\.secure: fingerprint is for TLS/],
    [
      '"secure": true, "fingerprint": ¦"AB:CD"',
      /fingerprint: expected string, found string .*SHA-256 of a certificate/,
    ],
    [`"secure": true, "fingerprint": ¦"${FINGERPRINT}:00"`, /fingerprint: expected string/],
    ['"secure": true, "ca": ¦""', /ca: expected string, found string ""/],
  ])('of a producer is refused where ¦ stands: %s', (settings, line) => {
    expect(refusals(producer(settings))).toEqual([expect.stringMatching(line)]);
  });

  it('of our own needs both files', () => {
    const tls = (value: string) => refusals(`{"api_server": {"enabled": true, "tls": ${value}}}`);
    expect(tls('{"cert": "a", "key": "b"}')).toEqual([]);
    expect(tls('¦{"cert": "a"}')).toEqual([
      expect.stringContaining('api_server.tls.key: expected string, found nothing'),
    ]);
  });
});

it('proxies that are trusted are addresses or networks', () => {
  const proxies = (value: string) => refusals(`{"api_server": {"enabled": true, "trusted_proxies": [${value}]}}`);
  for (const right of ['127.0.0.1', '::1', '10.0.0.0/8', 'fd00::/8', '0.0.0.0/0']) {
    expect(proxies(JSON.stringify(right))).toEqual([]);
  }
  for (const wrong of ['localhost', '10.0.0.0/33', 'fd00::/129', '10.0.0.0/', '10.0.0.0/8/8', '']) {
    expect(proxies(`¦${JSON.stringify(wrong)}`)).toEqual([
      expect.stringMatching(/trusted_proxies\.0: expected string/),
    ]);
  }
});
