import { describe, expect, it } from 'vitest';
import { parsePair, parseTimeframe } from '../../market/index.ts';
import { DemoBoard, isSuccess, isUnharmed } from './demo-board.ts';

const FIVE = 300_000;
const state = (pair: string, candle: number, lastAnalyzed: number, digest: string) => ({
  pair: parsePair(pair),
  timeframe: parseTimeframe('5m'),
  candleType: 'spot' as const,
  rows: 500,
  date: candle * FIVE,
  lastAnalyzed,
  digest,
});

function setup(consumers: readonly string[] = ['one']) {
  const board = new DemoBoard(consumers);
  return {
    board,
    analyzed: (pair: string, candle: number, at: number, digest = `${pair} ${at}`) =>
      board.onProducerEvent({
        type: 'analyzed',
        newCandle: true,
        sent: 1,
        last: {},
        ...state(pair, candle, at, digest),
      }),
    copied: (pair: string, candle: number, at: number, options: { consumer?: string; digest?: string } = {}) =>
      board.onConsumerEvent(options.consumer ?? 'one', {
        type: 'copied',
        producer: 'default',
        receivedAt: at + 7,
        ...state(pair, candle, at, options.digest ?? `${pair} ${at}`),
      }),
  };
}

describe('DemoBoard', () => {
  it('counts equal copies, their lag, and candles from the first on after all is in sync', () => {
    const { board, analyzed, copied } = setup();
    analyzed('BTC/USDT', 1, 10);
    expect(board).toMatchObject({ isSynced: false, isCaughtUp: false, candles: 0 });
    copied('BTC/USDT', 1, 10);
    expect(board).toMatchObject({ isSynced: true, isCaughtUp: true, candles: 0 });
    analyzed('BTC/USDT', 2, 20);
    expect(board).toMatchObject({ isSynced: true, isCaughtUp: false, candles: 1 });
    copied('BTC/USDT', 2, 20);
    expect(board.summary()).toMatchObject({ candles: 1, pairs: 1, copies: 2, equal: 2, missing: [] });
    expect(board.summary().lagMs).toEqual({ p50: 7, p99: 7, max: 7 });
    expect(isSuccess(board.summary())).toBe(true);
  });

  it('names a copy that differs in one digest, and is no success then', () => {
    const { board, analyzed, copied } = setup();
    analyzed('BTC/USDT', 1, 10);
    copied('BTC/USDT', 1, 10, { digest: 'tampered' });
    expect(board.pairs[0].copies.get('one')).toMatchObject({ equal: false });
    expect(board.summary()).toMatchObject({
      copies: 1,
      equal: 0,
      different: [`BTC/USDT at one, candle ${new Date(FIVE).toISOString()}, 500 rows`],
    });
    expect(isSuccess(board.summary())).toBe(false);
    expect(isUnharmed(board.summary())).toBe(false);
    analyzed('BTC/USDT', 2, 20);
    copied('BTC/USDT', 2, 20);
    expect(board).toMatchObject({ isCaughtUp: true });
    expect(isSuccess(board.summary())).toBe(false);
  });

  it('names copies that are missing, at each consumer', () => {
    const { board, analyzed, copied } = setup(['one', 'two']);
    analyzed('BTC/USDT', 1, 10);
    analyzed('ETH/USDT', 1, 11);
    copied('BTC/USDT', 1, 10);
    expect(board.summary().missing).toEqual(['BTC/USDT at two', 'ETH/USDT at one', 'ETH/USDT at two']);
    expect(isSuccess(board.summary())).toBe(false);
    expect(isUnharmed(board.summary())).toBe(true);
  });

  it("holds a copy against the producer's report also where that comes later", () => {
    const { board, analyzed, copied } = setup();
    copied('BTC/USDT', 1, 10);
    copied('BTC/USDT', 2, 20, { digest: 'tampered' });
    expect(board.summary()).toMatchObject({ copies: 0 });
    analyzed('BTC/USDT', 1, 10);
    expect(board.summary()).toMatchObject({ copies: 1, equal: 1 });
    analyzed('BTC/USDT', 2, 20);
    expect(board.summary()).toMatchObject({ copies: 2, equal: 1 });
  });

  it('holds a late copy against the state that it is of, not the newest', () => {
    const { board, analyzed, copied } = setup();
    analyzed('BTC/USDT', 1, 10);
    analyzed('BTC/USDT', 2, 20);
    copied('BTC/USDT', 1, 10);
    expect(board.summary()).toMatchObject({ copies: 1, equal: 1, missing: ['BTC/USDT at one'] });
    expect(board).toMatchObject({ isSynced: true, isCaughtUp: false });
  });

  it('counts failures of each bot, and decisions from the first candle on that counts', () => {
    const { board, analyzed, copied } = setup();
    const decision = {
      type: 'decision',
      pair: parsePair('BTC/USDT'),
      date: 2 * FIVE,
      rate: 1,
      tag: null,
      side: 'long',
    } as const;
    analyzed('BTC/USDT', 1, 10);
    board.onProducerEvent({ ...decision, date: FIVE, action: 'entry' });
    copied('BTC/USDT', 1, 10);
    analyzed('BTC/USDT', 2, 20);
    copied('BTC/USDT', 2, 20);
    board.onConsumerEvent('one', { ...decision, action: 'entry' });
    board.onConsumerEvent('one', { ...decision, action: 'exit' });
    board.onProducerEvent({ ...decision, action: 'entry' });
    const failure = { type: 'strategy_failed', pair: decision.pair, code: 'X', message: 'no luck' } as const;
    board.onConsumerEvent('one', failure);
    board.onConsumerEvent('one', failure);
    expect(board.summary()).toMatchObject({
      decisions: { producer: { entries: 1, exits: 0 }, one: { entries: 1, exits: 1 } },
      failures: ['one: no luck'],
    });
    expect(isUnharmed(board.summary())).toBe(false);
  });

  it('counts copies as unproven whose counterpart is still unknown when it closes', () => {
    const { board, analyzed, copied } = setup();
    copied('BTC/USDT', 1, 5, { digest: 'whatever' });
    analyzed('BTC/USDT', 1, 10);
    copied('BTC/USDT', 1, 10);
    expect(isSuccess(board.summary())).toBe(true);
    board.close();
    expect(board.summary()).toMatchObject({ copies: 1, equal: 1, unproven: 1 });
    expect(isSuccess(board.summary())).toBe(false);
  });

  it('holds no frame of another timeframe against it', () => {
    const { board, analyzed } = setup();
    analyzed('BTC/USDT', 1, 10);
    const hourly = { ...state('BTC/USDT', 1, 10, 'hourly'), timeframe: parseTimeframe('1h') };
    board.onConsumerEvent('one', { type: 'copied', producer: 'default', receivedAt: 17, ...hourly });
    expect(board.summary()).toMatchObject({ copies: 0, unproven: 0 });
  });

  it('remembers a bounded number of everything, whatever happens for hours', () => {
    const { board, analyzed, copied } = setup();
    for (let at = 1; at <= 30_000; at++) {
      copied('BTC/USDT', at, at);
      board.onConsumerEvent('one', { type: 'strategy_failed', pair: parsePair('A/B'), code: 'X', message: `at ${at}` });
    }
    expect(board.summary()).toMatchObject({ copies: 0, unproven: 10_000 });
    expect(board.summary().failures).toHaveLength(100);
    for (let at = 40_000; at < 40_200; at++) {
      analyzed('BTC/USDT', at, at);
      copied('BTC/USDT', at, at, { digest: 'tampered' });
    }
    expect(board.summary()).toMatchObject({ copies: 200, equal: 0 });
    expect(board.summary().different).toHaveLength(100);
    expect(isUnharmed(board.summary())).toBe(false);
  });
});
