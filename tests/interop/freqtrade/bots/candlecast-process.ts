import { fileURLToPath } from 'node:url';
import { isObject } from '../../../../src/util/is-object.ts';
import { eventually } from '../../eventually.ts';
import { type BotProcess, startProcess } from './bot-process.ts';

const PROGRAM = fileURLToPath(new URL('../../../../bin/candlecast.js', import.meta.url));

/** Six bots start on few cores. */
export const START_PATIENCE_MS = 60_000;

type JsonLine = Readonly<Record<string, unknown>>;

/** `candlecast` with `--json`, and how it told that it listens. */
export interface CandlecastProcess {
  readonly process: BotProcess;
  readonly listening: JsonLine;
  /** What it logged. */
  log(): readonly JsonLine[];
}

/** Starts `candlecast` with these arguments, and resolves when it listens. */
export async function startCandlecast(args: readonly string[], cwd: string): Promise<CandlecastProcess> {
  const program = startProcess(process.execPath, [PROGRAM, ...args, '--json'], { cwd });
  const listening = await eventually(
    `candlecast ${args[0]} listens`,
    () => {
      if (program.end !== undefined) throw new Error(`candlecast ${args.join(' ')}: ${program.end}\n${program.err}`);
      return linesOf(program, 'listening').at(0);
    },
    { patienceMs: START_PATIENCE_MS, seen: () => program.out.slice(-2000) + program.err.slice(-2000) },
  );
  return { process: program, listening, log: () => linesOf(program, 'log') };
}

function linesOf({ out }: BotProcess, type: string): readonly JsonLine[] {
  const lines = out.slice(0, out.lastIndexOf('\n') + 1).split('\n');
  return lines.flatMap((line): readonly JsonLine[] => {
    const value: unknown = line === '' ? undefined : JSON.parse(line);
    return isObject(value) && value.type === type ? [value] : [];
  });
}
