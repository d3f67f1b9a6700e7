import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A Python with certain packages, made on this machine. */
export interface PythonEnvironment {
  /** The interpreter's file. */
  readonly python: string;
  readonly folder: string;
}

/** What this machine lacks for these tests, and what to do about it. */
class MissingPython extends Error {}

const LEAST_VERSION = [3, 11] as const;
/** Outside the checkout, so that neither another checkout nor `npm ci` costs the time of making them anew. */
const CACHE =
  process.env.CANDLECAST_INTEROP_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'candlecast-interop');
/** A maker that has not finished by then is dead. */
const STALE_LOCK_MS = 20 * 60_000;

/** Whether what is missing means to skip tests, not to fail. */
const isOptional = /^(1|true|yes)$/i.test(process.env.CANDLECAST_INTEROP_OPTIONAL ?? '');

/**
 * The environment of a folder of tests, or undefined where it cannot be made and that is allowed: the reason is printed then.
 *
 * @throws MissingPython where there is no Python, no venv, or no package index, and that is not allowed.
 */
export async function pythonEnvironment(folder: string): Promise<PythonEnvironment | undefined> {
  try {
    return await findOrMake(folder);
  } catch (error) {
    if (!isOptional || !(error instanceof MissingPython)) throw error;
    process.stderr.write(`skipped, which was allowed: ${error.message}\n`);
    return undefined;
  }
}

/**
 * The environment with the packages of `<folder>/requirements.txt`: kept between runs, and made anew when the list or the Python is
 * another. Several processes may ask at once; one makes it.
 */
async function findOrMake(folder: string): Promise<PythonEnvironment> {
  const requirements = fileURLToPath(new URL(`${folder}/requirements.txt`, import.meta.url));
  const { command, version } = await findPython();
  const hash = createHash('sha256')
    .update(await readFile(requirements))
    .update(version)
    .digest('hex')
    .slice(0, 12);
  const target = join(CACHE, `${folder}-${hash}`);
  const environment = {
    python: join(target, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'])),
    folder: target,
  };
  const done = join(target, 'complete');
  await mkdir(CACHE, { recursive: true });
  const release = await lock(`${target}.lock`);
  try {
    if (existsSync(done)) return environment;
    await rm(target, { recursive: true, force: true });
    await makeEnvironment(command, target, environment.python);
    await install(environment.python, requirements);
    await writeFile(done, version);
    return environment;
  } finally {
    await release();
  }
}

async function findPython(): Promise<{ readonly command: string; readonly version: string }> {
  const candidates =
    process.env.CANDLECAST_PYTHON === undefined ? ['python3', 'python'] : [process.env.CANDLECAST_PYTHON];
  const found: string[] = [];
  for (const command of candidates) {
    const { status, output } = await run(command, ['-c', 'import sys; print(sys.version.split()[0], sys.executable)']);
    if (status !== 0) continue;
    const [version, path] = output.trim().split(' ');
    const [major, minor] = version.split('.').map(Number);
    if (major === LEAST_VERSION[0] && minor >= LEAST_VERSION[1])
      return { command: path, version: `${version} ${path}` };
    found.push(`${command} is ${version}`);
  }
  const there = found.length === 0 ? `there is none by the name of ${candidates.join(' or ')}` : found.join(', ');
  throw new MissingPython(
    `Python ${LEAST_VERSION.join('.')} or later is needed; ${there}. Install it (Debian, Ubuntu: apt-get install python3 python3-venv), or name one in CANDLECAST_PYTHON`,
  );
}

async function makeEnvironment(command: string, target: string, python: string): Promise<void> {
  const { status, output } = await run(command, ['-m', 'venv', target]);
  if (status === 0 && existsSync(python)) return;
  throw new MissingPython(
    `${command} has no working venv: install it (Debian, Ubuntu: apt-get install python3-venv).\n${output.trim()}`,
  );
}

async function install(python: string, requirements: string): Promise<void> {
  const { status, output } = await run(python, [
    '-m',
    'pip',
    'install',
    '--disable-pip-version-check',
    '--no-input',
    '--quiet',
    '-r',
    requirements,
  ]);
  if (status === 0) return;
  throw new MissingPython(
    `pip could not install ${requirements}: is a package index within reach?\n${output.trim().slice(-2000)}`,
  );
}

async function run(
  command: string,
  args: readonly string[],
): Promise<{ readonly status: number; readonly output: string }> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ status: -1, output: String(error) }));
    child.on('close', (status) => resolve({ status: status ?? -1, output }));
  });
}

/** Waits until nobody else holds a lock file, and holds it; resolves with what lets go of it. */
async function lock(file: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      const handle = await open(file, 'wx');
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const age = Date.now() - ((await stat(file).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age > STALE_LOCK_MS) await rm(file, { force: true });
    await setTimeout(200);
  }
}
