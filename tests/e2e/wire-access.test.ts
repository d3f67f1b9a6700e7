import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect as connectTcp, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  ApiError,
  type ApiServerSettings,
  createApiServer,
  exposureWarnings,
  type WsToken,
} from '../../src/api/index.ts';
import { parsePair } from '../../src/market/index.ts';
import { manualClock, sampleFrame, scriptedConsumer, scriptedProducer } from '../../src/testing/index.ts';
import { type Logger, silentLogger } from '../../src/util/logger.ts';
import type { ConsumerAccess } from '../../src/wire/index.ts';
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

/** An API server whose clock the test moves, and what it hands on of those it lets in. */
async function guarded(settings: Partial<ApiServerSettings> = {}) {
  const clock = manualClock(Date.now());
  const lines: string[] = [];
  const note = (message: string, fields: object = {}) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const logger: Logger = { debug: note, info: note, warn: note, error: note, child: () => logger };
  const accesses: ConsumerAccess[] = [];
  const api = await createApiServer({
    settings: { ...apiSettings, ...settings },
    logger,
    clock,
    acceptMessageSocket(socket, access) {
      accesses.push(access);
      return { onMessage: (text) => socket.sendText(Buffer.from(text)), onBinary() {}, onClose() {} };
    },
  });
  const { port } = await api.listen();
  return {
    api,
    clock,
    lines,
    accesses,
    port,
    upgrade: (headers: Record<string, string> = {}, target = '/api/v1/message/ws') => upgrade(port, target, headers),
    [Symbol.asyncDispose]: () => api.close(),
  };
}

interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

describe('a token with limits', () => {
  const phone: WsToken = {
    token: 'of the phone',
    name: 'phone',
    pairs: ['BTC/.*'],
    columns: ['close'],
    topics: ['whitelist'],
  };

  it('hands on what it opens, and another token what that opens', async () => {
    await using there = await guarded({ wsTokens: ['of the desk', phone] });
    for (const token of ['of the phone', 'of the desk']) {
      expect(await opening({ port: there.port, token })).toEqual({ status: 'open' });
    }
    const [limited, open] = there.accesses;
    expect(limited).toMatchObject({ columns: new Set(['close']), topics: new Set(['whitelist']) });
    expect(['BTC/USDT', 'ETH/USDT'].map((pair) => limited.mayHavePair?.(parsePair(pair)))).toEqual([true, false]);
    expect(open).toEqual({});
    expect(there.lines.join('\n')).toContain('"token":"phone"');
    expect(there.lines.join('\n')).not.toContain('of the');
  });

  it('ends its connections where it opens less, and leaves them where it opens more', async () => {
    const { pairs: _, ...wider } = phone;
    await using there = await guarded({ wsTokens: [phone, TOKEN] });
    await using narrowed = scriptedConsumer({ port: there.port, token: phone.token });
    await using other = scriptedConsumer({ port: there.port, token: TOKEN });
    await Promise.all([narrowed.opening, other.opening]);
    there.api.setWsTokens([wider, TOKEN]);
    narrowed.send('still here');
    expect(await narrowed.untilTexts(1)).toEqual(['still here']);
    there.api.setWsTokens([{ ...wider, columns: [] }, TOKEN]);
    expect(await narrowed.untilClosed()).toEqual({ code: 1008, reason: 'its token was withdrawn' });
    other.send('still here');
    expect(await other.untilTexts(1)).toEqual(['still here']);
    expect(await opening({ port: there.port, token: phone.token })).toEqual({ status: 'open' });
    expect(there.accesses.at(-1)).toMatchObject({ columns: new Set() });
  });

  it('that is wrong changes nothing', async () => {
    await using there = await guarded();
    expect(() => there.api.setWsTokens([{ token: 'new', pairs: ['*'] }])).toThrow(ApiError);
    expect(await opening({ port: there.port, token: TOKEN })).toEqual({ status: 'open' });
  });
});

describe('the connection of one who logged in', () => {
  it('is not limited, and does not depend on tokens', async () => {
    await using there = await guarded();
    const now = Math.floor(there.clock.now() / 1000);
    const access = jwt({ identity: { u: 'user' }, type: 'access', exp: now + 60 }, apiSettings.jwtSecretKey ?? '');
    await using consumer = scriptedConsumer({ port: there.port, token: access });
    await consumer.opening;
    there.api.setWsTokens([]);
    consumer.send('still here');
    expect(await consumer.untilTexts(1)).toEqual(['still here']);
    expect(there.accesses).toEqual([{}]);
  });
});

describe('who tries one token after the other', () => {
  const wrong = async (there: { upgrade(headers: Record<string, string>): Promise<Answer> }, times: number) => {
    const answers: number[] = [];
    for (let i = 0; i < times; i++) answers.push((await there.upgrade(bearer(`guess ${i}`))).status);
    return answers;
  };

  it('is heard ten times, and then not even with the right one, until the wait is over', async () => {
    await using there = await guarded();
    expect(await wrong(there, 11)).toEqual([...Array.from({ length: 10 }, () => 403), 429]);
    const refused = await there.upgrade(bearer(TOKEN));
    expect(refused).toMatchObject({ status: 429, body: 'too many wrong tokens; try again in 1 s' });
    expect(refused.headers.get('retry-after')).toBe('1');
    there.clock.advance(1_000);
    expect((await there.upgrade(bearer(TOKEN))).status).toBe(101);
    // A success forgets what was before.
    expect(await wrong(there, 10)).toEqual(Array.from({ length: 10 }, () => 403));
  });

  it('waits twice as long each time, and comes in as soon as its token is right', async () => {
    await using there = await guarded();
    await wrong(there, 10);
    for (const seconds of ['1', '2', '4', '8', '16']) {
      expect((await there.upgrade(bearer('guess'))).headers.get('retry-after')).toBe(seconds);
      there.clock.advance(Number(seconds) * 1_000);
      if (seconds !== '16') expect((await there.upgrade(bearer('guess'))).status).toBe(403);
    }
    expect((await there.upgrade(bearer(TOKEN))).status).toBe(101);
  });

  it('is counted by both places of one request as one attempt', async () => {
    await using there = await guarded();
    for (let i = 0; i < 9; i++) await there.upgrade(bearer(`guess ${i}`), '/api/v1/message/ws?token=another');
    expect((await there.upgrade(bearer('guess'))).status).toBe(403);
    expect((await there.upgrade(bearer('guess'))).status).toBe(429);
  });

  it('is not taken for one who sends none, or one that was good once', async () => {
    await using there = await guarded();
    const key = apiSettings.jwtSecretKey ?? '';
    const now = Math.floor(Date.now() / 1000);
    const expired = jwt({ identity: { u: 'user' }, type: 'access', exp: now - 60 }, key);
    const refresh = jwt({ identity: { u: 'user' }, type: 'refresh', exp: now + 60 }, key);
    for (const headers of [{}, bearer(expired), bearer(refresh)]) {
      for (let i = 0; i < 12; i++) expect((await there.upgrade(headers)).status).toBe(403);
    }
    // That another signed is a guess.
    const foreign = jwt({ identity: { u: 'user' }, type: 'access', exp: now - 60 }, 'another key');
    for (let i = 0; i < 10; i++) await there.upgrade(bearer(foreign));
    expect((await there.upgrade(bearer(foreign))).status).toBe(429);
  });

  it('does not shut out others behind a proxy that is trusted', async () => {
    await using there = await guarded({ trustedProxies: ['127.0.0.0/8'] });
    const from = (address: string, token: string) => ({ ...bearer(token), 'X-Forwarded-For': address });
    for (let i = 0; i < 10; i++) await there.upgrade(from(`192.0.2.${i}, 203.0.113.9`, 'guess'));
    expect((await there.upgrade(from('192.0.2.77, 203.0.113.9', TOKEN))).status).toBe(429);
    expect((await there.upgrade(from('203.0.113.10', TOKEN))).status).toBe(101);
    expect(there.lines.join('\n')).toMatch(/"remote":"203\.0\.113\.9:\d+"/);
  });

  it('cannot get around it by saying to be another', async () => {
    await using there = await guarded();
    for (let i = 0; i < 10; i++) await there.upgrade({ ...bearer('guess'), 'X-Forwarded-For': `192.0.2.${i}` });
    expect((await there.upgrade({ ...bearer(TOKEN), 'X-Forwarded-For': '192.0.2.77' })).status).toBe(429);
  });

  it('is told apart from who tries passwords', async () => {
    await using there = await guarded({ failedAttempts: { most: 2 } });
    const call = (path: string, authorization: string) =>
      fetch(`http://127.0.0.1:${there.port}/api/v1/token/${path}`, { method: 'POST', headers: { authorization } });
    const login = (password: string) => call('login', `Basic ${Buffer.from(`user:${password}`).toString('base64')}`);
    expect((await login('guess')).status).toBe(401);
    // A token that opens the websocket is no help.
    expect((await there.upgrade(bearer(TOKEN))).status).toBe(101);
    expect((await call('refresh', 'Bearer guess')).status).toBe(401);
    const refused = await login('a password');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toEqual({ detail: 'Too many failed attempts; try again in 1 s' });
    expect((await call('refresh', 'Bearer guess')).status).toBe(429);
    expect((await there.upgrade(bearer(TOKEN))).status).toBe(101);
    there.clock.advance(1_000);
    expect((await login('a password')).status).toBe(200);
    expect((await login('guess')).status).toBe(401);
  });

  it('is told to our own consumer with the wait', async () => {
    await using there = await guarded({ failedAttempts: { most: 1 } });
    await there.upgrade(bearer('guess'));
    await using consumer = watchedClient(there.port);
    const told = await consumer.next('disconnected');
    expect(told.cause).toBe('throttled');
    expect(told.reason).toContain(`127.0.0.1:${there.port} hears no attempt from this address for 1 s`);
    there.clock.advance(1_000);
    await consumer.next('connected');
  });
});

describe('a page', () => {
  const ws = `/api/v1/message/ws?token=${encodeURIComponent(TOKEN)}`;
  const from = async (origin: string, corsOrigins: readonly string[] = []) => {
    await using there = await guarded({ corsOrigins });
    return await there.upgrade({ Origin: origin }, ws);
  };

  it('of another origin may not open the websocket, even with the token', async () => {
    const refused = await from('https://evil.example');
    expect(refused).toMatchObject({
      status: 403,
      body: "this page's origin is not one of api_server.CORS_origins",
    });
    expect((await from('null')).status).toBe(403);
    expect((await from('https://evil.example', ['https://page.example'])).status).toBe(403);
  });

  it('of a named origin may, or of any where all may', async () => {
    expect((await from('https://page.example', ['https://page.example'])).status).toBe(101);
    expect((await from('https://page.example', ['*'])).status).toBe(101);
    expect((await from('null', ['*'])).status).toBe(101);
  });

  it("of the API's own address may", async () => {
    await using there = await guarded();
    expect((await there.upgrade({ Origin: `http://127.0.0.1:${there.port}` }, ws)).status).toBe(101);
    expect((await there.upgrade({ Origin: `http://127.0.0.1:${there.port + 1}` }, ws)).status).toBe(403);
  });

  it('that is refused is told of in the log, not at length, and without the token', async () => {
    await using there = await guarded();
    await there.upgrade({ Origin: `https://evil.example/${'x'.repeat(5_000)}` }, ws);
    expect(there.lines.join('\n')).toContain('api_server.CORS_origins {"remote":"127.0.0.1:');
    expect(there.lines.join('\n').length).toBeLessThan(1_000);
    expect(there.lines.join('\n')).not.toContain(TOKEN);
  });

  it('of any origin may call the rest of the API where all may', async () => {
    await using there = await guarded({ corsOrigins: ['*'] });
    const answer = await fetch(`http://127.0.0.1:${there.port}/api/v1/ping`, {
      headers: { origin: 'https://a.example' },
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://a.example');
  });
});

describe('where our consumer puts its token', () => {
  /** Passes connections on to a port, and notes the heads of the requests. */
  async function listener(port: number) {
    const heads: string[] = [];
    const sockets = new Set<Socket>();
    const server = createServer((near) => {
      const far = connectTcp(port, '127.0.0.1');
      let head = '';
      near.on('data', (data) => {
        if (head.includes('\r\n\r\n')) return;
        head += data.toString('latin1');
        if (head.includes('\r\n\r\n')) heads.push(head);
      });
      near.pipe(far).pipe(near);
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          near.destroy();
          far.destroy();
        });
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const cut = () => {
      for (const socket of sockets) socket.destroy();
    };
    return {
      port: typeof address === 'object' && address !== null ? address.port : 0,
      heads,
      cut,
      async [Symbol.asyncDispose]() {
        server.close();
        cut();
      },
    };
  }

  const inQuery = (head: string) => head.split('\r\n')[0].includes('token=');
  const inHeader = (head: string) => /\r\nAuthorization: Bearer /i.test(head);

  it('is the header, at a Candlecast producer', async () => {
    await using running = await runningProducer();
    await using between = await listener(running.port);
    await using consumer = watchedClient(between.port);
    await consumer.next('connected');
    between.cut();
    await consumer.next('connected');
    expect(between.heads.map(inHeader)).toEqual([true, true]);
    expect(between.heads.map(inQuery)).toEqual([false, false]);
  });

  it('is the header alone, where a Candlecast producer refuses it', async () => {
    await using running = await runningProducer();
    await using between = await listener(running.port);
    await using consumer = watchedClient(between.port, { wsToken: 'wrong' });
    for (let i = 0; i < 3; i++) await consumer.next('disconnected');
    expect(between.heads.length).toBeGreaterThanOrEqual(3);
    expect(between.heads.filter(inQuery)).toEqual([]);
  });

  it('is the query, at a stock producer, from the first answer on that says so', async () => {
    await using stock = await scriptedProducer();
    await using between = await listener(stock.port);
    await using consumer = watchedClient(between.port);
    const first = await stock.connection();
    expect(first.token).toBe(TOKEN);
    await consumer.next('connected');
    first.close();
    expect((await stock.connection(1)).token).toBe(TOKEN);
    expect(between.heads.map(inQuery)).toEqual([false, true, true]);
    expect(between.heads.map(inHeader)).toEqual([true, false, false]);
    // It is no failure that anybody hears of.
    expect(consumer.events.filter(({ type }) => type === 'disconnected')).toHaveLength(1);
  });

  it('is the header again, when a Candlecast producer has come in the place of a stock one', async () => {
    const stock = await scriptedProducer();
    const { port } = stock;
    await using consumer = watchedClient(port);
    await stock.connection();
    await stock.close();
    await using running = await runningProducer({ settings: { listenPort: port } });
    await consumer.until(() => running.producer.sessions.length > 0);
    await running.stop();
    const heads: string[] = [];
    await using third = createHttpServer();
    third.on('upgrade', ({ url = '', headers }, socket) => {
      heads.push(`${url} ${String(headers.authorization)}`);
      socket.destroy();
    });
    third.listen(port, '127.0.0.1');
    await consumer.until(() => heads.length > 0);
    expect(heads[0]).toBe(`/api/v1/message/ws Bearer ${TOKEN}`);
  });

  it.each(['ünïcödé – token', ' spaces at its ends ', 'tab\tand more', 'line\nbreak', '%zz & =?#+'])(
    'holds any text: %j',
    async (token) => {
      await using running = await runningProducer({ settings: { wsTokens: [token] } });
      await using consumer = watchedClient(running.port, { wsToken: token });
      await consumer.next('connected');
    },
  );
});

describe('a request', () => {
  const subscription = (bytes: number) => {
    const head = '{"type":"subscribe","data":["whitelist"],"padding":"';
    return `${head}${'x'.repeat(bytes - head.length - 2)}"}`;
  };

  it('may be long where it is a subscription, and closes the connection above a mebibyte', async () => {
    await using there = await guarded();
    await using consumer = scriptedConsumer({ port: there.port, token: TOKEN });
    await consumer.opening;
    consumer.send(subscription(2 ** 20));
    expect((await consumer.untilTexts(1))[0]).toHaveLength(2 ** 20);
    consumer.send(subscription(2 ** 20 + 1));
    expect((await consumer.untilClosed()).code).toBe(1009);
  });

  it.each([
    ['of another type', '{"type":"whitelist","type":"subscribe","x":"'],
    ['that hides its type', `{${' '.repeat(70)}"type":"subscribe","x":"`],
  ])('%s may not be long', async (_, head) => {
    await using there = await guarded();
    await using consumer = scriptedConsumer({ port: there.port, token: TOKEN });
    await consumer.opening;
    consumer.send(head.padEnd(65_536, 'x'));
    expect(await consumer.untilTexts(1)).toHaveLength(1);
    consumer.send(head.padEnd(65_537, 'x'));
    expect(await consumer.untilClosed()).toEqual({
      code: 1009,
      reason: 'no request but a subscription may have more than 65536 bytes',
    });
  });

  it('may not be long where it is binary', async () => {
    await using there = await guarded();
    await using consumer = scriptedConsumer({ port: there.port, token: TOKEN });
    await consumer.opening;
    consumer.sendBinary(new Uint8Array(65_537));
    expect((await consumer.untilClosed()).code).toBe(1009);
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
    const files = { cert: 'cert.pem', key: 'key.pem' };
    expect(warnings({ password: good, tls: files })).toEqual([]);
    expect(warnings({ password: good, wsTokens: [{ token: 'weak' }], tls: files })).toEqual([
      expect.stringContaining('a weak ws_token: it has 4 characters'),
    ]);
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

function upgradeRequest(target: string, headers: Record<string, string> = {}): string {
  const key = 'dGhlIHNhbXBsZSBub25jZQ==';
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return (
    `GET ${target} HTTP/1.1\r\n${'Host' in headers ? '' : 'Host: x\r\n'}Upgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n${lines.join('')}\r\n`
  );
}

async function rawUpgrade(port: number, target: string): Promise<string> {
  const socket = connectTcp(port, '127.0.0.1', () => socket.write(upgradeRequest(target)));
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

/** Asks for a websocket with these headers, and hangs up after the answer. */
async function upgrade(port: number, target: string, headers: Record<string, string>): Promise<Answer> {
  const request = upgradeRequest(target, { Host: `127.0.0.1:${port}`, ...headers });
  const socket = connectTcp(port, '127.0.0.1', () => socket.write(request, 'latin1'));
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    if (text.startsWith('HTTP/1.1 101') && text.includes('\r\n\r\n')) break;
  }
  const [head, body] = text.split('\r\n\r\n');
  const [first, ...lines] = head.split('\r\n');
  const pairs = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(first.split(' ')[1]), headers: new Map(pairs), body };
}
