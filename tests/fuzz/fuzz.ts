import { Worker } from 'node:worker_threads';
import { messageOf } from '../../src/util/errors.ts';
import type { CurrentInput, FoundFault, FuzzProgress, FuzzTask, WorkerMessage } from './fuzz-task.ts';
import { type TargetName, targetNames } from './fuzz-target.ts';

const MOST_HEAP_MB = 400;
/** Inputs that are longer are told of by their beginning. */
const MOST_TOLD_BYTES = 1024 * 1024;
/** Far more than what it tells of itself as taking too long. */
const MOST_SILENCE_MS = 10_000;
const WATCH_MS = 250;

const modules: Readonly<Record<TargetName, string>> = {
  json: new URL('json-target.ts', import.meta.url).href,
  binary: new URL('binary-target.ts', import.meta.url).href,
};
/** Both decoders, and the frames that they make and change. */
const INSTRUMENTED = String.raw`/src/(wire|frame|market)/`;

export interface FuzzOptions {
  readonly name: string;
  readonly seed: string;
  readonly inputs: number;
  readonly given?: readonly Uint8Array[];
  readonly mostMs?: number;
  /** A worker that begins no input for so long is stuck in one, in milliseconds; 10,000 unless told. */
  readonly mostSilenceMs?: number;
  /** The heap of the worker, which no input and no number of inputs may fill; 400 unless told. */
  readonly mostHeapMb?: number;
  readonly guided?: boolean;
  readonly keep?: boolean;
  /** Where another target than those of this name is, and the modules that guide it. */
  readonly target?: { readonly module: string; readonly instrumented: string };
  readonly onProgress?: (progress: FuzzProgress) => void;
}

export interface FuzzResult {
  readonly progress: FuzzProgress;
  readonly finding: FoundFault | undefined;
  /** Where they were asked for: the fewest and smallest inputs that take the branches which were taken. */
  readonly kept: readonly Uint8Array[];
}

const nothingYet: FuzzProgress = { inputs: 0, corpus: 0, branches: 0, of: 0, outcomes: new Map() };

/** Fuzzes a decoder in a thread of its own, which may crash, hang or run out of memory. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { mostSilenceMs = MOST_SILENCE_MS, mostHeapMb = MOST_HEAP_MB, onProgress } = options;
  const current = newCurrentInput();
  const worker = new Worker(new URL('fuzz-worker.ts', import.meta.url), {
    workerData: taskOf(options, current),
    resourceLimits: { maxOldGenerationSizeMb: mostHeapMb },
    // Types are stripped without a word about it.
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  let progress = nothingYet;
  const stopWatch = new AbortController();
  try {
    return await new Promise<FuzzResult>((resolve, reject) => {
      const found = (kind: FoundFault['kind'], message: string) =>
        resolve({ progress, finding: { kind, message, stack: undefined, input: inputOf(current) }, kept: [] });
      worker.on('message', (message: WorkerMessage) => {
        progress = message.progress;
        onProgress?.(progress);
        if (message.type === 'done') resolve({ progress, finding: undefined, kept: message.kept });
        else if (message.type === 'finding') resolve({ progress, finding: message.finding, kept: [] });
      });
      worker.on('error', (error) => {
        if (isOutOfMemory(error)) found('memory', `the heap of ${mostHeapMb} MB was full: ${messageOf(error)}`);
        else reject(error);
      });
      worker.on('exit', (code) => reject(new Error(`the worker ended with ${code} before it was done`)));
      const onSilence = () => found('hang', `it did not end within ${mostSilenceMs} ms`);
      watch(current, mostSilenceMs, stopWatch.signal, onSilence);
    });
  } finally {
    stopWatch.abort();
    await worker.terminate();
  }
}

function taskOf(options: FuzzOptions, current: CurrentInput): FuzzTask {
  const { name, seed, inputs, given = [], mostMs = Infinity, guided = true, keep = false } = options;
  const known = targetNames.find((target) => target === name);
  const module = options.target?.module ?? (known && modules[known]);
  if (module === undefined) throw new RangeError(`expected one of ${targetNames.join(', ')}, found ${name}`);
  const instrumented = options.target?.instrumented ?? INSTRUMENTED;
  return { module, instrumented, seed, given, inputs, mostMs, guided, keep, current };
}

function newCurrentInput(): CurrentInput {
  return {
    state: new Int32Array(new SharedArrayBuffer(8)),
    bytes: new Uint8Array(new SharedArrayBuffer(MOST_TOLD_BYTES)),
  };
}

function inputOf({ state, bytes }: CurrentInput): Uint8Array {
  return bytes.slice(0, Atomics.load(state, 1));
}

/** Calls when no new input was begun for too long, from the first one on. */
function watch({ state }: CurrentInput, mostSilenceMs: number, stop: AbortSignal, onSilence: () => void): void {
  let seen = 0;
  let since = performance.now();
  const timer = setInterval(() => {
    const begun = Atomics.load(state, 0);
    const now = performance.now();
    if (begun !== seen || begun === 0) [seen, since] = [begun, now];
    else if (now - since > mostSilenceMs) onSilence();
  }, WATCH_MS);
  stop.addEventListener('abort', () => clearInterval(timer));
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
