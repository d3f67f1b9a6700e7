import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { say } from '../../scripts/lib/repository.ts';
import { messageOf } from '../../src/util/errors.ts';
import { readCorpus, writeCorpus } from './corpus-file.ts';
import { type FuzzResult, fuzz } from './fuzz.ts';
import type { FoundFault, FuzzProgress } from './fuzz-task.ts';
import { type TargetName, targetNames } from './fuzz-target.ts';

const usage = `usage: npm run fuzz -- [--inputs N] [--seed S] [--minutes M] [--decoder json|binary|all] [--keep] [--replay FILE]
  --inputs N    inputs in all, 1,000,000 unless told, a half of them for each of two threads
  --seed S      any text, 1 unless told: the same seed and corpus give the same inputs
  --minutes M   end after so many minutes, however many inputs that were
  --decoder D   json: texts, read by a consumer and by a producer
                binary: the messages of streams
                all: one thread each, which it is unless told
  --keep        replace tests/fixtures/fuzz-corpus by the fewest inputs that take the branches which were taken
  --replay FILE run one input, such as one that a failure left, and tell what it comes to; needs --decoder json or binary
The exit code is 1 where something was found, 2 for arguments that make no sense.`;

const PRINT_MS = 5000;
const THREADS = 2;

interface Choice {
  readonly decoders: readonly TargetName[];
  readonly inputs: number;
  readonly seed: string;
  readonly mostMs: number;
  readonly keep: boolean;
  readonly replay: string | undefined;
}

interface Thread {
  readonly decoder: TargetName;
  readonly seed: string;
  progress: FuzzProgress | undefined;
}

const choice = choose(process.argv.slice(2));
if (typeof choice === 'string') {
  say(`${choice}\n${usage}`);
  process.exitCode = 2;
} else if (choice.replay === undefined) await run(choice);
else await replay(choice.decoders[0], choice.replay);

/** What the arguments ask for, or what is wrong with them. */
function choose(args: readonly string[]): Choice | string {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      args: [...args],
      options: { inputs: text, seed: text, minutes: text, decoder: text, replay: text, keep: { type: 'boolean' } },
    });
    const { seed = '1', decoder = 'all', keep = false, replay } = values;
    const decoders = targetNames.filter((name) => decoder === 'all' || name === decoder);
    if (decoders.length === 0) return `--decoder: expected json, binary or all, found ${decoder}`;
    if (replay !== undefined && decoders.length > 1) return '--replay: expected --decoder json or binary with it';
    const inputs = Number(values.inputs ?? 1e6);
    if (!(Number.isSafeInteger(inputs) && inputs > 0)) return `--inputs: expected a number, found ${values.inputs}`;
    const mostMs = Number(values.minutes ?? Infinity) * 60_000;
    if (!(mostMs > 0)) return `--minutes: expected a number, found ${values.minutes}`;
    return { decoders, inputs, seed, mostMs, keep, replay };
  } catch (error) {
    return messageOf(error);
  }
}

async function run({ decoders, inputs, seed, mostMs, keep }: Choice): Promise<void> {
  // Two threads with one decoder would each keep what the other has too.
  const count = keep ? decoders.length : THREADS;
  const threads = Array.from({ length: count }, (_, i): Thread => {
    const decoder = decoders[i % decoders.length];
    return { decoder, seed: `${seed}/${i}`, progress: undefined };
  });
  const start = performance.now();
  const timer = setInterval(() => print(threads, start), PRINT_MS);
  const results = await Promise.all(
    threads.map(async (thread): Promise<FuzzResult> => {
      const { decoder } = thread;
      const onProgress = (progress: FuzzProgress) => {
        thread.progress = progress;
      };
      const each = Math.ceil(inputs / count);
      const given = readCorpus(decoder);
      const result = await fuzz({ name: decoder, seed: thread.seed, inputs: each, given, mostMs, keep, onProgress });
      const { finding } = result;
      if (finding !== undefined) tellOf(decoder, finding, `seed ${seed}, thread ${thread.seed}`);
      else if (keep) writeCorpus(decoder, result.kept);
      return result;
    }),
  );
  clearInterval(timer);
  print(threads, start);
  for (const [i, { progress }] of results.entries()) say(outcomesOf(threads[i].decoder, progress));
  const { user, system } = process.cpuUsage();
  say(`${number((user + system) / 1e6)} s of processor time`);
  const findings = results.filter(({ finding }) => finding !== undefined).length;
  say(findings === 0 ? 'nothing was found' : `${findings} found`);
  process.exitCode = findings === 0 ? 0 : 1;
}

async function replay(decoder: TargetName, file: string): Promise<void> {
  const { finding, progress } = await fuzz({ name: decoder, seed: '1', inputs: 1, given: [readFileSync(file)] });
  if (finding === undefined) return say(`nothing was found\n${outcomesOf(decoder, progress)}`);
  say(describe(finding));
  process.exitCode = 1;
}

function print(threads: readonly Thread[], start: number): void {
  const seconds = (performance.now() - start) / 1000;
  const parts = threads.map(({ decoder, progress }) => {
    if (progress === undefined) return `${decoder} begins`;
    const { inputs, corpus, branches, of } = progress;
    const speed = number(inputs / seconds);
    return `${decoder} ${number(inputs)} inputs, ${speed}/s, corpus ${number(corpus)}, ${branches} of ${of} branches`;
  });
  say(`${Math.round(seconds)} s: ${parts.join('; ')}`);
}

function outcomesOf(decoder: TargetName, { outcomes }: FuzzProgress): string {
  const lines = [...outcomes].sort(([, a], [, b]) => b - a).map(([outcome, count]) => `  ${number(count)} ${outcome}`);
  return [`${decoder}:`, ...lines].join('\n');
}

function tellOf(decoder: TargetName, finding: FoundFault, where: string): void {
  const hash = createHash('sha256').update(finding.input).digest('hex').slice(0, 12);
  const file = join(tmpdir(), `candlecast-fuzz-${decoder}-${hash}`);
  writeFileSync(file, finding.input);
  say(`${describe(finding)}
  found by ${decoder}, ${where}; the input is in ${file}
  again: npm run fuzz -- --decoder ${decoder} --replay ${file}`);
}

function describe({ kind, message, stack, input }: FoundFault): string {
  return `${kind} with an input of ${input.length} bytes: ${stack ?? message}`;
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
