import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockFile } from './lock-file.ts';

/** A Python with certain packages, made on this machine. */
export interface PythonEnvironment {
  /** The interpreter's file. */
  readonly python: string;
  readonly folder: string;
}

/** What this machine lacks for these tests, and what to do about it. */
class MissingPython extends Error {}

type Version = readonly [major: number, minor: number];

/** What a list of packages asks for besides. */
interface PythonNeeds {
  /** The first Python that its packages are not for. */
  readonly before?: Version;
}

const LEAST_VERSION: Version = [3, 11];
/** The system's own first, then those that may stand beside one that is too new or too old. */
const COMMANDS = ['python3', 'python', 'python3.12', 'python3.11'];
/** For a hook that asks for environments: the first run makes them. */
export const ENVIRONMENT_PATIENCE_MS = 900_000;
/** Outside the checkout, so that neither another checkout nor `npm ci` costs the time of making them anew. */
const CACHE =
  process.env.CANDLECAST_INTEROP_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'candlecast-interop');

/** Whether what is missing means to skip tests, not to fail. */
const isOptional = /^(1|true|yes)$/i.test(process.env.CANDLECAST_INTEROP_OPTIONAL ?? '');

/**
 * The environment with the packages of a list, such as `ccxt/requirements.txt`, or undefined where it cannot be made and that is
 * allowed: the reason is printed then. It may take as long as `ENVIRONMENT_PATIENCE_MS`.
 *
 * @throws MissingPython where there is no Python that is right for it, no venv, or no package index, and that is not allowed.
 */
export async function pythonEnvironment(
  requirements: string,
  needs: PythonNeeds = {},
): Promise<PythonEnvironment | undefined> {
  try {
    return await findOrMake(requirements, needs);
  } catch (error) {
    if (!isOptional || !(error instanceof MissingPython)) throw error;
    process.stderr.write(`skipped, which was allowed: ${error.message}\n`);
    return undefined;
  }
}

/** Kept between runs, and made anew when the list or the Python is another. Several processes may ask at once; one makes it. */
async function findOrMake(list: string, needs: PythonNeeds): Promise<PythonEnvironment> {
  const requirements = fileURLToPath(new URL(list, import.meta.url));
  const { command, version } = await findPython(list, needs);
  const hash = createHash('sha256')
    .update(await readFile(requirements))
    .update(version)
    .digest('hex')
    .slice(0, 12);
  const target = join(CACHE, `${nameOf(list)}-${hash}`);
  const environment = {
    python: join(target, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'])),
    folder: target,
  };
  const done = join(target, 'complete');
  if (existsSync(done)) return environment;
  await mkdir(CACHE, { recursive: true });
  const release = await lockFile(`${target}.lock`);
  try {
    if (existsSync(done)) return environment;
    await rm(target, { recursive: true, force: true });
    await makeEnvironment(command, target, environment.python);
    await install(environment.python, requirements, version);
    await writeFile(done, version);
    return environment;
  } finally {
    await release();
  }
}

/** `ccxt/requirements.txt` is `ccxt`, `freqtrade/requirements-2026.9.txt` is `freqtrade-2026.9`. */
function nameOf(list: string): string {
  return list.replace(/\/requirements/, '').replace(/\.txt$/, '');
}

async function findPython(
  list: string,
  { before }: PythonNeeds,
): Promise<{ readonly command: string; readonly version: string }> {
  const commands = process.env.CANDLECAST_PYTHON === undefined ? COMMANDS : [process.env.CANDLECAST_PYTHON];
  const found: string[] = [];
  for (const command of commands) {
    const { status, output } = await run(command, ['-c', 'import sys; print(sys.version.split()[0], sys.executable)']);
    if (status !== 0) continue;
    const [version, path] = output.trim().split(' ');
    if (isWithin(version, before)) return { command: path, version: `${version} ${path}` };
    found.push(`${command} is ${version}`);
  }
  const right = `Python ${LEAST_VERSION.join('.')} or later${before === undefined ? '' : `, but before ${before.join('.')},`}`;
  const there = found.length === 0 ? `there is none by the name of ${commands.join(', ')}` : found.join(', ');
  throw new MissingPython(
    `${right} is needed for ${nameOf(list)}; ${there}. Install one (Debian, Ubuntu: apt-get install python3 python3-venv), or name one in CANDLECAST_PYTHON`,
  );
}

function isWithin(version: string, before: Version | undefined): boolean {
  const [major, minor] = version.split('.').map(Number);
  const isBelow = (bound: Version) => major < bound[0] || (major === bound[0] && minor < bound[1]);
  return major === LEAST_VERSION[0] && !isBelow(LEAST_VERSION) && (before === undefined || isBelow(before));
}

async function makeEnvironment(command: string, target: string, python: string): Promise<void> {
  const { status, output } = await run(command, ['-m', 'venv', target]);
  if (status === 0 && existsSync(python)) return;
  throw new MissingPython(
    `${command} has no working venv: install it (Debian, Ubuntu: apt-get install python3-venv).\n${output.trim()}`,
  );
}

async function install(python: string, requirements: string, version: string): Promise<void> {
  const { status, output } = await run(python, [
    '-m',
    'pip',
    'install',
    '--disable-pip-version-check',
    '--no-input',
    '--quiet',
    // Each list is whole.
    '--no-deps',
    '-r',
    requirements,
  ]);
  if (status === 0) return;
  throw new MissingPython(
    `pip could not install ${requirements} into Python ${version}: ${reasonOf(output)}\n${output.trim().slice(-2000)}`,
  );
}

/** What pip's output comes to. Without an index it ends in a missing distribution too, after some attempts. */
function reasonOf(output: string): string {
  if (/Retrying \(|ConnectionError|timed out/.test(output)) return 'is a package index within reach?';
  if (output.includes('No matching distribution')) return 'the package index has no such package for this Python';
  return 'its own words:';
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
