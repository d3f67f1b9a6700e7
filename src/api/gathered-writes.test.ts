import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { gatherWrites } from './gathered-writes.ts';

function scene() {
  const stream = new PassThrough();
  const arrived: number[] = [];
  let corks = 0;
  const cork = stream.cork.bind(stream);
  stream.cork = () => {
    corks += 1;
    cork();
  };
  stream.on('data', (data: Buffer) => arrived.push(data.length));
  const gather = gatherWrites(stream);
  const write = (bytes: number) => {
    gather(bytes);
    stream.write(Buffer.alloc(bytes));
  };
  return { stream, arrived, write, corks: () => corks };
}

describe('gathered writes', () => {
  it('leave at the end of the turn, at the latest', async () => {
    const { stream, arrived, write, corks } = scene();
    for (let i = 0; i < 5; i++) write(500);
    expect(stream.writableCorked).toBe(1);
    expect(arrived).toEqual([]);
    await Promise.resolve();
    expect(stream.writableCorked).toBe(0);
    await new Promise(setImmediate);
    expect(arrived).toEqual([500, 500, 500, 500, 500]);
    expect(corks()).toBe(1);
  });

  it('leave earlier where they are many: no more than 8 KiB wait', async () => {
    const { stream, write, corks } = scene();
    for (let i = 0; i < 100; i++) {
      write(500);
      expect(stream.writableCorked).toBe(1);
    }
    expect(corks()).toBe(Math.ceil(100 / 16));
    await Promise.resolve();
    expect(stream.writableCorked).toBe(0);
  });

  it('do not hold up what is long, nor what comes before it', async () => {
    const { stream, write } = scene();
    write(100);
    write(64 * 1024);
    expect(stream.writableCorked).toBe(0);
    write(100);
    await Promise.resolve();
    expect(stream.writableCorked).toBe(0);
  });
});
