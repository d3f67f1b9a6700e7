import { describe, expect, it } from 'vitest';
import { isNear, mayOpenStream } from './near-request.ts';

const LAN = '192.168.1.5';
const asker = (remoteAddress: string, host?: string, origin?: string) => ({
  socket: { remoteAddress },
  headers: { host, origin },
});

describe('who asks', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1:8555', undefined, true, true],
    ['::1', '[::1]:8555', undefined, true, true],
    ['::ffff:127.0.0.1', 'localhost:8555', 'http://localhost:3000', true, true],
    ['127.0.0.1', 'LOCALHOST', 'http://127.0.0.1:8555', true, true],
    ['127.0.0.1', '127.0.0.1:8555', 'https://evil.example', false, false],
    ['127.0.0.1', '127.0.0.1:8555', 'null', false, false],
    ['127.0.0.1', '127.0.0.1:8555', 'http://127.0.0.1.evil.example', false, false],
    ['127.0.0.1', 'localhost.evil.example', undefined, false, false],
    ['127.0.0.1', 'evil.example:8555', 'http://evil.example:8555', false, false],
    ['127.0.0.1', undefined, undefined, false, false],
    [LAN, `${LAN}:8555`, undefined, false, true],
    [LAN, 'market.lan:8555', 'https://evil.example', false, false],
  ])('from %s to host %s of origin %s: near %s, streams %s', (address, host, origin, near, streams) => {
    const request = asker(address, host, origin);
    expect([isNear(request), mayOpenStream(request)]).toEqual([near, streams]);
  });
});
