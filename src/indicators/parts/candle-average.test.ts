import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../util/random.ts';
import { CandlePattern } from './candle-pattern.ts';
import { type CandleSetting, candleSettings } from './candle-settings.ts';
import { PatternCore } from './pattern-core.ts';

/** Gives the average itself for a judgement. */
class Probe extends CandlePattern {
  private readonly probed;

  constructor(setting: CandleSetting, back: number) {
    super();
    this.probed = this.average(this.candle(back), setting);
  }

  judge(): number {
    return this.probed.value;
  }
}

const ROWS = 60;

/** Candles in whole numbers, so that every total of ranges is exact in whatever order it is made. */
function wholeCandles(): Record<'open' | 'high' | 'low' | 'close', Float64Array> {
  const random = seededRandom(11);
  const candles = Array.from({ length: ROWS }, () => {
    const [open, close] = [100 + random.below(21), 100 + random.below(21)];
    return {
      open,
      close,
      high: Math.max(open, close) + random.below(10),
      low: Math.min(open, close) - random.below(10),
    };
  });
  const column = (name: 'open' | 'high' | 'low' | 'close') => Float64Array.from(candles, (candle) => candle[name]);
  return { open: column('open'), high: column('high'), low: column('low'), close: column('close') };
}

const { open, high, low, close } = wholeCandles();

/** What each setting measures; of the two shadows together, half. */
const rangeAt: Readonly<Record<CandleSetting['range'], (row: number) => number>> = {
  body: (row) => Math.abs(close[row] - open[row]),
  'high-low': (row) => high[row] - low[row],
  shadows: (row) => (high[row] - low[row] - Math.abs(close[row] - open[row])) / 2,
};

function averageAt({ range, rows, factor }: CandleSetting, row: number): number {
  if (rows === 0) return factor * rangeAt[range](row);
  let total = 0;
  for (let i = row - rows; i < row; i++) total += rangeAt[range](i);
  return factor * (total / rows);
}

describe.each(Object.entries<CandleSetting>(candleSettings))('the average for %s', (_, setting) => {
  it.each([0, 1, 3])('is that of the candles before the one %i rows back', (back) => {
    const lookback = setting.rows + back;
    const found = new Float64Array(ROWS);
    new PatternCore(lookback, new Probe(setting, back)).run([open, high, low, close], [found], 0, ROWS);
    const expected = found.map((__, row) => (row < lookback ? 0 : averageAt(setting, row - back)));
    expect(found).toEqual(expected);
  });
});
