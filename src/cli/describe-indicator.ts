import type { AnyIndicator, Parameter } from '../indicators/index.ts';

/** Beyond this a bound is none: it is where TA-Lib's own numbers end. */
const UNBOUNDED = 3e37;

/** The arguments before the settings, as in `rsi(series, …)`. */
export function inputArguments({ inputs }: AnyIndicator): string {
  const names = inputs.join(', ');
  return names === 'series' || names === 'a, b' ? names : 'candles';
}

/**
 * How it is called, with its defaults: `rsi(series, timePeriod = 14)`, or `macd(series, { fastPeriod = 12, … })`. A period that is
 * the only parameter is given by itself, and several parameters as an object.
 */
export function callSignature(indicator: AnyIndicator): string {
  const settings = Object.entries(indicator.parameters).map(([name, parameter]) => `${name} = ${literal(parameter)}`);
  const input = inputArguments(indicator);
  if (settings.length === 0) return `${indicator.name}(${input})`;
  return `${indicator.name}(${input}, ${takesPeriodAlone(indicator) ? settings[0] : `{ ${settings.join(', ')} }`})`;
}

/** The call with every default written out, to be copied and changed. */
export function exampleSettings(indicator: AnyIndicator): string {
  const entries = Object.entries(indicator.parameters);
  if (entries.length === 0) return '';
  if (takesPeriodAlone(indicator)) return literal(entries[0][1]);
  return `{ ${entries.map(([name, parameter]) => `${name}: ${literal(parameter)}`).join(', ')} }`;
}

/** What a parameter may be: `2 to 100000`, `0 or more`, `any number`, or its choices. */
export function allowedValues(parameter: Parameter): string {
  if (parameter.kind === 'choice') return parameter.choices.join(', ');
  const { kind, min, max } = parameter;
  if (max < UNBOUNDED) return `${min} to ${max}`;
  if (min > -UNBOUNDED) return `${min} or more`;
  return kind === 'integer' ? 'any whole number' : 'any number';
}

/** How many rows have no complete value, at the default settings. */
export function defaultLookback(indicator: AnyIndicator): number {
  return Number(Reflect.apply(indicator.lookback, undefined, []));
}

function takesPeriodAlone({ parameters }: AnyIndicator): boolean {
  return Object.keys(parameters).join() === 'timePeriod';
}

function literal(parameter: Parameter): string {
  return parameter.kind === 'choice' ? `'${parameter.default}'` : String(parameter.default);
}
