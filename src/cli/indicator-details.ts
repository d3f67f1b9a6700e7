import type { AnyIndicator } from '../indicators/index.ts';
import { allowedValues, defaultLookback, exampleSettings, inputArguments } from './describe-indicator.ts';
import { callLines } from './indicator-list.ts';
import type { Paint } from './paint.ts';
import { plainTable } from './plain-table.ts';
import { wrapPieces } from './wrap-pieces.ts';

const warmUps = {
  float64: 'NaN where there is none yet',
  int: 'whole numbers, 0 where there is none yet',
  bool: '0 or 1',
} as const;

/** All there is to know of one indicator, and how its calls are written. */
export function indicatorDetails(
  indicator: AnyIndicator,
  { group, width, paint }: { readonly group: string; readonly width: number; readonly paint: Paint },
): string {
  const { name, title } = indicator;
  const call = callLines(indicator, width);
  const titleLines = wrapPieces([title], { width, separator: '', indent: '' });
  const head = [paint('bold', name) + call[0].slice(name.length), ...call.slice(1), ...titleLines];
  return [
    `${head.join('\n')}\n`,
    factLines(indicator, group, width, paint),
    parameterTable(indicator, width, paint),
    `${exampleOf(indicator, width).join('\n')}\n`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function factLines(indicator: AnyIndicator, group: string, width: number, paint: Paint): string {
  const { inputs, outputs, kind, source } = indicator;
  const facts = [
    ['group', group],
    ['source', source],
    ['inputs', inputs.join(', ')],
    ['outputs', `${outputs.join(', ')} (${warmUps[kind]})`],
    ['lookback', `${rows(defaultLookback(indicator))} at the defaults`],
  ];
  const lines = facts.flatMap(([label, text]) => {
    const wrapped = wrapPieces([text], { width: width - LABEL, separator: '', indent: '' });
    return wrapped.map((line, i) => paint('gray', (i === 0 ? label : '').padEnd(LABEL)) + line);
  });
  return `${lines.join('\n')}\n`;
}

/** Room for a label and what follows it. */
const LABEL = 10;

function parameterTable({ parameters }: AnyIndicator, width: number, paint: Paint): string {
  const entries = Object.entries(parameters);
  if (entries.length === 0) return '';
  const cells = entries.map(([name, parameter]) => [name, String(parameter.default), allowedValues(parameter)]);
  const head = ['parameter', 'default', 'allowed'];
  const before = [0, 1].reduce((sum, i) => sum + Math.max(...[head, ...cells].map((row) => row[i].length)) + 2, 0);
  const rows = cells.flatMap(([name, value, allowed]) => {
    const lines = wrapPieces([allowed], { width: width - before, separator: '', indent: '' });
    return lines.map((line, i) => (i === 0 ? [name, value, line] : ['', '', line]));
  });
  return plainTable(
    head.map((text) => paint('gray', text)),
    rows,
  );
}

/** A batch and a stream at the default settings, as a strategy would write them. */
function exampleOf(indicator: AnyIndicator, width: number): readonly string[] {
  const { name, inputs, outputs } = indicator;
  const settings = exampleSettings(indicator);
  const input = inputArguments(indicator).replace('series', 'close');
  const isOne = outputs.length === 1;
  const sample = inputs.length === 1 && input !== 'candles' ? 'price' : `{ ${inputs.join(', ')} }`;
  const lines = [
    `import { ${name} } from 'candlecast/indicators';`,
    `const ${isOne ? 'column' : 'columns'} = ${name}(${[input, settings].filter(Boolean).join(', ')});`,
    ...(isOne ? [] : [`columns.${outputs[0]}[i];`]),
    `const stream = ${name}.stream(${settings});`,
    `stream.update(${indicator.kind === 'bool' ? inputs.join(', ') : sample});`,
  ];
  const layout = { width, separator: ' ', indent: '  ' };
  return lines.flatMap((line) => wrapPieces(line.split(/(?<=,) /), layout));
}

function rows(count: number): string {
  return count === 1 ? '1 row' : `${count} rows`;
}
