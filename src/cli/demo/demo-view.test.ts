import { describe, expect, it } from 'vitest';
import { parsePair, parseTimeframe } from '../../market/index.ts';
import { textWidth } from '../text-width.ts';
import { DemoBoard } from './demo-board.ts';
import { demoConsumers } from './demo-configs.ts';
import { demoProgress, demoScreen, demoSummary, demoTitle } from './demo-view.ts';

const CANDLE = Date.UTC(2026, 10, 20, 9, 5);
const plan = { pairs: 3, seed: 'candlecast', speed: 150, candles: undefined };
const plain = (_: unknown, text: string) => text;
const consumers = demoConsumers.map(({ name }) => name);

function board(options: { readonly candle?: number; readonly tampered?: boolean } = {}): DemoBoard {
  const filled = new DemoBoard(consumers);
  const prices = { 'BTC/USDT': 7455.6, 'SHIB/USDT': 0.0000010547, 'ETH/USDT': 410.42 };
  for (const candle of options.candle === undefined ? [0] : [0, options.candle]) {
    for (const [name, close] of Object.entries(prices)) {
      const lastAnalyzed = CANDLE + candle + 1;
      const state = {
        pair: parsePair(name),
        timeframe: parseTimeframe('5m'),
        candleType: 'spot' as const,
        rows: 500,
        date: CANDLE + candle * 300_000,
        lastAnalyzed,
      };
      const signals = { enter_long: name === 'BTC/USDT' ? 1 : 0, exit_long: 0 };
      const last = { close, rsi: 36.84, tema: close, bb_lowerband: null, bb_middleband: close, ...signals };
      filled.onProducerEvent({ type: 'analyzed', newCandle: true, sent: 1, last, digest: 'right', ...state });
      for (const consumer of consumers) {
        if (name === 'SHIB/USDT' && consumer !== consumers[0]) continue;
        const digest = options.tampered && name === 'ETH/USDT' ? 'tampered' : 'right';
        const receivedAt = lastAnalyzed + 4;
        filled.onConsumerEvent(consumer, { type: 'copied', producer: 'default', receivedAt, digest, ...state });
      }
    }
  }
  return filled;
}

const screen = (width: number, height: number, of = board()) =>
  demoScreen({ board: of, plan, goal: undefined, room: { width, height }, nowMs: CANDLE + 2_000, paint: plain });

describe('demoScreen', () => {
  it('shows bots, pairs, copies and where it stands', () => {
    expect(screen(140, 40)).toMatchInlineSnapshot(`
      "simulated market "candlecast" of 3 pairs; a 5m candle lasts 2 s
      producer   computes the indicators               0 entries, 0 exits
      consumer   decides on the producer's indicators  0 entries, 0 exits
      own logic  decides by rules of its own           0 entries, 0 exits

      pair       candle              close   rsi          tema  bb_lowerband  bb_middleband  signals     copy at consumer  copy at own logic
      BTC/USDT   11-20 09:05       7455.60  36.8       7455.60             ·        7455.60  enter_long  equal, 2.0 s      equal, 2.0 s
      SHIB/USDT  11-20 09:05  0.0000010547  36.8  0.0000010547             ·   0.0000010547              equal, 2.0 s      not yet
      ETH/USDT   11-20 09:05       410.420  36.8       410.420             ·        410.420              equal, 2.0 s      equal, 2.0 s

      copying the history: 5 copies, 5 equal, 1 on their way
      Ctrl-C ends it
      "
    `);
  });

  it('fits 80 columns', () => {
    expect(screen(79, 23)).toMatchInlineSnapshot(`
      "simulated market "candlecast" of 3 pairs; a 5m candle lasts 2 s
      producer   computes the indicators               0 entries, 0 exits
      consumer   decides on the producer's indicators  0 entries, 0 exits
      own logic  decides by rules of its own           0 entries, 0 exits

      pair              close   rsi  signals     copy at consumer  copy at own logic
      BTC/USDT        7455.60  36.8  enter_long  equal, 2.0 s      equal, 2.0 s
      SHIB/USDT  0.0000010547  36.8              equal, 2.0 s      not yet
      ETH/USDT        410.420  36.8              equal, 2.0 s      equal, 2.0 s

      copying the history: 5 copies, 5 equal, 1 on their way
      Ctrl-C ends it
      "
    `);
  });

  it.each([
    [140, 40],
    [100, 35],
    [79, 23],
    [60, 12],
  ])('is no larger than %i by %i', (width, height) => {
    const lines = screen(width, height).split('\n');
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(width);
    expect(lines.length).toBeLessThanOrEqual(height);
  });

  it('shows first what is different, however many pairs there are', () => {
    const lines = screen(79, 12, board({ tampered: true })).split('\n');
    expect(lines.find((line) => line.includes('DIFFERENT'))).toMatch(/^ETH\/USDT/);
    expect(lines).toContain('… and 2 more pairs');
  });

  it('is there before anything has arrived', () => {
    expect(screen(79, 23, new DemoBoard(consumers))).toContain('starting…');
  });
});

describe('demoProgress', () => {
  it('says what comes first, and counts candles from then on', () => {
    expect(demoProgress(new DemoBoard(consumers), 3)).toBe('copying the history: 0 copies, 0 equal');
    expect(demoProgress(board(), 3)).toBe('copying the history: 5 copies, 5 equal, 1 on their way');
    const inSync = new DemoBoard([]);
    const pair = parsePair('BTC/USDT');
    const state = { pair, timeframe: parseTimeframe('5m'), candleType: 'spot', rows: 1, lastAnalyzed: 1 } as const;
    const event = { type: 'analyzed', newCandle: true, sent: 1, last: {}, ...state } as const;
    inSync.onProducerEvent({ ...event, date: 1 });
    expect(demoProgress(inSync, 3)).toMatch(/^candle 1 of 3: /);
    expect(demoProgress(inSync, undefined)).toMatch(/^candle 1: .*lag p50 0 ms/);
  });
});

describe('demoTitle', () => {
  it('tells the market and its speed', () => {
    expect(demoTitle(plan)).toBe('simulated market "candlecast" of 3 pairs; a 5m candle lasts 2 s');
    expect(demoTitle({ ...plan, candles: 'user_data/data', speed: 700 })).toBe(
      'user_data/data; a 5m candle lasts 0.429 s',
    );
  });
});

describe('demoSummary', () => {
  it('says that every copy was equal only where every one was', () => {
    const good = { ...board().summary(), missing: [] };
    expect(demoSummary(good, plain)).toMatchInlineSnapshot(`
      "0 candles of 3 pairs; 5 copies arrived, 5 equal to the producer's frame to the bit
      producer: 0 entries, 0 exits decided
      consumer: 0 entries, 0 exits decided
      own logic: 0 entries, 0 exits decided
      every copy was equal
      "
    `);
    expect(demoSummary(board().summary(), plain)).toMatch(
      /missing: SHIB\/USDT at own logic\nevery copy that arrived was equal\n$/,
    );
    expect(demoSummary(board({ tampered: true }).summary(), plain)).toMatch(
      /different: ETH\/USDT at consumer, candle .*\n[^]*NOT every copy was equal\n$/,
    );
    expect(demoSummary(new DemoBoard(consumers).summary(), plain)).toBe('stopped before the first candle\n');
    expect(demoSummary({ ...good, copies: 0, equal: 0 }, plain)).toMatch(/no copy arrived\n$/);
    const lagMs = { p50: 3, p99: 9, max: 12 };
    const played = demoSummary({ ...good, candles: 2, lagMs }, plain);
    expect(played).toContain('\nfrom analysis to copy: p50 3 ms, p99 9 ms, longest 12 ms\n');
    expect(demoSummary({ ...good, failures: ['consumer: no luck'] }, plain)).toMatch(
      /failed: consumer: no luck\nevery copy that arrived was equal, but a strategy failed\n$/,
    );
  });

  it('lists a few of many', () => {
    const different = Array.from({ length: 100 }, (_, i) => `pair ${i}`);
    const text = demoSummary({ ...board().summary(), copies: 1000, equal: 300, different }, plain);
    expect(text.match(/^different:/gm)).toHaveLength(6);
    expect(text).toContain('different: and 695 more');
  });
});
