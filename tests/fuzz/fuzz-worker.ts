import { parentPort, workerData } from 'node:worker_threads';
import { seededRandom } from '../../src/util/random.ts';
import type { CurrentInput, FuzzTask, WorkerMessage } from './fuzz-task.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { installProbes } from './probes.ts';

/** How often the starter is told how far this is. */
const PROGRESS_MS = 500;
/** Inputs between two looks at the clock. */
const INPUTS_AT_ONCE = 64;

/** Fuzzes one target in a thread of its own. All that it imports from here on is instrumented where the target's task says so. */
async function work(task: FuzzTask): Promise<void> {
  const probes = installProbes((url) => new RegExp(task.instrumented).test(url));
  const { target }: { readonly target: FuzzTarget } = await import(task.module);
  const { FuzzLoop, Finding } = await import('./fuzz-loop.ts');
  const { leastCorpus, leastInput } = await import('./least-corpus.ts');
  const before = announce(task.current);
  const loop = new FuzzLoop({ target, probes, random: seededRandom(task.seed), guided: task.guided, before });
  let inputs = 0;
  const progress = () => ({
    inputs,
    corpus: loop.corpus.length,
    branches: loop.features.branches,
    of: probes.used,
    outcomes: loop.outcomes,
  });
  try {
    for (const input of task.given) {
      await loop.take(input);
      inputs += 1;
    }
    const start = performance.now();
    for (let told = start; inputs < task.inputs;) {
      for (let i = 0; i < INPUTS_AT_ONCE && inputs < task.inputs; i++, inputs++) await loop.step();
      const now = performance.now();
      if (now - start >= task.mostMs) break;
      if (now - told < PROGRESS_MS) continue;
      told = now;
      tell({ type: 'progress', progress: progress() });
    }
    const kept = task.keep ? await leastCorpus({ target, probes, inputs: loop.corpus, before }) : [];
    tell({ type: 'done', progress: progress(), kept });
  } catch (error) {
    if (!(error instanceof Finding)) throw error;
    const least = await leastInput({ target, probes, finding: error, before });
    const { kind, message } = least;
    const stack = least.cause instanceof Error ? least.cause.stack : undefined;
    tell({ type: 'finding', progress: progress(), finding: { kind, message, stack, input: least.input } });
  }
}

function tell(message: WorkerMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
  parentPort?.postMessage(message);
}

/** Lays each input where the starter finds it when this thread answers no more. */
function announce({ state, bytes }: CurrentInput): (input: Uint8Array) => void {
  return (input) => {
    const length = Math.min(input.length, bytes.length);
    bytes.set(input.subarray(0, length));
    Atomics.store(state, 1, length);
    Atomics.add(state, 0, 1);
  };
}

const task: FuzzTask = workerData;
await work(task);
