import { Command } from 'commander';
import { type DescribedSetting, describeConfig, type LoadedConfig, type Place } from '../config/index.ts';
import type { LogOptions } from './cli-logger.ts';
import { configOption, loadGivenConfig } from './config-option.ts';
import { plainTable } from './plain-table.ts';
import type { Terminal } from './terminal.ts';

interface ShowConfigOptions extends LogOptions {
  readonly config?: readonly string[];
  readonly userDataDir?: string;
}

/** `candlecast show-config`. */
export function showConfigCommand(terminal: Terminal): Command {
  return new Command('show-config')
    .description('Print every effective setting and where it came from; secrets are hidden.')
    .addOption(configOption())
    .option('--userdir, --user-data-dir <folder>', 'the folder of config.json, strategies/ and data/')
    .addHelpText(
      'after',
      `
Files that a config names in add_config_files are merged first; FREQTRADE__A__B and CANDLECAST__A__B set a.b and win over files.

Examples:
  candlecast show-config -c user_data/config.json
  candlecast show-config -c base.json -c secrets.json --json
  CANDLECAST__API_SERVER__LISTEN_PORT=8081 candlecast show-config -c user_data/config.json
`,
    )
    .action(async (options: ShowConfigOptions) => {
      const loaded = await loadGivenConfig(options.config, { userDataDir: options.userDataDir });
      const settings = describeConfig(loaded);
      terminal.out.write(options.json ? asJson(loaded, settings) : asTable(loaded, settings));
    });
}

function asJson(
  { files, unknown, unsupported, warnings }: LoadedConfig,
  settings: readonly DescribedSetting[],
): string {
  return `${JSON.stringify({ files, settings, unknown, unsupported, warnings })}\n`;
}

function asTable({ unknown, unsupported, warnings }: LoadedConfig, settings: readonly DescribedSetting[]): string {
  const rows = settings.map((setting) => [setting.key, printValue(setting.value), printSource(setting)]);
  const unknownLines = unknown.map((note) => {
    const hint = note.nearest === undefined ? '' : `; did you mean ${note.nearest}?`;
    return `unknown: ${note.key} (${printPlace(note)})${hint}\n`;
  });
  const unsupportedLines = unsupported.map((note) => `not supported yet: ${note.key} (${printPlace(note)})\n`);
  const warningLines = warnings.map(
    (note) => `wrong, and switched off: ${note.key} (${printPlace(note)}): ${note.message}\n`,
  );
  const table = plainTable(['setting', 'value', 'from'], rows);
  return [table, ...unknownLines, ...unsupportedLines, ...warningLines].join('');
}

function printValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function printSource({ source }: DescribedSetting): string {
  return source === 'default' ? 'default' : printPlace(source);
}

function printPlace({ file, line, origin }: Place): string {
  return origin === undefined ? `${file}:${line}` : file;
}
