import type { AnyIndicator } from '../indicators/index.ts';
import { allowedValues, callSignature, defaultLookback } from './describe-indicator.ts';
import type { Paint } from './paint.ts';
import { textWidth } from './text-width.ts';
import { wrapPieces } from './wrap-pieces.ts';

/** Indicators under the name of their group. */
export interface IndicatorSection {
  readonly group: string;
  readonly indicators: readonly AnyIndicator[];
}

/** Where titles begin, unless the call before one is longer. */
const TITLE_COLUMN = 44;
const INDENT = '    ';

/** Groups of indicators: of each its call and its name in words, and below them what it takes and gives. */
export function indicatorList(
  sections: readonly IndicatorSection[],
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const filled = sections.filter(({ indicators }) => indicators.length > 0);
  const texts = filled.map(({ group, indicators }) => {
    const entries = indicators.map((indicator) => entryOf(indicator, width, paint));
    return [paint(['bold', 'cyan'], group), ...entries.flat()].join('\n');
  });
  return `${texts.join('\n\n')}\n`;
}

function entryOf(indicator: AnyIndicator, width: number, paint: Paint): readonly string[] {
  const facts = wrapPieces(factsOf(indicator), { width: width - INDENT.length, separator: ' · ', indent: '' });
  return [...headOf(indicator, width, paint), ...facts.map((line) => paint('gray', INDENT + line))];
}

/** The call and the title: on one line where both fit. */
function headOf(indicator: AnyIndicator, width: number, paint: Paint): readonly string[] {
  const { name, title } = indicator;
  const call = callLines(indicator, width);
  const first = paint('bold', name) + call[0].slice(name.length);
  const gap = ' '.repeat(Math.max(2, TITLE_COLUMN - textWidth(call[0])));
  if (call.length === 1 && textWidth(call[0] + gap + title) <= width) return [first + gap + title];
  const titleLines = wrapPieces([title], { width: width - INDENT.length, separator: '', indent: '' });
  return [first, ...call.slice(1), ...titleLines.map((line) => INDENT + line)];
}

/** The signature, broken between parameters where it has to be. */
export function callLines(indicator: AnyIndicator, width: number): readonly string[] {
  const pieces = callSignature(indicator).split(/(?<=[,{]) | (?=\})/);
  return wrapPieces(pieces, { width, separator: ' ', indent: INDENT });
}

function factsOf(indicator: AnyIndicator): readonly string[] {
  const { inputs, outputs, kind, parameters, source } = indicator;
  const kindText = kind === 'float64' ? '' : ` (${kind})`;
  const allowed = Object.entries(parameters).map(([name, parameter]) => `${name} ${allowedValues(parameter)}`);
  return [
    `${inputs.join(', ')} → ${outputs.join(', ')}${kindText}`,
    ...allowed,
    `lookback ${defaultLookback(indicator)}`,
    source,
  ];
}
