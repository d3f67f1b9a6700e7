import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

/** Makes a command that writes to the terminal and says with which code the process should end. */
export type MakeCommand = (terminal: Terminal, finish: (exitCode: number) => void) => Command;

/** The commands in the order of the help. Each stands in a module that is loaded when it is asked for: some need much. */
const loaders: Readonly<Record<string, () => Promise<MakeCommand>>> = {
  trade: async () => (await import('./trade-command.ts')).tradeCommand,
  demo: async () => (await import('./demo-command.ts')).demoCommand,
  watch: async () => (await import('./watch-command.ts')).watchCommand,
  'serve-market': async () => (await import('./serve-market-command.ts')).serveMarketCommand,
  'new-config': async () => (await import('./new-config-command.ts')).newConfigCommand,
  'show-config': async () => (await import('./show-config-command.ts')).showConfigCommand,
  'new-strategy': async () => (await import('./new-strategy-command.ts')).newStrategyCommand,
  'list-strategies': async () => (await import('./list-strategies-command.ts')).listStrategiesCommand,
  'list-indicators': async () => (await import('./list-indicators-command.ts')).listIndicatorsCommand,
  'download-data': async () => (await import('./download-data-command.ts')).downloadDataCommand,
  'list-data': async () => (await import('./list-data-command.ts')).listDataCommand,
  'list-exchanges': async () => (await import('./list-exchanges-command.ts')).listExchangesCommand,
  'list-pairs': async () => (await import('./list-pairs-command.ts')).listPairsCommand,
  'list-timeframes': async () => (await import('./list-timeframes-command.ts')).listTimeframesCommand,
  'test-pairlist': async () => (await import('./test-pairlist-command.ts')).testPairlistCommand,
};

/** The command that a command line names; all of them where it names none that there is. */
export async function commandsFor(argv: readonly string[]): Promise<readonly MakeCommand[]> {
  const [name = ''] = argv;
  const wanted = Object.hasOwn(loaders, name) ? [loaders[name]] : Object.values(loaders);
  return Promise.all(wanted.map((load) => load()));
}
