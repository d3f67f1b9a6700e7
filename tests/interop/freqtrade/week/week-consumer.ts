import { openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { connect, type ConsumerEvent } from '../../../../src/consumer/index.ts';
import { encodeFrame } from '../../../../src/wire/index.ts';
import { eventually } from '../../eventually.ts';

/**
 * A consumer of ours in a process of its own, so that its memory is its own. It writes every row that arrives to a file and keeps
 * nothing but its copies. Answers calls as `python-calls.ts` makes them: a line of JSON each, the settings first.
 */
interface Settings {
  readonly port: number;
  readonly token: string;
  /** Where to write what arrives: a line a frame, `{ pair, change, df, candlecast }`, exact. */
  readonly record: string;
}

setFlagsFromString('--expose-gc');
// A function that a new context has, for want of a typed way to it.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const collect = runInNewContext('gc') as () => void;

const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const nextLine = async (): Promise<string | undefined> => (await input.next()).value;

const settings: Settings = JSON.parse((await nextLine()) ?? '{}');
const record = openSync(settings.record, 'a');
const counts: Record<string, number> = {};

function note(event: ConsumerEvent): void {
  counts[event.type] = (counts[event.type] ?? 0) + 1;
  if (event.type !== 'update') return;
  const { key, change, frame, rows } = event;
  const line = { pair: key.pair, change, ...encodeFrame(frame.tail(rows)) };
  writeSync(record, `${JSON.stringify(line)}\n`);
}

const client = connect({
  host: '127.0.0.1',
  port: settings.port,
  wsToken: settings.token,
  sleepTimeMs: 100,
  onEvent: note,
});
const lastDate = (pair: string): number => {
  const { frame } = client.frame(pair, '5m');
  return frame.length === 0 ? 0 : frame.numbers('date')[frame.length - 1];
};

const methods = {
  /** Waits until the copies end at these dates, or later. */
  async until(dates: Readonly<Record<string, number>>) {
    await eventually(
      'copies up to these candles or later ones',
      () => (Object.entries(dates).every(([pair, date]) => lastDate(pair) >= date) ? true : undefined),
      { seen: () => Object.entries(dates).map(([pair, date]) => [pair, date, lastDate(pair)]) },
    );
  },
  /** A copy as it stands, exact. */
  copy: (pair: string) => encodeFrame(client.frame(pair, '5m').frame),
  counts: () => counts,
  /** Bytes, once what is no longer used was let go. */
  memory() {
    // Twice, so that what only weak references held is gone too.
    collect();
    collect();
    const { heapUsed, external, rss } = process.memoryUsage();
    return { used: heapUsed + external, rss };
  },
};

for (let line = await nextLine(); line !== undefined; line = await nextLine()) {
  const [method, args]: [keyof typeof methods, [never]] = JSON.parse(line);
  try {
    const result: unknown = await methods[method](...args);
    process.stdout.write(`${JSON.stringify({ result: result ?? null })}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: ['Error'], message: String(error) })}\n`);
  }
}
client.close();
