import { afterEach, describe, expect, it, vi } from 'vitest';
import { paintFor } from './paint.ts';

describe('paintFor', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('paints on a terminal, and nowhere else', () => {
    vi.stubEnv('NO_COLOR', undefined);
    expect(paintFor({ isTTY: true })('red', 'x')).toBe('\u001B[31mx\u001B[39m');
    expect(paintFor({ isTTY: false })('red', 'x')).toBe('x');
    expect(paintFor({})('red', 'x')).toBe('x');
  });

  it('honours NO_COLOR, which counts where it is not empty', () => {
    vi.stubEnv('NO_COLOR', '1');
    expect(paintFor({ isTTY: true })('red', 'x')).toBe('x');
    vi.stubEnv('NO_COLOR', '');
    expect(paintFor({ isTTY: true })('red', 'x')).not.toBe('x');
  });
});
