import { Command, InvalidArgumentError, Option } from 'commander';
import type { LogOptions } from './cli-logger.ts';
import { DemoBoard, type DemoSummary, isSuccess, isUnharmed } from './demo/demo-board.ts';
import { demoConsumers, type DemoPlan } from './demo/demo-configs.ts';
import { demoOutput } from './demo/demo-output.ts';
import { runDemo } from './demo/run-demo.ts';
import { wholeNumber } from './number-option.ts';
import { onStopSignal } from './stop-signal.ts';
import type { Terminal } from './terminal.ts';

interface DemoOptions extends LogOptions {
  readonly pairs: number;
  readonly seed: string;
  readonly speed: number;
  readonly candles?: string;
  readonly exitAfter?: number;
}

/** As many as the simulated market has. */
const MOST_PAIRS = 2000;

/** Faster, a 5m candle would last less than 0.1 s. */
const FASTEST = 3000;

/** `candlecast demo`, the main job. */
export function demoCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command('demo')
    .description('Run a producer and two consumers as processes on this machine and show that every copy is equal.')
    .addOption(
      new Option(
        '--candles <folder>',
        "play candles of a freqtrade data folder instead of the simulated market's",
      ).conflicts(['pairs', 'seed']),
    )
    .option('--exit-after <candles>', 'stop after so many candles; exit code 0 only if all was equal', wholeNumber(1))
    .option('--speed <factor>', 'market time per wall time; 150 makes a 5m candle last 2 s', speedFactor, 150)
    .option('--pairs <count>', 'pairs of the simulated market', wholeNumber(1, MOST_PAIRS), 20)
    .option('--seed <text>', 'another simulated market', 'candlecast')
    .addHelpText(
      'after',
      `
Examples:
  candlecast demo
  candlecast demo --exit-after 5
  candlecast demo --candles user_data/data/binance --speed 600
  candlecast demo --exit-after 3 --json | jq 'select(.type == "summary")'
`,
    )
    .action(async (options: DemoOptions) => finish(await demo(options, terminal)));
}

async function demo(options: DemoOptions, terminal: Terminal): Promise<number> {
  const abort = new AbortController();
  const dispose = onStopSignal(terminal, (reason) => abort.abort(reason));
  const plan: DemoPlan = { ...options, candles: options.candles };
  const board = new DemoBoard(demoConsumers.map(({ name }) => name));
  const output = demoOutput(board, { ...options, plan }, terminal);
  try {
    await runDemo({ ...output, plan, board, exitAfter: options.exitAfter, signal: abort.signal });
    output.end();
    // Who ends a demo does so in the middle of something.
    if (!abort.signal.aborted) board.close();
    output.summarize();
    const summary = board.summary();
    // What counts for an endless demo is that nothing was wrong.
    const isDone = abort.signal.aborted && options.exitAfter === undefined ? isUnharmed : isSuccess;
    return isDone(summary) && hasReached(options, summary, abort.signal, terminal) ? 0 : 1;
  } finally {
    output.end();
    dispose();
  }
}

/** A recording can end before as many candles as were asked for. */
function hasReached(
  { exitAfter = 0 }: DemoOptions,
  { candles }: DemoSummary,
  signal: AbortSignal,
  terminal: Terminal,
): boolean {
  if (candles >= exitAfter || signal.aborted) return true;
  terminal.err.write(`error: the recording ended after ${candles} of ${exitAfter} candles\n`);
  return false;
}

function speedFactor(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= FASTEST) return value;
  throw new InvalidArgumentError(`Expected a number above 0, at most ${FASTEST}.`);
}
