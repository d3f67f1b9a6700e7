/**
 * Calls `stop` once on SIGINT or SIGTERM, and when the process that started this one with a channel is gone. A second signal
 * ends the process at once. Returns what undoes it.
 */
export function onStopSignal(stop: (reason: string) => void): () => void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(130);
    stopping = true;
    stop(signal);
  };
  const onDisconnect = () => onSignal('SIGTERM');
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('disconnect', onDisconnect);
  return () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
    process.off('disconnect', onDisconnect);
    if (process.connected) process.disconnect();
  };
}
