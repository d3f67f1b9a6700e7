import { describe, expect, it } from 'vitest';
import { Turnstile } from './turnstile.ts';

function guests(names: string) {
  const letIn: string[] = [];
  return { letIn, all: Array.from(names, (name) => ({ letIn: () => void letIn.push(name) })) };
}

describe('Turnstile', () => {
  it('lets in so many, and the others in the order in which they came', () => {
    const turnstile = new Turnstile(2);
    const { letIn, all } = guests('abcde');
    expect(all.map((guest) => turnstile.enter(guest))).toEqual([true, true, false, false, false]);
    expect(turnstile.waiting).toBe(3);
    expect(turnstile.enter(all[0])).toBe(true);
    turnstile.leave(all[1]);
    expect(letIn).toEqual(['c']);
    turnstile.leave(all[0]);
    turnstile.leave(all[2]);
    expect(letIn).toEqual(['c', 'd', 'e']);
    expect(turnstile.waiting).toBe(0);
  });

  it('forgets one who waits no longer, and passes over those who are not there', () => {
    const turnstile = new Turnstile(1);
    const { letIn, all } = guests('abc');
    for (const guest of all) turnstile.enter(guest);
    turnstile.leave(all[1]);
    turnstile.leave(all[1]);
    expect(letIn).toEqual([]);
    turnstile.leave(all[0]);
    expect(letIn).toEqual(['c']);
    turnstile.leave(all[0]);
    expect(turnstile.enter(all[1])).toBe(false);
    expect(letIn).toEqual(['c']);
  });

  it('counts one who asks again and again once, and keeps its place', () => {
    const turnstile = new Turnstile(1);
    const { letIn, all } = guests('abc');
    turnstile.enter(all[0]);
    for (let i = 0; i < 5; i++) turnstile.enter(all[1]);
    turnstile.enter(all[2]);
    turnstile.enter(all[1]);
    expect(turnstile.waiting).toBe(2);
    turnstile.leave(all[0]);
    turnstile.leave(all[1]);
    expect(letIn).toEqual(['b', 'c']);
  });

  it('lets in the next where one who is let in leaves at once', () => {
    const turnstile = new Turnstile(1);
    const letIn: number[] = [];
    const first = { letIn() {} };
    turnstile.enter(first);
    const count = 1000;
    for (let i = 0; i < count; i++) {
      const guest = {
        letIn() {
          letIn.push(i);
          turnstile.leave(guest);
        },
      };
      turnstile.enter(guest);
    }
    turnstile.leave(first);
    expect(letIn).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(turnstile.enter(first)).toBe(true);
  });
});
