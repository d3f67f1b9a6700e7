import { Command, Option } from 'commander';
import type { Market } from '../exchange/index.ts';
import { cliLogger } from './cli-logger.ts';
import { plural } from './count-text.ts';
import { csvText } from './csv-text.ts';
import { type ExchangeOptions, addExchangeOptions, chooseExchange } from './exchange-choice.ts';
import { type TableColumn, fitTable } from './fit-table.ts';
import { openExchange } from './open-exchange.ts';
import { paintFor } from './paint.ts';
import { roomOf, type Terminal } from './terminal.ts';

interface ListPairsOptions extends ExchangeOptions {
  readonly quote?: readonly string[];
  readonly base?: readonly string[];
  readonly all?: boolean;
  readonly printList?: boolean;
  readonly printJson?: boolean;
  readonly printCsv?: boolean;
  readonly oneColumn?: boolean;
}

/** `candlecast list-pairs`. */
export function listPairsCommand(terminal: Terminal): Command {
  const command = new Command('list-pairs')
    .alias('list-markets')
    .description('List the pairs of an exchange, with the steps of their prices and what an order has to be at least.');
  return addExchangeOptions(command)
    .option('--quote <currency...>', 'only pairs priced in these')
    .option('--base <currency...>', 'only pairs that trade these')
    .option('-a, --all', 'also pairs that are not traded now')
    .addOption(
      new Option('--print-list', 'a sentence that lists them').conflicts(['printJson', 'printCsv', 'oneColumn']),
    )
    .addOption(new Option('--print-json', 'their names as a JSON array').conflicts(['printCsv', 'oneColumn']))
    .addOption(new Option('--print-csv', 'as comma-separated values').conflicts('oneColumn'))
    .option('-1, --one-column', 'a name a line')
    .addHelpText(
      'after',
      `
Examples:
  candlecast list-pairs --exchange binance --quote USDT
  candlecast list-pairs --exchange binance --trading-mode futures --base BTC ETH -1
  candlecast list-pairs -c user_data/config.json --json | jq -r '.[] | .pair'
`,
    )
    .action(async (options: ListPairsOptions) => {
      const choice = await chooseExchange(options);
      const exchange = await openExchange(choice, { logger: cliLogger(terminal, { ...options, quiet: true }) });
      try {
        const markets = await exchange.fetchMarkets();
        const found = chosen(markets, { ...options, tradingMode: choice.tradingMode });
        terminal.out.write(printed(found, sentence(choice.name, found.length, options), options, terminal));
      } finally {
        await exchange.close();
      }
    });
}

function chosen(markets: readonly Market[], options: ListPairsOptions): readonly Market[] {
  const { base, quote, all = false, tradingMode = 'spot' } = options;
  const isAmong = (names: readonly string[] | undefined, name: string) =>
    names === undefined || names.some((each) => each.toUpperCase() === name.toUpperCase());
  return markets
    .filter(({ candleTypes, isActive }) => candleTypes.includes(tradingMode) && (all || isActive))
    .filter((market) => isAmong(base, market.base) && isAmong(quote, market.quote))
    .toSorted((a, b) => (a.pair < b.pair ? -1 : 1));
}

function sentence(name: string, count: number, { base, quote, all = false }: ListPairsOptions): string {
  const named = (currencies: readonly string[] | undefined, word: string) =>
    currencies === undefined
      ? []
      : [`${currencies.join(', ')} as ${word} ${currencies.length === 1 ? 'currency' : 'currencies'}`];
  const limits = [...named(base, 'base'), ...named(quote, 'quote')].join(' and ');
  return `${name} has ${plural(count, `${all ? '' : 'active '}pair`)}${limits === '' ? '' : ` with ${limits}`}`;
}

function printed(markets: readonly Market[], summary: string, options: ListPairsOptions, { out }: Terminal): string {
  const names = markets.map(({ pair }) => pair);
  if (options.json) return `${JSON.stringify(markets)}\n`;
  if (options.printJson) return `${JSON.stringify(names)}\n`;
  if (options.oneColumn) return names.map((name) => `${name}\n`).join('');
  if (options.printCsv)
    return csvText(
      columns.map(({ head }) => head),
      markets.map(cells),
    );
  if (options.printList) return `${summary}${names.length === 0 ? '' : `: ${names.join(', ')}`}.\n`;
  // Whoever lists pairs wants all of them, however high the terminal is.
  const room = { width: roomOf(out).width, height: Number.POSITIVE_INFINITY };
  const table = names.length === 0 ? '' : fitTable(columns, markets, { room, paint: paintFor(out), rowName: 'pairs' });
  return `${table}${summary}.\n`;
}

const columns: readonly TableColumn<Market>[] = [
  { head: 'pair', cell: ({ pair }) => ({ text: pair }) },
  { head: 'base', leaves: 3, cell: ({ base }) => ({ text: base }) },
  { head: 'quote', leaves: 3, cell: ({ quote }) => ({ text: quote }) },
  { head: 'active', leaves: 1, cell: ({ isActive }) => ({ text: isActive ? 'yes' : 'no' }) },
  { head: 'type', leaves: 2, cell: ({ candleTypes }) => ({ text: candleTypes.includes('spot') ? 'spot' : 'futures' }) },
  { head: 'price step', align: 'right', cell: ({ pricePrecision }) => ({ text: textOf(pricePrecision) }) },
  { head: 'amount step', align: 'right', cell: ({ amountPrecision }) => ({ text: textOf(amountPrecision) }) },
  { head: 'min cost', align: 'right', cell: ({ limits }) => ({ text: textOf(limits?.cost?.min) }) },
  { head: 'leverage', align: 'right', leaves: 2, cell: ({ limits }) => ({ text: textOf(limits?.leverage?.max) }) },
];

function cells(market: Market): readonly string[] {
  return columns.map(({ cell }) => cell(market).text);
}

/** Without the e of 1e-8. */
function textOf(value: number | undefined): string {
  if (value === undefined) return '';
  return value < 1e-6 ? value.toFixed(12).replace(/0+$/, '') : String(value);
}
