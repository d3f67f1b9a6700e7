import { describe, expect, it } from 'vitest';
import { faultyProxy, sampleFrame } from '../../src/testing/index.ts';
import { runningProducer, watchedClient } from './wire-scene.ts';

const TIMEOUT_MS = 30_000;
const HEARTBEAT_MS = 100;

describe('what a consumer and its producer tell of each other', { timeout: TIMEOUT_MS }, () => {
  it('agrees, and shows a producer that is held up until it is heard again', async () => {
    await using running = await runningProducer({ limits: { heartbeatMs: HEARTBEAT_MS } });
    const frame = sampleFrame({ rows: 200 });
    running.publish(frame.head(199));
    await using proxy = await faultyProxy({ target: running.port });
    // Its candles are of the past, which is no fault of the connection's.
    const last = frame.numbers('date')[frame.length - 1];
    const marketClock = { now: () => last + 300_000, setTimer: () => ({ cancel() {} }) };
    await using consumer = watchedClient(proxy.port, { marketClock });
    await consumer.next('update');
    running.publish(frame);
    await consumer.next('update', ({ rows }) => rows === 1);

    const { counts, streams, ...status } = consumer.client.status();
    expect(status).toMatchObject({ connected: true, attempts: 0, mode: 'streams', heartbeatMs: HEARTBEAT_MS });
    expect(streams).toMatchObject([
      { condition: 'live', rows: 200, columns: frame.names.length, seq: 2, updates: 2, resyncs: 0, mismatches: 0 },
    ]);
    expect(counts).toMatchObject({ connections: 1, updates: 2, deltas: 1, snapshots: 1, resyncs: 0, mismatches: 0 });
    const [session] = running.producer.sessions;
    expect(session).toMatchObject({ mode: 'streams', streams: 1, deltas: 1, snapshots: 1, pendingFrames: 0 });
    // Heartbeats may be on their way.
    expect(session.bytes).toBeGreaterThanOrEqual(counts.bytes);
    expect(session.messages).toBeGreaterThanOrEqual(counts.messages);

    proxy.stall();
    const silent = await consumer.next('silent');
    expect(silent.reason).toMatch(/is silent: it should be heard every 0.1 s, and was not for \d/);
    expect(consumer.client.status()).toMatchObject({
      connected: true,
      streams: [{ condition: 'stale', reason: silent.reason, seq: 2 }],
    });
    proxy.resume();
    expect(await consumer.next('heard')).toMatchObject({ silentMs: expect.toSatisfy((ms: number) => ms > 1000) });
    await consumer.until(() => consumer.client.status().streams[0].condition === 'live');
    expect(consumer.client.status()).toMatchObject({ counts: { connections: 1, resyncs: 0, snapshots: 1 } });

    proxy.cut();
    await consumer.next('disconnected');
    expect(consumer.client.status()).toMatchObject({
      connected: false,
      mode: undefined,
      streams: [{ condition: 'stale' }],
    });
    await consumer.next('connected');
    await consumer.until(() => consumer.client.status().streams[0].condition === 'live');
    // What it held is enough to go on from.
    expect(consumer.client.status().counts).toMatchObject({ connections: 2, snapshots: 1, mismatches: 0 });
    expect(running.producer.counts).toMatchObject({ consumers: 2, snapshots: 1, deltas: 1, stalled: 0 });
  });
});
