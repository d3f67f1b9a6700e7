import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { mayOpen } from './page-origins.ts';

interface Asked {
  readonly origin?: string;
  readonly host?: string;
  readonly secure?: boolean;
}

function isOpen(
  { origin, host = 'bot.example:8080', secure = false }: Asked,
  allowed: readonly string[] = [],
): boolean {
  const socket = secure ? new TLSSocket(new Socket()) : new Socket();
  return mayOpen({ headers: { host, ...(origin === undefined ? {} : { origin }) }, socket }, allowed);
}

describe('a page', () => {
  it.each<[string, Asked, readonly string[]]>([
    ['no page, but a program', {}, []],
    ["of the API's own address", { origin: 'http://bot.example:8080' }, []],
    ['of its own address in other letters', { origin: 'http://BOT.example:8080' }, []],
    ['of its own default port', { origin: 'http://bot.example', host: 'bot.example:80' }, []],
    ['behind a proxy with TLS', { origin: 'https://bot.example', host: 'bot.example' }, []],
    ['of its own address with TLS', { origin: 'https://bot.example:8080', secure: true }, []],
    ['of its own IPv6 address', { origin: 'http://[::1]:8080', host: '[::1]:8080' }, []],
    ['that is named', { origin: 'https://page.example' }, ['https://other.example', 'https://page.example']],
    ['that is named with a slash', { origin: 'https://page.example' }, ['https://page.example/']],
    ['that is named with its default port', { origin: 'https://page.example' }, ['https://page.example:443']],
    ['of any kind, where all may', { origin: 'null' }, ['*']],
    ['without an address, where those are named', { origin: 'null' }, ['null']],
    ['of an extension that is named', { origin: 'chrome-extension://abc' }, ['chrome-extension://abc']],
  ])('%s, may open a websocket', (_, asked, allowed) => {
    expect(isOpen(asked, allowed)).toBe(true);
  });

  it.each<[string, Asked, readonly string[]]>([
    ['of another host', { origin: 'http://evil.example:8080' }, []],
    ['of another port', { origin: 'http://bot.example:8081' }, []],
    ['whose host begins alike', { origin: 'http://bot.example:8080.evil.example' }, []],
    ['whose host ends alike', { origin: 'http://evil-bot.example:8080' }, []],
    ['with a name in front', { origin: 'http://bot.example:8080@evil.example' }, []],
    ['without TLS, of a host that has it', { origin: 'http://bot.example:8080', secure: true }, []],
    ['without an address', { origin: 'null' }, ['https://page.example', 'data:x']],
    ['of an empty origin', { origin: '' }, []],
    ['of two origins', { origin: 'http://bot.example:8080, http://evil.example' }, []],
    ['of another scheme', { origin: 'ftp://bot.example:8080' }, []],
    ['that is like one that is named', { origin: 'https://page.example.evil' }, ['https://page.example']],
    ['that is named without TLS', { origin: 'http://page.example' }, ['https://page.example']],
    ['below one that is named', { origin: 'https://a.page.example' }, ['https://page.example']],
    ['of another extension', { origin: 'chrome-extension://evil' }, ['chrome-extension://abc']],
  ])('%s, may not', (_, asked, allowed) => {
    expect(isOpen(asked, allowed)).toBe(false);
  });
});
