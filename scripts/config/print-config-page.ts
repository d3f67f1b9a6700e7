import { markdownCell } from '../docs/markdown-cell.ts';
import { allowedWords, type SettingSchema } from '../../src/config/setting-schema.ts';
import { settingsWithoutEffect, unsupportedKeys } from '../../src/config/unsupported-keys.ts';

const introduction = `# Configuration

<!-- Written by \`npm run docs\` from the schema in src/config/. Change that. -->

Candlecast reads freqtrade's \`config.json\`: same names, same defaults, JSON with comments and trailing commas. \`candlecast new-config\`
writes one, \`candlecast show-config\` prints every effective setting with where it came from, and
[config.schema.json](../config.schema.json) tells editors what may stand there: name it as \`"$schema"\`.

## Where a setting comes from

What stands further down wins.

1. The default, as the tables below have it.
2. Files that a config file names in \`add_config_files\`, relative to itself; of several the later one. They may name others, five levels deep.
3. The file itself, and of several \`-c\` the later one. Without \`-c\`: \`user_data/config.json\`, or else \`config.json\`.
4. Environment variables \`FREQTRADE__<section>__<setting>\`, then \`CANDLECAST__<section>__<setting>\`, as in
   \`FREQTRADE__API_SERVER__LISTEN_PORT=8081\`. Case does not matter. Text is read as a number, \`true\`, \`false\` or a JSON list where it is one and
   the setting takes it. A number changes an entry of a list that a file has, counted from 0, or adds one behind its last:
   \`CANDLECAST__EXTERNAL_MESSAGE_CONSUMER__PRODUCERS__0__WS_TOKEN\` needs a file with a producer. Without one, the whole list can
   stand in \`CANDLECAST__EXTERNAL_MESSAGE_CONSUMER__PRODUCERS\`, as JSON.
5. Options of the command line.

Objects are merged key by key; lists and all else are replaced. Some settings stand in a strategy too (\`timeframe\`, \`startup_candle_count\`,
\`process_only_new_candles\`, \`minimal_roi\`, \`stoploss\`, \`trailing_*\`): the config wins over the strategy, and the strategy over the default.

A wrong value stops the start and is told with file, line, column, key, what was found and what is allowed. Keys of freqtrade that have no
effect yet, and keys that nobody knows, are listed once at the start.

## How to read the tables

*Live* settings take effect in a running bot when it gets SIGHUP; the others when it is started anew. *Required* ones have no default and
must be set where their section is; other settings without a default are simply absent. Secrets are never shown. ✗ marks settings of
freqtrade that are checked and have no effect yet.
`;

/** The page as Markdown, from the schema of the whole config. */
export function printConfigPage(root: SettingSchema): string {
  const settings = Object.entries(root.properties ?? {});
  const plain = settings.filter(([, setting]) => !isSection(setting));
  const sections = settings.filter(([, setting]) => isSection(setting));
  const top = table({ properties: Object.fromEntries(plain), required: root.required ?? [] }, '');
  const tables = sections.flatMap(([name, setting]) => printSection(name, setting));
  return [introduction, '## At the top\n', top, ...tables, printUnsupported(root)].join('\n');
}

/** What has tables of its own: objects with known settings, and lists of such. */
function isSection(setting: SettingSchema): boolean {
  const { properties, oneOf } = setting.items ?? setting;
  return properties !== undefined || oneOf !== undefined;
}

function printSection(path: string, setting: SettingSchema): readonly string[] {
  const inner = setting.items ?? setting;
  const shown = setting.items === undefined ? path : `${path}[]`;
  const cases = (inner.oneOf ?? []).map((each) => printCase(shown, inner.casesBy ?? '', each));
  const head = `## \`${shown}\`\n\n${setting.description ?? ''}${setting.live === true ? ' Live.' : ''}\n`;
  if (cases.length > 0) return [head, ...cases, `Not supported yet: ${codes(inner.notYet ?? [])}.\n`];
  const plain = Object.entries(inner.properties ?? {}).filter(([, each]) => !isSection(each));
  const nested = Object.entries(inner.properties ?? {}).filter(([, each]) => isSection(each));
  const own = table({ properties: Object.fromEntries(plain), required: inner.required ?? [] }, path);
  return [head, own, ...nested.flatMap(([name, each]) => printSection(`${shown}.${name}`, each))];
}

function printCase(path: string, key: string, { properties = {}, required = [] }: SettingSchema): string {
  const { [key]: discriminator, ...rest } = properties;
  const head = `### ${String(discriminator?.const)}\n\n${discriminator?.description ?? ''}\n`;
  return Object.keys(rest).length === 0 ? head : `${head}\n${table({ properties: rest, required }, path)}`;
}

function table({ properties = {}, required = [] }: SettingSchema, path: string): string {
  const rows = Object.entries(properties).map(([name, setting]) => {
    const key = path === '' ? name : `${path}.${name}`;
    const needed = required.includes(name) ? 'required' : '';
    const byDefault = setting.default === undefined ? needed : `\`${JSON.stringify(setting.default)}\``;
    const description = `${setting.description ?? ''}${settingsWithoutEffect.has(key) ? ' ✗' : ''}`;
    const cells = [description, allowedWords(setting), byDefault, setting.live === true ? 'live' : ''];
    return `| \`${name}\` | ${cells.map(markdownCell).join(' | ')} |`;
  });
  return ['| setting | what it is for | allowed | default | |', '|---|---|---|---|---|', ...rows, ''].join('\n');
}

function printUnsupported(root: SettingSchema): string {
  const lists = Object.entries(unsupportedKeys).map(
    ([section, names]) => `- ${section === '' ? 'at the top' : `\`${section}\``}: ${codes(names)}`,
  );
  const modes = root.properties?.trading_mode?.notYet ?? [];
  const text = `## Not supported yet

Settings of freqtrade that are named at the start and have no effect. Where ✗ stands above, the same holds. \`trading_mode\` ${codes(modes)}
is refused.
`;
  return [text, ...lists, ''].join('\n');
}

function codes(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
