import { describe, expect, it } from 'vitest';
import { faultyProxy } from '../../src/testing/index.ts';
import { seededRandom } from '../../src/util/random.ts';
import { keyOf } from './streams/made-window.ts';
import { ProvedConsumer, ProvedProducer } from './streams/proved-scene.ts';

const shape = { rows: 300, columns: 12 };
const limits = { heartbeatMs: 100 };

describe('streams over a connection on which things go wrong', () => {
  it('marks copies when nothing comes any more, connects again, and goes on from what it has', async () => {
    await using producer = await ProvedProducer.start({ pairs: 5, shape, limits });
    await using proxy = await faultyProxy({ target: producer.port });
    using consumer = new ProvedConsumer(producer, { port: proxy.port, pingTimeoutMs: 200 });
    await consumer.untilNewest();
    const { snapshots } = consumer;
    proxy.stall();
    producer.candles();
    await consumer.until(() => consumer.events.some(({ type }) => type === 'disconnected'));
    for (let pair = 0; pair < 5; pair++) {
      const view = consumer.view(keyOf(pair));
      expect(view).toMatchObject({ status: 'stale', lastAnalyzed: 1, reason: expect.stringContaining('no answer') });
    }
    proxy.resume();
    await consumer.untilNewest();
    expect(consumer.snapshots).toBe(snapshots);
    expect(consumer.wrong).toEqual([]);
  });

  it('resumes after a cut without snapshots, with a small part of their bytes', async () => {
    await using producer = await ProvedProducer.start({ pairs: 10, shape, limits });
    await using proxy = await faultyProxy({ target: producer.port });
    using consumer = new ProvedConsumer(producer, { port: proxy.port });
    await consumer.untilNewest();
    const { toClients: firstSync } = proxy.stats;
    for (let cut = 1; cut <= 5; cut++) {
      proxy.shut();
      await consumer.until(
        () => consumer.count(({ type }) => type === 'disconnected') >= cut && !consumer.client.connected,
      );
      for (let i = 0; i < cut; i++) producer.candles();
      proxy.open();
      await consumer.untilNewest();
    }
    expect(consumer.snapshots).toBe(10);
    const { toClients: all } = proxy.stats;
    expect((all - firstSync) / 5).toBeLessThan(firstSync / 10);
    expect(consumer.wrong).toEqual([]);
    expect(consumer.judged).toBeGreaterThan(60);
  });

  it('gets the whole of what it missed too much of', async () => {
    await using producer = await ProvedProducer.start({ pairs: 3, shape, limits: { ...limits, keptStates: 4 } });
    await using proxy = await faultyProxy({ target: producer.port });
    using consumer = new ProvedConsumer(producer, { port: proxy.port });
    await consumer.untilNewest();
    proxy.shut();
    await consumer.until(() => !consumer.client.connected);
    for (let i = 0; i < 10; i++) producer.candle(0);
    producer.candle(1);
    proxy.open();
    await consumer.untilNewest();
    expect(consumer.snapshots).toBe(4);
    expect(consumer.wrong).toEqual([]);
  });

  it.each([1, 2, 3, 4])('never shows a damaged value, and heals (damage %i)', async (seed) => {
    const random = seededRandom(seed);
    await using producer = await ProvedProducer.start({ pairs: 6, shape: { rows: 120, columns: 12 }, limits });
    await using proxy = await faultyProxy({ target: producer.port });
    using consumer = new ProvedConsumer(producer, { port: proxy.port, pingTimeoutMs: 200 });
    if (seed > 1) await consumer.untilNewest();
    for (let round = 1; round <= 12; round++) {
      proxy.corrupt(1 + random.below(6));
      const { toClients } = proxy.stats;
      for (let i = 0; i <= random.below(3); i++) producer.candles();
      // What was damaged has passed.
      await consumer.until(() => proxy.stats.toClients > toClients);
      await consumer.untilNewest();
    }
    proxy.corrupt(0);
    producer.candles();
    await consumer.untilNewest();
    expect(consumer.wrong).toEqual([]);
    const isNoticed = ({ type }: { readonly type: string }) => ['trouble', 'resync', 'disconnected'].includes(type);
    expect(consumer.count(isNoticed)).toBeGreaterThan(0);
  });

  it('stays with the newest states behind a link that carries less than is published', async () => {
    const limited = { ...limits, softLimitBytes: 32 * 1024, hardLimitBytes: 64 * 1024 };
    await using producer = await ProvedProducer.start({ pairs: 8, shape: { rows: 200, columns: 60 }, limits: limited });
    await using proxy = await faultyProxy({ target: producer.port });
    using consumer = new ProvedConsumer(producer, { port: proxy.port });
    await consumer.untilNewest();
    proxy.throttle(1_000_000);
    const before = proxy.stats.toClients;
    // Of each state some hundred bytes; together more than kernels hold and the link carries meanwhile.
    for (let i = 0; i < 3000; i++) {
      producer.candles();
      if (i % 20 === 0) await new Promise((resolve) => void setImmediate(resolve));
    }
    await consumer.untilNewest();
    expect(consumer.wrong).toEqual([]);
    const shown = consumer.count(({ type }) => type === 'update');
    expect(shown).toBeLessThan(8 * 3001);
    expect(proxy.stats.toClients - before).toBeLessThan(8 * 3000 * 60 * 8);
  });
});
