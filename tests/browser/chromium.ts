import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { describe } from 'vitest';
import { guardGroup } from '../e2e/guard.ts';
import { DevTools, type PageSession } from './dev-tools.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Chromium without a window, that asks nothing of anyone but the pages it is sent to. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-extensions',
  '--window-size=1000,700',
  '--remote-debugging-pipe',
];

/** A browser of the test's own, with a profile that goes with it. */
export interface Chromium extends AsyncDisposable {
  /** Opens a page, and resolves when it has loaded. */
  open(url: string): Promise<PageSession>;
}

/** Like `describe`, for what runs in Chromium: skipped where there is none, but on CI, where that is a failure. */
export function describeInChromium(what: string, tests: (launch: () => Promise<Chromium>) => void): void {
  const path = findChromium();
  if (path !== undefined) describe(what, () => tests(() => launchChromium(path)));
  else if (process.env['CI'] === undefined)
    describe.skip(`${what} (needs ${NAMES[0]} on the PATH)`, () => tests(missing));
  else describe(what, () => tests(missing));
}

function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(canRun);
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function missing(): Promise<Chromium> {
  return Promise.reject(new Error(`none of ${NAMES.join(', ')} is on the PATH; Debian's package is chromium`));
}

async function launchChromium(path: string): Promise<Chromium> {
  const profile = mkdtempSync(join(tmpdir(), 'candlecast-chromium-'));
  const child = spawn(path, [...FLAGS, `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  guardGroup(child);
  const ended = endOf(child);
  const [writing, reading] = pipesOf(child);
  const devTools = new DevTools(writing, reading, ended);
  return {
    open: (url) => devTools.open(url),
    async [Symbol.asyncDispose]() {
      await devTools.close();
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** Resolves with how it ended and what it said last. */
function endOf(child: ChildProcess): Promise<string> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString('utf8')}`.slice(-2000);
  });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`Chromium ended with ${code ?? signal}: ${said}`));
  });
}

/** What `--remote-debugging-pipe` reads from and writes to: file descriptors 3 and 4. */
function pipesOf(child: ChildProcess): readonly [Writable, Readable] {
  const [, , , writing, reading] = child.stdio;
  if (writing instanceof Writable && reading instanceof Readable) return [writing, reading];
  throw new Error('Chromium was started without its pipes');
}
