import { Command } from 'commander';
import { type DescribedSetting, describeConfig, type LoadedConfig } from '../config/index.ts';
import type { LogOptions } from './cli-logger.ts';
import { configOption, loadGivenConfig } from './config-option.ts';
import { plainTable } from './plain-table.ts';
import type { Terminal } from './terminal.ts';

interface ShowConfigOptions extends LogOptions {
  readonly config?: readonly string[];
}

/** `candlecast show-config`. */
export function showConfigCommand(terminal: Terminal): Command {
  return new Command('show-config')
    .description('Print every effective setting and where it came from; secrets are hidden.')
    .addOption(configOption())
    .addHelpText(
      'after',
      `
Examples:
  candlecast show-config -c user_data/config.json
  candlecast show-config -c base.json -c secrets.json --json
`,
    )
    .action(async (options: ShowConfigOptions) => {
      const loaded = await loadGivenConfig(options.config);
      const settings = describeConfig(loaded);
      terminal.out.write(options.json ? asJson(loaded, settings) : asTable(loaded, settings));
    });
}

function asJson({ unknown, unsupported }: LoadedConfig, settings: readonly DescribedSetting[]): string {
  return `${JSON.stringify({ settings, unknown, unsupported })}\n`;
}

function asTable({ unknown, unsupported }: LoadedConfig, settings: readonly DescribedSetting[]): string {
  const rows = settings.map((setting) => [setting.key, printValue(setting.value), printSource(setting)]);
  const unknownLines = unknown.map(({ key, file, line, nearest }) => {
    const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
    return `unknown: ${key} (${file}:${line})${hint}\n`;
  });
  const unsupportedLines = unsupported.map(({ key, file, line }) => `not supported yet: ${key} (${file}:${line})\n`);
  return [plainTable(['setting', 'value', 'from'], rows), ...unknownLines, ...unsupportedLines].join('');
}

function printValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function printSource({ source }: DescribedSetting): string {
  return source === 'default' ? 'default' : `${source.file}:${source.line}`;
}
