import { existsSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { kebabCase, strategyFilesNamed } from '../strategy/find-strategy-file.ts';
import { StrategyError } from '../strategy/index.ts';
import { messageOf } from '../util/errors.ts';
import type { LogOptions } from './cli-logger.ts';
import { type FolderOptions, userDataDirOption, userStrategies } from './strategies/strategy-folders.ts';
import { USER_DATA_DIR } from '../config/index.ts';
import { makeFolder } from '../download/index.ts';
import { strategyFromTemplate, strategyTemplates, type TemplateName } from './strategies/strategy-template.ts';
import { ensureStrategyTsconfig, type TsconfigOutcome } from './strategies/strategy-tsconfig.ts';
import type { Terminal } from './terminal.ts';

interface NewStrategyOptions extends LogOptions, FolderOptions {
  readonly template: TemplateName;
  readonly force?: boolean;
}

/** Longer ones are no names, and some file systems refuse them. */
const MOST_LETTERS = 100;

/** `candlecast new-strategy`. */
export function newStrategyCommand(terminal: Terminal): Command {
  const templates = Object.entries(strategyTemplates).map(([name, { purpose }]) => `  ${name.padEnd(10)}${purpose}`);
  return new Command('new-strategy')
    .description('Write the file of a new strategy, ready to run and to be changed.')
    .argument('<name>', 'its name, as in MyStrategy, which becomes my-strategy.ts')
    .addOption(
      new Option('-t, --template <template>', 'what it begins as')
        .choices(Object.keys(strategyTemplates))
        .default('minimal'),
    )
    .addOption(new Option('--strategy-path <folder>', 'the folder to write it into').conflicts('userDataDir'))
    .addOption(userDataDirOption())
    .option('--force', 'replace the file where there is one')
    .addHelpText(
      'after',
      `
Templates:
${templates.join('\n')}

Examples:
  candlecast new-strategy MyStrategy
  candlecast new-strategy MyConsumer --template consumer
  candlecast new-strategy MyStrategy --strategy-path strategies --force
`,
    )
    .action((name: string, options: NewStrategyOptions) => {
      const file = writeStrategy(name, options);
      const tsconfig = tsconfigFor(options);
      const { template, json } = options;
      const record = JSON.stringify({ type: 'strategy-written', name, file, template, tsconfig });
      terminal.out.write(json ? `${record}\n` : nextSteps(name, file, options, tsconfig));
    });
}

/** @throws StrategyError STRATEGY_BAD_NAME, STRATEGY_FILE_EXISTS, STRATEGY_NOT_WRITTEN. */
function writeStrategy(name: string, options: NewStrategyOptions): string {
  checkName(name);
  const folder = options.strategyPath ?? userStrategies(options);
  const [existing] = strategyFilesNamed(name, folder);
  const file = existing ?? join(folder, `${kebabCase(name)}.ts`);
  if (existing !== undefined && options.force !== true) throw fileExists(name, existing);
  if (!file.endsWith('.ts')) throw isOfAnotherKind(name, file);
  const text = strategyFromTemplate(options.template, name);
  try {
    makeFolder(folder);
    writeFileSync(file, text, { flag: options.force === true ? 'w' : 'wx' });
  } catch (error) {
    throw new StrategyError('STRATEGY_NOT_WRITTEN', `${file} can't be written: ${messageOf(error)}`, { cause: error });
  }
  return file;
}

/** Only in a folder of user data: any other folder of strategies is part of a project with settings of its own. */
function tsconfigFor(options: NewStrategyOptions): TsconfigOutcome | undefined {
  const { strategyPath, userDataDir = USER_DATA_DIR } = options;
  const isOwn = strategyPath === undefined || resolve(strategyPath) === resolve(userStrategies(options));
  return isOwn ? ensureStrategyTsconfig(userDataDir) : undefined;
}

function checkName(name: string): void {
  if (/^[A-Za-z][\w-]*$/.test(name) && name.length <= MOST_LETTERS) return;
  const expected = `a letter, then letters, digits, - and _, at most ${MOST_LETTERS} in all, as in MyStrategy`;
  const ending = /^(.+)\.(?:m?[tj]s|py)$/.exec(basename(name))?.[1];
  const hint = ending === undefined ? '' : `; the ending is added: write ${ending}`;
  const message = `"${name}" can't be the name of a strategy: expected ${expected}${hint}`;
  throw new StrategyError('STRATEGY_BAD_NAME', message, { value: name });
}

function fileExists(name: string, file: string): StrategyError {
  const message = `${file} exists, and is what ${name} stands for; nothing was written. Choose another name, or replace it with --force`;
  return new StrategyError('STRATEGY_FILE_EXISTS', message, { value: file });
}

function isOfAnotherKind(name: string, file: string): StrategyError {
  const message = `${file} exists and would be found as ${name} before a new file; nothing was written. Move it away, or choose another name`;
  return new StrategyError('STRATEGY_FILE_EXISTS', message, { value: file });
}

function nextSteps(
  name: string,
  file: string,
  options: NewStrategyOptions,
  tsconfig: TsconfigOutcome | undefined,
): string {
  // A bot finds it without being told where only in the default place.
  const isFoundByDefault = relative(join(USER_DATA_DIR, 'strategies'), join(file, '..')) === '';
  const place = isFoundByDefault ? '' : ` --strategy-path ${quoted(join(file, '..'))}`;
  const config = join(USER_DATA_DIR, 'config.json');
  const steps = [
    ...(existsSync(config) ? [] : [['candlecast new-config', 'makes a config for it']]),
    [`candlecast list-strategies${place}`, 'loads it, tries it, and names what is wrong'],
    [`candlecast trade -c ${config} -s ${name}${place}`, 'runs it'],
    ['candlecast list-indicators', 'what it can compute with'],
  ];
  const width = Math.max(...steps.map(([command]) => command.length));
  const lines = steps.map(([command, purpose]) => `  ${command.padEnd(width)}  ${purpose}\n`);
  const consumerNote =
    options.template === 'consumer'
      ? "The config's external_message_consumer names the producers whose frames it reads.\n"
      : '';
  return `wrote ${file}\n${tsconfigNote(tsconfig)}${consumerNote}\nNext:\n${lines.join('')}`;
}

function tsconfigNote(tsconfig: TsconfigOutcome | undefined): string {
  if (tsconfig === undefined || tsconfig.status === 'kept') return '';
  const { file } = tsconfig;
  if (tsconfig.status === 'failed') {
    return `${file} can't be written, so an editor may not know the types: ${tsconfig.reason}\n`;
  }
  return `wrote ${file}, with which an editor, and tsc -p ${quoted(join(file, '..'))}, finds misspelt columns\n`;
}

/** As a shell takes it. */
function quoted(path: string): string {
  return /^[\w./\\:@%+=,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
