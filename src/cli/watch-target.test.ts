import { describe, expect, it } from 'vitest';
import { parseWatchTarget } from './watch-target.ts';

describe('parseWatchTarget', () => {
  it.each([
    ['127.0.0.1:9000', { host: '127.0.0.1', port: 9000, secure: false }],
    ['localhost', { host: 'localhost', port: 8080, secure: false }],
    ['ws://producer.example', { host: 'producer.example', port: 8080, secure: false }],
    ['ws://producer.example:80', { host: 'producer.example', port: 80, secure: false }],
    ['ws://producer.example:80?token=abc', { host: 'producer.example', port: 80, token: 'abc' }],
    ['wss://producer.example', { host: 'producer.example', port: 443, secure: true }],
    ['wss://producer.example:443/api/v1/message/ws', { port: 443, secure: true }],
    ['http://producer.example:8081/', { port: 8081, secure: false }],
    ['https://producer.example', { port: 443, secure: true }],
    ['[::1]:8080', { host: '[::1]', port: 8080 }],
    ['ws://10.0.0.1:8080/api/v1/message/ws?token=a%20b:12', { port: 8080, token: 'a b:12' }],
  ])('reads %s', (text, target) => {
    expect(parseWatchTarget(text)).toMatchObject(target);
  });

  it.each(['foo:bar', '', '::1', 'host:99999', 'ftp://host:21'])('says what is wrong with "%s"', (text) => {
    expect(parseWatchTarget(text)).toMatch(/^expected ws:\/\//);
  });

  it('never quotes a token', () => {
    const text = parseWatchTarget('ws://host:port?token=hidden-thing&x=1');
    expect(text).toMatch('?token=<hidden>&x=1');
    expect(text).not.toMatch('hidden-thing');
  });
});
