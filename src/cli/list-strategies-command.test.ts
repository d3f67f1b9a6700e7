import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { textTerminal } from '../../tests/fixtures/bot/text-terminal.ts';
import { main } from './main.ts';
import { strategyFromTemplate } from './strategies/strategy-template.ts';
import { textWidth } from './text-width.ts';

const minimal = (name: string) => strategyFromTemplate('minimal', name);

/** Files by name; what each is for stands in the tests. */
const files: Readonly<Record<string, string>> = {
  'my-producer.ts': strategyFromTemplate('producer', 'MyProducer'),
  'my-consumer.ts': strategyFromTemplate('consumer', 'MyConsumer'),
  'two-producers.ts': strategyFromTemplate('consumer', 'TwoProducers').replace(
    'getProducerPairs()',
    `getProducerPairs('other')`,
  ),
  'called-otherwise.ts': minimal('OtherName'),
  'uses-helper.ts': `import { LEVEL } from './helper.ts';\nconsole.log('noise');\n${minimal('UsesHelper').replace('30', 'LEVEL')}`,
  'helper.ts': 'export const LEVEL = 30;\n',
  'hourly.ts': minimal('Hourly').replace(
    `timeframe: '5m',`,
    `timeframe: '5m',\n  canShort: true,\n  informative: { '1h': (candles) => candles, '1d': (candles) => candles },`,
  ),
  'no-strategy.ts': 'export const value = 1;\n',
  'syntax.ts': minimal('Syntax').replace('timeframe: ', 'timeframe '),
  'throws.ts': `const table: Record<string, number[]> = {};\nconst size = table.none.length;\n${minimal('Throws')}`,
  'throws-later.ts': minimal('ThrowsLater').replace('rsi[i] < 30', 'rsy[i] < 30'),
  'throws-outside.ts': `queueMicrotask(() => {\n  throw new Error('outside');\n});\n${minimal('ThrowsOutside')}`,
  'ends-process.ts': `process.exit(0);\n`,
  'kills-itself.ts': `process.kill(process.pid, 'SIGTERM');\nfor (;;);\n`,
  'waits.ts': `await new Promise(() => {});\n`,
  'forges.ts': `process.send?.({ stage: 'loaded', facts: 1 });\nprocess.send?.('nonsense');\n${minimal('Forges')}`,
  'stays-alive.ts': `setInterval(() => {}, 1000);\n${minimal('StaysAlive')}`,
  'breaks-globals.ts': `Array.prototype.map = () => [];\n${minimal('BreaksGlobals')}`,
  'declarations.d.ts': 'export {};\n',
  'my-producer.test.ts': 'throw new Error("tests are no strategies");\n',
  'sample_strategy.py': 'class SampleStrategy(IStrategy): pass\n',
  '__init__.py': '',
  'folder.ts/inside.ts': 'throw new Error("in a folder of its own");\n',
};

/** The line of a file in which a text first stands. */
const lineOf = (file: string, text: string) => files[file].split('\n').findIndex((line) => line.includes(text)) + 1;

const working = [
  'called-otherwise',
  'Forges',
  'Hourly',
  'MyConsumer',
  'MyProducer',
  'StaysAlive',
  'TwoProducers',
  'UsesHelper',
];

describe('list-strategies', { timeout: 90_000 }, () => {
  let folder = '';
  const made: string[] = [];
  const temporary = (contents: Readonly<Record<string, string>>) => {
    const path = realpathSync(mkdtempSync(join(tmpdir(), 'candlecast-list-strategies-')));
    made.push(path);
    for (const [name, text] of Object.entries(contents)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), text);
    }
    return path;
  };
  const removeMade = () => {
    for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
  };

  async function list(args: readonly string[], size: Parameters<typeof textTerminal>[0] = {}) {
    const { terminal, out, err } = textTerminal(size);
    const code = await main(['list-strategies', ...args], terminal);
    return { code, out: out(), err: err() };
  }

  describe('a folder with good and bad files', () => {
    let text: Awaited<ReturnType<typeof list>>;
    let records: readonly Readonly<Record<string, unknown>>[];
    const record = (file: string) => records.find((each) => each.file === join(folder, file));

    beforeAll(async () => {
      folder = temporary(files);
      const args = ['--strategy-path', folder, '--timeout', '60'];
      text = await list([...args, '--check']);
      records = JSON.parse((await list([...args, '--json'])).out);
    }, 180_000);
    afterAll(removeMade);

    const line = (start: string) => text.out.split('\n').find((each) => each.startsWith(`${start} `));

    it('has a line for each, whatever the others do', () => {
      expect(text.err).toBe('');
      expect(line('name')).toMatch(/^name +file +timeframe +startup +informative +role +status$/);
      expect(line('MyProducer')).toMatch(/my-producer\.ts +5m +30 +producer +ok$/);
      expect(line('MyConsumer')).toMatch(/my-consumer\.ts +5m +0 +consumer +ok$/);
      expect(line('TwoProducers')).toMatch(/consumer of default, other +ok$/);
      expect(line('Hourly')).toMatch(/hourly\.ts +5m +15 +1h, 1d +producer +ok$/);
      expect(line('UsesHelper')).toMatch(/ok$/);
      const loaded = records.filter(({ status }) => status === 'loaded').map(({ callName }) => String(callName));
      expect(new Set(loaded)).toEqual(new Set(working));
      const listed = records.map(({ file }) => String(file).slice(folder.length + 1));
      const ignored = new Set([
        'helper.ts',
        'declarations.d.ts',
        'my-producer.test.ts',
        'sample_strategy.py',
        '__init__.py',
      ]);
      const expected = Object.keys(files).filter((name) => !ignored.has(name) && !name.includes('/'));
      expect(listed).toEqual(expected.toSorted());
    });

    it('has what a strategy says of itself', () => {
      expect(record('hourly.ts')).toEqual({
        status: 'loaded',
        name: 'Hourly',
        callName: 'Hourly',
        file: join(folder, 'hourly.ts'),
        timeframe: '5m',
        startupCandleCount: 15,
        processOnlyNewCandles: true,
        canShort: true,
        informativeTimeframes: ['1h', '1d'],
        role: 'producer',
        producers: [],
        warnings: [],
      });
      expect(record('called-otherwise.ts')).toMatchObject({ name: 'OtherName', callName: 'called-otherwise' });
      expect(record('two-producers.ts')).toMatchObject({ role: 'consumer', producers: ['default', 'other'] });
    });

    it.each([
      ['no-strategy.ts', 'STRATEGY_NO_DEFAULT_EXPORT', undefined, 'a strategy file has export default defineStrategy'],
      ['syntax.ts', 'STRATEGY_SYNTAX', lineOf('syntax.ts', "timeframe '5m'"), "timeframe '5m'"],
      ['throws.ts', 'STRATEGY_LOAD_THREW', lineOf('throws.ts', 'table.none'), 'Cannot read properties of undefined'],
      [
        'throws-later.ts',
        'STRATEGY_THREW',
        lineOf('throws-later.ts', 'rsy'),
        'populateEntryTrend threw ReferenceError: rsy is not defined',
      ],
      ['throws-outside.ts', 'STRATEGY_LOAD_THREW', lineOf('throws-outside.ts', 'new Error'), 'Error: outside'],
      ['ends-process.ts', 'STRATEGY_ENDS_PROCESS', undefined, 'ended the process (exit code 0)'],
      ['kills-itself.ts', 'STRATEGY_ENDS_PROCESS', undefined, 'ended the process (SIGTERM'],
      ['waits.ts', 'STRATEGY_NEVER_LOADS', undefined, 'waits for what never comes'],
    ])('says of %s where and what is wrong', (file, code, row, message) => {
      const { error, status } = record(file) ?? {};
      expect(status).toBe('failed');
      expect(error).toMatchObject({ code, file: join(folder, file), ...(row === undefined ? {} : { line: row }) });
      expect(error).toHaveProperty('message', expect.stringContaining(message));
      const place = row === undefined ? join(folder, file) : `${join(folder, file)}:${row}:`;
      expect(text.out).toContain(`error: ${place}`);
      expect(line(file.replace('.ts', ''))).toMatch(
        new RegExp(row === undefined ? `  ${code}$` : `  ${row}:\\d+ ${code}$`),
      );
    });

    it('tells of helpers and Python files in a line', () => {
      expect(text.out).toContain('\nwithout a strategy, imported by others: helper.ts\n');
      expect(text.out).toContain("\nfreqtrade's own, not loaded: sample_strategy.py\n");
    });

    it('ends with 1 where it is to check', () => {
      expect(text.code).toBe(1);
    });
  });

  describe('other folders', () => {
    afterEach(removeMade);

    it('ends what never ends', async () => {
      const path = temporary({
        'loops.ts': 'for (;;);\n',
        'loops-later.ts': minimal('LoopsLater').replace('return candles', 'for (;;);\n    return candles'),
      });
      const { code, out } = await list(['--strategy-path', path, '--timeout', '10']);
      expect(code).toBe(0);
      expect(out).toContain('loops.ts: loading it did not end within 10 s; look for an endless loop');
      expect(out).toContain('loops-later.ts: an analysis of made candles did not end within 10 s');
      expect(out).toMatch(/STRATEGY_NEVER_LOADS[^]*STRATEGY_NEVER_ANALYZES/);
    });

    it('prints names alone, as -s takes them', async () => {
      const path = temporary({ 'mine.ts': minimal('Other'), 'my-own.ts': minimal('MyOwn'), 'bad.ts': 'export {};\n' });
      const { code, out } = await list(['--strategy-path', path, '-1', '--check']);
      expect({ code, out }).toEqual({ code: 1, out: 'mine\nMyOwn\n' });
    });

    it('looks into the given folder and into the user data', async () => {
      const path = temporary({ 'strategies/a.ts': minimal('A'), 'b/b.ts': minimal('B'), 'b/a.ts': minimal('A') });
      const both = await list(['--strategy-path', join(path, 'b'), '--user-data-dir', path]);
      expect(both.out).toContain(`${join(path, 'b', 'b.ts')} `);
      expect(both.out).toContain(`${join(path, 'strategies', 'a.ts')} `);
      const [first, second] = [join(path, 'b', 'a.ts'), join(path, 'strategies', 'a.ts')];
      expect(both.out).toContain(`\n${first} and ${second} have the same name, A\n`);
      const own = await list(['--user-data-dir', path, '--json', '--check']);
      expect({ code: own.code, count: JSON.parse(own.out).length }).toEqual({ code: 0, count: 1 });
      const once = await list(['--strategy-path', join(path, 'strategies'), '--user-data-dir', path, '-1']);
      expect(once.out).toBe('A\n');
    });

    it('says what to do where there is nothing', async () => {
      const path = temporary({ 'strategies/README.md': '' });
      const empty = await list(['--user-data-dir', path]);
      const hint = 'make one with "candlecast new-strategy MyStrategy"';
      expect(empty).toEqual({ code: 0, err: '', out: `no strategies in ${join(path, 'strategies')}; ${hint}\n` });
      expect(await list(['--user-data-dir', path, '--json'])).toMatchObject({ code: 0, out: '[]\n' });
      for (const args of [
        ['--strategy-path', join(path, 'none')],
        ['--strategy-path', join(path, 'strategies'), '--user-data-dir', join(path, 'none')],
      ]) {
        const { code, err } = await list(args);
        expect(code).toBe(1);
        expect(err).toMatch(
          /^error: there is no folder .*none.*; name one with --strategy-path, .*\[STRATEGY_NO_FOLDER\]/,
        );
      }
      const file = await list(['--strategy-path', join(path, 'strategies', 'README.md')]);
      expect(file.err).toContain('README.md is not a folder');
    });

    it('warns of what works and is hardly meant, without failing', async () => {
      const path = temporary({
        'doubtful.ts': minimal('Doubtful')
          .replace(`'5m'`, `'7m'`)
          .replace('startupCandleCount: 15', 'startupCandleCount: 5')
          .replace('close, 14', 'close, 50')
          .replace('enter_long:', 'enter_lnog:'),
        'hours.ts': minimal('Hours').replace(
          `timeframe: '5m',`,
          `timeframe: '5m',\n  informative: { '1h': (candles) => candles.with({ slow: rsi(candles.columns.close, 60) }) },`,
        ),
        'good.ts': minimal('Good'),
      });
      const { code, out } = await list(['--strategy-path', path, '--check']);
      expect(code).toBe(0);
      expect(out).toMatch(/^Doubtful .* 3 warnings$/m);
      expect(out).toMatch(/^Hours .* 1 warning$/m);
      expect(out).toMatch(/^Good .* ok$/m);
      const records: readonly { readonly name: string; readonly warnings: readonly string[] }[] = JSON.parse(
        (await list(['--strategy-path', path, '--json'])).out,
      );
      const warnings = Object.fromEntries(records.map((record) => [record.name, record.warnings]));
      expect(warnings).toEqual({
        Doubtful: [
          expect.stringMatching(/^timeframe: no exchange is known to offer candles of 7m; usual are 1m, 3m, 5m, /),
          'startupCandleCount is 5, but rsi on 7m candles has its first value after 50; set it to 50 or more',
          'column "enter_lnog" is no signal and has no effect; did you mean "enter_long"?',
        ],
        Hours: ['startupCandleCount is 15, but rsi on 1h candles has its first value after 60; set it to 60 or more'],
        Good: [],
      });
      for (const warning of warnings.Doubtful) {
        expect(out).toContain(`\nwarning: ${join(path, 'doubtful.ts')}: ${warning}\n`);
      }
    });

    it('keeps name, file and status in 80 columns', async () => {
      const path = temporary({
        'strategies/a-strategy-with-a-long-name.ts': minimal('AStrategyWithALongName').replace(
          `timeframe: '5m',`,
          `timeframe: '5m',\n  informative: { '1h': (candles) => candles, '4h': (candles) => candles },`,
        ),
        'strategies/bad.ts': 'export default 1;\n',
        'more/another.ts': minimal('Another'),
      });
      const size = { isTTY: true, columns: 80 };
      const table = ({ out }: { readonly out: string }) => stripVTControlCharacters(out).split('\n\n')[0];
      const one = table(await list(['--user-data-dir', path], size));
      expect(one).toMatch(/^name +file .*status\n/);
      expect(one).toMatch(/^AStrategyWithALongName +a-strategy-with-a-long-name\.ts .*ok$/m);
      const several = table(await list(['--user-data-dir', path, '--strategy-path', join(path, 'more')], size));
      expect(several).toMatch(/^name +file +status\n/);
      expect(several).toMatch(/^AStrategyWithALongName +….*a-long-name\.ts +ok$/m);
      expect(Math.max(...`${one}\n${several}`.split('\n').map(textWidth))).toBeLessThanOrEqual(80);
    });

    it('fits a terminal', async () => {
      const path = temporary({ 'a-strategy-with-a-long-name.ts': minimal('A'), 'bad.ts': 'export default 1;\n' });
      for (const columns of [40, 80]) {
        const { out } = await list(['--strategy-path', path], { isTTY: true, columns });
        const table = out.split('\n\n')[0];
        expect(table).toMatch(/ok/);
        expect(Math.max(...table.split('\n').map(textWidth))).toBeLessThanOrEqual(columns);
      }
    });

    it('has help with examples', async () => {
      const { code, out } = await list(['--help']);
      expect(code).toBe(0);
      expect(out).toContain('\nExamples:\n  candlecast list-strategies\n');
    });
  });
});
