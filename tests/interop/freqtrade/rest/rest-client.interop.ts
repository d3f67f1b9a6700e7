import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isObject } from '../../../../src/util/is-object.ts';
import { apiSettings, type RunningProducer, runningProducer } from '../../../e2e/wire-scene.ts';
import { type PythonCalls, pythonCalls } from '../../python-calls.ts';
import { ENVIRONMENT_PATIENCE_MS, type PythonEnvironment } from '../../python-environment.ts';
import { PLAIN_TOKEN } from '../consumer/stock-consumer-scene.ts';
import { type StockPeer, stockPeer } from '../peer/stock-peer.ts';
import { freqtradeEnvironment, freqtradeVersions } from '../versions.ts';

const CLIENT = fileURLToPath(new URL('rest_client.py', import.meta.url));

/** What a server answered to freqtrade's client. */
interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Who asks. */
const users = {
  right: [apiSettings.username, apiSettings.password],
  wrong: [apiSettings.username, 'another password'],
  stranger: ['somebody', apiSettings.password],
  nobody: [null, null],
} as const;
type User = keyof typeof users;

/** Whose server is asked. */
type Server = 'ours' | 'stock';

const clientName = (server: Server, user: User) => `${server} ${user}`;

/** Every user's client of either server, at these ports. */
function clientsOf(ports: Readonly<Record<Server, number>>): object {
  const clients = (['ours', 'stock'] as const).flatMap((server) =>
    Object.entries(users).map(([user, [username, password]]) => [
      `${server} ${user}`,
      { url: `http://127.0.0.1:${ports[server]}`, username, password },
    ]),
  );
  return Object.fromEntries(clients);
}

describe.each(freqtradeVersions)('freqtrade-client %s', (version) => {
  let environment: PythonEnvironment | undefined;
  let peer: StockPeer | undefined;
  let ours: RunningProducer | undefined;
  let clients: PythonCalls | undefined;

  beforeAll(async () => {
    environment = await freqtradeEnvironment(version);
    if (environment === undefined) return;
    peer = stockPeer(environment);
    ours = await runningProducer();
    const port = await peer.serve({ ws_token: PLAIN_TOKEN }, ['BTC/USDT']);
    clients = pythonCalls(environment, CLIENT, clientsOf({ ours: ours.port, stock: port }));
  }, ENVIRONMENT_PATIENCE_MS);
  beforeEach((context) => {
    if (environment === undefined) context.skip('no Python environment');
  });
  afterAll(async () => {
    await clients?.close();
    await ours?.[Symbol.asyncDispose]();
    await peer?.[Symbol.asyncDispose]();
  });

  async function told(server: Server, user: User, method: string, ...args: readonly unknown[]): Promise<Answer> {
    if (clients === undefined) throw new Error('the test was to be skipped');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `python/rest_client.py` says what it returns
    return (await clients.result(method, clientName(server, user), ...args)) as Answer;
  }

  const fromBoth = (user: User, ...call: readonly [string, ...unknown[]]) =>
    Promise.all([told('ours', user, ...call), told('stock', user, ...call)]);

  it('gets the same answer to a ping', async () => {
    for (const user of ['right', 'wrong', 'nobody'] as const) {
      const [answer, stock] = await fromBoth(user, 'request', 'GET', 'ping');
      expect(answer).toEqual(stock);
      expect(answer).toMatchObject({ status: 200, body: { status: 'pong' } });
    }
  });

  it('logs in and gets tokens of the same shape, for the same time', async () => {
    const [answer, stock] = await fromBoth('right', 'request', 'POST', 'token/login');
    expect(shapeOf(answer)).toEqual(shapeOf(stock));
    expect(answer.status).toBe(200);
    for (const name of ['access_token', 'refresh_token']) {
      expect(tokenOf(answer, name).shape).toEqual(tokenOf(stock, name).shape);
    }
  });

  it('gets another access token for its refresh token, and for no other', async () => {
    for (const [name, status] of [
      ['refresh_token', 200],
      ['access_token', 401],
    ] as const) {
      const answers = await Promise.all(
        (['ours', 'stock'] as const).map(async (server) => {
          const login = await told(server, 'right', 'request', 'POST', 'token/login');
          return told(server, 'right', 'request', 'POST', 'token/refresh', tokenOf(login, name).text);
        }),
      );
      expect(shapeOf(answers[0])).toEqual(shapeOf(answers[1]));
      expect(answers[0].status).toBe(status);
    }
  });

  it.each<[string, User, readonly [string, string, string?]]>([
    ['a login with a wrong password', 'wrong', ['POST', 'token/login']],
    ['a login with a wrong username', 'stranger', ['POST', 'token/login']],
    ['a login without credentials', 'nobody', ['POST', 'token/login']],
    ['a login with a token', 'right', ['POST', 'token/login', 'a token']],
    ['a refresh with what is no token', 'right', ['POST', 'token/refresh', 'a token']],
    ['a refresh with a password', 'right', ['POST', 'token/refresh']],
    ['a refresh without anything', 'nobody', ['POST', 'token/refresh']],
    ['a path that there is not', 'right', ['GET', 'nothing/here']],
    ['a path that is only posted to, got', 'right', ['GET', 'token/login']],
    ['a path that is only posted to, deleted', 'right', ['DELETE', 'token/login']],
    ['a path that cannot be posted to', 'right', ['POST', 'nothing/here']],
    ['a path that cannot be put', 'nobody', ['PUT', 'nothing/here']],
  ])('gets the same refusal, to the word: %s', async (_, user, call) => {
    const [answer, stock] = await fromBoth(user, 'request', ...call);
    expect(answer).toEqual(stock);
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  it('gets what stock says of a path that there is not for what our API does not have yet', async () => {
    const missing = await told('stock', 'right', 'request', 'GET', 'nothing/here');
    for (const method of ['version', 'health', 'show_config', 'status', 'whitelist']) {
      expect(await told('ours', 'right', 'call', method)).toEqual(missing);
    }
  });
});

/** Everything but what is in texts that differ from server to server. */
function shapeOf({ status, headers, body }: Answer): unknown {
  const types = isObject(body) ? Object.entries(body).map(([name, value]) => [name, typeof value]) : typeof body;
  return { status, headers, types };
}

/** A token of an answer, and what is in it but for the times, of which only the time between is the same. */
function tokenOf({ body }: Answer, name: string): { readonly text: string; readonly shape: unknown } {
  const text = isObject(body) ? String(body[name]) : '';
  const [header, claims] = text
    .split('.')
    .map((part) => (part === '' ? '' : Buffer.from(part, 'base64url').toString()));
  const [head, content]: unknown[] = [header, claims].map((part) => safeParse(part));
  if (!isObject(head) || !isObject(content)) throw new Error(`no token: ${JSON.stringify(body)}`);
  const { exp, iat, ...others } = content;
  return { text, shape: { head, lifetime: Number(exp) - Number(iat), ...others } };
}

function safeParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
