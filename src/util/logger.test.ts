import { expect, it, vi } from 'vitest';
import { silentLogger } from './logger.ts';

it('stays silent, and so do its children', () => {
  const writes = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    silentLogger[level]('hello', { a: 1 });
    silentLogger.child('part').child('of a part')[level]('hello');
  }
  for (const write of writes) {
    expect(write).not.toHaveBeenCalled();
    write.mockRestore();
  }
});
