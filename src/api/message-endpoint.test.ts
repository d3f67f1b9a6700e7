import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type ScriptedConsumer, scriptedConsumer } from '../testing/index.ts';
import { systemClock } from '../util/clock.ts';
import { silentLogger } from '../util/logger.ts';
import type { MessageSocket, MessageSocketEvents } from '../wire/index.ts';
import { FailedAttempts } from './failed-attempts.ts';
import { type MessageEndpoint, mountMessageEndpoint } from './message-endpoint.ts';

interface Scene extends AsyncDisposable {
  readonly port: number;
  readonly endpoint: MessageEndpoint;
  readonly sockets: readonly MessageSocket[];
  /** The code and reason of each connection that ended. */
  readonly closed: readonly (readonly [number, string])[];
}

async function scene(
  options: { readonly pingIntervalMs?: number; readonly events?: Partial<MessageSocketEvents> } = {},
): Promise<Scene> {
  const { events, ...others } = options;
  const sockets: MessageSocket[] = [];
  const closed: (readonly [number, string])[] = [];
  const server = createServer();
  const endpoint = mountMessageEndpoint(server, {
    authorize: () => ({ status: 'granted', grant: { access: {}, token: undefined } }),
    attempts: new FailedAttempts(systemClock),
    origins: [],
    clientOf: (request) => request.socket.remoteAddress ?? '',
    logger: silentLogger,
    ...others,
    accept(socket) {
      sockets.push(socket);
      return { onMessage() {}, onBinary() {}, onClose: (code, reason) => void closed.push([code, reason]), ...events };
    },
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return {
    port,
    endpoint,
    sockets,
    closed,
    async [Symbol.asyncDispose]() {
      await endpoint.close();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function client(port: number): Promise<ScriptedConsumer> {
  const consumer = scriptedConsumer({ port, token: 'any' });
  await consumer.opening;
  return consumer;
}

const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise(setImmediate);
};

describe('the message endpoint', () => {
  it('cuts clients that do not answer its pings, and no others', async () => {
    await using there = await scene({ pingIntervalMs: 50 });
    await using frozen = await client(there.port);
    await using alive = await client(there.port);
    frozen.pause();
    await until(() => there.closed.length > 0);
    expect(there.closed).toEqual([[1006, '']]);
    there.sockets[1].sendText(new TextEncoder().encode('still here'));
    expect(await alive.untilTexts(1)).toEqual(['still here']);
  });

  it('takes nobody while it closes, and closes those who are there', async () => {
    await using there = await scene();
    await using stuck = await client(there.port);
    stuck.pause();
    const closing = there.endpoint.close();
    await using late = scriptedConsumer({ port: there.port, token: 'any' });
    expect(await late.opening).toMatchObject({ status: 'refused', httpStatus: 503 });
    await closing;
    expect(there.closed).toHaveLength(1);
  });

  it('closes the one client whose message made its owner fail', async () => {
    const events = {
      onMessage() {
        throw new Error('a fault');
      },
    };
    await using there = await scene({ events });
    await using failing = await client(there.port);
    await using other = await client(there.port);
    failing.send('anything');
    expect(await failing.untilClosed()).toEqual({ code: 1011, reason: 'internal error' });
    expect(other.closedWith).toBeUndefined();
  });

  it('takes close reasons of any length, and cuts them between characters', async () => {
    await using there = await scene();
    await using consumer = await client(there.port);
    there.sockets[0].close(1008, 'ü'.repeat(200));
    expect(await consumer.untilClosed()).toEqual({ code: 1008, reason: 'ü'.repeat(61) });
    there.sockets[0].close(1008, 'again');
    there.sockets[0].sendText(new Uint8Array(3), () => expect.unreachable());
  });

  it('counts the bytes that have not left, and tells when they have', async () => {
    await using there = await scene();
    await using consumer = await client(there.port);
    consumer.pause();
    const [socket] = there.sockets;
    let sent = 0;
    const megabyte = new Uint8Array(2 ** 20).fill(32);
    for (let i = 0; i < 32; i++) socket.sendText(megabyte, () => (sent += 1));
    expect(socket.bufferedBytes).toBeGreaterThan(2 ** 20);
    consumer.resume();
    await until(() => sent === 32);
    expect(socket.bufferedBytes).toBe(0);
    expect(await consumer.untilTexts(32)).toHaveLength(32);
  });
});
