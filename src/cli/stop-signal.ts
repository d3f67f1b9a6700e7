import type { Terminal } from './terminal.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Signals that ask a process to end. */
export type StopSignal = (typeof SIGNALS)[number];

/** The same signal again within this time is the same wish: a process group and a launcher may both pass it on. */
const SAME_WISH_MS = 500;

/**
 * Calls `stop` once: on SIGINT, SIGTERM or SIGHUP (or those of them that `signals` names), when the process that started this one with a channel is gone, and when nobody
 * reads the output any more. The same signal a second time ends the process at once. Returns what undoes it.
 */
export function onStopSignal(
  terminal: Terminal,
  stop: (reason: string) => void,
  signals: readonly StopSignal[] = SIGNALS,
): () => void {
  let first: { readonly reason: string; readonly at: number } | undefined;
  const begin = (reason: string) => {
    if (first !== undefined) return;
    first = { reason, at: Date.now() };
    stop(reason);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    if (first?.reason === signal && Date.now() - first.at > SAME_WISH_MS) process.exit(130);
    begin(signal);
  };
  const onDisconnect = () => begin('the process that started this one is gone');
  const onUnread = () => begin('nobody reads the output any more');
  for (const signal of signals) process.on(signal, onSignal);
  process.on('disconnect', onDisconnect);
  for (const stream of [terminal.out, terminal.err]) stream.on('error', onUnread);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
    process.off('disconnect', onDisconnect);
    for (const stream of [terminal.out, terminal.err]) stream.off('error', onUnread);
    if (process.connected) process.disconnect();
  };
}
