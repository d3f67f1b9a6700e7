#!/usr/bin/env node
// Kept to the syntax and modules of Node 14, so that an old Node says what is wrong instead of failing to read this file.
import { spawn, spawnSync } from 'child_process';
import { existsSync, readFileSync } from 'fs';
import { fileURLToPath } from 'url';

const place = (path) => fileURLToPath(new URL(path, import.meta.url));
const isCheckout = existsSync(place('../src/cli/main.ts'));
const needed = JSON.parse(readFileSync(place('../package.json'), 'utf8')).engines.node;

if (isNewEnough(process.versions.node)) {
  void run();
} else {
  const newer = newerNodeOfCheckout();
  if (newer === undefined) {
    explain();
  } else {
    runAgainWith(newer);
  }
}

function isNewEnough(version) {
  const [major, minor] = numbersOf(version);
  const [neededMajor, neededMinor] = numbersOf(needed);
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}

function numbersOf(version) {
  return version.replace(/^\D+/, '').split('.').map(Number);
}

async function run() {
  const { main } = await import(isCheckout ? '../src/cli/main.ts' : '../dist/cli/main.js');
  process.exitCode = await main(process.argv.slice(2));
}

/** The Node that `npm ci` put into the checkout, where it is there and runs. */
function newerNodeOfCheckout() {
  if (!isCheckout) return undefined;
  const candidates = ['../node_modules/node/bin/node', '../node_modules/node/bin/node.exe'].map(place);
  return candidates.find((candidate) => {
    if (!existsSync(candidate)) return false;
    const answer = spawnSync(candidate, ['--version'], { encoding: 'utf8' });
    return answer.status === 0 && isNewEnough(answer.stdout.trim());
  });
}

function runAgainWith(node) {
  const child = spawn(node, process.execArgv.concat(process.argv.slice(1)), { stdio: 'inherit' });
  // A terminal sends its Ctrl-C to the child as well; passed on, it would count as a second one.
  const hasTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  const forward = (signal) => (signal === 'SIGINT' && hasTerminal) || child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  child.on('error', (error) => {
    process.stderr.write('candlecast: ' + node + ' did not start: ' + error.message + '\n');
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exit(code);
    }
    for (const name of signals) process.removeListener(name, forward);
    process.kill(process.pid, signal);
  });
}

function explain() {
  const remedy = isCheckout
    ? 'This checkout brings its own: run `npm ci` in it once, then `npm start` or `npx candlecast`.'
    : 'Install a newer one from https://nodejs.org, or with a version manager: `nvm install 24`, `fnm install 24`.';
  process.stderr.write(
    'candlecast needs Node ' + needed + ', and this is Node ' + process.versions.node + '.\n' + remedy + '\n',
  );
  process.exitCode = 1;
}
