import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { repositoryRoot } from '../../scripts/lib/repository.ts';
import { temporaryTree } from './temporary-tree.ts';

const manifest = JSON.stringify({
  name: 'candlecast',
  type: 'module',
  engines: { node: '>=22.18' },
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './frame': { types: './dist/frame/index.d.ts', default: './dist/frame/index.js' },
  },
});

const echoMain = `export async function main(argv) { console.log(JSON.stringify(argv)); return argv.length; }`;

/** The bin folder in a tree of its own, with what `files` adds. */
function treeWith(files: Readonly<Record<string, string>>): string {
  const root = temporaryTree({ 'package.json': manifest, ...files });
  cpSync(join(repositoryRoot, 'bin'), join(root, 'bin'), { recursive: true });
  return root;
}

/** Makes Node show another version while the environment has PRETEND_NODE. */
const pretend = `
if (process.env.PRETEND_NODE) {
  const versions = { ...process.versions, node: process.env.PRETEND_NODE };
  Object.defineProperty(process, 'versions', { value: versions });
}`;

function commandLine(root: string, args: readonly string[]): readonly string[] {
  writeFileSync(join(root, 'pretend.cjs'), pretend);
  return ['--require', join(root, 'pretend.cjs'), join(root, 'bin', 'candlecast.js'), ...args];
}

function run(root: string, args: readonly string[], version = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, commandLine(root, args), {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PRETEND_NODE: version },
  });
  return { status, stdout, stderr };
}

/** What stands at node_modules/node/bin/node: a Node that is what it says. */
function bringNode(root: string, script: string): void {
  writeFileSync(join(root, 'node_modules', 'node', 'bin', 'node'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(root, 'node_modules', 'node', 'bin', 'node'), 0o755);
}

const ownNode = `unset PRETEND_NODE\nexec "${process.execPath}" "$@"`;

describe('bin/candlecast.js', () => {
  it('runs the sources of a checkout, and hands on arguments and exit code', () => {
    const root = treeWith({ 'src/cli/main.ts': `const typed: number = 0;\n${echoMain}`, 'dist/cli/main.js': '' });
    expect(run(root, ['demo', '--fast'])).toMatchObject({ status: 2, stdout: '["demo","--fast"]\n' });
    expect(run(root, [])).toMatchObject({ status: 0, stdout: '[]\n' });
  });

  it('runs the compiled files of an installed package', () => {
    const root = treeWith({ 'dist/cli/main.js': echoMain });
    expect(run(root, ['--version'])).toMatchObject({ status: 1, stdout: '["--version"]\n', stderr: '' });
  });

  it.each(['22.18.0', '22.19.1', '24.0.0', '100.0.0'])('starts on Node %s', (version) => {
    expect(run(treeWith({ 'dist/cli/main.js': echoMain }), [], version).status).toBe(0);
  });

  it.each(['22.17.1', '20.20.2', '14.21.3'])('says on Node %s what is needed', (version) => {
    const result = run(treeWith({ 'dist/cli/main.js': echoMain }), [], version);
    expect(result).toMatchObject({ status: 1, stdout: '' });
    expect(result.stderr).toContain(`candlecast needs Node >=22.18, and this is Node ${version}.`);
    expect(result.stderr).toContain('Install a newer one');
  });

  it('names npm ci in a checkout without its own Node, or with one that does not run', () => {
    const root = treeWith({ 'src/cli/main.ts': echoMain, 'node_modules/node/package.json': '{}' });
    expect(run(root, [], '20.20.2').stderr).toContain('run `npm ci` in it once');
    cpSync(join(root, 'bin'), join(root, 'node_modules', 'node', 'bin'), { recursive: true });
    bringNode(root, 'exit 3');
    expect(run(root, [], '20.20.2')).toMatchObject({ status: 1, stdout: '' });
    bringNode(root, 'echo v20.1.0');
    expect(run(root, [], '20.20.2').stderr).toContain('run `npm ci` in it once');
  });

  it('starts again with the Node of the checkout', () => {
    const root = treeWith({ 'src/cli/main.ts': echoMain, 'node_modules/node/bin/node': '' });
    bringNode(root, ownNode);
    expect(run(root, ['a', 'b c', '--d'], '20.20.2')).toEqual({ status: 3, stdout: '["a","b c","--d"]\n', stderr: '' });
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('passes %s on, and waits for a graceful end', async (signal) => {
    const main = `export function main() {
      return new Promise((resolve) => {
        const alive = setInterval(() => {}, 1000);
        process.on('${signal}', () => { console.log('stopping'); clearInterval(alive); resolve(7); });
        console.log('ready');
      });
    }`;
    const root = treeWith({ 'src/cli/main.ts': main, 'node_modules/node/bin/node': '' });
    bringNode(root, ownNode);
    const child = start(root);
    await printed(child, 'ready');
    child.kill(signal);
    await printed(child, 'stopping');
    expect(await once(child, 'exit')).toEqual([7, null]);
  });

  it('ends by the signal that ended the command', async () => {
    const main = `export async function main() { process.kill(process.pid, 'SIGTERM'); await new Promise(() => {}); }`;
    const root = treeWith({ 'src/cli/main.ts': main, 'node_modules/node/bin/node': '' });
    bringNode(root, ownNode);
    expect(await once(start(root), 'exit')).toEqual([null, 'SIGTERM']);
  });

  it('fails with the stack of what main throws', () => {
    const result = run(
      treeWith({ 'dist/cli/main.js': `export async function main() { throw new Error('broken'); }` }),
      [],
    );
    expect(result.status).toBe(1);
    expect(result.stderr).toContain('Error: broken\n    at');
  });

  it('keeps to what Node 14 reads', () => {
    const text = readFileSync(join(repositoryRoot, 'bin', 'candlecast.js'), 'utf8');
    expect(text).not.toMatch(/node:|^await |\?\?=|\|\|=|\.at\(|structuredClone|static \{/m);
  });
});

function start(root: string): ChildProcess {
  const child = spawn(process.execPath, commandLine(root, []), {
    cwd: root,
    env: { ...process.env, PRETEND_NODE: '20.20.2' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function printed(child: ChildProcess, text: string): Promise<void> {
  for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    if (String(chunk).includes(text)) return;
  }
  throw new Error(`the command ended without printing ${text}`);
}
