import { Command } from 'commander';
import { type DescribedSetting, describeConfig, type LoadedConfig, type Place } from '../config/index.ts';
import type { LogOptions } from './cli-logger.ts';
import { configOption, loadGivenConfig } from './config-option.ts';
import { fitTable, type TableColumn } from './fit-table.ts';
import { paintFor } from './paint.ts';
import { roomOf, type Terminal } from './terminal.ts';
import { clipText, textWidth } from './text-width.ts';

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
      terminal.out.write(options.json ? asJson(loaded, settings) : asText(loaded, settings, terminal));
    });
}

function asJson(
  { files, unknown, unsupported, warnings }: LoadedConfig,
  settings: readonly DescribedSetting[],
): string {
  return `${JSON.stringify({ files, settings, unknown, unsupported, warnings })}\n`;
}

function asText(
  { unknown, unsupported, warnings }: LoadedConfig,
  settings: readonly DescribedSetting[],
  terminal: Terminal,
): string {
  const unknownLines = unknown.map((note) => {
    const hint = note.nearest === undefined ? '' : `; did you mean ${note.nearest}?`;
    return `unknown: ${note.key} (${printPlace(note)})${hint}\n`;
  });
  const unsupportedLines = unsupported.map((note) => `not supported yet: ${note.key} (${printPlace(note)})\n`);
  const warningLines = warnings.map((note) => {
    const kind = note.code === 'CONFIG_DUPLICATE_KEY' ? 'twice' : 'wrong, and switched off';
    return `${kind}: ${note.key} (${printPlace(note)}): ${note.message}\n`;
  });
  return [tableOf(settings, terminal), ...unknownLines, ...unsupportedLines, ...warningLines].join('');
}

interface SettingRow {
  readonly key: string;
  readonly value: string;
  readonly from: string;
}

const columns: readonly TableColumn<SettingRow>[] = [
  { head: 'setting', cell: ({ key }) => ({ text: key }) },
  { head: 'value', cell: ({ value }) => ({ text: value }) },
  { head: 'from', leaves: 1, cell: ({ from }) => ({ text: from }) },
];

/** Between columns. */
const GAP = 2;

/** Less than this says nothing of a value and its source; the source leaves then. */
const LEAST_WIDTH = 20;

/** Where they don't fit beside the settings' names, values lose their end, and paths of files their beginning. */
function tableOf(settings: readonly DescribedSetting[], { out }: Terminal): string {
  // Whoever shows a config wants all of it, however high the terminal is.
  const room = { width: roomOf(out).width, height: Number.POSITIVE_INFINITY };
  const rows = settings.map((setting) => ({
    key: setting.key,
    value: printValue(setting.value),
    from: printSource(setting),
  }));
  const spare = room.width - widest(rows.map(({ key }) => key)) - 2 * GAP;
  const from = Math.min(
    widest(rows.map((row) => row.from)),
    Math.max(Math.ceil(spare / 2), spare - widest(rows.map(({ value }) => value))),
  );
  const fitted =
    spare < LEAST_WIDTH
      ? rows
      : rows.map((row) => ({
          key: row.key,
          value: clipText(row.value, spare - from),
          from: clipStart(row.from, from),
        }));
  return fitTable(columns, fitted, { room, paint: paintFor(out), rowName: 'settings' });
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(textWidth));
}

/** A text cut to so many cells, an ellipsis in the place of its beginning where that is cut. */
function clipStart(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  for (const character of Array.from(text).toReversed()) {
    if (textWidth(character + kept) >= width) break;
    kept = character + kept;
  }
  return `…${kept}`;
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
