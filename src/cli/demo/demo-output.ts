import type { LogOptions } from '../cli-logger.ts';
import { liveArea } from '../live-area.ts';
import { paintFor } from '../paint.ts';
import { roomOf, type Terminal } from '../terminal.ts';
import type { ChildRecord } from './child-bot.ts';
import type { DemoBoard } from './demo-board.ts';
import type { DemoPlan } from './demo-configs.ts';
import { botLines, demoProgress, demoScreen, demoSummary, demoTitle } from './demo-view.ts';

/** Shows a demo while it runs. */
export interface DemoOutput {
  onEvent(bot: string, record: ChildRecord): void;
  onErrorText(bot: string, text: string): void;
  /** Ends what is live. Harmless when repeated. */
  end(): void;
  /** Tells what it has come to. */
  summarize(): void;
}

interface OutputOptions extends LogOptions {
  readonly plan: DemoPlan;
  readonly exitAfter?: number;
}

/** Between looks at whether there is a line to print. */
const LOOK_MS = 50;

/** On a terminal a screen that is redrawn; elsewhere a line a candle; with `json` every event as a line. */
export function demoOutput(board: DemoBoard, options: OutputOptions, terminal: Terminal): DemoOutput {
  const { out, err } = terminal;
  const summarize = () => void out.write(demoSummary(board.summary(), paintFor(out)));
  if (options.json) {
    const print = (record: object) => void out.write(`${JSON.stringify(record)}\n`);
    return {
      onEvent: (bot, record) => print({ bot, ...record }),
      onErrorText: (bot, text) => void err.write(noteOf(bot, text)),
      end() {},
      summarize: () => print({ type: 'summary', ...board.summary() }),
    };
  }
  const onRecord = (note: (text: string) => void) => (bot: string, record: ChildRecord) => {
    if (record.type !== 'log') return;
    if (options.verbose || record.level === 'warn' || record.level === 'error') note(noteOf(bot, record.message));
  };
  if (out.isTTY === true) {
    const area = liveArea(out, (noteLines) => drawScreen(board, options, out, noteLines));
    return {
      onEvent: onRecord((text) => area.note(text)),
      onErrorText: (bot, text) => area.note(noteOf(bot, text)),
      end: () => area.end(),
      summarize,
    };
  }
  const lines = lineACandle(board, options, out);
  return {
    onEvent: onRecord((text) => void err.write(text)),
    onErrorText: (bot, text) => void err.write(noteOf(bot, text)),
    end: () => lines.end(),
    summarize,
  };
}

function drawScreen(board: DemoBoard, options: OutputOptions, out: Terminal['out'], noteLines: number): string {
  const { width, height } = roomOf(out);
  // A column and a line stay free, so that nothing wraps or scrolls.
  const room = { width: width - 1, height: height - 1 - noteLines };
  const { plan, exitAfter: goal } = options;
  return demoScreen({ board, plan, goal, room, nowMs: Date.now(), paint: paintFor(out) });
}

function lineACandle(board: DemoBoard, options: OutputOptions, out: Terminal['out']): { end(): void } {
  let told = -1;
  out.write(`${demoTitle(options.plan)}\n${botLines().join('\n')}\n`);
  const timer = setInterval(() => {
    if (board.candles <= told || !board.isCaughtUp) return;
    told = board.candles;
    out.write(`${demoProgress(board, options.exitAfter)}\n`);
  }, LOOK_MS);
  return { end: () => clearInterval(timer) };
}

function noteOf(bot: string, text: string): string {
  return `${text
    .trim()
    .split('\n')
    .map((line) => `${bot}: ${line}`)
    .join('\n')}\n`;
}
