import { describe, expect, it } from 'vitest';
import { decodeFaults, parseFaults } from './fault-plan.ts';
import { planText, struckText } from './fault-text.ts';

describe('a plan of faults', () => {
  it.each([
    [['429:0.01', 'late:2s']],
    [['5xx:x3:/klines', 'timeout:0.5', 'skew:-1h']],
    [['missing:0.1:90s', 'repainted:1d', 'yesterday', 'quiet:15m', 'late:0ms']],
  ])('is told as the command line takes it: %j', (texts) => {
    const plan = parseFaults(texts);
    const told = planText(plan) ?? '';
    expect(told.split(', ').toSorted()).toEqual(texts.toSorted());
    expect(parseFaults(told.split(', '))).toEqual(plan);
  });

  it('is told whole where the command line has no words for it, and not at all where it is empty', () => {
    expect(planText(decodeFaults({ '429': { rate: 0.5, retryAfterS: 2 } }))).toBe('429:0.5 (Retry-After 2)');
    expect(planText({})).toBeUndefined();
  });

  it('and how often it struck', () => {
    expect(struckText({ timeout: 1, '429': 2 })).toBe('429 2×, timeout 1×');
    expect(struckText({})).toBe('none');
  });
});
