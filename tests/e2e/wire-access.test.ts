import { createHmac } from 'node:crypto';
import { connect as connectTcp, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ApiError, createApiServer, exposureWarnings } from '../../src/api/index.ts';
import { sampleFrame, scriptedConsumer } from '../../src/testing/index.ts';
import { silentLogger } from '../../src/util/logger.ts';
import { apiSettings, runningProducer, TOKEN, watchedClient } from './wire-scene.ts';

const opening = async (options: Parameters<typeof scriptedConsumer>[0]) => {
  await using consumer = scriptedConsumer(options);
  return await consumer.opening;
};

describe('the message websocket', () => {
  it('opens with any of the tokens, in the query or as bearer', async () => {
    await using running = await runningProducer({ settings: { wsTokens: ['one', TOKEN, 'three'] } });
    for (const token of ['one', TOKEN, 'three']) {
      expect(await opening({ port: running.port, token })).toEqual({ status: 'open' });
      expect(await opening({ port: running.port, bearer: token })).toEqual({ status: 'open' });
      expect(await opening({ port: running.port, token, bearer: "a proxy's own" })).toEqual({ status: 'open' });
    }
  });

  it.each([
    ['a wrong token', { token: 'wrong' }],
    ['a wrong bearer', { bearer: 'wrong' }],
    ['a part of the token', { token: TOKEN.slice(1) }],
    ['an empty token', { token: '' }],
    ['no token', {}],
  ])('answers %s with 403, before the upgrade', async (_, options) => {
    await using running = await runningProducer();
    const refused = { status: 'refused', httpStatus: 403, body: 'wrong or missing token' };
    expect(await opening({ port: running.port, ...options })).toEqual(refused);
    expect(running.lines.some((line) => line.startsWith('warn refused a consumer'))).toBe(true);
    expect(running.lines.join('\n')).not.toContain(TOKEN.slice(1));
  });

  it('tells of refusals of one host at widening intervals', async () => {
    await using running = await runningProducer();
    for (let times = 1; times <= 5; times++) await opening({ port: running.port, token: 'wrong' });
    const levels = running.lines
      .filter((line) => line.includes('api_server.ws_token'))
      .map((line) => line.split(' ')[0]);
    expect(levels).toEqual(['warn', 'warn', 'debug', 'warn', 'debug']);
  });

  it('is open to nobody without a token in the settings, not even to the empty one', async () => {
    await using running = await runningProducer({ settings: { wsTokens: [] } });
    for (const options of [{}, { token: '' }, { token: 'undefined' }]) {
      expect(await opening({ port: running.port, ...options })).toMatchObject({ httpStatus: 403 });
    }
  });

  it('takes other tokens while it runs, and leaves the connections whose token stays', async () => {
    await using running = await runningProducer();
    await using stays = scriptedConsumer({ port: running.port, token: TOKEN });
    await stays.opening;
    running.api.setWsTokens(['another, as long and random', TOKEN]);
    expect(await opening({ port: running.port, token: 'another, as long and random' })).toEqual({ status: 'open' });
    stays.send({ type: 'whitelist' });
    expect(await stays.untilTexts(1)).toHaveLength(1);
    expect(stays.closedWith).toBeUndefined();
  });

  it('is closed to those whose token is withdrawn, at once, and sends them nothing more', async () => {
    await using running = await runningProducer({ settings: { wsTokens: [TOKEN, 'stays'] } });
    await using withdrawn = scriptedConsumer({ port: running.port, token: TOKEN });
    await using stays = scriptedConsumer({ port: running.port, token: 'stays' });
    await Promise.all([withdrawn.opening, stays.opening]);
    for (const consumer of [withdrawn, stays]) consumer.send({ type: 'subscribe', data: ['analyzed_df', 'whitelist'] });
    for (const consumer of [withdrawn, stays]) consumer.send({ type: 'whitelist' });
    await Promise.all([withdrawn.untilTexts(1), stays.untilTexts(1)]);
    running.api.setWsTokens(['stays']);
    running.publish(sampleFrame({ rows: 5 }));
    expect(await withdrawn.untilClosed()).toEqual({ code: 1008, reason: 'its token was withdrawn' });
    expect(withdrawn.texts).toHaveLength(1);
    await stays.untilMessage(({ type }) => type === 'analyzed_df');
    expect(await opening({ port: running.port, token: TOKEN })).toMatchObject({ httpStatus: 403 });
  });

  it('is at one path', async () => {
    await using running = await runningProducer();
    for (const path of ['/', '/api/v1/message', '/api/v1/message/ws/', '/API/v1/message/ws']) {
      expect(await opening({ port: running.port, token: TOKEN, path })).toMatchObject({ httpStatus: 404 });
    }
  });

  it('survives a target that is no URL', async () => {
    await using running = await runningProducer();
    for (const target of ['//', 'http://[', '/api/v1/message/ws?token=%']) {
      const answer = await rawUpgrade(running.port, target);
      expect(answer).toMatch(/^HTTP\/1.1 40[0-9]/);
    }
    expect(await opening({ port: running.port, token: TOKEN })).toEqual({ status: 'open' });
  });

  it('tells our own consumer which setting is wrong, and that never the token', async () => {
    await using running = await runningProducer();
    await using consumer = watchedClient(running.port, { wsToken: 'a secret & wrong' });
    const { reason } = await consumer.next('disconnected');
    expect(reason).toBe(
      `127.0.0.1:${running.port} refused the token; ws_token must be one of the producer's api_server.ws_token (HTTP 403)`,
    );
    await consumer.next('disconnected');
    const told = [...consumer.lines, ...running.lines, JSON.stringify(consumer.events)].join('\n');
    for (const secret of ['a secret', 'a%20secret', 'a+secret']) expect(told).not.toContain(secret);
  });
});

describe('access tokens', () => {
  const login = (port: number, user: string) =>
    fetch(`http://127.0.0.1:${port}/api/v1/token/login`, {
      method: 'POST',
      headers: { Authorization: `Basic ${Buffer.from(user).toString('base64')}` },
    });

  const tokens = async (port: number): Promise<{ readonly access_token: string; readonly refresh_token: string }> =>
    JSON.parse(await (await login(port, 'user:a password')).text());

  it('open the websocket; refresh tokens do not, but give new ones', async () => {
    await using running = await runningProducer();
    const { port } = running;
    const { access_token: access, refresh_token: refresh } = await tokens(port);
    expect(await opening({ port, token: access })).toEqual({ status: 'open' });
    expect(await opening({ port, bearer: access })).toEqual({ status: 'open' });
    expect(await opening({ port, token: refresh })).toMatchObject({ httpStatus: 403 });
    const renew = (token: string) =>
      fetch(`http://127.0.0.1:${port}/api/v1/token/refresh`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}` },
      });
    const renewed = JSON.parse(await (await renew(refresh)).text());
    expect(await opening({ port, token: renewed.access_token })).toEqual({ status: 'open' });
    expect((await renew(access)).status).toBe(401);
  });

  it.each(['user:wrong', 'other:a password', 'user', ':', ''])('are not given for "%s"', async (user) => {
    await using running = await runningProducer();
    expect((await login(running.port, user)).status).toBe(401);
  });

  it('are given to nobody where the settings name no user', async () => {
    await using running = await runningProducer({ settings: { username: undefined, password: undefined } });
    expect((await login(running.port, 'undefined:undefined')).status).toBe(401);
  });

  it.each([
    ['', ''],
    ['user', ''],
    ['', 'a password'],
  ])('are given to nobody where the settings have an empty one: "%s", "%s"', async (username, password) => {
    await using running = await runningProducer({ settings: { username, password } });
    expect((await login(running.port, `${username}:${password}`)).status).toBe(401);
  });

  it('that expired, or that another signed, or nobody, open nothing', async () => {
    await using running = await runningProducer();
    const { port } = running;
    const payload = { identity: { u: 'user' }, type: 'access' };
    const key = apiSettings.jwtSecretKey ?? '';
    const now = Math.floor(Date.now() / 1000);
    const valid = jwt({ ...payload, exp: now + 60 }, key);
    const expired = jwt({ ...payload, exp: now - 1 }, key);
    const foreign = jwt(payload, 'another key');
    const unsigned = `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(payload)}.`;
    const kindless = jwt({ identity: { u: 'user' } }, key);
    expect(await opening({ port, token: valid })).toEqual({ status: 'open' });
    for (const token of [expired, foreign, unsigned, kindless]) {
      expect(await opening({ port, token })).toMatchObject({ httpStatus: 403 });
    }
  });
});

describe('listening', () => {
  const server = (settings: Partial<typeof apiSettings>) =>
    createApiServer({
      settings: { ...apiSettings, ...settings },
      logger: silentLogger,
      acceptMessageSocket: () => ({ onMessage() {}, onBinary() {}, onClose() {} }),
    });

  it('answers a ping', async () => {
    await using running = await runningProducer();
    const answer = await fetch(`http://127.0.0.1:${running.port}/api/v1/ping`);
    expect(await answer.json()).toEqual({ status: 'pong' });
  });

  it('lets pages of the named origins call, and of no other', async () => {
    await using running = await runningProducer({ settings: { corsOrigins: ['https://page.example'] } });
    const allowed = async (origin: string) => {
      const answer = await fetch(`http://127.0.0.1:${running.port}/api/v1/ping`, { headers: { origin } });
      return answer.headers.get('access-control-allow-origin');
    };
    expect(await allowed('https://page.example')).toBe('https://page.example');
    expect(await allowed('https://other.example')).toBeNull();
  });

  it('works by name', async () => {
    await using running = await runningProducer({ settings: { listenIpAddress: 'localhost' } });
    expect(await opening({ host: 'localhost', port: running.port, token: TOKEN })).toEqual({ status: 'open' });
    expect(await opening({ host: '127.0.0.1', port: running.port, token: TOKEN })).toEqual({ status: 'open' });
  });

  it('says so where the port is taken, or the address is not ours', async () => {
    await using running = await runningProducer();
    const taken = await server({ listenPort: running.port });
    await expect(taken.listen()).rejects.toThrow(ApiError);
    const message = `127.0.0.1:${running.port} is in use by another program; stop it, or set api_server.listen_port`;
    await expect(server({ listenPort: running.port }).then((api) => api.listen())).rejects.toMatchObject({
      code: 'API_PORT_IN_USE',
      message: expect.stringContaining(message),
    });
    await taken.close();
    await expect(server({ listenIpAddress: '192.0.2.1' }).then((api) => api.listen())).rejects.toMatchObject({
      code: 'API_ADDRESS_UNAVAILABLE',
    });
  });

  it('warns of what is dangerous beyond this machine, and quotes no secret', () => {
    const open = { ...apiSettings, listenIpAddress: '0.0.0.0' };
    const good = 'k3yQ9vLz0pXw7RtB2mNd';
    const warnings = (settings: Partial<typeof apiSettings>) =>
      exposureWarnings({ ...open, wsTokens: [good], jwtSecretKey: good, ...settings });
    const tls = expect.stringContaining('without TLS');
    expect(exposureWarnings({ ...apiSettings, wsTokens: ['weak'] })).toEqual([]);
    expect(warnings({ listenIpAddress: '127.1.2.3', wsTokens: ['weak'] })).toEqual([]);
    expect(warnings({ password: good })).toEqual([tls]);
    expect(warnings({ listenIpAddress: '::', password: good })).toEqual([tls]);
    expect(warnings({ password: undefined, wsTokens: [good, 'short', 'sercet_Ws_t0ken', 'a'.repeat(40)] })).toEqual([
      expect.stringContaining('a weak ws_token: it has 5 characters'),
      expect.stringContaining('a weak ws_token: it stands in public documentation'),
      expect.stringContaining('a weak ws_token: it repeats few characters'),
      tls,
    ]);
    expect(warnings({ password: 'hunter2' })).toEqual([expect.stringContaining('a weak password'), tls]);
    expect(warnings({ password: 'hunter2' }).join()).not.toContain('hunter2');
    expect(warnings({ password: good, jwtSecretKey: 'somethingrandom' })).toEqual([
      expect.stringContaining('a weak jwt_secret_key: it stands in public documentation'),
      tls,
    ]);
    expect(warnings({ password: good, jwtSecretKey: 'short' })).toEqual([
      expect.stringContaining('a weak jwt_secret_key: it has 5 characters'),
      tls,
    ]);
    for (const jwtSecretKey of ['', undefined]) expect(warnings({ password: good, jwtSecretKey })).toEqual([tls]);
  });
});

describe('closing', () => {
  it('tells consumers to come back later', async () => {
    const running = await runningProducer();
    await using consumer = scriptedConsumer({ port: running.port, token: TOKEN });
    await consumer.opening;
    await running.api.close();
    expect(await consumer.untilClosed()).toEqual({ code: 1012, reason: 'the server is stopping' });
  });

  it('does not wait for clients that are stuck, at any point of their connection', async () => {
    const running = await runningProducer();
    const { port } = running;
    const silent = connectTcp(port, '127.0.0.1');
    const halfRequest = connectTcp(port, '127.0.0.1', () =>
      halfRequest.write('GET /api/v1/ping HTTP/1.1\r\nHost: x\r\n'),
    );
    const halfOpen = connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true });
    const clients: Socket[] = [silent, halfRequest, halfOpen];
    for (const client of clients) client.on('error', () => {});
    halfOpen.write(upgradeRequest('/api/v1/message/ws?token=wrong'));
    await new Promise((resolve) => {
      halfOpen.once('data', resolve);
    });
    const stuck = scriptedConsumer({ port, token: TOKEN });
    await stuck.opening;
    stuck.pause();
    await running.stop();
    for (const client of clients) client.destroy();
    stuck.cut();
    const free = createServer();
    await new Promise<void>((resolve, reject) => {
      free.once('error', reject);
      free.listen(port, '127.0.0.1', resolve);
    });
    free.close();
  });

  it('may be asked for twice, and before listening', async () => {
    const never = await createApiServer({
      settings: apiSettings,
      logger: silentLogger,
      acceptMessageSocket: () => ({ onMessage() {}, onBinary() {}, onClose() {} }),
    });
    await never.close();
    await never.close();
    const running = await runningProducer();
    await Promise.all([running.stop(), running.api.close()]);
  });
});

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** RFC 7519 with HMAC-SHA256, as freqtrade signs. */
function jwt(payload: object, key: string): string {
  const signed = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(payload)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

function upgradeRequest(target: string): string {
  const key = 'dGhlIHNhbXBsZSBub25jZQ==';
  return (
    `GET ${target} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`
  );
}

async function rawUpgrade(port: number, target: string): Promise<string> {
  const socket = connectTcp(port, '127.0.0.1', () => socket.write(upgradeRequest(target)));
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}
