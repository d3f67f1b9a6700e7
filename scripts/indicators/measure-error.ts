import type { AnyIndicator } from '../../src/indicators/index.ts';
import { firstComplete } from '../../src/indicators/define/input-shape.ts';
import { batch, type Columns, firstDifference, largestError } from '../../tests/fixtures/indicators/call-indicator.ts';
import { inputsOfCase } from '../../tests/fixtures/indicators/indicator-inputs.ts';
import { type OracleCase, readCases } from '../../tests/fixtures/indicators/read-fixture.ts';

/** How far an indicator is from its oracle, over all committed cases. */
export interface MeasuredError {
  /** Calls that were compared, and the rows of all of them. */
  readonly cases: number;
  readonly rows: number;
  /** 0 for equal bits, else relative to the largest value of the row. */
  readonly error: number;
  /** Whether the oracle has values where no row of the input is complete. There the indicator has none, and no error is taken. */
  readonly differsWithoutRows: boolean;
}

/** Computes every case of the indicator's fixture. Throws where there is no fixture. */
export function measureError(indicator: AnyIndicator): MeasuredError {
  const cases = readCases(indicator.name).map((each) => measureCase(indicator, each));
  const ordinary = cases.filter(({ hasRows }) => hasRows);
  return {
    cases: cases.length,
    rows: cases.reduce((total, { rows }) => total + rows, 0),
    error: Math.max(0, ...ordinary.map(({ error }) => error)),
    differsWithoutRows: cases.some(({ hasRows, error }) => !hasRows && error !== 0),
  };
}

function measureCase(indicator: AnyIndicator, each: OracleCase) {
  const inputs = inputsOfCase(indicator, each);
  const expected = indicator.outputs.map((output) => each.outputs[output]);
  const found = batch(indicator, inputs, each.settings);
  const isEqual = firstDifference(found, expected) === undefined;
  return {
    rows: expected[0].length,
    error: isEqual ? 0 : largestError(found, expected),
    // What is not blank there is an error like any other.
    hasRows: firstComplete(inputs) < inputs[0].length || !isBlank(indicator, found),
  };
}

function isBlank({ kind }: AnyIndicator, columns: Columns): boolean {
  const blank = kind === 'float64' ? Number.NaN : 0;
  return columns.every((column) => column.every((value) => Object.is(value, blank)));
}
