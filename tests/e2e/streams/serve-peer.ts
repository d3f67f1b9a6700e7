import { createInterface } from 'node:readline';
import type { Line, Order } from './peer-messages.ts';

/**
 * Tells the process that started this one. Written before this returns, as pipes are where a process has SIGKILL to fear: what was told
 * is heard, whatever happens next.
 */
export function tell(line: Line): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

export function tellUsage(): void {
  const { rss, heapUsed: heap, arrayBuffers: arrays } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  tell({ type: 'usage', rss, heap, arrays, cpuMs: (user + system) / 1000 });
}

/** Takes settings from the first line of the input, then an order a line. Ends the process when the input ends. */
export async function servePeer<Settings>(
  make: (settings: Settings) => Promise<Partial<Readonly<Record<Order['do'], () => void>>>>,
): Promise<void> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const settings: Settings = JSON.parse((await lines.next()).value ?? '');
  const handlers = await make(settings);
  for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
    const order: Order = JSON.parse(line.value);
    if (order.do === 'usage') tellUsage();
    else if (handlers[order.do] === undefined) throw new Error(`no order of this process: ${line.value}`);
    else handlers[order.do]?.();
  }
  process.exit();
}
