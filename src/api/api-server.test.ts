/// <reference lib="esnext.disposable" preserve="true" />
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../util/logger.ts';
import { type ApiServerSettings, createApiServer } from './api-server.ts';

const USER = { username: 'user', password: 'a password: with colons' };

async function serving(settings: Partial<ApiServerSettings> = {}) {
  const api = await createApiServer({
    settings: {
      listenIpAddress: '127.0.0.1',
      listenPort: 0,
      wsTokens: [],
      jwtSecretKey: 'only for this test',
      corsOrigins: [],
      ...USER,
      ...settings,
    },
    logger: silentLogger,
    acceptMessageSocket: () => {
      throw new Error('no socket is expected');
    },
  });
  const { host, port } = await api.listen();
  return {
    async call(method: string, path: string, headers: Record<string, string> = {}, body?: string) {
      const init = { method, headers, ...(body === undefined ? {} : { body }) };
      const response = await fetch(`http://${host}:${port}/api/v1/${path}`, init);
      const text = await response.text();
      return {
        status: response.status,
        asks: response.headers.get('www-authenticate'),
        allow: response.headers.get('allow'),
        body: text === '' ? undefined : JSON.parse(text),
      };
    },
    [Symbol.asyncDispose]: () => api.close(),
  };
}

const basic = (username: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
});
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const right = basic(USER.username, USER.password);

describe('the API server', () => {
  it('answers a ping', async () => {
    await using server = await serving();
    expect(await server.call('GET', 'ping')).toMatchObject({ status: 200, body: { status: 'pong' } });
  });

  it.each([
    ['GET', 'nope', 404, null, 'Not Found'],
    ['GET', 'token/login', 404, null, 'Not Found'],
    ['POST', 'nope', 405, 'GET', 'Method Not Allowed'],
    ['DELETE', 'ping', 405, 'GET', 'Method Not Allowed'],
    ['PUT', 'token/login?a=b', 405, 'POST', 'Method Not Allowed'],
  ])('%s %s: %i, in the shape of freqtrade', async (method, path, status, allow, detail) => {
    await using server = await serving();
    expect(await server.call(method, path)).toMatchObject({ status, allow, body: { detail } });
  });

  it.each([
    ['a body that is no JSON', 'POST', 'nope', '{broken'],
    ['a path that is no URL', 'GET', '%zz', undefined],
  ])('answers %s in the shape of freqtrade', async (_, method, path, body) => {
    await using server = await serving();
    const answer = await server.call(method, path, { 'content-type': 'application/json' }, body);
    expect(answer).toMatchObject({ status: 400, body: { detail: expect.any(String) } });
    expect(Object.keys(answer.body)).toEqual(['detail']);
  });

  it('gives tokens for a password, and an access token for a refresh token alone', async () => {
    await using server = await serving();
    const { body } = await server.call('POST', 'token/login', right);
    expect(Object.keys(body)).toEqual(['access_token', 'refresh_token']);
    const refreshed = await server.call('POST', 'token/refresh', bearer(body.refresh_token));
    expect(refreshed.status).toBe(200);
    expect(Object.keys(refreshed.body)).toEqual(['access_token']);
    expect(await server.call('POST', 'token/refresh', bearer(body.access_token))).toMatchObject({ status: 401 });
  });

  it.each([
    ['null', 'application/json'],
    ['{broken', 'application/json'],
    ['grant_type=password', 'application/x-www-form-urlencoded'],
    ['', 'application/json'],
  ])('logs in whatever the body is: %j as %s', async (body, type) => {
    await using server = await serving();
    expect(await server.call('POST', 'token/login', { ...right, 'content-type': type }, body)).toMatchObject({
      status: 200,
    });
  });

  it.each([
    ['a wrong password', basic('user', 'wrong'), 'Incorrect username or password', null],
    ['a wrong username', basic('other', USER.password), 'Incorrect username or password', null],
    ['no credentials', {}, 'Not authenticated', 'Basic'],
    ['credentials without a colon', { authorization: 'Basic YWJj' }, 'Not authenticated', 'Basic'],
    ['a token', bearer('abc'), 'Not authenticated', 'Basic'],
  ])('refuses a login with %s', async (_, headers, detail, asks) => {
    await using server = await serving();
    expect(await server.call('POST', 'token/login', headers)).toMatchObject({ status: 401, asks, body: { detail } });
  });

  it.each([
    ['no username', { username: undefined }],
    ['an empty password', { password: '' }],
  ])('lets nobody log in where it has %s', async (_, settings) => {
    await using server = await serving(settings);
    const user: Pick<ApiServerSettings, 'username' | 'password'> = { ...USER, ...settings };
    const given = basic(user.username ?? '', user.password ?? '');
    expect(await server.call('POST', 'token/login', given)).toMatchObject({ status: 401 });
  });

  it.each([
    ['nothing', {}],
    ['a password', right],
    ['what is no token', bearer('abc')],
  ])('refuses a refresh with %s', async (_, headers) => {
    await using server = await serving();
    const refused = await server.call('POST', 'token/refresh', headers);
    expect(refused).toMatchObject({
      status: 401,
      asks: 'Bearer',
      body: { detail: 'Could not validate credentials' },
    });
  });
});
