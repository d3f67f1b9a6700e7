import { describe, expect, it } from 'vitest';
import { sampleFrame, sampleKey } from '../testing/index.ts';
import type { FrameUpdate } from './consumer-event.ts';
import { UpdateQueue } from './update-queue.ts';

const update = (pair: string, rows: number): FrameUpdate => ({
  producer: 'default',
  key: sampleKey(pair),
  frame: sampleFrame({ rows }),
  lastAnalyzed: 0,
  change: 'appended',
  rows: 1,
});

async function drained(queue: UpdateQueue): Promise<string[]> {
  queue.end();
  const found: string[] = [];
  for await (const { key, frame } of queue) found.push(`${key.pair} ${frame.length}`);
  return found;
}

describe('UpdateQueue', () => {
  it('gives each frame in its newest state, in the order in which they became due', async () => {
    const queue = new UpdateQueue(() => {});
    for (let rows = 1; rows <= 100; rows++) for (const pair of ['A/B', 'C/D']) queue.push(update(pair, rows));
    queue.push(update('E/F', 1));
    queue.push(update('A/B', 101));
    expect(await drained(queue)).toEqual(['A/B 101', 'C/D 100', 'E/F 1']);
  });

  it('hands what comes to those who wait, in their order', async () => {
    const queue = new UpdateQueue(() => {});
    const waiting = [queue.next(), queue.next(), queue.next()];
    queue.push(update('A/B', 1));
    queue.push(update('A/B', 2));
    queue.end();
    queue.push(update('A/B', 3));
    const found = await Promise.all(waiting);
    expect(found.map(({ value }) => value?.frame.length)).toEqual([1, 2, undefined]);
    expect(await queue.next()).toEqual({ value: undefined, done: true });
  });

  it('drops what is due when the loop is left, and tells that it ended', async () => {
    let ends = 0;
    const queue = new UpdateQueue(() => (ends += 1));
    queue.push(update('A/B', 1));
    queue.push(update('C/D', 1));
    for await (const { key } of queue) if (key.pair === 'A/B') break;
    expect(ends).toBe(1);
    expect(await queue.next()).toEqual({ value: undefined, done: true });
  });
});
