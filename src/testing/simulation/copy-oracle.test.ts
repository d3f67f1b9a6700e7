import { describe, expect, it } from 'vitest';
import type { CopyView } from '../../consumer/index.ts';
import { Producer } from '../../producer/index.ts';
import { manualSocket } from '../manual-socket.ts';
import { sampleKey } from '../sample-frame.ts';
import { CopyOracle } from './copy-oracle.ts';
import { type PlainFrame, builtAnew } from './plain-frame.ts';
import { PublishedStates } from './published-states.ts';
import { SimulatedClock } from './simulated-clock.ts';

const key = sampleKey();
const other = sampleKey('ETH/USDT');
const EPOCH = 5;

/** Rows with these values, a minute apart. */
function plain(...values: readonly number[]): PlainFrame {
  const columns = [
    { name: 'date', kind: 'timestamp' },
    { name: 'x', kind: 'float64' },
  ] as const;
  return { columns, rows: values.map((value, i) => [60_000 * i, value]) };
}

/** A producer with a consumer who wants everything, and an oracle for whatever view it is given. */
function scene() {
  const clock = new SimulatedClock();
  const { timeframe, candleType } = key;
  const producer = new Producer({ timeframe, candleType, clock, epoch: EPOCH });
  const published = new PublishedStates();
  const publish = (of: typeof key, frame: PlainFrame) => {
    published.published(of, { frame, publishedMs: clock.now(), newCandle: true });
    producer.publish({ key: of, frame: builtAnew(frame).frame, lastAnalyzed: 1 }, { newCandle: true });
    published.noteStreams(producer);
  };
  publish(key, plain(1));
  publish(other, plain(7));
  const session = producer.attach(manualSocket());
  session.onMessage('{"type":"subscribe","data":["analyzed_df"],"candlecast":{"version":1,"want":[{}]}}');
  published.noteStreams(producer);
  const numbers = new Map(producer.streams.map(({ stream, key: of }) => [of.pair, stream]));
  let view: CopyView | undefined;
  const oracle = new CopyOracle({
    producer: 'p',
    keys: [key],
    view: () => view,
    published,
    heartbeatMs: 1000,
    maxRows: 100,
  });
  /** What is wrong where a reader sees this frame as this state. */
  const shown = (
    frame: PlainFrame,
    seq: number,
    given: { status?: 'live' | 'stale'; of?: typeof key; silentMs?: number; nowMs?: number; promptMs?: number } = {},
  ) => {
    const { status = 'live', of = key, silentMs = 0, nowMs = 0, promptMs } = given;
    const state = { epoch: EPOCH, stream: numbers.get(of.pair) ?? 0, seq };
    const built = builtAnew(frame).frame;
    view = { status, frame: built, lastAnalyzed: 1, receivedAt: 0, ageMs: 0, reason: undefined, state };
    return oracle.faultNow(nowMs, { silentMs, promptMs, wants: [{}] });
  };
  return { publish, shown, oracle, published, nothing: () => (view = undefined), stream: numbers.get(key.pair) };
}

describe('the oracle of copies', () => {
  it('takes what was published, live and stale', () => {
    const { publish, shown, oracle } = scene();
    publish(key, plain(1, 2));
    expect(shown(plain(1), 1)).toBeUndefined();
    expect(shown(plain(1, 2), 2)).toBeUndefined();
    expect(shown(plain(1, 2), 2, { status: 'stale' })).toBeUndefined();
    expect(oracle.compared).toBe(3);
    expect(oracle.changedFrame()).toBeUndefined();
  });

  it('tells of a copy that differs from what was published under its number', () => {
    const { publish, shown } = scene();
    publish(key, plain(1, 2));
    const expected =
      /^p BTC\/USDT, 5m, spot: state 2 of stream 5\/1 differs from what was published, row 1 of 2, column x/;
    expect(shown(plain(1, 3), 2)).toMatch(expected);
    expect(shown(plain(1), 2, { status: 'stale' })).toMatch(/expected 2, found 1$/);
  });

  it('tells of a copy that goes back, that never was, or is of another pair', () => {
    const { publish, shown } = scene();
    publish(key, plain(1, 2));
    expect(shown(plain(1, 2), 3)).toMatch(/state 3 of stream 5\/1 is shown, which never was$/);
    expect(shown(plain(7), 1, { of: other })).toMatch(
      /state 1 of stream 5\/2 is shown, which is of ETH\/USDT, 5m, spot$/,
    );
    const later = scene();
    later.publish(key, plain(1, 2));
    expect(later.shown(plain(1, 2), 2)).toBeUndefined();
    expect(later.shown(plain(1), 1)).toMatch(/state 1 of stream 5\/1 is shown after state 2$/);
  });

  it('tells of a copy that is live while nothing is heard, or a newer one should have come', () => {
    const { publish, shown } = scene();
    publish(key, plain(1, 2));
    expect(shown(plain(1), 1, { silentMs: 6000 })).toBeUndefined();
    expect(shown(plain(1), 1, { silentMs: 6001 })).toMatch(
      /it is live although the producer was not heard for 6001 ms$/,
    );
    expect(shown(plain(1), 1, { silentMs: 6001, status: 'stale' })).toBeUndefined();
    expect(shown(plain(1), 1, { nowMs: 500, promptMs: 500 })).toBeUndefined();
    expect(shown(plain(1), 1, { nowMs: 501, promptMs: 500 })).toMatch(
      /it is live at state 1, and state 2 is 1 ms late$/,
    );
    expect(shown(plain(1, 2), 2, { nowMs: 501, promptMs: 500 })).toBeUndefined();
  });

  it('tells what has not come to rest', () => {
    const { publish, shown, oracle, nothing, published } = scene();
    const [all, none] = [[{}], [{ pair: other.pair }]];
    nothing();
    expect(oracle.notConverged(all, { rates: true })).toMatch(/spot is undefined: undefined$/);
    expect(oracle.notConverged(none, { rates: true })).toBeUndefined();
    publish(key, plain(1, 2));
    shown(plain(1), 1);
    expect(oracle.notConverged(all, { rates: true })).toMatch(
      /at state 1 is not the newest: rows: expected 2, found 1$/,
    );
    expect(oracle.notConverged([{ rate: 'candle' }], { rates: false })).toBeUndefined();
    shown(plain(1, 2), 2, { status: 'stale' });
    expect(oracle.notConverged(all, { rates: true })).toMatch(/spot is stale: undefined$/);
    shown(plain(1, 2), 2);
    expect(oracle.notConverged(all, { rates: true })).toBeUndefined();
    expect(oracle.notConverged(none, { rates: true })).toMatch(/is live, which is not wanted$/);
    published.withdrawn(key);
    expect(oracle.notConverged(all, { rates: true })).toMatch(/is live, which is not there$/);
  });

  it('tells of memory that changed under a reader', () => {
    const { publish, shown, oracle } = scene();
    const frame = plain(1, 2);
    publish(key, frame);
    shown(frame, 2);
    const changed = plain(1, 3);
    // The plain rows stand for what was published; a write to them is as one to the frame.
    Object.assign(frame.rows[1], changed.rows[1]);
    expect(oracle.changedFrame()).toMatch(/a frame changed under its reader, row 1 of 2, column x/);
  });

  it('takes no producer whose streams skip a state', () => {
    const { published, publish, stream } = scene();
    publish(key, plain(1, 2));
    const status = { stream, epoch: EPOCH, key, columns: undefined, tail: undefined, seq: 9 };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else of it is looked at
    expect(() => published.noteStreams({ streams: [status] } as unknown as Producer)).toThrow(
      'stream 5/1 of BTC/USDT, 5m, spot counted from 2 to 9',
    );
  });
});
