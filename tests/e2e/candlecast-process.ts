import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, vi } from 'vitest';
import { assert } from '../../src/util/assert.ts';
import { childEnvironment } from './child-environment.ts';
import { guardGroup, killGroup } from './guard.ts';

/** Stands in configs and on command lines, and must stand in no output. */
export const TOKEN = 'e2e-token-that-nobody-may-see-0123456789';

const PROGRAM = fileURLToPath(new URL('../../bin/candlecast.js', import.meta.url));

/** Nothing waits longer. */
const PATIENCE_MS = 30_000;

export const exampleFile = (name: string) => fileURLToPath(new URL(`../../examples/${name}.ts`, import.meta.url));

/** A line that `--json` printed. */
export type JsonLine = Readonly<Record<string, unknown>> & { readonly type: string };

/** `candlecast` in a process group of its own. */
export interface CandlecastProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly out: string;
  readonly err: string;
  /** What `--json` has printed so far; every whole line must be JSON. */
  readonly lines: readonly JsonLine[];
  of(type: string): readonly JsonLine[];
  /** Waits until a condition holds; fails with the outputs where the process ends before, unless it may. */
  until(condition: () => boolean, what: string): Promise<void>;
  /** Waits for the end. */
  ended(): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
  /** To every process of the group, as a terminal's Ctrl-C. */
  killGroup(signal: NodeJS.Signals): void;
}

const started: CandlecastProcess[] = [];
const folders: string[] = [];

afterEach(() => {
  const outputs = started.map(({ out, err }) => out + err).join('\n');
  for (const { child, pid } of started.splice(0)) {
    if (groupSize(pid) > 0) killGroup(child);
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  expect(outputs).not.toContain(TOKEN);
});

/** Starts `candlecast` with these arguments in a folder, without the caller's own settings. It ends with this process. */
export function candlecast(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): CandlecastProcess {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: options.cwd ?? tmpdir(),
    env: childEnvironment(options.env),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  guardGroup(child);
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.out += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.err += chunk));
  let end: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | undefined;
  child.on('close', (code, signal) => (end = { code, signal }));
  const pid = child.pid ?? 0;
  const parsed: { lines: JsonLine[]; upTo: number } = { lines: [], upTo: 0 };
  const running: CandlecastProcess = {
    child,
    pid,
    get out() {
      return text.out;
    },
    get err() {
      return text.err;
    },
    get lines() {
      const whole = text.out.lastIndexOf('\n') + 1;
      for (const line of text.out.slice(parsed.upTo, whole).split('\n')) {
        if (line !== '') parsed.lines.push(jsonLine(line));
      }
      parsed.upTo = whole;
      return parsed.lines;
    },
    of: (type) => running.lines.filter((line) => line.type === type),
    async until(condition, what) {
      await waitFor(
        () => condition() || end !== undefined,
        () => `${what}\n${tail(text)}`,
      );
      if (!condition()) throw new Error(`it ended (${JSON.stringify(end)}) before ${what}\n${tail(text)}`);
    },
    async ended() {
      await waitFor(
        () => end !== undefined,
        () => `its end\n${tail(text)}`,
      );
      return end ?? { code: null, signal: null };
    },
    kill: (signal) => void child.kill(signal),
    killGroup: (signal) => void process.kill(-pid, signal),
  };
  started.push(running);
  return running;
}

function jsonLine(line: string): JsonLine {
  const value: unknown = JSON.parse(line);
  assert(isRecord(value) && typeof value.type === 'string', `a line is an object with a type: ${line}`);
  return { ...value, type: value.type };
}

/** Whether a value of a line is an object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Runs to the end. */
export async function runToEnd(...given: Parameters<typeof candlecast>) {
  const running = candlecast(...given);
  const { code, signal } = await running.ended();
  return { code, signal, out: running.out, err: running.err, lines: () => running.lines, pid: running.pid };
}

export async function waitFor(condition: () => boolean, what: () => string): Promise<void> {
  try {
    await vi.waitUntil(condition, { timeout: PATIENCE_MS, interval: 10 });
  } catch (error) {
    throw new Error(`waited in vain for ${what()}`, { cause: error });
  }
}

function tail({ out, err }: { readonly out: string; readonly err: string }): string {
  return `…${out.slice(-1500)}\n…${err.slice(-1500)}`;
}

/** How many processes of a group still run; those that only wait for their parent to notice do not. */
export function groupSize(group: number): number {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pgid=,stat='], { encoding: 'utf8' });
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return rows.filter(([pgid, state]) => Number(pgid) === group && !state.startsWith('Z')).length;
}

/** A folder with these files, gone after the test. What is no text becomes JSON. */
export function folderWith(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'candlecast-e2e-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
  return folder;
}

/** A market that is the same in every run and every process of it: 300 times as fast as the wall, with entries from the start. */
export function simulatedMarket(pairs: readonly string[] | number, speed = 300): object {
  const simulated = { speed, anchor_ms: Date.UTC(2026, 0, 15, 6, 45), anchor_wall_ms: Date.now() };
  return typeof pairs === 'number'
    ? { name: 'simulated', simulated: { ...simulated, pairs } }
    : { name: 'simulated', pair_whitelist: pairs, simulated };
}

export const apiServer = (port = 0) => ({
  enabled: true,
  listen_ip_address: '127.0.0.1',
  listen_port: port,
  ws_token: TOKEN,
});

export const producersAt = (port: number, wsToken = TOKEN) => ({
  enabled: true,
  producers: [{ name: 'default', host: '127.0.0.1', port, ws_token: wsToken }],
  sleep_time: 1,
});

/** The port on which a bot that was started with `--json` listens. */
export async function portOf(bot: CandlecastProcess): Promise<number> {
  await bot.until(() => bot.of('started').length > 0, 'it has started');
  return Number(bot.of('listening')[0]?.port);
}
