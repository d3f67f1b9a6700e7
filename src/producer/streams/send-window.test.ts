import { describe, expect, it } from 'vitest';
import { manualClock } from '../../testing/index.ts';
import { type EncodedSnapshot, snapshotOfParts } from '../../wire/index.ts';
import { SendWindow } from './send-window.ts';
import { SnapshotSender } from './snapshot-sender.ts';
import { Turnstile } from './turnstile.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const FIRST = 256 * KIB;
const MOST = 4 * MIB;

/** A window that sees a full window arrive, again and again, at a rate and after a time. */
function steady(bytesPerSecond: number, tripMs: number, most = MOST): SendWindow {
  const window = new SendWindow(FIRST, most);
  let now = 0;
  window.begin();
  for (let i = 0; i < 100; i++) {
    const { bytes } = window;
    now += (1000 * bytes) / bytesPerSecond;
    window.arrived(bytes, { now, tripMs });
  }
  return window;
}

describe('SendWindow', () => {
  it('starts with what it is told, knowing nothing', () => {
    const window = new SendWindow(FIRST, MOST);
    expect(window.bytes).toBe(FIRST);
    expect(window.rate).toBeUndefined();
  });

  it.each([
    [125_000, 20],
    [500_000, 100],
    [1_250_000, 300],
  ])('is what %d bytes a second carry in a quarter of a second and a round trip of %d ms', (rate, trip) => {
    const window = steady(rate, trip);
    expect(Math.abs((window.rate ?? 0) / rate - 1)).toBeLessThan(0.01);
    expect(Math.abs(window.bytes / ((rate * (trip + 250)) / 1000) - 1)).toBeLessThan(0.01);
  });

  it('is never larger than the most nor smaller than the least', () => {
    expect(steady(125_000_000, 100).bytes).toBe(MOST);
    expect(steady(125_000_000, 100, FIRST).bytes).toBe(FIRST);
    expect(steady(100, 10).bytes).toBe(32 * KIB);
    expect(steady(1, 0).bytes).toBe(32 * KIB);
  });

  it('takes the shortest round trip, whatever queues lie on the way', () => {
    const window = steady(1_250_000, 40);
    const { bytes } = window;
    window.begin();
    window.arrived(1, { now: 1e9, tripMs: 5000 });
    window.arrived(bytes, { now: 1e9 + (1000 * bytes) / 1_250_000, tripMs: 5000 });
    expect(Math.abs(window.bytes / bytes - 1)).toBeLessThan(0.01);
  });

  it('measures nothing from a little that came in a short time', () => {
    const window = new SendWindow(FIRST, MOST);
    window.arrived(MIB, { now: 300, tripMs: 300 });
    expect(window.rate).toBeUndefined();
    window.arrived(KIB, { now: 599, tripMs: 200 });
    const { rate } = window;
    window.arrived(KIB, { now: 848, tripMs: 200 });
    expect(window.rate).toBe(rate);
    window.arrived(KIB, { now: 849, tripMs: 200 });
    expect(window.rate).not.toBe(rate);
  });

  it('counts how fast bytes follow one another, not how long the first of them took', () => {
    const window = new SendWindow(FIRST, MOST);
    window.arrived(KIB, { now: 5000, tripMs: 5000 });
    window.arrived(100 * KIB, { now: 6000, tripMs: 100 });
    expect(window.rate).toBe(100 * KIB);
    window.begin();
    window.arrived(KIB, { now: 90_000, tripMs: 100 });
    expect(window.rate).toBe(100 * KIB);
  });

  it('measures nothing within a round trip, in which bytes come in bursts', () => {
    const window = new SendWindow(FIRST, MOST);
    const burst = [0, 5, 10, 15, 20, 25, 30, 35];
    for (const ms of burst) window.arrived(FIRST / 4, { now: 600 + ms, tripMs: 600 });
    expect(window.rate).toBeUndefined();
    for (const ms of burst) window.arrived(FIRST / 4, { now: 1200 + ms, tripMs: 600 });
    expect(window.rate).toBeCloseTo((2 * FIRST) / 0.6);
  });

  it('measures anew when the clock is set back', () => {
    const window = new SendWindow(FIRST, MOST);
    window.arrived(FIRST, { now: 1_000_000, tripMs: 20 });
    window.arrived(FIRST, { now: 0, tripMs: -1_000_000 });
    expect(window.rate).toBeUndefined();
    window.arrived(FIRST, { now: 1000, tripMs: 20 });
    expect(window.rate).toBe(FIRST);
  });
});

/** A connection with so much bandwidth and delay, and no loss, on which a sender is to bring over many snapshots. */
function overLink(options: { readonly bytesPerSecond: number; readonly tripMs: number; readonly seconds: number }) {
  const { bytesPerSecond, tripMs, seconds } = options;
  const clock = manualClock();
  let freeAt = 0;
  let onTheWay = 0;
  const arrivals: { readonly at: number; readonly bytes: number }[] = [];
  const queueMs: { readonly at: number; readonly ms: number }[] = [];
  let mostOnTheWay = 0;
  const total = 300 * KIB;
  let seq = 0;
  const header = { epoch: 1, from: 1, to: 1, schemaVersion: 1, lastAnalyzed: 0 };
  const facts = { ...header, rows: 1, hash: { lo: 0, hi: 0 }, compressed: false };
  const content = new Uint8Array(total);
  const snapshotOf = (stream: number): EncodedSnapshot => snapshotOfParts({ ...facts, stream }, [content]);
  const offsets = new Map<number, number>();
  const sender = new SnapshotSender<number>(
    {
      hasRoom: () => true,
      begin: (stream) => snapshotOf(stream),
      onSent: () => sender.add(++seq),
      send(chunk) {
        const view = new DataView(chunk.buffer, chunk.byteOffset);
        const stream = view.getUint32(4, true);
        const bytes = chunk.length - 52;
        const end = (offsets.get(stream) ?? 0) + bytes;
        offsets.set(stream, end);
        const now = clock.now();
        freeAt = Math.max(now, freeAt) + (1000 * chunk.length) / bytesPerSecond;
        queueMs.push({ at: now, ms: freeAt - now });
        onTheWay += bytes;
        mostOnTheWay = Math.max(mostOnTheWay, onTheWay);
        clock.setTimer(
          () => {
            onTheWay -= bytes;
            arrivals.push({ at: clock.now(), bytes });
            if (!sender.acknowledge(stream, 1, end)) throw new Error('more was acknowledged than was sent');
          },
          freeAt - now + tripMs,
        );
      },
    },
    { clock, turnstile: new Turnstile(1), firstWindowBytes: FIRST, mostWindowBytes: MOST, slowBelow: 0 },
  );
  sender.add(0);
  sender.pump();
  clock.advance(1000 * seconds);
  /** How much of what the link carries arrived from then on. */
  const usedFrom = (second: number) => {
    const bytes = arrivals.filter(({ at }) => at >= 1000 * second).reduce((sum, each) => sum + each.bytes, 0);
    return bytes / (bytesPerSecond * (seconds - second));
  };
  /** The longest time that a byte sent from then on would have waited. */
  const longestQueueMs = (second: number) =>
    queueMs.filter(({ at }) => at >= 1000 * second).reduce((most, { ms }) => Math.max(most, ms), 0);
  return { usedFrom, longestQueueMs, mostOnTheWay, sender };
}

describe('what a sender makes of a connection', () => {
  it.each([
    { bytesPerSecond: 125_000, tripMs: 20, seconds: 60, from: 5 },
    { bytesPerSecond: 125_000, tripMs: 300, seconds: 60, from: 5 },
    { bytesPerSecond: 500_000, tripMs: 50, seconds: 30, from: 3 },
    { bytesPerSecond: 12_500_000, tripMs: 300, seconds: 20, from: 8 },
    { bytesPerSecond: 12_500_000, tripMs: 10, seconds: 5, from: 1 },
  ])('keeps it busy, and new candles waiting for long never: %j', ({ from, ...link }) => {
    const { usedFrom, longestQueueMs, mostOnTheWay, sender } = overLink(link);
    expect(usedFrom(from)).toBeGreaterThan(0.9);
    // What lies in the way of a candle beside the quarter of a second is a chunk, and a round trip that was measured too long.
    expect(longestQueueMs(from)).toBeLessThan(700);
    expect(mostOnTheWay).toBeLessThanOrEqual(MOST + 64 * KIB);
    expect(Math.abs((sender.rate ?? 0) / link.bytesPerSecond - 1)).toBeLessThan(0.1);
  });
});
