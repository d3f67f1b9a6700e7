import { Command } from 'commander';
import { cliLogger } from './cli-logger.ts';
import { type ExchangeOptions, addExchangeOptions, chooseExchange } from './exchange-choice.ts';
import { openExchange } from './open-exchange.ts';
import type { Terminal } from './terminal.ts';

interface ListTimeframesOptions extends ExchangeOptions {
  readonly oneColumn?: boolean;
}

/** `candlecast list-timeframes`. */
export function listTimeframesCommand(terminal: Terminal): Command {
  return addExchangeOptions(new Command('list-timeframes').description('List the timeframes of an exchange.'))
    .option('-1, --one-column', 'one a line')
    .addHelpText(
      'after',
      `
Examples:
  candlecast list-timeframes --exchange binance
  candlecast list-timeframes -c user_data/config.json -1
`,
    )
    .action(async (options: ListTimeframesOptions) => {
      const choice = await chooseExchange(options);
      const exchange = await openExchange(choice, { logger: cliLogger(terminal, { ...options, quiet: true }) });
      const { timeframes } = exchange;
      await exchange.close();
      if (options.json) terminal.out.write(`${JSON.stringify(timeframes)}\n`);
      else if (options.oneColumn) terminal.out.write(timeframes.map((timeframe) => `${timeframe}\n`).join(''));
      else terminal.out.write(`${choice.name} has candles of ${timeframes.join(', ')}.\n`);
    });
}
