import { callSignature, defaultLookback } from '../../src/cli/describe-indicator.ts';
import type { AnyIndicator } from '../../src/indicators/index.ts';
import type { readTalib08 } from '../../tests/fixtures/indicators/read-fixture.ts';
import type { Tolerance } from '../../tests/fixtures/indicators/tolerance.ts';
import { markdownCell } from '../docs/markdown-cell.ts';
import { changedDefaults, countEqual, describeTalib08 } from './describe-talib-08.ts';
import { closing, introduction } from './introduction.ts';
import type { MeasuredError } from './measure-error.ts';

/** An indicator and what was measured of it. */
export interface DescribedIndicator {
  readonly indicator: AnyIndicator;
  readonly measured: MeasuredError;
}

/** What the page is made of. */
export interface IndicatorsPage {
  readonly groups: ReadonlyMap<string, readonly DescribedIndicator[]>;
  readonly talib08: ReturnType<typeof readTalib08>;
  readonly tolerances: Readonly<Record<string, Tolerance>>;
}

const groupTitles: Readonly<Record<string, string>> = {
  overlap: 'Overlap: averages and bands',
  momentum: 'Momentum',
  volatility: 'Volatility',
  volume: 'Volume',
  price: 'Price',
  cycle: 'Cycle',
  statistics: 'Statistics',
  patterns: 'Patterns',
  crossings: 'Crossings',
};

/** The page as Markdown. Throws where an indicator is off its oracle and nobody says why. */
export function printIndicatorsPage(page: IndicatorsPage): string {
  const all = [...page.groups.values()].flat();
  checkExplained(all, page.tolerances);
  const exact = all.filter(({ measured }) => measured.error === 0 && !measured.differsWithoutRows).length;
  const facts = {
    count: all.length,
    exact,
    cases: total(all.map(({ measured }) => measured.cases)),
    talib08: page.talib08.talib,
    ...countEqual(page.talib08),
    changedDefaults: changedDefaults(page.talib08),
  };
  const filled = [...page.groups].filter(([, indicators]) => indicators.length > 0);
  const sections = filled.map(([group, indicators]) => printGroup(group, indicators, page));
  return [introduction(facts), ...sections, closing].join('\n');
}

function printGroup(group: string, indicators: readonly DescribedIndicator[], page: IndicatorsPage): string {
  const has08 = indicators.some(({ indicator }) => describeTalib08(page.talib08, indicator.name) !== '');
  const head = ['call, with its defaults', 'in words', 'gives', 'lookback', 'source', 'error against it'];
  const rows = indicators.map((each) => {
    const cells = cellsOf(each, page.tolerances);
    return has08 ? [...cells, describeTalib08(page.talib08, each.indicator.name)] : cells;
  });
  const columns = has08 ? [...head, `TA-Lib ${page.talib08.talib} differs by`] : head;
  return [
    `### ${groupTitles[group] ?? group}`,
    '',
    line(columns),
    `|${columns.map((_, i) => (i === 3 ? '---:|' : '---|')).join('')}`,
    ...rows.map((cells) => line(cells.map(markdownCell))),
    '',
  ].join('\n');
}

function cellsOf({ indicator, measured }: DescribedIndicator, tolerances: IndicatorsPage['tolerances']): string[] {
  const { name, title, source } = indicator;
  return [
    `\`${callSignature(indicator)}\``,
    title,
    outputText(indicator),
    String(defaultLookback(indicator)),
    source,
    errorText(name, measured, tolerances),
  ];
}

function outputText({ outputs, kind }: AnyIndicator): string {
  if (outputs.length > 1) return outputs.map((output) => `\`${output}\``).join(' ');
  return { float64: 'a column', int: 'whole numbers', bool: '0 or 1' }[kind];
}

function errorText(name: string, measured: MeasuredError, tolerances: IndicatorsPage['tolerances']): string {
  const { error, differsWithoutRows } = measured;
  const text = error === 0 ? 'equal to the bit' : `${error.toPrecision(2)}: ${tolerances[name].reason}`;
  return differsWithoutRows ? `${text}; no value where no row is complete, TA-Lib has 0 in the last` : text;
}

/** An indicator that is not equal to the bit needs a word on why, and a NaN in the wrong place has none. */
function checkExplained(all: readonly DescribedIndicator[], tolerances: IndicatorsPage['tolerances']): void {
  const unexplained = all.filter(
    ({ indicator, measured: { error } }) => error !== 0 && (!(indicator.name in tolerances) || !Number.isFinite(error)),
  );
  if (unexplained.length === 0) return;
  const names = unexplained.map(({ indicator, measured }) => `${indicator.name} (${measured.error.toPrecision(2)})`);
  throw new Error(
    `not equal to the oracle, and tests/fixtures/indicators/tolerance.ts has no reason: ${names.join(', ')}`,
  );
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
