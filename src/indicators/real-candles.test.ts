import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { batch, disagreement, isPair, isSingle } from '../../tests/fixtures/indicators/call-indicator.ts';
import { readRealCandles } from '../../tests/fixtures/indicators/read-fixture.ts';
import { toleranceOf } from '../../tests/fixtures/indicators/tolerance-of.ts';
import { readCandles } from '../exchange/recorded/read-candles.ts';
import { type AnyIndicator, indicators } from './index.ts';

const folder = fileURLToPath(new URL('../../../shared/data/candles', import.meta.url));
const files = Object.entries(readRealCandles());
const byName = new Map(indicators.map((indicator) => [indicator.name, indicator]));

describe.skipIf(!existsSync(folder))('real candles (skipped where ../shared/data/candles is absent)', () => {
  describe.each(files)('%s', (file, { rows, spread, indicators: expected }) => {
    const reading = existsSync(folder) ? readCandles(join(folder, file)) : undefined;

    it.each(Object.entries(expected))('%s', async (name, outputs) => {
      const indicator = byName.get(name);
      if (indicator === undefined) throw new Error(`there is no indicator "${name}"`);
      const candles = await reading;
      const found = batch(
        indicator,
        columnNames(indicator).map((column) => Reflect.get(Object(candles?.columns), column)),
      );
      expect(found.map((column) => column.length)).toEqual(indicator.outputs.map(() => rows));

      const oracle = indicator.outputs.map((output) => outputs[output]);
      const seen = found.map((column) => Float64Array.from(spread, (row) => column[row]));
      const tolerance = toleranceOf(name);
      expect(
        disagreement(
          seen,
          oracle.map(({ values }) => values),
          tolerance,
        ),
      ).toBeUndefined();
      if (tolerance === 0) expect(found.map(digest)).toEqual(oracle.map(({ sha256 }) => sha256));
    });
  });
});

/** One series is the close; two are highs and lows. */
function columnNames(indicator: AnyIndicator): readonly string[] {
  if (isSingle(indicator)) return ['close'];
  return isPair(indicator) ? ['high', 'low'] : indicator.inputs;
}

/** The SHA-256 of the float64s, little-endian, with one pattern of bits for every NaN. */
function digest(column: Float64Array): string {
  const bytes = new DataView(new ArrayBuffer(8 * column.length));
  for (const [row, value] of column.entries()) {
    if (Number.isNaN(value)) bytes.setBigUint64(8 * row, 0x7ff8_0000_0000_0000n, true);
    else bytes.setFloat64(8 * row, value, true);
  }
  return createHash('sha256').update(bytes).digest('hex');
}
