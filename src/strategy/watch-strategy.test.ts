import { type ChildProcess, spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WatchArguments, Watched } from '../../tests/fixtures/strategies/watch-natively.ts';
import { defineStrategy } from './define-strategy.ts';
import { watchStrategy } from './watch-strategy.ts';

const program = fileURLToPath(new URL('../../tests/fixtures/strategies/watch-natively.ts', import.meta.url));
const PATIENCE_MS = 40_000;

/** A strategy's file whose name, in quotes or as code, is `name`. */
const strategyText = (name: string, before = '') => `import { defineStrategy } from 'candlecast';
${before}
export default defineStrategy({
  name: ${name},
  timeframe: '5m',
  populateIndicators: (candles) => candles,
  populateEntryTrend: (frame) => frame,
});
`;

/** Polls so seldom that only the system's own events can be what tells. */
const EVENTS_ONLY = { pollMs: 600_000 };

describe('watchStrategy', { timeout: 90_000 }, () => {
  let folder = '';
  const children: ChildProcess[] = [];
  const at = (name: string) => join(folder, name);
  const write = (name: string, text: string) => {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
  };

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'candlecast-watch-')));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts to watch; what happened stands in `seen`. */
  async function watching(options: WatchArguments = {}, file = 'mine.ts') {
    const flags = ['--no-warnings', program, at(file), JSON.stringify(options)];
    const env = { ...process.env, NODE_OPTIONS: '' };
    const child = spawn(process.execPath, flags, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    const seen: Watched[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => seen.push(JSON.parse(line)));
    const until = (count: number) =>
      vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(count), { timeout: PATIENCE_MS, interval: 10 });
    await until(1);
    return { seen, until, child };
  }

  it('loads a file that is written, or renamed over', async () => {
    write('mine.ts', strategyText(`'First'`));
    const { seen, until } = await watching(EVENTS_ONLY);
    write('mine.ts', strategyText(`'Second'`));
    await until(2);
    write('.mine.ts.new', strategyText(`'Third'`));
    renameSync(at('.mine.ts.new'), at('mine.ts'));
    await until(3);
    rmSync(at('mine.ts'));
    write('mine.ts', strategyText(`'Fourth'`));
    await until(4);
    expect(seen).toEqual([
      { status: 'watching', name: 'First' },
      { status: 'loaded', name: 'Second' },
      { status: 'loaded', name: 'Third' },
      { status: 'loaded', name: 'Fourth' },
    ]);
  });

  it('loads anew when an imported file changes, also one that a later version imports', async () => {
    write('parts/a.ts', `export const name = 'A';\n`);
    write('parts/b.ts', `export const name = 'B';\n`);
    write('mine.ts', strategyText('name', `import { name } from './parts/a.ts';`));
    const { seen, until } = await watching(EVENTS_ONLY);
    write('parts/a.ts', `export const name = 'A2';\n`);
    await until(2);
    write('mine.ts', strategyText('name', `import { name } from './parts/b.ts';`));
    await until(3);
    write('parts/b.ts', `export const name = 'B2';\n`);
    await until(4);
    expect(seen.slice(1)).toEqual(['A2', 'B', 'B2'].map((name) => ({ status: 'loaded', name })));
  });

  it('reports each version that fails once, and loads the one that mends it', async () => {
    write('mine.ts', strategyText(`'First'`));
    const { seen, until } = await watching(EVENTS_ONLY);
    write('mine.ts', `${strategyText(`'Second'`)}\nconst = 5;\n`);
    await until(2);
    expect(seen[1]).toMatchObject({ status: 'failed', code: 'STRATEGY_SYNTAX' });
    expect(seen[1]).toHaveProperty('message', expect.stringContaining(`${at('mine.ts')}:10:7: syntax error`));
    write('mine.ts', strategyText('part', `import { part } from './part.ts';`));
    await until(3);
    expect(seen[2]).toMatchObject({ status: 'failed', code: 'STRATEGY_BAD_IMPORT' });
    write('part.ts', `export const part: string = (;\n`);
    await until(4);
    expect(seen[3]).toMatchObject({ status: 'failed', code: 'STRATEGY_SYNTAX' });
    write('part.ts', `export const part: string = 'Mended';\n`);
    await until(5);
    expect(seen.slice(4)).toEqual([{ status: 'loaded', name: 'Mended' }]);
  });

  it('does not load a version that throws on made candles, where the one before does not', async () => {
    const throwing = (name: string, what: string) =>
      strategyText(`'${name}'`).replace('(candles) => candles', `() => { throw new Error('${what}'); }`);
    write('mine.ts', strategyText(`'First'`));
    const { seen, until } = await watching(EVENTS_ONLY);
    write('mine.ts', strategyText(`'Second'`));
    await until(2);
    write('mine.ts', throwing('Third', 'at once'));
    await until(3);
    expect(seen[2]).toMatchObject({ status: 'failed', code: 'STRATEGY_THREW' });
    expect(seen[2]).toHaveProperty(
      'message',
      expect.stringMatching(/mine\.ts:6:\d+: tried on made candles, .*populateIndicators threw Error: at once$/),
    );
    write('mine.ts', strategyText(`'Fourth'`).replace('(frame) => frame', '(frame) => frame.slice(1)'));
    await until(4);
    expect(seen.slice(3)).toEqual([{ status: 'loaded', name: 'Fourth' }]);
  });

  it('loads a version that throws on made candles as the one before does', async () => {
    const throwing = (name: string) =>
      strategyText(`'${name}'`).replace(
        '(candles) => candles',
        `(candles, { dp }) => {
    if (dp.getProducerPairs().length === 0) throw new Error('no producer');
    return candles;
  }`,
      );
    write('mine.ts', throwing('First'));
    const { seen, until } = await watching(EVENTS_ONLY);
    write('mine.ts', throwing('Second'));
    await until(2);
    write('mine.ts', throwing('Third'));
    await until(3);
    expect(seen.slice(1)).toEqual(['Second', 'Third'].map((name) => ({ status: 'loaded', name })));
  });

  it('reports what goes wrong in itself, and goes on', async () => {
    write('mine.ts', strategyText(`'First'`));
    const own = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
    write(
      'program.ts',
      `import { loadStrategy } from ${own('./load-strategy.ts')};
import { watchStrategy } from ${own('./watch-strategy.ts')};
let isFirst = true;
watchStrategy(await loadStrategy(${JSON.stringify(at('mine.ts'))}), (change) => {
  if (isFirst) {
    isFirst = false;
    throw new Error('out of order');
  }
  console.log(change.status === 'loaded' ? change.strategy.name : change.error.message);
});
console.log('watching');
`,
    );
    const child = spawn(process.execPath, ['--no-warnings', at('program.ts')], {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    const until = (count: number) =>
      vi.waitFor(() => expect(lines.length).toBeGreaterThanOrEqual(count), { timeout: PATIENCE_MS, interval: 10 });
    await until(1);
    write('mine.ts', strategyText(`'Second'`));
    await until(2);
    expect(lines[1]).toBe(`${at('mine.ts')}: a change of the strategy could not be taken up: out of order`);
    write('mine.ts', strategyText(`'Third'`));
    await until(3);
    expect(lines.slice(2)).toEqual(['Third']);
  });

  it('survives versions that end the process or never finish', async () => {
    write('mine.ts', strategyText(`'First'`));
    const { seen, until, child } = await watching({ ...EVENTS_ONLY, timeoutMs: 8000 });
    write('mine.ts', strategyText(`'Ends'`, 'process.exit(3);'));
    await until(2);
    write('mine.ts', strategyText(`'Loops'`, 'for (;;);'));
    await until(3);
    write('endless.ts', `await new Promise(() => {});\nexport const name = 'Waits';\n`);
    write('mine.ts', strategyText('name', `import { name } from './endless.ts';`));
    await until(4);
    // Nothing of that version ever ran here, and yet it is known what it is made of.
    write('endless.ts', `export const name = 'Last';\n`);
    await until(5);
    const codes = seen.slice(1, 4).map((change) => 'code' in change && change.code);
    expect(codes).toEqual(['STRATEGY_ENDS_PROCESS', 'STRATEGY_NEVER_LOADS', 'STRATEGY_NEVER_LOADS']);
    expect(seen.slice(4)).toEqual([{ status: 'loaded', name: 'Last' }]);
    expect(child.exitCode).toBeNull();
  });

  it('waits until a file is written to its end, and not for ever on one that is gone', async () => {
    write('mine.ts', strategyText(`'First'`));
    const { seen, child } = await watching({ isManual: true, settleMs: 100, missingMs: 1000, pollMs: 50 });
    let steps = 1;
    const move = async (ms: number) => {
      child.stdin?.write(`${ms}\n`);
      await vi.waitUntil(() => seen.filter(({ status }) => status === 'moved').length === steps, {
        timeout: PATIENCE_MS,
        interval: 10,
      });
      steps++;
    };
    const reports = () => seen.slice(1).filter(({ status }) => status !== 'moved');
    const text = strategyText(`'Second'`);
    for (const length of [0, 90, text.length]) {
      write('mine.ts', text.slice(0, length));
      // Whatever the system tells and when: after 50 ms it looks.
      await move(50);
      await move(99);
      expect(reports()).toEqual([]);
    }
    await move(1);
    expect(reports()).toEqual([{ status: 'loaded', name: 'Second' }]);

    rmSync(at('mine.ts'));
    await move(50);
    await move(999);
    expect(reports()).toHaveLength(1);
    await move(1);
    expect(reports()[1]).toMatchObject({ status: 'failed', code: 'STRATEGY_NOT_FOUND' });
    await move(5000);
    expect(reports()).toHaveLength(2);
  });

  it('tells that the file is gone, and loads it when it is back', async () => {
    write('mine.ts', strategyText(`'First'`));
    const { seen, until } = await watching({ ...EVENTS_ONLY, missingMs: 200 });
    rmSync(at('mine.ts'));
    await until(2);
    expect(seen[1]).toMatchObject({ status: 'failed', code: 'STRATEGY_NOT_FOUND' });
    write('mine.ts', strategyText(`'Back'`));
    await until(3);
    expect(seen.slice(2)).toEqual([{ status: 'loaded', name: 'Back' }]);
  });

  it('finds by looking what the system does not tell: a folder that another took the place of, a link', async () => {
    write('strategies/mine.ts', strategyText(`'First'`));
    symlinkSync(at('strategies'), at('current'));
    const { seen, until } = await watching({ pollMs: 100 }, 'current/mine.ts');
    write('next/mine.ts', strategyText(`'Second'`));
    renameSync(at('strategies'), at('old'));
    renameSync(at('next'), at('strategies'));
    await until(2);
    write('strategies/mine.ts', strategyText(`'Third'`));
    await until(3);
    write('elsewhere/mine.ts', strategyText(`'Fourth'`));
    rmSync(at('current'));
    symlinkSync(at('elsewhere'), at('current'));
    await until(4);
    expect(seen.slice(1)).toEqual(['Second', 'Third', 'Fourth'].map((name) => ({ status: 'loaded', name })));
  });

  it('loads nothing for a touch, or for another file of the folder', async () => {
    write('mine.ts', strategyText(`'First'`));
    const { seen, until } = await watching({ pollMs: 50 });
    utimesSync(at('mine.ts'), new Date(), new Date());
    write('other.ts', 'this is none of its business');
    write('mine.ts', strategyText(`'First'`));
    write('mine.ts', strategyText(`'Second'`));
    await until(2);
    expect(seen.slice(1)).toEqual([{ status: 'loaded', name: 'Second' }]);
  });

  it('lets the process end once it is closed', async () => {
    write('mine.ts', strategyText(`'First'`));
    const { seen, until, child } = await watching();
    const ended = new Promise((resolve) => child.on('exit', resolve));
    // A trial is under way when it is closed.
    write('mine.ts', strategyText(`'Loops'`, 'for (;;);'));
    child.stdin?.end();
    await until(2);
    expect(await ended).toBe(0);
    expect(seen.slice(1)).toEqual([{ status: 'closed' }]);
  });

  it('refuses a strategy that no file was loaded for', () => {
    const strategy = defineStrategy({
      name: 'Inline',
      timeframe: '5m',
      populateIndicators: (candles) => candles,
      populateEntryTrend: (frame) => frame,
    });
    expect(() => watchStrategy(strategy, () => {})).toThrow('Inline comes from loadStrategy');
  });
});
