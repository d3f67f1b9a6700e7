import { Command, InvalidArgumentError } from 'commander';
import { createLogUpdate } from 'log-update';
import type { LogOptions, Terminal } from './cli-logger.ts';
import type { ChildRecord } from './demo/child-bot.ts';
import { type DemoBoard, isSuccess } from './demo/demo-board.ts';
import { demoConsumers, type DemoPlan, demoProducer } from './demo/demo-configs.ts';
import { demoProgress, demoSummary, demoTable } from './demo/demo-view.ts';
import { runDemo } from './demo/run-demo.ts';
import { paintFor } from './paint.ts';
import { onStopSignal } from './stop-signal.ts';

interface DemoOptions extends LogOptions {
  readonly pairs: number;
  readonly seed: string;
  readonly speed: number;
  readonly candles?: string;
  readonly exitAfter?: number;
}

/** Between drawings of the live table. */
const REDRAW_MS = 200;

const CONSUMER_NAMES = demoConsumers.map(({ name }) => name);

/** `candlecast demo`, the main job. */
export function demoCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command('demo')
    .description('Run a producer and two consumers as processes on this machine and show that every copy is equal.')
    .option('--candles <folder>', "play candles of a freqtrade data folder instead of the simulated market's")
    .option('--exit-after <candles>', 'stop after so many candles; exit code 0 only if every copy was equal', positive)
    .option('--speed <factor>', 'market time per wall time; 150 makes a 5m candle last 2 s', positiveNumber, 150)
    .option('--pairs <count>', 'pairs of the simulated market', positive, 20)
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
  const dispose = onStopSignal((reason) => abort.abort(reason));
  const view = demoView(options, terminal);
  const plan: DemoPlan = { ...options, candles: options.candles };
  try {
    const board = await runDemo({ plan, exitAfter: options.exitAfter, signal: abort.signal, ...view });
    view.end();
    const summary = board.summary();
    if (options.json) terminal.out.write(`${JSON.stringify({ type: 'summary', ...summary })}\n`);
    else terminal.out.write(demoSummary(summary, paintFor(terminal.out)));
    // Who ends an endless demo does so in the middle of something: what counts is that nothing was wrong.
    const wasAborted = abort.signal.aborted && options.exitAfter === undefined;
    return isSuccess(wasAborted ? { ...summary, missing: [], copies: 1 } : summary) ? 0 : 1;
  } finally {
    view.end();
    dispose();
  }
}

interface DemoView {
  onBoard(board: DemoBoard): void;
  onEvent(bot: string, record: ChildRecord): void;
  onErrorText(bot: string, text: string): void;
  end(): void;
}

/** On a terminal a table that is redrawn; elsewhere a line a candle; with `json` every event as a line. */
function demoView(options: DemoOptions, terminal: Terminal): DemoView {
  const { out, err } = terminal;
  const paint = paintFor(out);
  const isLive = out.isTTY === true && !options.json;
  const update = isLive ? createLogUpdate(out) : undefined;
  const notes: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let told = -1;

  const note = (bot: string, text: string) => {
    if (!isLive) err.write(`${bot}: ${text}\n`);
    notes.push(`${bot}: ${text}`);
    notes.splice(0, notes.length - 3);
  };
  const draw = (board: DemoBoard) => {
    if (update !== undefined) {
      const table = board.pairs.length === 0 ? 'starting…\n' : demoTable(board, CONSUMER_NAMES, Date.now(), paint);
      update([title(), table, demoProgress(board, options.exitAfter), 'Ctrl-C ends it', ...notes].join('\n'));
    } else if (!options.json && board.candles > told && board.isCaughtUp) {
      told = board.candles;
      out.write(`${demoProgress(board, options.exitAfter)}\n`);
    }
  };
  if (!isLive && !options.json) out.write(`${title()}\n`);

  return {
    onBoard(board) {
      timer = setInterval(() => draw(board), REDRAW_MS);
    },
    onEvent(bot, record) {
      if (options.json) out.write(`${JSON.stringify({ bot, ...record })}\n`);
      else if (record.type === 'log' && (options.verbose || record.level === 'warn' || record.level === 'error')) {
        note(bot, record.message);
      }
    },
    onErrorText: (bot, text) => note(bot, text.trim()),
    end() {
      clearInterval(timer);
      update?.done();
    },
  };
}

function title(): string {
  const bots = [demoProducer, ...demoConsumers].map(({ name, role }) => `${name} (${role})`);
  return `three bots, each a process: ${bots.join(', ')}\n`;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Expected a whole number from 1 on.');
  return value;
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}
