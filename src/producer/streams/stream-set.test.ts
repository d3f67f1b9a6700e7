import { describe, expect, it } from 'vitest';
import type { PairKey } from '../../market/index.ts';
import { manualClock, sampleFrame, sampleKey } from '../../testing/index.ts';
import { type ProducerOptions, producerLimits } from '../producer-options.ts';
import { type StreamHolder, StreamSet } from './stream-set.ts';

const btc = sampleKey();
const eth = sampleKey('ETH/USDT');
const frame = sampleFrame({ rows: 20 });
const analyzed = (key: PairKey, rows = 20) => ({ key, frame: sampleFrame({ rows }), lastAnalyzed: 5000 });

class Holder implements StreamHolder {
  readonly heard: string[] = [];
  onAdvance(newCandle: boolean): void {
    this.heard.push(newCandle ? 'candle' : 'tick');
  }
  onEnd(): void {
    this.heard.push('end');
  }
}

function scene(options: ProducerOptions = {}) {
  const clock = manualClock(1_000_000);
  return { clock, set: new StreamSet(9, { limits: producerLimits(options), clock }) };
}

/** Throws where there is no stream. */
function held(set: StreamSet, key: PairKey, selection: Parameters<StreamSet['hold']>[1], holder = new Holder()) {
  const stream = set.hold(analyzed(key), selection, holder);
  if (stream === undefined) throw new Error('there is no room');
  return { stream, holder, release: () => set.release(stream, holder) };
}

describe('StreamSet', () => {
  it('has one stream for equal parts of a frame, whoever holds it, and others for other parts', () => {
    const { set } = scene();
    const { stream } = held(set, btc, { columns: ['close'], tail: 10 });
    expect(held(set, btc, { columns: ['close'], tail: 10 }).stream).toBe(stream);
    const others = [
      held(set, btc, { columns: ['close'] }),
      held(set, btc, { columns: ['close'], tail: 11 }),
      held(set, btc, { tail: 10 }),
      held(set, eth, { columns: ['close'], tail: 10 }),
    ].map((other) => other.stream);
    expect(new Set([stream, ...others]).size).toBe(5);
    expect(new Set([stream, ...others].map(({ id }) => id)).size).toBe(5);
    expect(set.find(btc, { tail: 10 })).toBe(others[2]);
    expect(set.find(btc, { tail: 12 })).toBeUndefined();
  });

  it('tells of its streams', () => {
    const { set } = scene();
    const { stream, release } = held(set, btc, { columns: ['close'], tail: 10 });
    held(set, btc, { columns: ['close'], tail: 10 });
    set.advance(analyzed(btc, 21), true);
    const status = { stream: stream.id, epoch: 9, key: btc, columns: ['close'], tail: 10, seq: 2, rows: 10 };
    expect(set.status).toEqual([{ ...status, consumers: 2 }]);
    release();
    expect(set.status).toEqual([{ ...status, consumers: 1 }]);
  });

  it('advances every stream of a frame once, and tells each holder', () => {
    const { set } = scene();
    const whole = held(set, btc, {});
    const second = held(set, btc, {});
    const part = held(set, btc, { tail: 5 });
    const other = held(set, eth, {});
    set.advance(analyzed(btc, 21), true);
    set.advance(analyzed(btc, 21), false);
    expect([whole, part, other].map(({ stream }) => stream.seq)).toEqual([3, 3, 1]);
    for (const { holder } of [whole, second, part]) expect(holder.heard).toEqual(['candle', 'tick']);
    expect(other.holder.heard).toEqual([]);
    second.release();
    set.advance(analyzed(btc, 22), true);
    expect(second.holder.heard).toHaveLength(2);
    expect(whole.holder.heard).toHaveLength(3);
  });

  it('tells of a state only when all streams of the frame have it', () => {
    const { set } = scene();
    const seqs: number[][] = [];
    const holder = new Holder();
    const first = held(set, btc, {}, holder);
    const second = held(set, btc, { tail: 5 });
    holder.onAdvance = () => void seqs.push([first.stream.seq, second.stream.seq]);
    set.advance(analyzed(btc, 21), true);
    expect(seqs).toEqual([[2, 2]]);
  });

  it('keeps a stream that nobody holds for a while', () => {
    const { set, clock } = scene({ resumeMs: 10_000 });
    const { stream, release } = held(set, btc, {});
    stream.newest();
    clock.advance(60_000);
    release();
    clock.advance(10_000);
    set.advance(analyzed(btc, 21), true);
    expect(set.find(btc, {})).toBe(stream);
    expect(stream.stateAt(1)).toBeDefined();
    const again = held(set, btc, {});
    expect(again.stream).toBe(stream);
    clock.advance(60_000);
    set.advance(analyzed(btc, 22), true);
    expect(set.find(btc, {})).toBe(stream);
    again.release();
    clock.advance(10_001);
    set.advance(analyzed(btc, 23), true);
    expect(set.find(btc, {})).toBeUndefined();
    expect(set.status).toEqual([]);
    expect(held(set, btc, {}).stream.id).toBeGreaterThan(stream.id);
  });

  it('counts the time from the last release of the last holder', () => {
    const { set, clock } = scene({ resumeMs: 10_000 });
    const first = held(set, btc, {});
    const last = held(set, btc, {});
    first.release();
    clock.advance(60_000);
    last.release();
    first.release();
    clock.advance(9000);
    last.release();
    clock.advance(1001);
    set.advance(analyzed(btc, 21), true);
    expect(set.find(btc, {})).toBeUndefined();
  });

  it('has so many streams and no more, but for those at rest', () => {
    const { set } = scene({ mostStreams: 3 });
    const streams = [1, 2, 3].map((tail) => held(set, btc, { tail }));
    expect(set.hold(analyzed(btc), { tail: 4 }, new Holder())).toBeUndefined();
    expect(set.hold(analyzed(btc), { tail: 2 }, new Holder())).toBe(streams[1].stream);
    streams[1].release();
    expect(set.hold(analyzed(btc), { tail: 4 }, new Holder())).toBeUndefined();
    streams[0].release();
    expect(set.hold(analyzed(btc), { tail: 4 }, new Holder())).toBeDefined();
    expect(set.find(btc, { tail: 1 })).toBeUndefined();
    expect(set.status.map(({ tail }) => tail)).toEqual([2, 3, 4]);
  });

  it('keeps no snapshot of a stream that is gone', () => {
    const { set, clock } = scene({ resumeMs: 0 });
    const { stream, release } = held(set, btc, {});
    const snapshot = set.snapshots.of(stream);
    expect(set.snapshots.of(stream)).toBe(snapshot);
    release();
    clock.advance(1);
    set.advance({ key: btc, frame, lastAnalyzed: 5000 }, false);
    expect(set.snapshots.of(stream)).not.toBe(snapshot);
  });

  it('ends the streams of a frame that is no more, and no others', () => {
    const { set } = scene();
    const whole = held(set, btc, {});
    const part = held(set, btc, { tail: 5 });
    const other = held(set, eth, {});
    set.end(btc);
    expect([whole, part, other].map(({ holder }) => holder.heard)).toEqual([['end'], ['end'], []]);
    expect(set.status.map(({ stream }) => stream)).toEqual([other.stream.id]);
    set.end(btc);
    set.advance(analyzed(btc, 21), true);
    whole.release();
    expect(whole.holder.heard).toEqual(['end']);
    const again = held(set, btc, {});
    expect(again.stream.id).toBeGreaterThan(other.stream.id);
    expect(again.stream.seq).toBe(1);
    // One who held the stream of before has no part in this one.
    whole.release();
    expect(set.status.map(({ consumers }) => consumers)).toEqual([1, 1]);
  });
});
