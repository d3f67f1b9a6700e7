import { describe, expect, it } from 'vitest';
import { type PairKey, parsePair, parseTimeframe } from '../../market/index.ts';
import { textWidth } from '../text-width.ts';
import { DownloadBoard } from './download-board.ts';
import { downloadScreen } from './download-screen.ts';

const keyOf = (pair: string, timeframe = '5m'): PairKey => ({
  pair: parsePair(pair),
  timeframe: parseTimeframe(timeframe),
  candleType: 'spot',
});
const [btc, eth, sol] = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'].map((pair) => keyOf(pair));
const report = (key: PairKey) => ({ key, path: 'x', added: 10, rows: 10, from: 0, until: 1, holes: 0 });
const plain = (_: unknown, text: string) => text;
const show = (board: DownloadBoard, width = 60, height = 20) =>
  downloadScreen(board, { room: { width, height }, paint: plain });

function halfDone(): DownloadBoard {
  const board = new DownloadBoard(4);
  for (const key of [btc, eth, sol]) board.onEvent({ type: 'started', key });
  board.onEvent({ type: 'stored', key: btc, rows: 5000, added: 5000, share: 0.5 });
  board.onEvent({ type: 'downloaded', ...report(eth) });
  board.onEvent({ type: 'failed', key: sol, error: new Error('no') });
  return board;
}

describe('downloadScreen', () => {
  it('shows how far it is, and each file under way', () => {
    expect(show(halfDone())).toBe(
      [
        '2 of 4 files · 1 failed · 5,000 candles',
        `${'█'.repeat(25)}${'░'.repeat(15)}`,
        'BTC/USDT  5m  spot  50 %  5,000 candles',
        '',
      ].join('\n'),
    );
  });

  it('counts every file the same, and is full at the end', () => {
    const board = halfDone();
    expect(board.share).toBe(2.5 / 4);
    board.onEvent({ type: 'downloaded', ...report(btc) });
    board.onEvent({ type: 'downloaded', ...report(keyOf('BTC/USDT', '1h')) });
    expect(board).toMatchObject({ share: 1, ended: 4, failed: 1, fetched: 5000 });
    expect(board.done).toHaveLength(3);
    expect(show(board)).not.toContain('░');
    expect(new DownloadBoard(0).share).toBe(1);
  });

  it.each([10, 30, 80])('fits into %i columns and a few lines', (width) => {
    const board = new DownloadBoard(30);
    for (let i = 0; i < 20; i++) board.onEvent({ type: 'started', key: keyOf(`COIN${i}/USDT`) });
    const lines = show(board, width, 8).trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(8);
    expect(lines.at(-1)).toBe('… and 15 more');
    for (const line of lines.slice(0, -1)) expect(textWidth(line)).toBeLessThanOrEqual(width);
  });
});
