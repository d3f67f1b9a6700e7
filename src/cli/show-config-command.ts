import { Command } from 'commander';
import { type DescribedSetting, describeConfig, loadConfig } from '../config/index.ts';
import type { LogOptions, Terminal } from './cli-logger.ts';
import { plainTable } from './plain-table.ts';

interface ShowConfigOptions extends LogOptions {
  readonly config: readonly string[];
}

/** `candlecast show-config`. */
export function showConfigCommand(terminal: Terminal): Command {
  return new Command('show-config')
    .description('Print every effective setting and where it came from; secrets are hidden.')
    .option('-c, --config <file...>', "freqtrade's config.json; later files win", ['user_data/config.json'])
    .addHelpText(
      'after',
      `
Examples:
  candlecast show-config -c user_data/config.json
  candlecast show-config -c base.json -c secrets.json --json
`,
    )
    .action(async (options: ShowConfigOptions) => {
      const loaded = await loadConfig(options.config);
      const settings = describeConfig(loaded);
      if (options.json)
        return void terminal.out.write(
          `${JSON.stringify({ settings, unknown: loaded.unknown, unsupported: loaded.unsupported })}\n`,
        );
      const rows = settings.map((setting) => [setting.key, printValue(setting.value), printSource(setting)]);
      terminal.out.write(plainTable(['setting', 'value', 'from'], rows));
      for (const { key, file, line, nearest } of loaded.unknown) {
        terminal.out.write(
          `unknown: ${key} (${file}:${line})${nearest === undefined ? '' : `; did you mean ${nearest}?`}\n`,
        );
      }
      for (const { key, file, line } of loaded.unsupported) {
        terminal.out.write(`not supported yet: ${key} (${file}:${line})\n`);
      }
    });
}

function printValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function printSource({ source }: DescribedSetting): string {
  return source === 'default' ? 'default' : `${source.file}:${source.line}`;
}
