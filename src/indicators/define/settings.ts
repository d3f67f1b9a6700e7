import { didYouMean } from '../../util/nearest-name.ts';
import { describeValue } from '../describe-value.ts';
import { IndicatorError } from '../indicator-error.ts';
import { recordOf } from './record-of.ts';

/** One parameter of an indicator; `min` and `max` are allowed values themselves. */
export interface Parameter {
  readonly kind: 'integer' | 'real';
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

/** How an indicator takes its parameters, and how they are checked. */
export interface Settings<Args extends readonly unknown[], Values> {
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** @throws IndicatorError for what is unknown or out of range. */
  read(indicator: string, args: Args): Values;
}

/** The longest period that TA-Lib takes. */
const LONGEST_PERIOD = 100_000;
/** TA-Lib's bound for real parameters. */
const LARGEST_REAL = 3e37;

/** A number of rows: a whole number from 2 to 100,000, as in TA-Lib. */
export function rowCount(defaultRows: number): Parameter {
  return { kind: 'integer', default: defaultRows, min: 2, max: LONGEST_PERIOD };
}

/** A factor: any number within ±3e37, as in TA-Lib. */
export function factor(defaultFactor: number): Parameter {
  return { kind: 'real', default: defaultFactor, min: -LARGEST_REAL, max: LARGEST_REAL };
}

/** No parameters. */
export const noSettings: Settings<[], null> = { parameters: {}, read: () => null };

/** One parameter, `timePeriod`, given as a number by itself. */
export function timePeriod(defaultRows: number): Settings<[timePeriod?: number], { readonly timePeriod: number }> {
  const parameter = rowCount(defaultRows);
  return {
    parameters: { timePeriod: parameter },
    read: (indicator, [found]) => ({ timePeriod: check(indicator, 'timePeriod', parameter, found) }),
  };
}

/** Several parameters, given as an object; those left out have their defaults. */
export function options<Name extends string>(
  parameters: Readonly<Record<Name, Parameter>>,
): Settings<[options?: Readonly<Partial<Record<Name, number>>>], Readonly<Record<Name, number>>> {
  const names = Object.keys(parameters).filter((key): key is Name => Object.hasOwn(parameters, key));
  return {
    parameters,
    read(indicator, [given]) {
      if (given === undefined) return recordOf(names, (name) => parameters[name].default);
      checkNames(indicator, names, given);
      return recordOf(names, (name) => check(indicator, name, parameters[name], given[name]));
    },
  };
}

function check(indicator: string, name: string, parameter: Parameter, found: unknown): number {
  if (found === undefined) return parameter.default;
  const { kind, min, max } = parameter;
  const fits =
    typeof found === 'number' && found >= min && found <= max && (kind === 'real' || Number.isInteger(found));
  if (fits) return found;
  const due = kind === 'integer' ? 'an integer' : 'a number';
  throw new IndicatorError(
    'INDICATOR_BAD_PARAMETER',
    `${indicator}: ${name} must be ${due} from ${min} to ${max}, found ${describeValue(found)}`,
    { value: found },
  );
}

function checkNames(indicator: string, names: readonly string[], found: unknown): void {
  if (typeof found !== 'object' || found === null) {
    throw new IndicatorError(
      'INDICATOR_BAD_PARAMETER',
      `${indicator}: options must be an object with any of ${names.join(', ')}, found ${describeValue(found)}`,
      { value: found },
    );
  }
  const unknown = Object.keys(found).find((key) => !names.includes(key));
  if (unknown === undefined) return;
  throw new IndicatorError(
    'INDICATOR_UNKNOWN_PARAMETER',
    `${indicator}: no parameter is named "${unknown}"${didYouMean(unknown, names)}; there are ${names.join(', ')}`,
    { value: unknown },
  );
}
