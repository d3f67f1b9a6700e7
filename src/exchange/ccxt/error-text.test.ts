import { describe, expect, it } from 'vitest';
import { errorText } from './error-text.ts';

describe('errorText', () => {
  it('takes out credentials, however they are written', () => {
    const secrets = ['k3y-of+mine/=', 's3cret-of-mine', ''];
    const text = [
      `GET https://api.example.com/account?apiKey=${encodeURIComponent(secrets[0])}&signature=0123abcd 401`,
      `{"msg":"bad key ${secrets[0]}","secret":"${secrets[1]}"}`,
      'header token=abcdef signature: 99ff',
    ].join(' ');
    const shown = errorText(new Error(text), secrets);
    for (const hidden of [...secrets.slice(0, 2), encodeURIComponent(secrets[0]), '0123abcd', 'abcdef', '99ff']) {
      expect(shown).not.toContain(hidden);
    }
    expect(shown).toContain('https://api.example.com/account');
    expect(shown).toContain('401');
  });

  it('leaves no end of one that begins with another', () => {
    const secrets = ['abcd+1', 'abcd+1-and-more', 'abcd+1-and-more-again'];
    for (const each of secrets) {
      expect(errorText(new Error(`key ${each} is wrong`), secrets)).toBe('key *** is wrong');
      expect(errorText(new Error(`key ${encodeURIComponent(each)} is wrong`), secrets)).toBe('key *** is wrong');
    }
  });

  it.each([
    ['wss://stream.example.com/ws?listenKey=pqia91ma19a5s61cv6a81va65sdf closed', 'wss://stream.example.com/ws closed'],
    ['ws://stream.example.com/a?b=c#d closed', 'ws://stream.example.com/a closed'],
    [`wss://stream.example.com/ws/${'aB3'.repeat(20)} closed`, 'wss://stream.example.com/ws/*** closed'],
    [
      `wss://stream.example.com/ws/${'aB3'.repeat(20)}/btcusdt@kline_1m`,
      'wss://stream.example.com/ws/***/btcusdt@kline_1m',
    ],
    ['connect to http://me:pass@proxy:8080 failed', 'connect to http://***@proxy:8080 failed'],
    ['{"listenKey":"pqia91ma19a5s61cv6a81va65sdf"}', '{"listenKey":"***"}'],
  ])('takes what is secret out of %s', (text, shown) => {
    expect(errorText(new Error(text), [])).toBe(shown);
  });

  it('is one line of bounded length without markup', () => {
    const page = `<html>\n<head><title>502 Bad\nGateway</title></head>${'<p>sorry</p>\n'.repeat(500)}`;
    const shown = errorText(new Error(page), []);
    expect(shown).toMatch(/^502 Bad Gateway sorry/);
    expect(shown.length).toBeLessThanOrEqual(240);
    expect(shown).not.toContain('\n');
  });

  it('leaves short words alone, and takes what is no error', () => {
    expect(errorText(new Error('a bad day'), ['a', 'bad'])).toBe('a bad day');
    expect(errorText('odd', [])).toBe('odd');
    expect(errorText(new TypeError(''), [])).toBe('TypeError');
  });
});
