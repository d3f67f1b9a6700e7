import { expect, it } from 'vitest';
import { parsePair } from './pair.ts';
import { pairKeyText } from './pair-key.ts';
import { parseTimeframe } from './timeframe.ts';

it('shows a key in a line', () => {
  const key = { pair: parsePair('BTC/USDT:USDT'), timeframe: parseTimeframe('5m'), candleType: 'futures' } as const;
  expect(pairKeyText(key)).toBe('BTC/USDT:USDT, 5m, futures');
});
