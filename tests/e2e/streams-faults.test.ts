import { describe, expect, it } from 'vitest';
import { faultyProxy } from '../../src/testing/index.ts';
import { yieldTurn } from '../../src/util/clock.ts';
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
    await consumer.until(() => consumer.count(({ type }) => type === 'disconnected') > 0);
    for (let i = 0; i < 10; i++) producer.candles();
    proxy.open();
    await consumer.untilNewest();
    expect(consumer.snapshots).toBe(6);
    expect(consumer.wrong).toEqual([]);
  });

  it.each([1, 2, 3])('never shows a damaged value, and heals (damage %i)', { timeout: 60_000 }, async (seed) => {
    const random = seededRandom(seed);
    await using producer = await ProvedProducer.start({ pairs: 6, shape: { rows: 120, columns: 12 }, limits });
    await using proxy = await faultyProxy({ target: producer.port });
    using consumer = new ProvedConsumer(producer, { port: proxy.port, pingTimeoutMs: 200 });
    // The second has its first copies damaged.
    if (seed !== 2) await consumer.untilNewest();
    // Where the length of a message is damaged, what follows fills it.
    const publishing = setInterval(() => producer.candles(), 20);
    for (let round = 1; round <= 4; round++) {
      const { toClients } = proxy.stats;
      proxy.corrupt(1 + random.below(4));
      await consumer.until(() => proxy.stats.toClients > toClients + 16_384);
      await consumer.untilNewest();
    }
    clearInterval(publishing);
    producer.candles();
    await consumer.untilNewest();
    expect(consumer.wrong).toEqual([]);
    const isNoticed = ({ type }: { readonly type: string }) => ['trouble', 'resync', 'disconnected'].includes(type);
    expect(consumer.count(isNoticed)).toBeGreaterThan(0);
  });

  it(
    'stays with the newest states behind a link that carries less than is published',
    { timeout: 60_000 },
    async () => {
      const large = { rows: 600, columns: 60 };
      await using producer = await ProvedProducer.start({ pairs: 4, shape: large, limits });
      await using proxy = await faultyProxy({ target: producer.port });
      using consumer = new ProvedConsumer(producer, { port: proxy.port, pingTimeoutMs: 2_000 });
      await consumer.untilNewest();
      const whole = proxy.stats.toClients;
      proxy.throttle(1_500_000);
      // Other values in all rows: nothing but a snapshot carries them.
      const rounds = 40;
      for (let round = 1; round <= rounds; round++) {
        for (let pair = 0; pair < 4; pair++) producer.repaint(pair);
        await yieldTurn();
      }
      await consumer.untilNewest();
      expect(consumer.wrong).toEqual([]);
      expect(consumer.count(({ type }) => type === 'disconnected')).toBe(0);
      const { toClients } = proxy.stats;
      expect(toClients - whole).toBeLessThan((rounds * whole) / 2);
    },
  );
});
