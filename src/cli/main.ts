import { Command, CommanderError, Option } from 'commander';
import { packageVersion } from './package-version.ts';
import type { LogOptions } from './cli-logger.ts';
import { commandsFor } from './commands.ts';
import { reportError } from './report-error.ts';
import { type Terminal, tolerateClosedOutput } from './terminal.ts';

/**
 * Runs a command line, without the program's own name, and resolves with its exit code: 0 when it did what it was asked for, 1
 * when it could not, 2 when the command line was wrong.
 */
export async function main(
  argv: readonly string[],
  terminal: Terminal = { out: process.stdout, err: process.stderr },
): Promise<number> {
  tolerateClosedOutput(terminal);
  let exitCode = 0;
  const finish = (code: number) => {
    exitCode = code;
  };
  const program = new Command('candlecast')
    .description(
      "Analyse candles once, broadcast exact frames to any number of bots: freqtrade's Producer/Consumer mode.",
    )
    .version(await packageVersion(), '-V, --version')
    .configureOutput({ writeOut: (text) => terminal.out.write(text), writeErr: (text) => terminal.err.write(text) })
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  candlecast demo
  candlecast trade -c user_data/config.json -s examples/producer-strategy.ts
  candlecast watch 127.0.0.1:8080 --once
  candlecast show-config -c user_data/config.json
  candlecast download-data --exchange binance -p BTC/USDT -t 5m --days 90
  candlecast list-indicators rsi
`,
    )
    .showHelpAfterError('Run it with --help for what it takes, with examples.');
  for (const make of await commandsFor(argv)) {
    const command = make(terminal, finish);
    program.addCommand(
      command
        .addOption(new Option('--json', 'print JSON lines, for programs'))
        .addOption(new Option('-v, --verbose', 'log more; show where an error happened'))
        .copyInheritedSettings(program),
    );
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    reportError(error, terminal, logOptionsOf(argv));
    return 1;
  }
}

/** The options are not parsed where parsing itself failed. */
function logOptionsOf(argv: readonly string[]): LogOptions {
  return { json: argv.includes('--json'), verbose: argv.includes('--verbose') || argv.includes('-v') };
}
