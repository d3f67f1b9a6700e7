/// <reference lib="esnext.disposable" preserve="true" />
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parsePair } from '../market/index.ts';
import { manualClock } from '../testing/index.ts';
import { silentLogger } from '../util/logger.ts';
import { type ApiServerSettings, createApiServer } from './api-server.ts';

const TOKEN = 'a token with a plus + and an ü';
const SCOPED = 'a token for some pairs';
const USER = { username: 'user', password: 'a password' };

async function serving(settings: Partial<ApiServerSettings>) {
  const clock = manualClock(1_000_000);
  const api = await createApiServer({
    settings: {
      listenIpAddress: '127.0.0.1',
      listenPort: 0,
      wsTokens: [TOKEN, { token: SCOPED, pairs: ['ETH/.*'], topics: [] }],
      jwtSecretKey: 'only for this test',
      corsOrigins: [],
      ...USER,
      ...settings,
    },
    clock,
    logger: silentLogger,
    acceptMessageSocket: () => {
      throw new Error('no socket is expected');
    },
    readMetrics: ({ mayHavePair }) => {
      const pairs = ['BTC/USDT', 'ETH/USDT'].filter((pair) => mayHavePair?.(parsePair(pair)) !== false);
      return [
        { name: 'm', type: 'gauge', help: 'Pairs.', samples: pairs.map((pair) => ({ labels: { pair }, value: 1 })) },
      ];
    },
  });
  const { host, port } = await api.listen();
  const root = `http://${host}:${port}`;
  return {
    clock,
    api,
    async get(token?: string, path = '/metrics') {
      const headers = token === undefined ? {} : { authorization: `Bearer ${Buffer.from(token).toString('latin1')}` };
      const response = await fetch(`${root}${path}`, { headers });
      const text = await response.text();
      const [type, asks, wait] = ['content-type', 'www-authenticate', 'retry-after'].map((name) =>
        response.headers.get(name),
      );
      return { status: response.status, text, type, asks, wait };
    },
    async login() {
      const authorization = `Basic ${Buffer.from(`${USER.username}:${USER.password}`).toString('base64')}`;
      const response = await fetch(`${root}/api/v1/token/login`, { method: 'POST', headers: { authorization } });
      return z.object({ access_token: z.string(), refresh_token: z.string() }).parse(await response.json());
    },
    [Symbol.asyncDispose]: () => api.close(),
  };
}

describe('/metrics', () => {
  it('is not there unless it is turned on', async () => {
    await using server = await serving({});
    expect(await server.get(TOKEN)).toMatchObject({ status: 404 });
  });

  it('answers every token of the websocket, and an access token, with what that opens', async () => {
    await using server = await serving({ metrics: 'token' });
    const { access_token: access, refresh_token: refresh } = await server.login();
    for (const token of [TOKEN, access]) {
      const { status, text, type } = await server.get(token);
      expect({ status, type }).toEqual({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8' });
      expect(text.split('\n')).toEqual([
        '# HELP m Pairs.',
        '# TYPE m gauge',
        'm{pair="BTC/USDT"} 1',
        'm{pair="ETH/USDT"} 1',
        '',
      ]);
    }
    const { status, text } = await server.get(SCOPED);
    expect({ status, pairs: text.match(/pair="[^"]*"/g) }).toEqual({ status: 200, pairs: ['pair="ETH/USDT"'] });
    expect(await server.get(refresh)).toMatchObject({ status: 401 });
  });

  it('refuses everyone else, without a look at the query', async () => {
    await using server = await serving({ metrics: 'token' });
    const refused = { status: 401, asks: 'Bearer' };
    expect(await server.get()).toMatchObject({ ...refused, text: expect.stringContaining('Not authenticated') });
    expect(await server.get('wrong')).toMatchObject({ ...refused, text: expect.stringContaining('Wrong or expired') });
    expect(await server.get(undefined, `/metrics?token=${encodeURIComponent(TOKEN)}`)).toMatchObject(refused);
    server.api.setWsTokens(['another']);
    expect(await server.get(TOKEN)).toMatchObject(refused);
    expect(await server.get('another')).toMatchObject({ status: 200 });
  });

  it('makes an address that guesses wait, without a look at what it sends', async () => {
    await using server = await serving({ metrics: 'token', failedAttempts: { most: 2 } });
    // Who sends none is not guessing.
    for (let times = 0; times < 5; times++) expect(await server.get()).toMatchObject({ status: 401 });
    for (let times = 0; times < 2; times++) expect(await server.get('wrong')).toMatchObject({ status: 401 });
    expect(await server.get(TOKEN)).toMatchObject({ status: 429, wait: '1' });
    // Passwords are counted apart.
    expect(await server.login()).toHaveProperty('access_token');
    server.clock.advance(1_000);
    expect(await server.get(TOKEN)).toMatchObject({ status: 200 });
  });

  it('answers everyone with all where it is public', async () => {
    await using server = await serving({ metrics: 'public', wsTokens: [] });
    for (const token of [undefined, 'wrong']) {
      const { status, text } = await server.get(token);
      expect({ status, pairs: text.match(/pair="[^"]*"/g)?.length }).toEqual({ status: 200, pairs: 2 });
    }
  });
});
