import { describe, expect, it } from 'vitest';
import { sampleFrame, sampleKey, scriptedProducer } from '../testing/index.ts';
import { encodeRequest } from '../wire/index.ts';
import { connect } from './connect.ts';
import * as browser from './index.ts';

const wsToken = 'a token';

describe('connect in a browser', () => {
  it.each(['url', 'host'])('connects by %s and holds what comes', async (by) => {
    await using producer = await scriptedProducer();
    const { port } = producer;
    await using client = connect(
      by === 'url' ? { url: `http://127.0.0.1:${port}`, wsToken } : { host: '127.0.0.1', port, wsToken },
    );
    const connection = await producer.connection();
    expect(connection.token).toBe(wsToken);
    await connection.untilReceived(2);
    const frame = sampleFrame({ rows: 50 });
    connection.send({ type: 'analyzed_df', key: sampleKey(), frame, lastAnalyzed: 5 });
    for await (const update of client.updates()) {
      expect(update.frame.length).toBe(50);
      break;
    }
    expect(client.connected).toBe(true);
    expect(client.keys()).toEqual([sampleKey()]);
  });

  it('stays with a producer that answers and leaves one that does not', async () => {
    await using producer = await scriptedProducer({
      onRequest(text, connection) {
        if (text === encodeRequest({ type: 'whitelist' })) {
          connection.send({ type: 'whitelist', pairs: [sampleKey().pair] });
        }
      },
    });
    const reasons: string[] = [];
    const { promise: left, resolve: leave } = Promise.withResolvers<void>();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    let whitelists = 0;
    await using _ = connect({
      host: '127.0.0.1',
      port: producer.port,
      wsToken,
      waitTimeoutMs: 100,
      pingTimeoutMs: 3000,
      onEvent(event) {
        if (event.type === 'whitelist' && ++whitelists === 3) answer();
        if (event.type !== 'disconnected') return;
        reasons.push(event.reason);
        leave();
      },
    });
    // It asks once by itself; what follows stands for pings.
    await answered;
    const connection = await producer.connection();
    expect(reasons).toEqual([]);
    connection.freeze();
    await left;
    expect(reasons).toEqual(['no answer to a ping within 3 s']);
  });

  it('takes the path of the address, and names the producer by host and port', async () => {
    await using producer = await scriptedProducer();
    const { promise: reason, resolve } = Promise.withResolvers<string>();
    await using _ = connect({
      url: `ws://127.0.0.1:${producer.port}/elsewhere`,
      wsToken,
      onEvent: (event) => {
        if (event.type === 'disconnected') resolve(event.reason);
      },
    });
    // Scripted producers are at freqtrade's path alone.
    expect(await reason).toContain(`nothing answers at 127.0.0.1:${producer.port} (or it refused the token`);
    expect(producer.connections).toEqual([]);
    expect(producer.attempts).toBe(1);
  });

  it('refuses bad options', () => {
    expect(() => connect({ url: 'ws://a', wsToken: '' })).toThrow(browser.ConsumerError);
    expect(() => connect({ host: 'a', port: 0, wsToken })).toThrow(
      'port: expected an integer from 1 to 65535, found 0',
    );
    // @ts-expect-error: an address is needed
    expect(() => connect({ wsToken })).toThrow('host: expected');
    // @ts-expect-error: one address is enough
    expect(() => connect({ url: 'ws://a', host: 'b', wsToken })).toThrow('url: expected either');
  });
});
