import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Loaded, Step } from '../../tests/fixtures/strategies/load-natively.ts';

const loader = fileURLToPath(new URL('../../tests/fixtures/strategies/load-natively.ts', import.meta.url));

const body = `timeframe: '5m',
  populateIndicators: (candles) => candles.with({ rsi: rsi(candles.columns.close, 2) }),
  populateEntryTrend: (frame) => frame.with({ enter_long: frame.flag((i) => frame.columns.rsi[i] > 30) }),
`;
const imports = `import { defineStrategy } from 'candlecast';
import { rsi } from 'candlecast/indicators';
`;
const good = `${imports}export default defineStrategy({ ${body} });\n`;

/** Files by name; what each is for stands in the test of that name. */
const files: Readonly<Record<string, string>> = {
  'good.ts': good,
  'plain.js': good,
  'module.mjs': good,
  'typed.mts': `${imports}const period: number = 3;\nexport default defineStrategy({ startupCandleCount: period, ${body} });\n`,
  'my-rsi-strategy.ts': good,
  'named.ts': `${imports}export default defineStrategy({ name: 'Other', ${body} });\n`,
  'with-helper.ts': `import strategy from './helper/strategy.ts';\nexport default strategy;\n`,
  'helper/strategy.ts': good,
  'same-classes.ts': `import { Frame, defineStrategy } from 'candlecast';
import { Frame as Same } from 'candlecast/frame';
if (Frame !== Same) throw new Error('two classes');
export default defineStrategy({
  timeframe: '5m',
  populateIndicators(candles) {
    if (!(candles instanceof Frame)) throw new Error('another class');
    return candles;
  },
  populateEntryTrend: (frame) => frame,
});
`,
  'syntax.ts': `${imports}export default defineStrategy({\n  timeframe: ,\n});\n`,
  'syntax.js': `${imports}export default defineStrategy({\n  timeframe: ,\n});\n`,
  'declared-twice.ts': `const a: number = 1;\nconst b = 2;\n  const a = b;\nexport default a;\n`,
  'in-helper.ts': `import { value } from './broken-helper.ts';\nexport default value;\n`,
  'broken-helper.ts': `\nexport const value = (;\n`,
  'types.js': `${imports}const period: number = 3;\nexport default period;\n`,
  'enum.ts': `${imports}\nenum Side { Long }\nexport default Side;\n`,
  'missing-file.ts': `import { x } from './nowhere.ts';\nexport default x;\n`,
  'no-extension.ts': `${imports}import strategy from './good';\nexport default strategy;\n`,
  'missing-package.ts': `import { x } from 'no-such-package-at-all';\nexport default x;\n`,
  'missing-name.ts': `import {\n  defineStrategy,\n  definestrategy,\n} from 'candlecast';\nexport default defineStrategy;\n`,
  'missing-part.ts': `import { rsi } from 'candlecast/indicator';\nexport default rsi;\n`,
  'throws.ts': `${imports}const table: Record<string, number[]> = {};\nfunction read() {\n  return table.none.length;\n}\nexport default read();\n`,
  'throws-text.ts': `throw 'no reason';\n`,
  'no-default.ts': `${imports}export const strategy = defineStrategy({ ${body} });\n`,
  'nothing.ts': `export {};\n`,
  'plain-object.ts': `${imports}export default { ${body} };\n`,
  'a-class.ts': `export default class Mine {}\n`,
  'bad-definition.ts': `${imports}\nexport default defineStrategy({ ${body.replace("'5m'", "'5min'")} stoploss: 0.1 });\n`,
  'throws-later.ts': `${imports}export default defineStrategy({
  timeframe: '5m',
  populateIndicators(candles: { columns: Record<string, Float64Array> }) {
    return candles.columns.rsy.length;
  },
  populateEntryTrend: (frame) => frame,
});
`,
  'python_one.py': 'class PythonOne(IStrategy):\n    pass\n',
};

describe('loadStrategy', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'candlecast-strategies-')));
  const at = (name: string) => join(folder, name);
  const outcomes = new Map<string, Loaded>();
  const reloads: Loaded[] = [];

  beforeAll(async () => {
    mkdirSync(at('helper'));
    for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text);
    const searchPaths = [at('no-folder'), folder];
    const names = ['good', 'MyRSIStrategy', 'MyRsiStrategi', 'PythonOne', 'python-one', 'good.ts'];
    const loads = [
      ...Object.keys(files).map((name) => ({ key: name, step: { load: at(name) } })),
      ...names.map((name) => ({ key: `name ${name}`, step: { load: name, searchPaths } })),
      { key: 'path without extension', step: { load: at('good') } },
      { key: 'wrong path', step: { load: at('goode.ts') } },
      { key: 'folder', step: { load: at('helper') } },
      { key: 'no search paths', step: { load: 'good' } },
    ];
    for (const [i, outcome] of (await run(loads.map(({ step }) => step))).entries())
      outcomes.set(loads[i].key, outcome);
    reloads.push(...(await run(reloadSteps(at))));
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true }));

  const loaded = (key: string) => {
    const outcome = outcomes.get(key);
    if (outcome === undefined || 'code' in outcome) throw new Error(`${key}: ${JSON.stringify(outcome)}`);
    return outcome;
  };
  const failed = (key: string) => {
    const outcome = outcomes.get(key);
    if (outcome === undefined || !('code' in outcome)) throw new Error(`${key}: ${JSON.stringify(outcome)}`);
    return outcome;
  };

  it('loads TypeScript and JavaScript from a folder without packages, named after the file', () => {
    for (const [file, name] of [
      ['good.ts', 'good'],
      ['plain.js', 'plain'],
      ['module.mjs', 'module'],
      ['typed.mts', 'typed'],
    ]) {
      const analysis = 'date open high low close volume rsi enter_long';
      expect(loaded(file)).toEqual({ name, file: at(file), analysis });
    }
    expect(loaded('named.ts').name).toBe('Other');
  });

  it('gives a strategy the classes of the running copy', () => {
    expect(loaded('same-classes.ts').analysis).toBe('date open high low close volume');
  });

  it('finds a name in the search paths, also in kebab-case', () => {
    expect(loaded('name good').file).toBe(at('good.ts'));
    expect(loaded('name good.ts').file).toBe(at('good.ts'));
    expect(loaded('name MyRSIStrategy').file).toBe(at('my-rsi-strategy.ts'));
    expect(loaded('path without extension').file).toBe(at('good.ts'));
  });

  it('takes a strategy that another file defines', () => {
    expect(loaded('with-helper.ts').file).toBe(at('helper/strategy.ts'));
  });

  it('reads changed files anew, imported ones too', () => {
    expect(reloads.map((outcome) => 'name' in outcome && outcome.name)).toEqual(['First', 'Second', 'Third']);
  });

  it('lists what there is when a name is not found', () => {
    const { code, message } = failed('name MyRsiStrategi');
    expect(code).toBe('STRATEGY_NOT_FOUND');
    expect(message).toContain(`there is no strategy "MyRsiStrategi": there is no folder ${at('no-folder')}`);
    expect(message).toContain(`${folder} has a-class.ts, bad-definition.ts`);
    expect(message).toMatch(/did you mean "MyRsiStrategy"\?$/);
    expect(failed('no search paths').message).toBe('there is no strategy "good": no folder was given to look in');
  });

  it('says of a path that it does not exist, or is a folder', () => {
    expect(failed('wrong path').message).toContain(`there is no strategy file ${at('goode.ts')}; ${folder} has `);
    expect(failed('wrong path').message).toMatch(/did you mean "good.ts"\?$/);
    const message = `${at('helper')} is a folder, not a strategy file; ${at('helper')} has strategy.ts`;
    expect(failed('folder')).toMatchObject({ code: 'STRATEGY_NOT_FOUND', message });
  });

  it('says of a Python file what is needed instead', () => {
    for (const key of ['python_one.py', 'name python-one']) {
      expect(failed(key)).toMatchObject({ code: 'STRATEGY_PYTHON' });
      expect(failed(key).message).toContain('is a Python strategy; here strategies are TypeScript');
    }
  });

  it.each(['syntax.ts', 'syntax.js'])('points at a syntax error in %s', (name) => {
    const { code, message, location } = failed(name);
    expect(code).toBe('STRATEGY_SYNTAX');
    expect(location).toEqual({ file: at(name), line: 4, column: 14 });
    expect(message).toMatch(/^.*:4:14: syntax error: .*\n {4}timeframe: ,$/);
  });

  it('points at what only the engine finds, after types are gone', () => {
    const { code, message, location } = failed('declared-twice.ts');
    expect(code).toBe('STRATEGY_SYNTAX');
    expect(location).toEqual({ file: at('declared-twice.ts'), line: 3, column: 9 });
    expect(message).toContain("Identifier 'a' has already been declared\n    const a = b;");
  });

  it('points into an imported file', () => {
    expect(failed('in-helper.ts')).toMatchObject({
      code: 'STRATEGY_SYNTAX',
      location: { file: at('broken-helper.ts'), line: 2 },
    });
  });

  it('tells types in a .js file from other errors', () => {
    expect(failed('types.js')).toMatchObject({ code: 'STRATEGY_SYNTAX', location: { file: at('types.js'), line: 3 } });
    expect(failed('types.js').message).toContain('the file holds TypeScript, so its name must end in .ts');
  });

  it('names TypeScript that is more than types', () => {
    const { code, message, location } = failed('enum.ts');
    expect({ code, location }).toEqual({
      code: 'STRATEGY_UNSUPPORTED_TYPESCRIPT',
      location: { file: at('enum.ts'), line: 4, column: 1 },
    });
    expect(message).toContain('TypeScript enum is more than a type');
  });

  it('points at imports of what does not exist', () => {
    const cases = [
      ['missing-file.ts', 1, `can't import "./nowhere.ts": there is no such file`],
      ['no-extension.ts', 3, `can't import "./good": there is no such file; did you mean "./good.ts"?`],
      ['missing-package.ts', 1, 'that package is not installed where the file is'],
      [
        'missing-name.ts',
        3,
        `export named 'definestrategy'; if "definestrategy" is a type, import it with import type`,
      ],
      ['missing-part.ts', 1, 'did you mean "candlecast/indicators"?'],
    ] as const;
    for (const [name, line, text] of cases) {
      expect(failed(name)).toMatchObject({ code: 'STRATEGY_BAD_IMPORT', location: { file: at(name), line } });
      expect(failed(name).message).toContain(text);
    }
  });

  it('points at the line that threw', () => {
    const { code, message, location } = failed('throws.ts');
    expect({ code, location }).toMatchObject({
      code: 'STRATEGY_LOAD_THREW',
      location: { file: at('throws.ts'), line: 5 },
    });
    expect(message).toContain('threw while it was loaded: TypeError: Cannot read properties of undefined');
    const text = `${at('throws-text.ts')}: threw while it was loaded: no reason (string, not an Error)`;
    expect(failed('throws-text.ts').message).toBe(text);
  });

  it('says what is exported where the strategy should be', () => {
    const wanted = 'export default defineStrategy({ … })';
    const cases = [
      ['no-default.ts', 'STRATEGY_NO_DEFAULT_EXPORT', 'no default export, but a strategy is exported as "strategy"'],
      ['nothing.ts', 'STRATEGY_NO_DEFAULT_EXPORT', 'no default export and no other'],
      ['plain-object.ts', 'STRATEGY_NOT_DEFINED', 'is an object that defineStrategy did not make'],
      ['a-class.ts', 'STRATEGY_NOT_DEFINED', 'is a class that defineStrategy did not make'],
    ] as const;
    for (const [name, code, text] of cases) {
      expect(failed(name)).toMatchObject({ code, location: { file: at(name) } });
      expect(failed(name).message).toContain(text);
      expect(failed(name).message).toContain(wanted);
    }
  });

  it('names all settings that are wrong, and the line of the call', () => {
    const { code, message, location } = failed('bad-definition.ts');
    expect({ code, location }).toMatchObject({ code: 'STRATEGY_BAD_DEFINITION', location: { line: 4 } });
    expect(message).toContain('timeframe: "5min" is not a timeframe');
    expect(message).toContain(
      'stoploss: expected a loss as a negative share, from -1 up to, not including, 0, found 0.1',
    );
  });

  it('keeps line numbers for what throws in an analysis', () => {
    const { analysis } = loaded('throws-later.ts');
    expect(analysis).toContain(
      `${at('throws-later.ts')}:6:32: throws-later, BTC/USDT: populateIndicators threw TypeError`,
    );
  });
});

async function run(steps: readonly Step[]): Promise<readonly Loaded[]> {
  const flags = ['--no-warnings', loader, JSON.stringify(steps)];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { env: { ...process.env, NODE_OPTIONS: '' } });
  return JSON.parse(stdout);
}

/** A file with a name, then with another, then one whose name comes from a changed helper. */
function reloadSteps(at: (name: string) => string): Step[] {
  const named = (name: string) => `${imports}export default defineStrategy({ name: ${name}, ${body} });\n`;
  const load = { load: at('reloaded.ts') };
  const helper = (name: string) => ({ write: at('reload-helper.ts'), text: `export const name = '${name}';\n` });
  const fromHelper = { write: at('reloaded.ts'), text: `import { name } from './reload-helper.ts';\n${named('name')}` };
  const first = { write: at('reloaded.ts'), text: named(`'First'`) };
  return [first, load, fromHelper, helper('Second'), load, helper('Third'), load];
}
