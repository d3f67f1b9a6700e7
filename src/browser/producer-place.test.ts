import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConsumerError } from '../consumer/consumer-error.ts';
import { producerPlace } from './producer-place.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** What plain JavaScript may hand in, too. */
function refusal(options: unknown): ConsumerError {
  try {
    Reflect.apply(producerPlace, undefined, [options]);
  } catch (error) {
    if (error instanceof ConsumerError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('producerPlace', () => {
  it.each([
    ['ws://bot.example', 'bot.example', 80, 'ws://bot.example/api/v1/message/ws'],
    ['wss://bot.example', 'bot.example', 443, 'wss://bot.example/api/v1/message/ws'],
    ['http://127.0.0.1:8080/', '127.0.0.1', 8080, 'ws://127.0.0.1:8080/api/v1/message/ws'],
    ['https://bot.example:8443/a/b', 'bot.example', 8443, 'wss://bot.example:8443/a/b'],
    ['ws://[::1]:8080', '[::1]', 8080, 'ws://[::1]:8080/api/v1/message/ws'],
  ])('reads %s', (text, host, port, url) => {
    expect(producerPlace({ url: text })).toEqual({ host, port, secure: url.startsWith('wss:'), url });
  });

  it('reads an address relative to the page', () => {
    vi.stubGlobal('location', { href: 'https://desk.example/pages/table.html?a=b' });
    expect(producerPlace({ url: '/' }).url).toBe('wss://desk.example/api/v1/message/ws');
    expect(producerPlace({ url: '/bot/ws' }).url).toBe('wss://desk.example/bot/ws');
    expect(producerPlace({ url: '//bot.example:8443' }).url).toBe('wss://bot.example:8443/api/v1/message/ws');
  });

  it('leaves parts as they are', () => {
    expect(producerPlace({ host: 'bot.example' })).toEqual({ host: 'bot.example' });
    expect(producerPlace({ host: 'a', port: 1, secure: true })).toEqual({ host: 'a', port: 1, secure: true });
  });

  it.each([
    [{}, 'host: expected a host name or address, or url in its place, found undefined'],
    [{ url: 'bot.example' }, 'url: expected an address such as wss://bot.example, found "bot.example"'],
    [{ url: '/' }, 'url: expected an address such as wss://bot.example, found "/"'],
    [{ url: 7 }, 'url: expected an address such as wss://bot.example, found "number"'],
    [{ url: 'ftp://bot.example' }, 'url: expected an address that begins with wss, ws, https or http, found "ftp:"'],
    [{ url: 'bot:8080' }, 'url: expected an address that begins with wss, ws, https or http, found "bot:"'],
    [{ url: 'ws://a', host: 'b' }, 'url: expected either url or host, port and secure, found {"host":"b"}'],
  ])('refuses %j', (options, message) => {
    expect(refusal(options).message).toBe(message);
  });

  it.each([
    'ws://bot.example/ws?token=secret',
    'ws://bot.example/ws#secret',
    'ws://secret@bot.example/ws',
    'ws://user:secret@bot.example/ws',
    'ws://user:secret@bot.example:x/ws',
    'bot.example?token=secret',
  ])('refuses %s without quoting what may be the token', (url) => {
    const error = refusal({ url });
    expect(`${error.message} ${JSON.stringify(error.value)} ${error.stack}`).not.toContain('secret');
    expect(error.message).toMatch(/^url: expected /);
  });
});
