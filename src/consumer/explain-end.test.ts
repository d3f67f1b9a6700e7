import { describe, expect, it } from 'vitest';
import { consumerSettings, type ProducerAddress } from './consumer-options.ts';
import type { SocketEnd } from './consumer-socket.ts';
import { explainEnd } from './explain-end.ts';

const now = { settings: consumerSettings(), rows: 750, isSmaller: true };
const explain = (end: SocketEnd, address: Partial<ProducerAddress> = {}) =>
  explainEnd(end, { name: 'default', host: 'p.example', port: 8080, wsToken: 'hunter2', ...address }, now);

describe('the end of a connection is explained', () => {
  it.each<[string, SocketEnd, Partial<ProducerAddress>, string]>([
    [
      'nobody there',
      { cause: 'unreachable', reason: 'connect ECONNREFUSED' },
      {},
      'nothing answers at p.example:8080 (connect ECONNREFUSED); is the producer running, with api_server enabled?',
    ],
    [
      'a hang-up where TLS is expected',
      { cause: 'unreachable', reason: 'socket hang up' },
      {},
      'nothing answers at p.example:8080 (socket hang up); is the producer running, with api_server enabled? If it has TLS, set secure to true',
    ],
    [
      'a hang-up with TLS',
      { cause: 'unreachable', reason: 'read ECONNRESET' },
      { secure: true },
      'nothing answers at p.example:8080 (read ECONNRESET); is the producer running, with api_server enabled?',
    ],
    [
      'a wrong token',
      { cause: 'unauthorized', reason: 'HTTP 403' },
      {},
      "p.example:8080 refused the token; ws_token must be one of the producer's api_server.ws_token (HTTP 403)",
    ],
    [
      'too many wrong tokens',
      { cause: 'throttled', reason: 'HTTP 429', retryAfterMs: 64_000 },
      {},
      "p.example:8080 hears no attempt from this address for 64 s, whatever the token, since too many had a wrong one; ws_token must be one of the producer's api_server.ws_token (HTTP 429)",
    ],
    [
      'too many wrong tokens, without a time',
      { cause: 'throttled', reason: 'HTTP 429' },
      {},
      "p.example:8080 hears no attempt from this address for a while, whatever the token, since too many had a wrong one; ws_token must be one of the producer's api_server.ws_token (HTTP 429)",
    ],
    [
      'a wrong certificate',
      { cause: 'untrusted', reason: 'its certificate …' },
      { secure: true },
      'p.example:8080 is not trusted, and was told nothing: its certificate …',
    ],
    [
      'no TLS where it is expected',
      { cause: 'not-a-producer', reason: 'write EPROTO' },
      { secure: true },
      'p.example:8080 speaks no TLS; use ws://, or set secure to false',
    ],
    ['any other', { cause: 'closed', reason: 'code 1000' }, {}, 'code 1000'],
  ])('%s', (_, end, address, text) => {
    expect(explain(end, address)).toBe(text);
  });
});
