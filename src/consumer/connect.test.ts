import { describe, expect, it, vi } from 'vitest';
import { manualOpener, sampleFrame, sampleKey } from '../testing/index.ts';
import { connect, type ConnectOptions } from './connect.ts';
import { Consumer } from './consumer.ts';
import { ConsumerError } from './consumer-error.ts';

function scene(options: Partial<ConnectOptions> = {}) {
  const opener = manualOpener();
  const client = connect({ host: 'producer.example', wsToken: 'token', openSocket: opener.openSocket, ...options });
  const frame = (rows: number, pair = 'BTC/USDT') =>
    opener.link.message({ type: 'analyzed_df', key: sampleKey(pair), frame: sampleFrame({ rows }), lastAnalyzed: 5 });
  return { opener, client, frame };
}

describe('connect', () => {
  it.each([
    [[{ pair: 'nopair' }], 'want[0].pair: expected a pair such as "BTC/USDT", found text "nopair"'],
    [[{ tail: 0 }], 'want[0].tail: expected 1 to 100000 rows, found the number 0'],
    [[{ rate: -1 }], 'want[0].rate: expected "tick", "candle" or 1 to 86400000 milliseconds, found the number -1'],
    [Array.from({ length: 1001 }, () => ({})), 'wants: found 1001, mostWants is 1000'],
  ])('refuses %j as wants before anything is opened, and later', (want, reason) => {
    const options = JSON.parse(JSON.stringify({ want }));
    const opener = manualOpener();
    const connecting = () => connect({ host: 'a', wsToken: 'token', openSocket: opener.openSocket, ...options });
    expect(connecting).toThrow(expect.objectContaining({ code: 'CONSUMER_BAD_OPTION' }));
    expect(connecting).toThrow(reason);
    expect(opener.links).toEqual([]);
    const { client, opener: other } = scene();
    other.link.open();
    const before = other.link.sent.length;
    expect(() => client.setWant(options.want)).toThrow(reason);
    expect(other.link.sent).toHaveLength(before);
    client.close();
  });

  it('gives each frame as it changes, to any number of loops', async () => {
    const { opener, client, frame } = scene();
    const loops = [client.updates(), client.updates()];
    opener.link.open();
    const first = loops.map((loop) => loop.next());
    frame(50);
    for (const { value } of await Promise.all(first)) expect(value?.frame.length).toBe(50);
    for (const rows of [100, 101, 102]) frame(rows);
    frame(7, 'ETH/USDT');
    client.close();
    for (const loop of loops) {
      const found: number[] = [];
      for await (const update of loop) found.push(update.frame.length);
      expect(found).toEqual([102, 7]);
    }
  });

  it('ends loops that wait when it is closed, and those that are begun later', async () => {
    const { client } = scene();
    const waiting = client.updates().next();
    client.close();
    client.close();
    expect(await waiting).toEqual({ value: undefined, done: true });
    expect(await client.updates().next()).toEqual({ value: undefined, done: true });
  });

  it('closes at the end of its block', async () => {
    const { opener, client } = scene();
    {
      await using _ = client;
      opener.link.open();
      expect(client.connected).toBe(true);
    }
    expect(client.connected).toBe(false);
    expect(opener.link.isClosed).toBe(true);
  });

  it('can be closed from within an event', () => {
    const { opener, client, frame } = scene({ onEvent: () => client.close() });
    opener.link.open();
    frame(50);
    expect(client.connected).toBe(false);
    expect(client.keys()).toEqual([]);
  });

  it('throws into the process what its handler throws where there is no logger, and goes on', () => {
    const thrown: unknown[] = [];
    const microtasks = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((task) => {
      try {
        task();
      } catch (error) {
        thrown.push(error);
      }
    });
    const broken = new Error('the handler is broken');
    const { opener, client, frame } = scene({
      onEvent: () => {
        throw broken;
      },
    });
    opener.link.open();
    frame(50);
    microtasks.mockRestore();
    expect(thrown).toEqual([broken, broken]);
    expect(client.frame('BTC/USDT', '5m')).toMatchObject({ frame: { length: 50 } });
    client.close();
  });

  it('shows pairs and frames, and why there are none', () => {
    const { opener, client, frame } = scene({ name: 'other' });
    opener.link.open();
    opener.link.message({ type: 'whitelist', pairs: [sampleKey().pair] });
    frame(50);
    expect(client.pairs()).toEqual(['BTC/USDT']);
    expect(client.keys()).toEqual([sampleKey()]);
    expect(client.frame('BTC/USDT', '5m')).toMatchObject({ frame: { length: 50 } });
    expect(client.frame('BTC/USDT', '1h')).toMatchObject({
      status: 'missing',
      reason: 'the producer sends BTC/USDT at 5m (spot), not at 1h (spot)',
    });
    expect(() => client.frame('bitcoin', '5m')).toThrow('is not a pair');
    expect(() => client.frame('BTC/USDT', '5x')).toThrow('is not a timeframe');
    client.close();
  });

  it.each([
    [{ host: '' }, 'host: expected a host name or address, found ""'],
    [{ wsToken: '' }, "wsToken: expected one of the producer's api_server.ws_token, found"],
    [{ port: 0 }, 'port: expected an integer from 1 to 65535, found 0'],
    [{ port: 1.5 }, 'port: expected'],
    [{ waitTimeoutMs: NaN }, 'waitTimeoutMs: expected 0 or more milliseconds, found NaN'],
    [{ pingTimeoutMs: -1 }, 'pingTimeoutMs: expected'],
    [{ sleepTimeMs: -1 }, 'sleepTimeMs: expected'],
    [{ initialCandleLimit: -5 }, 'initialCandleLimit: expected a whole number of rows, 0 for all, found -5'],
    [{ initialCandleLimit: NaN }, 'initialCandleLimit: expected'],
    [{ messageSizeLimitBytes: 0 }, 'messageSizeLimitBytes: expected a whole number of at least 1, found 0'],
    [{ maxRows: 0 }, 'maxRows: expected'],
    [{ mostFrames: Infinity }, 'mostFrames: expected a whole number of at least 1, found Infinity'],
  ])('refuses %j', (options, message) => {
    expect(() => scene(options)).toThrow(ConsumerError);
    expect(() => scene(options)).toThrow(message);
  });
});

it('refuses two producers of one name', () => {
  const address = { name: 'default', host: 'a', port: 1, wsToken: '' };
  const consumer = () =>
    new Consumer({
      producers: [address, { ...address, host: 'b' }],
      openSocket: manualOpener().openSocket,
      onEvent() {},
    });
  expect(consumer).toThrow('two producers are named "default"; each needs a name of its own');
});
