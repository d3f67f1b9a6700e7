import { strict as assert } from 'node:assert';
import * as z from 'zod';
import type { AnyIndicator } from '../../src/indicators/index.ts';
import { largestError } from '../../tests/fixtures/indicators/call-indicator.ts';
import { type Market, ownCall } from './market.ts';
import type { Rival } from './rival.ts';

const talibModule = z.object({
  execute: z.custom<(request: object) => unknown>((value) => typeof value === 'function'),
  explain: z.custom<(name: string) => unknown>((value) => typeof value === 'function'),
});

const explanation = z.object({
  optInputs: z.array(z.object({ name: z.string(), defaultValue: z.number() })).default([]),
  outputs: z.array(z.object({ name: z.string() })),
});

const outcome = z.object({
  begIndex: z.number(),
  nbElement: z.number(),
  result: z.record(z.string(), z.array(z.number())),
});

/**
 * TA-Lib's C library through its Node binding: `execute` with plain arrays of numbers and without a callback, so that it runs at
 * once. Its result is taken as it comes: an array that begins at the first row with a value. (It also takes typed arrays, and then
 * gives wrong numbers.)
 */
export function talib(found: unknown): Rival {
  const { execute, explain } = talibModule.parse(found);
  return {
    name: 'talib',
    callOf(indicator, market) {
      const name = talibName(indicator);
      if (name === undefined) return undefined;
      const request = requestOf(name, explanation.parse(explain(name)), market);
      return () => execute(request);
    },
    check(indicator, market, result) {
      const { outputs } = explanation.parse(explain(talibName(indicator) ?? ''));
      checkEqual(
        indicator,
        market,
        result,
        outputs.map(({ name }) => name),
      );
    },
  };
}

/** TA-Lib's name for it, where the numbers are TA-Lib's. */
function talibName({ source }: AnyIndicator): string | undefined {
  return /\bTA-Lib 0\.6 (\w+)/.exec(source)?.[1];
}

function requestOf(name: string, { optInputs }: z.output<typeof explanation>, { rows, arrays }: Market): object {
  const settings = Object.fromEntries(optInputs.map((each) => [each.name, each.defaultValue]));
  const series = { inReal: arrays.close, inReal0: arrays.high, inReal1: arrays.low };
  return { name, startIdx: 0, endIdx: rows - 1, ...arrays, ...series, ...settings };
}

/** The last digits of arcus tangens differ from one C library to the next. */
const TOLERANCE = 1e-12;

/** Ours must have the same values from the first row on that TA-Lib gives. */
function checkEqual(indicator: AnyIndicator, market: Market, result: unknown, names: readonly string[]): void {
  const { begIndex, nbElement, result: columns } = outcome.parse(result);
  const found: unknown = ownCall(indicator, market)();
  assert.equal(names.length, indicator.outputs.length, `outputs of ${indicator.name}`);
  const ours = indicator.outputs.map((output) => {
    const column: unknown = names.length === 1 ? found : Reflect.get(Object(found), output);
    assert(column instanceof Float64Array, `${indicator.name} gives ${output}`);
    return column.subarray(begIndex);
  });
  const theirs = names.map((name) => Float64Array.from(columns[name].slice(0, nbElement)));
  const error = largestError(ours, theirs);
  assert(error <= TOLERANCE, `${indicator.name} over ${market.rows} rows is ${error} away from TA-Lib`);
}
