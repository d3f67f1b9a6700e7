import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { TrustedProxies } from './client-address.ts';

function client(proxies: readonly string[], remoteAddress: string, forwarded?: string): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const request = { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
  return new TrustedProxies(proxies).clientOf(request);
}

describe('the address of a client', () => {
  it.each([
    ['its own, where no proxy is trusted', [], '198.51.100.1', '203.0.113.9', '198.51.100.1'],
    ['its own, whatever it says itself', ['10.0.0.1'], '198.51.100.1', '203.0.113.9', '198.51.100.1'],
    ['what a trusted proxy says', ['10.0.0.1'], '10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['what a proxy of a trusted network says', ['10.0.0.0/8'], '::ffff:10.1.2.3', '203.0.113.9', '203.0.113.9'],
    ['the newest of several', ['10.0.0.1'], '10.0.0.1', '192.0.2.66, 203.0.113.9', '203.0.113.9'],
    ['that before all trusted ones', ['10.0.0.0/8'], '10.0.0.1', '192.0.2.66, 203.0.113.9, 10.2.2.2', '203.0.113.9'],
    ["the proxy's, where it says nothing", ['10.0.0.1'], '10.0.0.1', undefined, '10.0.0.1'],
    ["the proxy's, where it says nonsense", ['10.0.0.1'], '10.0.0.1', 'unknown', '10.0.0.1'],
    ['over IPv6', ['::1'], '::1', '2001:db8::7', '2001:db8::7'],
  ])('is %s', (_, proxies, remote, forwarded, expected) => {
    expect(client(proxies, remote, forwarded)).toBe(expected);
  });

  it.each(['localhost', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/', '::/129', '', '10.0.0.0/8/8'])(
    'cannot come from the proxy "%s"',
    (proxy) => {
      expect(() => new TrustedProxies([proxy])).toThrow(/^api_server\.trusted_proxies: expected an IP address/);
    },
  );
});
