import { readFileSync } from 'node:fs';
import { type ProducerClient, connect } from '../../src/consumer/index.ts';
import { type Memory, type Notice, type Order, now } from './messages.ts';

// The process that is measured: `connect()` and a loop over its updates, as a user writes them, and nothing else.

let client: ProducerClient | undefined;

process.on('message', (order: Order) => {
  if (order.do === 'connect') void consume(order);
  else if (order.do === 'collect') void collect();
  else {
    client?.close();
    process.disconnect();
  }
});
tell({ type: 'ready', memory: memory() });

async function consume({ port, wsToken, pairs }: Extract<Order, { readonly do: 'connect' }>): Promise<void> {
  const start = now();
  client = connect({ host: '127.0.0.1', port, wsToken });
  let isSynced = false;
  let readableAt: Record<string, number> = {};
  for await (const { key, frame } of client.updates()) {
    if (frame.length > 0) readableAt[key.pair] = now();
    if (Object.keys(readableAt).length < pairs) continue;
    tell(isSynced ? { type: 'candle', readableAt } : { type: 'synced', ms: now() - start, memory: memory() });
    isSynced = true;
    readableAt = {};
  }
}

/** Twice, with a turn between: what the first one finalizes is freed by the second. */
async function collect(): Promise<void> {
  for (let i = 0; i < 2; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  tell({ type: 'collected', memory: memory() });
}

function memory(): Memory {
  const { rss, heapTotal: heap, arrayBuffers: buffers } = process.memoryUsage();
  return { rss, peak: peakRss(), heap, buffers };
}

/** Linux counts in `maxRSS` what the process held from which this one was forked; this is since it runs its own program. */
function peakRss(): number {
  const { maxRSS } = process.resourceUsage();
  if (process.platform !== 'linux') return 1024 * maxRSS;
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return 1024 * Number(found?.[1] ?? maxRSS);
}

function tell(notice: Notice): void {
  process.send?.(notice);
}
