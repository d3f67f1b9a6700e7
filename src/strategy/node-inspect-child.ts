import { Worker } from 'node:worker_threads';
import type { Timeframe } from '../market/index.ts';
import { describeLoadError } from './describe-load-error.ts';
import { dryAnalysis } from './dry-analysis.ts';
import { attemptLoad } from './load-strategy.ts';
import type { SourceFile } from './source-file.ts';
import type { SourceLocation } from './source-location.ts';
import type { StrategyError, StrategyErrorCode } from './strategy-error.ts';
import type { AnyStrategy } from './strategy.ts';

/** What a strategy says of itself. */
export interface StrategyFacts {
  readonly name: string;
  readonly timeframe: Timeframe;
  readonly startupCandleCount: number;
  readonly processOnlyNewCandles: boolean;
  readonly canShort: boolean;
  readonly informativeTimeframes: readonly Timeframe[];
}

/** A StrategyError on its way from one process to another. */
export interface ErrorFacts {
  readonly code: StrategyErrorCode;
  readonly reason: string;
  readonly location: SourceLocation | undefined;
}

/** What this process reports: each file that it reads; a load; then, where it is asked for one, an analysis. */
export type InspectionReport =
  | { readonly stage: 'read'; readonly source: SourceFile }
  | { readonly stage: 'loaded'; readonly facts: StrategyFacts }
  | {
      readonly stage: 'analyzed';
      readonly producers: readonly string[];
      readonly warnings: readonly string[];
      readonly error: ErrorFacts | undefined;
    }
  | { readonly stage: 'failed'; readonly error: ErrorFacts };

/**
 * Loads the strategy file that its first argument names, for the process that forked this one; analyzes made candles where the second
 * is `analyze`; and ends after the third's milliseconds, also where the other process is gone and this one in an endless loop.
 */
const [, , file, task, limitMs] = process.argv;

new Worker(`setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${Number(limitMs)})`, { eval: true }).unref();

process.on('uncaughtException', (fault) => void endWith(fault));

const attempt = await attemptLoad(file, (source) => void report({ stage: 'read', source }));
if (attempt.status === 'failed') {
  await report({ stage: 'failed', error: errorFacts(attempt.error) });
} else {
  const { strategy } = attempt;
  await report({ stage: 'loaded', facts: factsOf(strategy) });
  if (task === 'analyze') {
    const { error, producers, warnings } = dryAnalysis(strategy);
    await report({ stage: 'analyzed', producers, warnings, error: error && errorFacts(error) });
  }
}
// A strategy's own timers and sockets would keep it alive.
process.exit(0);

/** A strategy's own timers and promises may fail beside the load. */
async function endWith(fault: unknown): Promise<void> {
  await report({ stage: 'failed', error: errorFacts(await describeLoadError(fault, file, [file])) });
  process.exit(1);
}

function factsOf(strategy: AnyStrategy): StrategyFacts {
  const { name, timeframe, startupCandleCount, processOnlyNewCandles, canShort, informativeTimeframes } = strategy;
  return { name, timeframe, startupCandleCount, processOnlyNewCandles, canShort, informativeTimeframes };
}

function errorFacts({ code, reason, location }: StrategyError): ErrorFacts {
  return { code, reason, location };
}

/** Resolves when the message is on its way: what comes after it may never return. */
function report(message: InspectionReport): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, () => resolve());
  });
}
