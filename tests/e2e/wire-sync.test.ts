import { describe, expect, it } from 'vitest';
import { framesEqual } from '../../src/frame/index.ts';
import { parsePair } from '../../src/market/index.ts';
import { sampleFrame } from '../../src/testing/index.ts';
import { runningProducer, watchedClient } from './wire-scene.ts';

const frame = sampleFrame({ rows: 400 });

describe('a consumer of a producer, over a socket', () => {
  it('holds what the producer holds, to the bit: history, rows, rewritten rows, other columns', async () => {
    await using running = await runningProducer();
    running.publish(frame.head(300));
    await using consumer = watchedClient(running.port);
    await consumer.next('update', (update) => update.change === 'replaced');
    expect(framesEqual(consumer.frame(), frame.head(300))).toBe(true);
    expect(consumer.client.pairs()).toEqual(['BTC/USDT']);

    for (let rows = 301; rows <= 310; rows++) running.publish(frame.head(rows));
    await consumer.next('update', (update) => update.frame.length === 310);
    expect(framesEqual(consumer.frame(), frame.head(310))).toBe(true);

    const repainted = frame.head(311).with({
      close: Float64Array.from({ length: 311 }, (_, row) => Number(frame.at(row, 'close')) + (row > 280 ? 1 : 0)),
    });
    running.publish(repainted);
    const { rows, change } = await consumer.next('update', (update) => update.frame.length === 311);
    expect({ rows, change }).toEqual({ rows: 30, change: 'appended' });
    expect(framesEqual(consumer.frame(), repainted)).toBe(true);

    const wider = frame.head(312).with({ rsi: new Float64Array(312).fill(NaN) });
    running.publish(wider);
    await consumer.next('update', (update) => update.frame.has('rsi'));
    expect(framesEqual(consumer.frame(), wider)).toBe(true);
    expect(consumer.events.filter(({ type }) => type === 'resync' || type === 'trouble')).toEqual([]);
  });

  it.each([1, 50, 99, 1500])('holds a history of %i rows', async (rows) => {
    await using running = await runningProducer();
    const history = sampleFrame({ rows });
    running.publish(history);
    await using consumer = watchedClient(running.port);
    await consumer.next('update');
    expect(framesEqual(consumer.frame(), history)).toBe(true);
  });

  it('holds other timeframes too, and pairs that come later', async () => {
    await using running = await runningProducer();
    running.publish(frame.head(300));
    const hourly = sampleFrame({ rows: 120, timeframe: '1h' });
    running.publish(hourly, 'BTC/USDT', '1h');
    await using consumer = watchedClient(running.port);
    await consumer.next('update', ({ key }) => key.timeframe === '1h');
    expect(framesEqual(consumer.frame('BTC/USDT', '1h'), hourly)).toBe(true);
    running.producer.setWhitelist(['BTC/USDT', 'ETH/USDT'].map(parsePair));
    running.publish(frame.head(40), 'ETH/USDT');
    await consumer.until(() => consumer.frame('ETH/USDT').length === 40);
    expect(framesEqual(consumer.frame('ETH/USDT'), frame.head(40))).toBe(true);
    running.producer.setWhitelist([parsePair('ETH/USDT')]);
    await consumer.next('whitelist', ({ pairs }) => pairs[0] === 'ETH/USDT');
    expect(consumer.client.frame('BTC/USDT', '5m')).toMatchObject({
      status: 'stale',
      reason: "BTC/USDT is no longer on the producer's whitelist",
    });
  });

  it('comes back to a producer that was restarted on its port, with other values, and holds those', async () => {
    const first = await runningProducer();
    first.publish(frame.head(300));
    await using consumer = watchedClient(first.port);
    await consumer.next('update');
    await first.stop();
    const { reason } = await consumer.next('disconnected');
    expect(reason).toBe('the connection was closed with code 1012, "the producer is stopping"');
    expect(consumer.client.frame('BTC/USDT', '5m')).toMatchObject({ status: 'stale', frame: { length: 300 } });

    await using second = await runningProducer({ settings: { listenPort: first.port } });
    const others = sampleFrame({ rows: 305, seed: 'other values' });
    second.publish(others);
    await consumer.next('update', (update) => update.frame.length === 305);
    expect(framesEqual(consumer.frame(), others)).toBe(true);
  });

  it('has one of two producers while the other is absent', async () => {
    const absent = await runningProducer();
    await absent.stop();
    await using running = await runningProducer();
    running.publish(frame.head(300));
    await using there = watchedClient(running.port, { name: 'there' });
    await using away = watchedClient(absent.port, { name: 'away' });
    await there.next('update');
    const { reason } = await away.next('disconnected');
    expect(reason).toContain(`nothing answers at 127.0.0.1:${absent.port}`);
    expect(away.client.frame('BTC/USDT', '5m')).toMatchObject({ status: 'missing' });
    expect(framesEqual(there.frame(), frame.head(300))).toBe(true);
  });

  it('asks for fewer rows where a message is too long, names the setting, and is in sync then', async () => {
    await using running = await runningProducer();
    running.publish(frame);
    await using consumer = watchedClient(running.port, { streams: false, messageSizeLimitBytes: 40_000 });
    const { reason } = await consumer.next('trouble');
    expect(reason).toMatch(
      /the frame of BTC\/USDT, 5m, spot is a message of 0\.\d+ MB, longer than message_size_limit, 0\.0381 MB; it would have to be 1$/,
    );
    const { rows } = await consumer.next('update');
    expect(rows).toBeLessThan(400);
    expect(rows).toBeGreaterThan(100);
    expect(framesEqual(consumer.frame(), frame.tail(rows))).toBe(true);
    expect(consumer.events.filter(({ type }) => type === 'disconnected')).toEqual([]);
    const longer = sampleFrame({ rows: 401 });
    running.publish(longer);
    await consumer.next('update');
    expect(framesEqual(consumer.frame(), longer.tail(rows + 1))).toBe(true);
  });

  it('holds as many rows of a frame that is too long each time the producer comes back, and all once they fit', async () => {
    const wide = sampleFrame({ rows: 1500 });
    const pairs = ['BTC/USDT', 'ETH/USDT'].map(parsePair);
    const start = async (settings = {}) => {
      const running = await runningProducer({ settings });
      running.producer.setWhitelist(pairs);
      running.publish(frame.head(40), 'ETH/USDT');
      return running;
    };
    let running = await start();
    running.publish(wide);
    const { port } = running;
    await using consumer = watchedClient(port, { streams: false, messageSizeLimitBytes: 70_000 });
    const { rows } = await consumer.next('update', ({ key }) => key.pair === 'BTC/USDT');
    expect(rows).toBeLessThan(1500);
    for (let i = 0; i < 4; i++) {
      await running.stop();
      await consumer.next('disconnected');
      running = await start({ listenPort: port });
      running.publish(wide);
      const update = await consumer.next('update', ({ key }) => key.pair === 'BTC/USDT');
      expect(update.rows).toBe(rows);
      expect(framesEqual(update.frame, wide.tail(rows))).toBe(true);
      expect(framesEqual(consumer.frame('ETH/USDT'), frame.head(40))).toBe(true);
    }
    await running.stop();
    await consumer.next('disconnected');
    await using narrow = await start({ listenPort: port });
    narrow.publish(wide.select(['date', 'close']));
    await consumer.next('update', (update) => update.frame.length === 1500);
    expect(framesEqual(consumer.frame(), wide.select(['date', 'close']))).toBe(true);
  });

  it('holds all of a pair at one timeframe although its frame of another is too long', async () => {
    await using running = await runningProducer();
    const wide = sampleFrame({ rows: 1000 });
    const hourly = sampleFrame({ rows: 1400, timeframe: '1h' }).select(['date', 'close']);
    running.publish(wide);
    running.publish(hourly, 'BTC/USDT', '1h');
    await using consumer = watchedClient(running.port, { streams: false, messageSizeLimitBytes: 70_000 });
    // What is asked for of the one comes of the other too, in as many rows.
    const updates = () => consumer.events.filter((event) => event.type === 'update' && event.key.timeframe === '1h');
    await consumer.until(() => updates().length === 2);
    expect(framesEqual(consumer.frame('BTC/USDT', '1h'), hourly)).toBe(true);
    const next = sampleFrame({ rows: 1401, timeframe: '1h' }).select(['date', 'close']);
    running.publish(next, 'BTC/USDT', '1h');
    await consumer.until(() => consumer.frame('BTC/USDT', '1h').last('date') === next.last('date'));
    expect(framesEqual(consumer.frame('BTC/USDT', '1h'), next)).toBe(true);
    expect(consumer.frame().length).toBeLessThan(1000);
  });

  it('hears what it subscribed to', async () => {
    await using running = await runningProducer();
    await using consumer = watchedClient(running.port, { streams: false, topics: ['entry', 'new_candle'] });
    await consumer.next('whitelist');
    running.producer.announce('entry', { pair: 'BTC/USDT' });
    running.producer.announce('exit', { pair: 'BTC/USDT' });
    running.publish(frame.head(300));
    expect(await consumer.next('announcement')).toMatchObject({ topic: 'entry', fields: { pair: 'BTC/USDT' } });
    expect(await consumer.next('announcement')).toMatchObject({ topic: 'new_candle', fields: { pair: 'BTC/USDT' } });
  });
});
