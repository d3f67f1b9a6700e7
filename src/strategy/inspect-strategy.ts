import { fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { isTimeframe } from '../market/index.ts';
import type { ErrorFacts, InspectionReport, StrategyFacts } from './node-inspect-child.ts';
import type { SourceFile } from './source-file.ts';
import { StrategyError, type StrategyErrorCode, strategyErrors } from './strategy-error.ts';

/** What a strategy file is found to be. */
export type Inspection =
  | {
      readonly status: 'loaded';
      readonly facts: StrategyFacts;
      readonly files: readonly SourceFile[];
      /** The producers that its analysis asked for; empty where none was made. */
      readonly producers: readonly string[];
      /** What runs, and is yet hardly what was meant; empty where no analysis was made. */
      readonly warnings: readonly string[];
    }
  | {
      readonly status: 'failed';
      /** Whether it loaded before it failed. */
      readonly during: 'load' | 'analysis';
      readonly error: StrategyError;
      readonly files: readonly SourceFile[];
    };

export interface InspectOptions {
  /** Whether its functions are tried on made candles. Default false. */
  readonly analyze?: boolean;
  /** How long it may take in milliseconds, the start of a process included. Default 20,000. */
  readonly timeoutMs?: number;
  /** Ends it early: the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

const DEFAULT_TIMEOUT_MS = 20_000;

/** What a strategy may hold on JavaScript's heap while it is inspected. */
const MOST_HEAP_MB = 2048;

/** How long the process may outlive the time at which this one would have ended it. */
const GRACE_MS = 1000;

/** Node's exit code of a module that waits for what can't come. */
const NOTHING_LEFT_TO_DO = 13;

/**
 * Loads a strategy file in a process of its own, so that nothing it does while it is loaded, endless loops and `process.exit` among it,
 * reaches this one. What it prints is dropped. Never rejects but where `signal` says so.
 */
export async function inspectStrategy(file: string, options: InspectOptions = {}): Promise<Inspection> {
  const { analyze = false, timeoutMs = DEFAULT_TIMEOUT_MS, signal } = options;
  signal?.throwIfAborted();
  const { reports, end } = await runChild(file, { task: analyze ? 'analyze' : 'load', timeoutMs, signal });
  signal?.throwIfAborted();
  const loaded = reports.find((report) => report.stage === 'loaded');
  const analyzed = reports.find((report) => report.stage === 'analyzed');
  const failed = reports.find((report) => report.stage === 'failed');
  const files = reports.flatMap((report) => (report.stage === 'read' ? [report.source] : []));
  const error = analyzed?.error ?? failed?.error;
  // What fails beside the analysis, in a timer of the strategy's own, is of the load.
  if (error !== undefined) {
    return { status: 'failed', during: failed === undefined ? 'analysis' : 'load', error: errorOf(error), files };
  }
  const isLoaded = loaded !== undefined;
  if (!isLoaded || (analyze && analyzed === undefined)) {
    const unfinishedError = unfinished(file, { isLoaded, timeoutMs, end });
    return { status: 'failed', during: isLoaded ? 'analysis' : 'load', error: unfinishedError, files };
  }
  const { producers = [], warnings = [] } = analyzed ?? {};
  return { status: 'loaded', facts: loaded.facts, files, producers, warnings };
}

/** How the child ended. */
interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly wasKilled: boolean;
}

async function runChild(
  file: string,
  options: {
    readonly task: 'load' | 'analyze';
    readonly timeoutMs: number;
    readonly signal: AbortSignal | undefined;
  },
): Promise<{ readonly reports: readonly InspectionReport[]; readonly end: ChildEnd }> {
  const { task, timeoutMs, signal } = options;
  const child = fork(childFile(), [file, task, String(timeoutMs + GRACE_MS)], {
    execArgv: ['--no-warnings', `--max-old-space-size=${MOST_HEAP_MB}`],
    // Compiling the package anew takes most of the time. The folder is the one that Node itself would take.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'), ...process.env },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    ...(signal === undefined ? {} : { signal }),
  });
  const reports: InspectionReport[] = [];
  child.on('message', (message) => {
    const report = reportSchema.safeParse(message);
    // What a strategy itself sends is none.
    if (report.success) reports.push(report.data);
  });
  const end = new Promise<ChildEnd>((resolve) => {
    child.on('exit', (code, exitSignal) => resolve({ code, signal: exitSignal, wasKilled: child.killed }));
    child.on('error', () => resolve({ code: null, signal: null, wasKilled: child.killed }));
  });
  // The last message can come after the end.
  const drained = new Promise<void>((resolve) => {
    child.on('disconnect', resolve);
    child.on('error', () => resolve());
  });
  await drained;
  return { reports, end: await end };
}

/** TypeScript in a checkout, compiled in an installed package. */
function childFile(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`./node-inspect-child.${extension}`, import.meta.url));
}

function unfinished(
  file: string,
  how: { readonly isLoaded: boolean; readonly timeoutMs: number; readonly end: ChildEnd },
): StrategyError {
  const { isLoaded, timeoutMs, end } = how;
  const location = { file };
  const what = isLoaded ? 'an analysis of made candles' : 'loading it';
  if (end.wasKilled) {
    const code = isLoaded ? 'STRATEGY_NEVER_ANALYZES' : 'STRATEGY_NEVER_LOADS';
    const message = `${what} did not end within ${timeoutMs / 1000} s; look for an endless loop or an await that never ends`;
    return new StrategyError(code, message, { location });
  }
  if (end.code === NOTHING_LEFT_TO_DO) {
    const message = 'it never finishes loading: an await outside of its functions waits for what never comes';
    return new StrategyError('STRATEGY_NEVER_LOADS', message, { location });
  }
  const status = end.signal === null ? `exit code ${end.code}` : `${end.signal}, as when memory runs out`;
  return new StrategyError(
    'STRATEGY_ENDS_PROCESS',
    `${what} ended the process (${status}), as it would have ended the bot`,
    { location },
  );
}

function errorOf({ code, reason, location }: ErrorFacts): StrategyError {
  return new StrategyError(code, reason, { location });
}

const timeframe = z.custom<StrategyFacts['timeframe']>((value) => typeof value === 'string' && isTimeframe(value));
const isCode = (value: unknown): value is StrategyErrorCode =>
  typeof value === 'string' && Object.hasOwn(strategyErrors, value);

const errorFacts = z.object({
  code: z.custom<StrategyErrorCode>(isCode),
  reason: z.string(),
  location: z
    .object({
      file: z.string(),
      line: z.number().exactOptional(),
      column: z.number().exactOptional(),
    })
    .or(z.undefined()),
});

const reportSchema: z.ZodType<InspectionReport> = z.discriminatedUnion('stage', [
  z.object({ stage: z.literal('read'), source: z.object({ file: z.string(), digest: z.string() }) }),
  z.object({
    stage: z.literal('loaded'),
    facts: z.object({
      name: z.string(),
      timeframe,
      startupCandleCount: z.number(),
      processOnlyNewCandles: z.boolean(),
      canShort: z.boolean(),
      informativeTimeframes: z.array(timeframe).readonly(),
    }),
  }),
  z.object({
    stage: z.literal('analyzed'),
    producers: z.array(z.string()).readonly(),
    warnings: z.array(z.string()).readonly(),
    error: errorFacts.or(z.undefined()),
  }),
  z.object({ stage: z.literal('failed'), error: errorFacts }),
]);
