import type { DownloadEvent, DownloadSummary } from '../../download/index.ts';
import { CandlecastError, messageOf } from '../../util/errors.ts';
import type { LogOptions } from '../cli-logger.ts';
import { liveArea } from '../live-area.ts';
import { paintFor } from '../paint.ts';
import { roomOf, type Terminal } from '../terminal.ts';
import { DownloadBoard } from './download-board.ts';
import { type FailureLine, failureTable, fileLine, reasonText, summaryLine } from './download-report.ts';
import { downloadScreen } from './download-screen.ts';

/** Shows a download while it goes on. */
export interface DownloadOutput {
  onEvent(event: DownloadEvent): void;
  /** A line of the log, without tearing what is live. */
  note(text: string): void;
  /** Ends what is live, and tells what it has come to. */
  end(summary: DownloadSummary, failures: readonly FailureLine[]): void;
  /** Ends what is live without a word. Harmless when repeated. */
  stop(): void;
}

export interface DownloadOutputOptions extends LogOptions {
  readonly quiet?: boolean;
  /** How many files there are to be. */
  readonly total: number;
  /** What it begins with, in a line. */
  readonly title: string;
}

/** On a terminal a screen that is redrawn; elsewhere a line a file; with `json` every event as a line, `quiet` failures alone. */
export function downloadOutput(options: DownloadOutputOptions, terminal: Terminal): DownloadOutput {
  if (options.json) return jsonOutput(terminal);
  if (options.quiet) return textOutput(terminal, { ...lines(terminal), onEvent() {} }, true);
  terminal.out.write(`${options.title}\n`);
  return textOutput(terminal, terminal.out.isTTY === true ? liveScreen(options, terminal) : lines(terminal), false);
}

type Progress = Pick<DownloadOutput, 'onEvent' | 'note' | 'stop'>;

function textOutput({ out, err }: Terminal, progress: Progress, isQuiet: boolean): DownloadOutput {
  return {
    ...progress,
    end(summary, failures) {
      progress.stop();
      if (failures.length > 0) err.write(failureTable(failures));
      if (!isQuiet) out.write(`${summaryLine(summary, failures.length)}\n`);
    },
  };
}

function liveScreen({ total }: DownloadOutputOptions, { out }: Terminal): Progress {
  const board = new DownloadBoard(total);
  const area = liveArea(out, (noteLines) => {
    const { width, height } = roomOf(out);
    // A column and a line stay free, so that nothing wraps or scrolls.
    return downloadScreen(board, {
      room: { width: width - 1, height: height - 1 - noteLines },
      paint: paintFor(out),
    });
  });
  return {
    onEvent(event) {
      board.onEvent(event);
      if (event.type === 'downloaded') area.note(fileLine(event));
      else if (event.type === 'failed') area.note(failedText(event));
    },
    note: (text) => area.note(text),
    stop: () => area.end(),
  };
}

function lines({ out, err }: Terminal): Progress {
  return {
    onEvent(event) {
      if (event.type === 'downloaded') out.write(`${fileLine(event)}\n`);
      else if (event.type === 'failed') err.write(`${failedText(event)}\n`);
    },
    note: (text) => void err.write(text),
    stop() {},
  };
}

function failedText({ key, error }: Extract<DownloadEvent, { readonly type: 'failed' }>): string {
  return `${key.pair} ${key.timeframe} ${key.candleType}: ${reasonText(error)}`;
}

function jsonOutput({ out, err }: Terminal): DownloadOutput {
  const print = (record: object) =>
    void out.write(`${JSON.stringify({ time: new Date().toISOString(), ...record })}\n`);
  return {
    onEvent({ key, ...event }) {
      const { type, ...facts } = event.type === 'failed' ? { type: event.type, ...errorFacts(event.error) } : event;
      print({ type, ...key, ...facts });
    },
    end(summary, failures) {
      const added = summary.files.reduce((sum, file) => sum + file.added, 0);
      const counts = { files: summary.files.length, added, stopped: summary.stopped.length };
      print({ type: 'summary', ...counts, failed: failures });
    },
    note: (text) => void err.write(text),
    stop() {},
  };
}

function errorFacts(error: unknown): { readonly code: string; readonly message: string } {
  return { code: error instanceof CandlecastError ? error.code : 'UNEXPECTED', message: messageOf(error) };
}
