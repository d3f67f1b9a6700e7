import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { scriptedConsumer } from '../../../../src/testing/index.ts';
import { TOKEN, watchedClient } from '../../../e2e/wire-scene.ts';
import { useStockPeer } from '../peer/use-stock-peer.ts';
import { freqtradeVersions } from '../versions.ts';
import { servingPeer } from './stock-producer-scene.ts';

describe.each(freqtradeVersions)('a producer that is freqtrade %s', (version) => {
  const freqtrade = useStockPeer(version, servingPeer);
  let port: number;
  beforeEach(() => {
    ({ port } = freqtrade.shared());
  });

  it.each([
    ['no token', {}],
    ['a token in the header alone', { bearer: TOKEN }],
    ['a wrong token in the query', { token: 'wrong' }],
  ])('answers %s with 403', async (_, options) => {
    await using consumer = scriptedConsumer({ port, ...options });
    expect(await consumer.opening).toMatchObject({ status: 'refused', httpStatus: 403 });
  });

  it('is asked once with the token in the header, and with the query at once and from then on', async () => {
    await using between = await heard(port);
    await using consumer = watchedClient(between.port);
    await consumer.next('connected');
    for (let time = 0; time < 2; time++) {
      between.cut();
      await consumer.next('connected');
    }
    expect(between.requests.map((line) => line.includes('?token='))).toEqual([false, true, true, true]);
    expect(consumer.events.filter(({ type }) => type === 'disconnected')).toHaveLength(2);
  });
});

/** A way to a port, with the first line of each request over it. */
async function heard(target: number) {
  const requests: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((from) => {
    const to = connect(target, '127.0.0.1');
    from.once('data', (data) => requests.push(String(data).split('\r\n')[0]));
    for (const socket of [from, to]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        from.destroy();
        to.destroy();
      });
    }
    from.pipe(to).pipe(from);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port was given');
  const cut = () => {
    for (const socket of open) socket.destroy();
    open.clear();
  };
  return {
    port: address.port,
    requests,
    cut,
    async [Symbol.asyncDispose]() {
      server.close();
      cut();
    },
  };
}
