import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assert } from '../../util/assert.ts';

/** What a new strategy can begin as, and the example that it is made from. */
export const strategyTemplates = {
  minimal: { example: 'minimal-strategy.ts', purpose: 'one indicator and one entry, to begin with' },
  producer: { example: 'producer-strategy.ts', purpose: 'computes indicators and signals, to be broadcast or traded' },
  consumer: { example: 'consumer-strategy.ts', purpose: "decides on a producer's indicators, computes none itself" },
} as const;

export type TemplateName = keyof typeof strategyTemplates;

/** The text of a new strategy of that name: the example of its template with the name put in. It needs no other file. */
export function strategyFromTemplate(template: TemplateName, name: string): string {
  const { example } = strategyTemplates[template];
  const text = readFileSync(fileURLToPath(new URL(`../../../examples/${example}`, import.meta.url)), 'utf8');
  const named = replaceOnce(text, 'defineStrategy({\n', `defineStrategy({\n  name: '${name}',\n`);
  return template === 'consumer' ? withOwnColumns(named) : named;
}

/** The example takes its producer's columns from the file beside it. A new strategy's producer may be anywhere: it names them itself. */
function withOwnColumns(text: string): string {
  const columns = /columns: \[(.*?)\]/.exec(text)?.[1].replaceAll("'", '').split(', ') ?? [];
  assert(columns.length > 0, 'the consumer example names the columns that it reads');
  const type = `/** The columns that are read of the producer's frame, and their kinds. */\ntype ProducerColumns = { ${columns.map((column) => `${column}: 'float64'`).join('; ')} };\n`;
  const comments = [
    ["import type producerStrategy from './producer-strategy.ts';\n", `\n${type}`],
    ['typeof producerStrategy', 'ProducerColumns'],
    [
      "// The type names the producer's strategy, so that its columns are known here. Of another producer or timeframe:\n",
      "// Where the producer's strategy is at hand, its type knows the columns: getProducerDf<typeof producerStrategy>(…), after\n    // import type producerStrategy from './producer-strategy.ts'. Of another producer or timeframe:\n",
    ],
  ] as const;
  return comments.reduce((result, [from, to]) => replaceOnce(result, from, to), text);
}

function replaceOnce(text: string, from: string, to: string): string {
  assert(text.split(from).length === 2, `an example has this once: ${from}`);
  return text.replace(from, () => to);
}
