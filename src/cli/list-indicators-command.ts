import { Command, Option } from 'commander';
import { type AnyIndicator, type IndicatorGroup, indicatorGroups } from '../indicators/index.ts';
import { didYouMean } from '../util/nearest-name.ts';
import type { LogOptions } from './cli-logger.ts';
import { callSignature, defaultLookback } from './describe-indicator.ts';
import { indicatorDetails } from './indicator-details.ts';
import { type IndicatorSection, indicatorList } from './indicator-list.ts';
import { type Paint, paintFor } from './paint.ts';
import { roomOf, type Terminal } from './terminal.ts';
import { wrapPieces } from './wrap-pieces.ts';

interface ListIndicatorsOptions extends LogOptions {
  readonly group?: string;
}

/** `candlecast list-indicators`. */
export function listIndicatorsCommand(terminal: Terminal): Command {
  const command = new Command('list-indicators')
    .description('List the indicators that strategies can call, or show one of them in full.')
    .argument('[text]', 'those with this in their name or title; one alone, or an exact name, is shown in full')
    .addOption(new Option('-g, --group <group>', 'those of one group').choices(Object.keys(indicatorGroups)))
    .addHelpText(
      'after',
      `
Examples:
  candlecast list-indicators
  candlecast list-indicators macd
  candlecast list-indicators "moving average" --group overlap
  candlecast list-indicators --json | jq -r '.[] | .name + ": " + .title'
`,
    );
  return command.action((text: string | undefined, { group, json }: ListIndicatorsOptions) => {
    const all = sectionsOf(group);
    const found = matching(all, text ?? '');
    if (found.length === 0) command.error(`error: ${noMatch(all, text ?? '', group)}`, { exitCode: 2 });
    terminal.out.write(json ? asJson(found) : asText(all, found, terminal));
  });
}

function sectionsOf(group: string | undefined): readonly IndicatorSection[] {
  return Object.entries<readonly AnyIndicator[]>(indicatorGroups satisfies Readonly<Record<IndicatorGroup, unknown>>)
    .map(([name, indicators]) => ({ group: name, indicators }))
    .filter((section) => group === undefined || section.group === group);
}

/** The indicator of that name if there is one, else all whose name or title contains the text. */
function matching(sections: readonly IndicatorSection[], text: string): readonly IndicatorSection[] {
  const exact = filterSections(sections, ({ name }) => plain(name) === plain(text));
  return exact.length > 0 ? exact : filterSections(sections, (indicator) => contains(indicator, text));
}

function contains({ name, title }: AnyIndicator, text: string): boolean {
  return plain(name).includes(plain(text)) || title.toLowerCase().includes(text.toLowerCase());
}

/** Upper case and TA-Lib's underscores count for nothing: PLUS_DI is plusDi. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll('_', '');
}

function filterSections(
  sections: readonly IndicatorSection[],
  isWanted: (indicator: AnyIndicator) => boolean,
): readonly IndicatorSection[] {
  return sections
    .map(({ group, indicators }) => ({ group, indicators: indicators.filter(isWanted) }))
    .filter(({ indicators }) => indicators.length > 0);
}

function noMatch(sections: readonly IndicatorSection[], text: string, group: string | undefined): string {
  const names = namesOf(sections);
  const place = group === undefined ? '' : ` of the group ${group}`;
  const elsewhere = group === undefined ? [] : filterSections(sectionsOf(undefined), (each) => contains(each, text));
  const [other] = elsewhere;
  const titleWords = sections.flatMap(({ indicators }) => indicators.flatMap(({ title }) => title.split(' ')));
  const hint =
    other === undefined
      ? didYouMean(text, [...names, ...titleWords])
      : `; ${other.group} has ${namesOf([other]).slice(0, 3).join(', ')}`;
  return `no indicator${place} has "${text}" in its name or title${hint}`;
}

function namesOf(sections: readonly IndicatorSection[]): readonly string[] {
  return sections.flatMap(({ indicators }) => indicators.map(({ name }) => name));
}

function asText(all: readonly IndicatorSection[], found: readonly IndicatorSection[], { out }: Terminal): string {
  const { width } = roomOf(out);
  const paint = paintFor(out);
  if (namesOf(found).length > 1) return indicatorList(found, { width, paint });
  const [{ group, indicators }] = found;
  return indicatorDetails(indicators[0], { group, width, paint }) + seeAlso(all, indicators[0], { width, paint });
}

/** Others whose names have this one's name in them. */
function seeAlso(
  all: readonly IndicatorSection[],
  { name }: AnyIndicator,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const others = namesOf(all).filter((each) => each !== name && plain(each).includes(plain(name)));
  if (others.length === 0) return '';
  const lines = wrapPieces([`see also: ${others[0]}`, ...others.slice(1)], { width, separator: ', ', indent: '  ' });
  return `\n${lines.map((line) => paint('gray', line)).join('\n')}\n`;
}

function asJson(sections: readonly IndicatorSection[]): string {
  const records = sections.flatMap(({ group, indicators }) =>
    indicators.map((indicator) => {
      const { name, title, source, inputs, outputs, kind, parameters } = indicator;
      const call = callSignature(indicator);
      const lookback = defaultLookback(indicator);
      return { name, group, title, call, inputs, outputs, kind, parameters, lookback, source };
    }),
  );
  return `${JSON.stringify(records)}\n`;
}
