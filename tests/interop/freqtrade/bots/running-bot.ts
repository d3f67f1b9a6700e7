import type { BotProcess } from './bot-process.ts';
import type { BotPlan } from './bot-config.ts';
import type { ObservedBot } from './observed-bot.ts';

/** A running bot and what it tells. */
export interface RunningBot extends ObservedBot {
  readonly name: string;
  readonly kind: 'stock' | 'ours';
  readonly port: number;
  readonly process: BotProcess;
  /** What it logged as a warning or worse. */
  readonly warnings: () => readonly string[];
  /** The end of its log, for messages. */
  readonly tail: () => string;
}

/** Starts a bot. */
export type StartBot = (plan: BotPlan) => Promise<RunningBot>;

/** The last records of a log, none of them very long. */
export function tailOf(records: readonly string[]): string {
  return records
    .slice(-20)
    .map((record) => (record.length > 400 ? `${record.slice(0, 400)}…` : record))
    .join('\n');
}
