import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { textTerminal } from '../../tests/fixtures/bot/text-terminal.ts';
import { findStrategyFile } from '../strategy/find-strategy-file.ts';
import { main } from './main.ts';
import { strategyFromTemplate } from './strategies/strategy-template.ts';

describe('new-strategy', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'candlecast-new-strategy-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function make(...args: readonly string[]) {
    const { terminal, out, err } = textTerminal();
    const code = await main(['new-strategy', ...args], terminal);
    return { code, out: out(), err: err() };
  }
  const strategies = () => join(folder, 'strategies');
  const makeHere = (name: string, ...args: readonly string[]) => make(name, '--strategy-path', strategies(), ...args);

  it.each([
    ['MyStrategy', 'my-strategy.ts'],
    ['MyRSIStrategy', 'my-rsi-strategy.ts'],
    ['ema_cross', 'ema-cross.ts'],
    ['plain', 'plain.ts'],
  ])('writes %s as %s, where its name finds it', async (name, file) => {
    const { code, out, err } = await makeHere(name);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const path = join(strategies(), file);
    expect(readFileSync(path, 'utf8')).toBe(strategyFromTemplate('minimal', name));
    expect(findStrategyFile(name, [strategies()])).toBe(path);
    expect(out).toContain(`wrote ${path}\n`);
    expect(out).toContain(`candlecast list-strategies --strategy-path ${strategies()} `);
    expect(out).toContain(`candlecast trade -c user_data/config.json -s ${name} --strategy-path ${strategies()} `);
  });

  it('writes into the user data, and any of the templates', async () => {
    const { code, out } = await make('MyConsumer', '--user-data-dir', folder, '--template', 'consumer');
    expect(code).toBe(0);
    const path = join(strategies(), 'my-consumer.ts');
    expect(readFileSync(path, 'utf8')).toBe(strategyFromTemplate('consumer', 'MyConsumer'));
    expect(out).toContain('external_message_consumer names the producers whose frames it reads');
    expect((await make('MyProducer', '--user-data-dir', folder, '-t', 'producer')).out).not.toContain('consumer');
  });

  it('writes a tsconfig.json into user data that has none, and says so', async () => {
    const path = join(folder, 'tsconfig.json');
    const first = await make('First', '--user-data-dir', folder);
    expect(first.out).toContain(
      `\nwrote ${path}, with which an editor, and tsc -p ${folder}, finds misspelt columns\n`,
    );
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ include: ['strategies'] });
    writeFileSync(path, 'my own');
    const second = await make('Second', '--user-data-dir', folder);
    expect(second.code).toBe(0);
    expect(second.out).not.toContain('tsconfig');
    expect(readFileSync(path, 'utf8')).toBe('my own');
    const { out } = await make('Third', '--user-data-dir', folder, '--json');
    expect(JSON.parse(out)).toHaveProperty('tsconfig', { status: 'kept', file: path });
  });

  it('writes none where it was told of a folder of strategies', async () => {
    const { out } = await makeHere('MyStrategy');
    expect(out).not.toContain('tsconfig');
    expect(existsSync(join(folder, 'tsconfig.json'))).toBe(false);
  });

  it('makes a strategy also where no tsconfig.json can be written', async () => {
    symlinkSync(join(folder, 'nowhere', 'at-all'), join(folder, 'tsconfig.json'));
    const { code, out } = await make('MyStrategy', '--user-data-dir', folder);
    expect(code).toBe(0);
    expect(out).toMatch(/tsconfig\.json can't be written, so an editor may not know the types: E[A-Z]+/);
  });

  it('keeps what is there, unless told to replace it', async () => {
    mkdirSync(strategies());
    const path = join(strategies(), 'MyStrategy.ts');
    writeFileSync(path, 'my own');
    const refused = await makeHere('MyStrategy');
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toContain(`${path} exists, and is what MyStrategy stands for; nothing was written.`);
    expect(refused.err).toContain('--force [STRATEGY_FILE_EXISTS]');
    expect(readFileSync(path, 'utf8')).toBe('my own');
    expect((await makeHere('MyStrategy', '--force')).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(strategyFromTemplate('minimal', 'MyStrategy'));
    expect(existsSync(join(strategies(), 'my-strategy.ts'))).toBe(false);
  });

  it('does not replace a file of another kind', async () => {
    mkdirSync(strategies());
    const path = join(strategies(), 'MyStrategy.js');
    writeFileSync(path, 'my own');
    const { code, err } = await makeHere('MyStrategy', '--force');
    expect(code).toBe(1);
    expect(err).toContain(`${path} exists and would be found as MyStrategy before a new file; nothing was written.`);
    expect(readFileSync(path, 'utf8')).toBe('my own');
  });

  it('takes no heed of a Python strategy of the name', async () => {
    mkdirSync(strategies());
    writeFileSync(join(strategies(), 'MyStrategy.py'), 'class MyStrategy(IStrategy): pass');
    expect((await makeHere('MyStrategy')).code).toBe(0);
    expect(findStrategyFile('MyStrategy', [strategies()])).toBe(join(strategies(), 'my-strategy.ts'));
  });

  it.each([
    ['../evil', ''],
    ['1st', ''],
    ["it's", ''],
    ['', ''],
    ['x'.repeat(101), ''],
    ['mine.ts', '; the ending is added: write mine'],
  ])('refuses the name %j', async (name, hint) => {
    const { code, out, err } = await makeHere(name);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    const expected = `can't be the name of a strategy: expected a letter, then letters, digits, - and _, at most 100 in all`;
    expect(err).toContain(`"${name}" ${expected}, as in MyStrategy${hint} [STRATEGY_BAD_NAME]`);
    expect(existsSync(strategies())).toBe(false);
  });

  it('says why a file can’t be written', async () => {
    writeFileSync(strategies(), 'a file where the folder would be');
    const { code, err } = await makeHere('MyStrategy');
    expect(code).toBe(1);
    expect(err).toMatch(/my-strategy\.ts can't be written: E[A-Z]+.* \[STRATEGY_NOT_WRITTEN\]/);
  });

  it('quotes what a shell would take apart', async () => {
    const path = join(folder, "bob's strategies");
    const { out } = await make('MyStrategy', '--strategy-path', path);
    expect(out).toContain(`--strategy-path '${join(folder, `bob'\\''s strategies`)}'`);
  });

  it('prints a record for programs', async () => {
    const { out } = await makeHere('MyStrategy', '--json', '-t', 'producer');
    const file = join(strategies(), 'my-strategy.ts');
    expect(JSON.parse(out)).toEqual({ type: 'strategy-written', name: 'MyStrategy', file, template: 'producer' });
  });

  it.each([
    [['--template', 'other'], 'Allowed choices are minimal, producer, consumer.'],
    [['--strategy-path', 'a', '--user-data-dir', 'b'], 'cannot be used with'],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await make('MyStrategy', ...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it('has help with examples and templates', async () => {
    const { out } = await make('--help');
    expect(out).toMatch(/Templates:\n {2}minimal {3}one indicator/);
    expect(out).toContain('\nExamples:\n  candlecast new-strategy MyStrategy\n');
  });
});
