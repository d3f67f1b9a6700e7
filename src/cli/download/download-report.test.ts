import { describe, expect, it } from 'vitest';
import { type FileReport } from '../../download/index.ts';
import { ExchangeError } from '../../exchange/index.ts';
import { type PairKey, parsePair, parseTimeframe } from '../../market/index.ts';
import { failureLine, failureTable, fileLine, summaryLine } from './download-report.ts';

const key: PairKey = { pair: parsePair('BTC/USDT'), timeframe: parseTimeframe('5m'), candleType: 'spot' };
const report: FileReport = {
  key,
  path: 'x',
  added: 1234,
  rows: 5678,
  from: Date.UTC(2024, 0, 1),
  until: Date.UTC(2024, 1, 1, 23, 55),
  holes: 0,
};

describe('the report of a download', () => {
  it('has a line a file', () => {
    expect(fileLine(report)).toBe('BTC/USDT 5m spot: +1,234, 5,678 candles from 2024-01-01 00:00 to 2024-02-01 23:55');
    expect(fileLine({ ...report, added: 0, note: 'a hint' })).toMatch(
      /^BTC\/USDT 5m spot: nothing new, .* \(a hint\)$/,
    );
    expect(fileLine({ ...report, from: undefined, until: undefined })).toBe(
      'BTC/USDT 5m spot: the exchange has no candles of that time',
    );
  });

  it('says what failed and why', () => {
    const error = new ExchangeError('EXCHANGE_BANNED', 'go away');
    const failures = [failureLine({ key, error }), failureLine({ key, error: new TypeError('odd') })];
    expect(failureTable(failures)).toBe(
      [
        'pair      timeframe  type  why',
        'BTC/USDT  5m         spot  go away [EXCHANGE_BANNED]',
        'BTC/USDT  5m         spot  odd',
        '',
      ].join('\n'),
    );
  });

  it('ends with a sum', () => {
    const summary = { files: [report, report], failed: [], stopped: [] };
    expect(summaryLine(summary, 0)).toBe('2 files up to date (+2,468 candles)');
    expect(summaryLine({ ...summary, files: [{ ...report, added: 1 }], stopped: [key] }, 3)).toBe(
      '1 file up to date (+1 candle), 3 failed, 1 not finished; run it again to go on',
    );
  });
});
