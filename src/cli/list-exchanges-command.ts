import { Command, Option } from 'commander';
import { type CcxtSupport, ccxtSupport } from './ccxt-support.ts';
import type { LogOptions } from './cli-logger.ts';
import { plural } from './count-text.ts';
import { type TableColumn, fitTable } from './fit-table.ts';
import { paintFor } from './paint.ts';
import { roomOf, type Terminal } from './terminal.ts';

interface ListExchangesOptions extends LogOptions {
  readonly all?: boolean;
  readonly oneColumn?: boolean;
  readonly tradingMode?: 'spot' | 'futures';
}

/** `candlecast list-exchanges`. */
export function listExchangesCommand(terminal: Terminal): Command {
  return new Command('list-exchanges')
    .description("List ccxt's exchanges that have candles, and which of them send candles over websockets.")
    .option('-a, --all', 'also those without candles')
    .option('-1, --one-column', 'a name a line')
    .addOption(new Option('--tradingmode, --trading-mode <mode>', 'only those with it').choices(['spot', 'futures']))
    .addHelpText(
      'after',
      `
Besides these there are "simulated", a market made of a seed, and "recorded", which plays a data folder.

Examples:
  candlecast list-exchanges
  candlecast list-exchanges --trading-mode futures -1
  candlecast list-exchanges --json | jq -r '.[] | select(.webSockets) | .name'
`,
    )
    .action(async (options: ListExchangesOptions) => {
      const { all = false, tradingMode } = options;
      const every = await ccxtSupport();
      const found = every
        .filter(({ candles }) => all || candles)
        .filter((exchange) => tradingMode === undefined || exchange[tradingMode]);
      terminal.out.write(printed(found, every.length, options, terminal));
    });
}

function printed(
  exchanges: readonly CcxtSupport[],
  count: number,
  { json, oneColumn }: ListExchangesOptions,
  { out }: Terminal,
): string {
  if (json) return `${JSON.stringify(exchanges)}\n`;
  if (oneColumn) return exchanges.map(({ name }) => `${name}\n`).join('');
  // Whoever lists exchanges wants all of them, however high the terminal is.
  const room = { width: roomOf(out).width, height: Number.POSITIVE_INFINITY };
  const table =
    exchanges.length === 0 ? '' : fitTable(columns, exchanges, { room, paint: paintFor(out), rowName: 'exchanges' });
  return `${table}${exchanges.length} of ccxt's ${plural(count, 'exchange')}.\n`;
}

const columns: readonly TableColumn<CcxtSupport>[] = [
  { head: 'name', cell: ({ name }) => ({ text: name }) },
  { head: 'exchange', leaves: 1, cell: ({ title }) => ({ text: title }) },
  { head: 'spot', cell: ({ spot }) => mark(spot) },
  { head: 'futures', cell: ({ futures }) => mark(futures) },
  { head: 'candles', cell: ({ candles }) => mark(candles) },
  { head: 'websockets', cell: ({ webSockets }) => mark(webSockets) },
];

function mark(is: boolean): { readonly text: string; readonly style: 'green' | 'gray' } {
  return is ? { text: 'yes', style: 'green' } : { text: 'no', style: 'gray' };
}
