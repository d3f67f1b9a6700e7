import { isTimeframe, parseTimeframe, timeframeMs } from '../market/index.ts';
import { messageOf } from '../util/errors.ts';
import { didYouMean } from '../util/nearest-name.ts';
import { isObject } from '../util/is-object.ts';
import type { SourceLocation } from './source-location.ts';
import { StrategyError } from './strategy-error.ts';

/** What a setting must be, in words, and whether a value is that. */
interface Rule {
  readonly expected: string;
  readonly holds: (value: unknown) => boolean;
  readonly required?: true;
}

const text: Rule = { expected: 'text', holds: (value) => typeof value === 'string' && value !== '' };
const flag: Rule = { expected: 'true or false', holds: (value) => typeof value === 'boolean' };
const callable: Rule = { expected: 'a function', holds: (value) => typeof value === 'function' };
const share: Rule = { expected: 'a number from 0 to 1', holds: (value) => isNumber(value) && value >= 0 && value <= 1 };

const rules: Readonly<Record<string, Rule>> = {
  name: text,
  timeframe: { ...text, expected: "a timeframe such as '5m'", required: true },
  startupCandleCount: {
    expected: 'a whole number of candles, 0 or more',
    holds: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  },
  processOnlyNewCandles: flag,
  canShort: flag,
  broadcastInformative: flag,
  minimalRoi: { expected: 'profits by whole minutes, as in { 0: 0.04, 30: 0.02 }', holds: isRoi },
  stoploss: {
    expected: 'a loss as a negative share, from -1 up to, not including, 0',
    holds: (value) => isNumber(value) && value >= -1 && value < 0,
  },
  trailingStop: flag,
  trailingStopPositive: share,
  trailingStopPositiveOffset: share,
  trailingOnlyOffsetIsReached: flag,
  informativePairs: callable,
  informative: { expected: "functions by timeframe, as in { '1h': (candles) => … }", holds: isFunctionTable },
  populateIndicators: { ...callable, required: true },
  populateEntryTrend: { ...callable, required: true },
  populateExitTrend: callable,
};

/** @throws StrategyError STRATEGY_BAD_DEFINITION with everything that is wrong. */
export function checkDefinition(definition: unknown, location: SourceLocation | undefined): void {
  const problems = isObject(definition)
    ? [...settingProblems(definition), ...timeframeProblems(definition)]
    : [`expected an object with timeframe, populateIndicators and populateEntryTrend, found ${print(definition)}`];
  if (problems.length === 0) return;
  throw new StrategyError('STRATEGY_BAD_DEFINITION', `defineStrategy: ${problems.join('; ')}`, {
    value: definition,
    location,
  });
}

function* settingProblems(definition: Readonly<Record<string, unknown>>): Generator<string> {
  for (const name of Object.keys(definition)) {
    if (!Object.hasOwn(rules, name)) yield `there is no setting "${name}"${didYouMean(name, Object.keys(rules))}`;
  }
  for (const [name, { expected, holds, required }] of Object.entries(rules)) {
    const value = definition[name];
    if (value === undefined && required) yield `${name} is missing: ${expected}`;
    if (value !== undefined && !holds(value)) yield `${name}: expected ${expected}, found ${print(value)}`;
  }
}

function* timeframeProblems({ timeframe, informative }: Readonly<Record<string, unknown>>): Generator<string> {
  if (typeof timeframe !== 'string' || timeframe === '') return;
  const main = yield* timeframeProblem('timeframe', timeframe);
  for (const name of isObject(informative) ? Object.keys(informative) : []) {
    const other = yield* timeframeProblem('informative', name);
    if (main === undefined || other === undefined || other >= main) continue;
    yield `informative: ${name} is faster than the strategy's own ${timeframe}; informative timeframes are slower ones`;
  }
}

/** Returns the timeframe's length, where it is one. */
function* timeframeProblem(setting: string, timeframe: string): Generator<string, number | undefined> {
  if (isTimeframe(timeframe)) return timeframeMs(timeframe);
  try {
    parseTimeframe(timeframe);
  } catch (error) {
    yield `${setting}: ${messageOf(error)}`;
  }
  return undefined;
}

function isRoi(value: unknown): boolean {
  return (
    isObject(value) && Object.entries(value).every(([minutes, profit]) => /^\d+$/.test(minutes) && isNumber(profit))
  );
}

function isFunctionTable(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((entry) => typeof entry === 'function');
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function print(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return 'an object';
  }
}
