import { flushCompileCache } from 'node:module';
import { createInterface } from 'node:readline';
import type { Line, Order } from './peer-messages.ts';

/**
 * Tells the process that started this one. Written before this returns, as pipes are where a process has SIGKILL to fear: what was told
 * is heard, whatever happens next.
 */
export function tell(line: Line): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function tellUsage(): void {
  const { rss } = process.memoryUsage();
  // Without what is no longer used. The second collection waits until what the first one found is given back.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const held = heapUsed + arrayBuffers;
  const { user, system } = process.cpuUsage();
  tell({ type: 'usage', rss, held, cpuMs: (user + system) / 1000 });
}

/** The settings in the first line of the input, and the orders after it, a line each. */
export async function readOrders(): Promise<{
  readonly settings: unknown;
  /** Follows each order. Ends the process when the input ends. */
  readonly serve: (handlers: Partial<Readonly<Record<Order['do'], () => void>>>) => Promise<void>;
}> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const settings: unknown = JSON.parse((await lines.next()).value ?? '');
  return {
    settings,
    async serve(handlers) {
      // One that is killed leaves nothing behind.
      flushCompileCache();
      for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
        const order: Order = JSON.parse(line.value);
        if (order.do === 'usage') tellUsage();
        else if (handlers[order.do] === undefined) throw new Error(`no order of this process: ${line.value}`);
        else handlers[order.do]?.();
      }
      process.exit();
    },
  };
}
