import { describe, expect, it } from 'vitest';
import { describeLoadError } from './describe-load-error.ts';

const file = '/strategies/mine.ts';

/** An error as Node's file system throws it, with the calls of its stack. */
function fileError(calls: string): Error {
  const error = Object.assign(new Error(`EACCES: permission denied, open '${file}'`), {
    code: 'EACCES',
    syscall: 'open',
  });
  error.stack = `Error: ${error.message}\n${calls}`;
  return error;
}

describe('describeLoadError', () => {
  it('tells a file that can’t be read', async () => {
    const cause = fileError(
      '    at readFileSync (node:fs:441:20)\n    at getSource (node:internal/modules/esm/load:1:1)',
    );
    const error = await describeLoadError(cause, file, [file]);
    expect(error).toMatchObject({ code: 'STRATEGY_UNREADABLE', cause, location: { file } });
    expect(error.message).toBe(`${file}: can't be read: EACCES: permission denied, open '${file}'`);
  });

  it('from a strategy that can’t read another', async () => {
    const cause = fileError(`    at readFileSync (node:fs:441:20)\n    at file://${file}?v=1:3:7`);
    const error = await describeLoadError(cause, file, [file]);
    expect(error).toMatchObject({ code: 'STRATEGY_LOAD_THREW', cause, location: { file, line: 3, column: 7 } });
  });

  it('keeps the engine’s message where nobody knows the place of a syntax error', async () => {
    const cause = new SyntaxError('Unexpected token');
    const error = await describeLoadError(cause, file, []);
    expect(error).toMatchObject({ code: 'STRATEGY_SYNTAX', cause, location: { file } });
    expect(error.message).toBe(`${file}: syntax error: Unexpected token`);
  });
});
