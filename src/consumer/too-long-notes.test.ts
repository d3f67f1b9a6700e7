import { describe, expect, it } from 'vitest';
import { manualClock } from '../testing/index.ts';
import { TooLongNotes } from './too-long-notes.ts';

const MEGABYTE = 2 ** 20;

function scene() {
  const clock = manualClock(1_000_000);
  const told: string[] = [];
  const notes = new TooLongNotes({ clock, mostBytes: 8 * MEGABYTE, tell: (reason) => told.push(reason) });
  return { clock, told, note: (what: string, megabytes: number) => notes.note(what, megabytes * MEGABYTE), notes };
}

describe('what is too long', () => {
  it('is told at once, and what follows soon summed up', () => {
    const { clock, told, note } = scene();
    note('A', 11.5);
    expect(told).toEqual(['A is a message of 11.5 MB, longer than message_size_limit, 8 MB; it would have to be 12']);
    note('B', 9);
    note('C', 12.5);
    expect(told).toHaveLength(1);
    clock.advance(5_000);
    note('D', 10);
    clock.advance(5_000);
    expect(told.slice(1)).toEqual([
      'B, C are messages of up to 12.5 MB, longer than message_size_limit, 8 MB; it would have to be 13',
      'D is a message of 10 MB, longer than message_size_limit, 8 MB; it would have to be 10',
    ]);
  });

  it('is told once, and again only where it comes to need a larger limit', () => {
    const { clock, told, note } = scene();
    for (const megabytes of [9.5, 9, 8.1, 10]) {
      note('A', megabytes);
      clock.advance(60_000);
    }
    expect(told).toHaveLength(1);
    note('A', 10.1);
    expect(told).toHaveLength(2);
  });

  it('does not fill a log, however many there are', () => {
    const { clock, told, note } = scene();
    for (let i = 0; i < 200; i++) note(`frame ${i}`, 9);
    clock.advance(60_000);
    expect(told).toHaveLength(2);
    expect(told[1]).toMatch(/^frame 1, .*frame 12 and 187 more are messages of up to 9 MB/);
    for (let i = 200; i < 20_000; i++) note(`frame ${i}`, 9);
    clock.advance(60_000);
    expect(told).toHaveLength(4);
    note('beyond what is remembered', 9);
    expect(told).toHaveLength(4);
  });

  it('is told no more, and leaves no timer, after the end', () => {
    const { clock, told, note, notes } = scene();
    note('A', 9);
    note('B', 9);
    notes.stop();
    clock.advance(60_000);
    expect(clock.pendingTimers).toBe(0);
    expect(told).toHaveLength(1);
  });
});
