import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ConsumerSocket, SocketEnd } from '../consumer/consumer-socket.ts';
import type { TooLongMessage } from '../consumer/message-sieve.ts';
import { scriptedProducer } from '../testing/index.ts';
import { MESSAGE_PATH } from '../wire/index.ts';
import { openBrowserSocket } from './browser-socket.ts';

const TOKEN = 'with +/?&= and ü in it';
const LIMIT = 3000;

/** A socket, and everything that it said, in order. */
function heard(port: number | string, wsToken = TOKEN) {
  const said: unknown[] = [];
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const { promise: ended, resolve: end } = Promise.withResolvers<SocketEnd>();
  const { promise: third, resolve: three } = Promise.withResolvers<void>();
  const say = (what: unknown) => {
    said.push(what);
    if (said.length === 3) three();
  };
  const socket: ConsumerSocket = openBrowserSocket(
    { url: `ws://127.0.0.1:${port}${MESSAGE_PATH}`, wsToken, mostBytes: LIMIT },
    {
      onOpen: open,
      onMessage: say,
      onBinary: say,
      onTooLong: (message: TooLongMessage) => say(message),
      onPong: () => say('pong'),
      onProgress: () => say('progress'),
      onClosed: (found) => {
        said.push(found);
        end(found);
      },
    },
  );
  return { socket, said, opened, ended, third };
}

describe('a socket of the browser', () => {
  it('brings texts and bytes as they came, and the token where the producer looks for it', async () => {
    await using producer = await scriptedProducer();
    const { said, opened, third } = heard(producer.port);
    const connection = await producer.connection();
    await opened;
    connection.send('{"a":"ü"}');
    connection.sendBinary(Uint8Array.of(0xcc, 1, 255));
    connection.send('{}');
    await third;
    expect(connection.token).toBe(TOKEN);
    expect(said).toEqual(['{"a":"ü"}', Uint8Array.of(0xcc, 1, 255), '{}']);
  });

  it('drops texts that are too long in bytes, tells how they begin, and goes on', async () => {
    await using producer = await scriptedProducer();
    const { said, opened, third } = heard(producer.port);
    const connection = await producer.connection();
    await opened;
    // Each but the first has fewer characters than bytes are allowed.
    const fits = 'ü'.repeat(LIMIT / 2);
    const isOneMore = `ü${'a'.repeat(LIMIT - 1)}`;
    connection.send(fits);
    connection.send(isOneMore);
    connection.send('{}');
    await third;
    expect(said).toEqual([fits, { bytes: LIMIT + 1, beginning: isOneMore.slice(0, 512) }, '{}']);
  });

  it('ends for bytes that are too long', async () => {
    await using producer = await scriptedProducer();
    const { said, opened, ended } = heard(producer.port);
    const connection = await producer.connection();
    await opened;
    connection.sendBinary(new Uint8Array(LIMIT));
    connection.sendBinary(new Uint8Array(LIMIT + 1));
    connection.send('no more is heard');
    const end = { cause: 'too-long', reason: 'a binary message of 3001 bytes, more than 3000' };
    expect(await ended).toEqual(end);
    expect(said).toEqual([new Uint8Array(LIMIT), end]);
    await connection.untilClosed();
  });

  it('asks for the whitelist in the place of a ping', async () => {
    await using producer = await scriptedProducer();
    const { socket, opened } = heard(producer.port);
    const connection = await producer.connection();
    // Before it is open there is nobody to ask.
    socket.ping();
    await opened;
    socket.send('first');
    socket.ping();
    const [first, second] = await connection.untilReceived(2);
    expect([first, JSON.parse(second)]).toEqual(['first', { type: 'whitelist' }]);
    expect(connection.pings).toBe(0);
  });

  it('tells with what it was closed', async () => {
    await using producer = await scriptedProducer();
    const { opened, ended } = heard(producer.port);
    const connection = await producer.connection();
    await opened;
    connection.close(4001, 'too slow');
    expect(await ended).toEqual({
      cause: 'closed',
      reason: 'the connection was closed with code 4001, "too slow"',
    });
  });

  it('tells that it broke', async () => {
    await using producer = await scriptedProducer();
    const { opened, ended } = heard(producer.port);
    const connection = await producer.connection();
    await opened;
    connection.cut();
    expect(await ended).toMatchObject({ cause: 'closed', reason: expect.stringContaining('the connection broke') });
  });

  it('closes', async () => {
    await using producer = await scriptedProducer();
    const { socket, said, opened, ended } = heard(producer.port);
    const connection = await producer.connection();
    await opened;
    socket.close();
    socket.close();
    expect(await ended).toMatchObject({ cause: 'closed' });
    await connection.untilClosed();
    socket.send('to nobody');
    expect(said).toHaveLength(1);
  });

  it('ends soon where the producer does not answer that it closes', async () => {
    await using producer = await scriptedProducer();
    const { socket, opened, ended } = heard(producer.port);
    const connection = await producer.connection();
    await opened;
    connection.freeze();
    socket.close();
    expect(await ended).toEqual({
      cause: 'closed',
      reason: 'the connection was closed, and the producer did not answer that',
    });
  });

  it.each([{ status: 403 }, 'garbage'] as const)('tells of %j that it cannot tell', async (welcome) => {
    await using producer = await scriptedProducer({ welcome });
    const { said, ended } = heard(producer.port);
    const end = await ended;
    expect(end).toMatchObject({ cause: 'unreachable', reason: expect.stringContaining('browsers do not tell which') });
    expect(said).toEqual([end]);
  });

  it('tells of nobody there that it cannot tell', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    if (typeof address !== 'object' || address === null) throw new Error('no port was given');
    expect(await heard(address.port).ended).toMatchObject({ cause: 'unreachable' });
  });
});

describe('a socket of a browser that', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('takes no such address says why, without the token', () => {
    vi.stubGlobal('WebSocket', function refuse(url: string) {
      throw new SyntaxError(`The URL '${url}' is invalid.`);
    });
    const open = () => heard('x');
    expect(open).toThrow(`The URL 'ws://127.0.0.1:x${MESSAGE_PATH}?token=<hidden>' is invalid.`);
  });

  it('hears nothing is given up after 10 s, and then has another second to say so', async () => {
    vi.useFakeTimers();
    const closed = vi.fn();
    class Silent extends EventTarget {
      readonly CLOSING = 2;
      readonly CLOSED = 3;
      readyState = 0;
      close() {
        this.readyState = this.CLOSING;
        closed();
      }
    }
    vi.stubGlobal('WebSocket', Silent);
    const { said, ended } = heard(1);
    await vi.advanceTimersByTimeAsync(9_999);
    expect([closed.mock.calls.length, said]).toEqual([0, []]);
    await vi.advanceTimersByTimeAsync(1_001);
    expect(closed).toHaveBeenCalledOnce();
    expect(await ended).toEqual({ cause: 'unreachable', reason: 'no answer within 10 s' });
  });
});
