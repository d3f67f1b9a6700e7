import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { repositoryRoot, say, toolEnvironment } from './lib/repository.ts';

/** All that is asked of a change, fast checks first. `script` is an npm script. */
const steps = [
  { name: 'types', script: 'types', title: 'sources and type tests compile' },
  { name: 'lint', script: 'lint', title: 'lint rules and format' },
  { name: 'imports', script: 'import-check', title: 'the import table' },
  { name: 'errors', script: 'errors-check', title: 'docs/errors.md is fresh' },
  { name: 'indicators', script: 'indicators-check', title: 'docs/indicators.md is fresh' },
  { name: 'config', script: 'config-check', title: 'docs/configuration.md and config.schema.json are fresh' },
  { name: 'wasm', script: 'wasm-check', title: 'assembled WebAssembly is fresh' },
  { name: 'docs', script: 'docs-check', title: 'examples and links in the documentation' },
  { name: 'dead-code', script: 'dead-code', title: 'no unused files, exports and dependencies' },
  { name: 'tests', script: 'test', title: 'tests' },
  { name: 'package', script: 'package-check', title: 'the package as users get it' },
] as const;

type Step = (typeof steps)[number];

interface Outcome {
  readonly step: Step;
  readonly passed: boolean;
  readonly seconds: number;
}

const names = steps.map(({ name }) => name).join(', ');
const usage = `usage: npm run verify -- [--only <step>]… [--skip <step>]…\nsteps: ${names}`;

const chosen = choose(process.argv.slice(2));
if (typeof chosen === 'string') {
  say(`${chosen}\n${usage}`);
  process.exitCode = 2;
} else {
  const outcomes = runUntilFailure(chosen);
  summarize(chosen, outcomes);
  if (outcomes.some(({ passed }) => !passed)) process.exitCode = 1;
}

/** The steps that the arguments ask for, or what is wrong with the arguments. */
function choose(args: readonly string[]): readonly Step[] | string {
  const name = { type: 'string', multiple: true, default: [] as string[] } as const;
  try {
    const { only, skip } = parseArgs({ args: [...args], options: { only: name, skip: name } }).values;
    const unknown = [...only, ...skip].find((asked) => !steps.some((step) => step.name === asked));
    if (unknown !== undefined) return `there is no step ${unknown}`;
    return steps.filter((step) => (only.length === 0 || only.includes(step.name)) && !skip.includes(step.name));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function runUntilFailure(chosenSteps: readonly Step[]): readonly Outcome[] {
  const outcomes: Outcome[] = [];
  for (const step of chosenSteps) {
    say(`\n── ${step.name}: ${step.title}`);
    const start = performance.now();
    const { status } = spawnSync(process.execPath, ['--run', step.script], {
      cwd: repositoryRoot,
      env: toolEnvironment,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const outcome = { step, passed: status === 0, seconds: (performance.now() - start) / 1000 };
    outcomes.push(outcome);
    if (!outcome.passed) break;
  }
  return outcomes;
}

function summarize(chosenSteps: readonly Step[], outcomes: readonly Outcome[]): void {
  say('\n── summary');
  for (const step of chosenSteps) {
    const outcome = outcomes.find((candidate) => candidate.step === step);
    const verdict = outcome === undefined ? 'not run' : outcome.passed ? 'passed' : 'FAILED';
    const time = outcome === undefined ? '' : `${outcome.seconds.toFixed(1)} s`;
    say(`${step.name.padEnd(11)} ${verdict.padEnd(8)} ${time.padStart(7)}`);
  }
}
