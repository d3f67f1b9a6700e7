import { didYouMean } from '../../util/nearest-name.ts';
import { describeValue } from '../describe-value.ts';
import { IndicatorError } from '../indicator-error.ts';

/** A parameter that is a number; `min` and `max` are allowed values themselves. */
export interface NumberParameter {
  readonly kind: 'integer' | 'real';
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

/** A parameter that is one of a few words. */
export interface ChoiceParameter<Choice extends string = string> {
  readonly kind: 'choice';
  readonly default: Choice;
  readonly choices: readonly Choice[];
}

/** One parameter of an indicator. */
export type Parameter = NumberParameter | ChoiceParameter;

type ValueOf<P extends Parameter> = P extends ChoiceParameter<infer Choice> ? Choice : number;

/** What a call may give for these parameters: any of them. */
export type OptionsOf<Parameters extends Readonly<Record<string, Parameter>>> = {
  readonly [Name in keyof Parameters]?: ValueOf<Parameters[Name]> | undefined;
};

/** What a core is started with: a value for every parameter. */
export type ValuesOf<Parameters extends Readonly<Record<string, Parameter>>> = {
  readonly [Name in keyof Parameters]: ValueOf<Parameters[Name]>;
};

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

/** A number of rows: a whole number from `min` (2 unless given) to 100,000, as in TA-Lib. */
export function rowCount(defaultRows: number, min = 2): NumberParameter {
  return { kind: 'integer', default: defaultRows, min, max: LONGEST_PERIOD };
}

/** A real number from `min` to `max`, ±3e37 unless given, as in TA-Lib. */
export function factor(defaultFactor: number, min = -LARGEST_REAL, max = LARGEST_REAL): NumberParameter {
  return { kind: 'real', default: defaultFactor, min, max };
}

/** One of `choices`. */
export function oneOf<const Choice extends string>(
  choices: readonly Choice[],
  defaultChoice: NoInfer<Choice>,
): ChoiceParameter<Choice> {
  return { kind: 'choice', default: defaultChoice, choices };
}

/** No parameters. */
export const noSettings: Settings<[], null> = { parameters: {}, read: () => null };

/** One parameter, `timePeriod`, given as a number by itself. */
export function timePeriod(
  defaultRows: number,
  min?: number,
): Settings<[timePeriod?: number], { readonly timePeriod: number }> {
  const parameter = rowCount(defaultRows, min);
  const defaults = Object.freeze({ timePeriod: defaultRows });
  return {
    parameters: { timePeriod: parameter },
    read: (indicator, [found]) =>
      found === undefined ? defaults : { timePeriod: checkNumber(indicator, 'timePeriod', parameter, found) },
  };
}

/** Several parameters, given as an object; those left out have their defaults. */
export function options<const Parameters extends Readonly<Record<string, Parameter>>>(
  parameters: Parameters,
): Settings<[options?: OptionsOf<Parameters>], ValuesOf<Parameters>> {
  const names = Object.keys(parameters);
  const defaults = Object.freeze(Object.fromEntries(names.map((name) => [name, parameters[name].default])));
  function read(indicator: string, [given]: [options?: OptionsOf<Parameters>]): Record<string, number | string> {
    if (given === undefined) return defaults;
    checkNames(indicator, names, given);
    const values = { ...defaults };
    for (const name of names) values[name] = check(indicator, name, parameters[name], given[name]);
    return values;
  }
  // The loop gave every name a value of its parameter's kind, which the type checker cannot follow.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { parameters, read: read as Settings<[options?: OptionsOf<Parameters>], ValuesOf<Parameters>>['read'] };
}

function check(indicator: string, name: string, parameter: Parameter, found: unknown): number | string {
  if (parameter.kind !== 'choice') return checkNumber(indicator, name, parameter, found);
  if (found === undefined) return parameter.default;
  const { choices } = parameter;
  if (typeof found === 'string' && choices.includes(found)) return found;
  const suggestion = typeof found === 'string' ? didYouMean(found, choices) : '';
  throw new IndicatorError(
    'INDICATOR_BAD_PARAMETER',
    `${indicator}: ${name} must be one of ${choices.join(', ')}, found ${describeValue(found)}${suggestion}`,
    { value: found },
  );
}

function checkNumber(indicator: string, name: string, parameter: NumberParameter, found: unknown): number {
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
  for (const key in found) {
    if (names.includes(key)) continue;
    throw new IndicatorError(
      'INDICATOR_UNKNOWN_PARAMETER',
      `${indicator}: no parameter is named "${key}"${didYouMean(key, names)}; there are ${names.join(', ')}`,
      { value: key },
    );
  }
}
