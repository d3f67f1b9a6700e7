// Compiled and run against the installed package by scripts/check-package.ts, as a user's own file would be.
import { Frame } from 'candlecast';
import { fromArrow, toArrow } from 'candlecast/arrow';
import { FrameError, type FrameErrorCode, framesEqual, timestamps } from 'candlecast/frame';

const frame = Frame.of({ date: timestamps([0, 300_000]), close: [1.5, 2.5], tag: ['a', null] });
const wider = frame.with({ doubled: Float64Array.from(frame.columns.close, (value) => value * 2) });

// Columns keep their names and kinds through the package's declarations.
const doubled: number = wider.columns.doubled[1];
const tag: string | null = wider.columns.tag[0];
// @ts-expect-error: a misspelt column is a compile error
const misspelt: unknown = wider.columns.dubbled;

const code: FrameErrorCode = 'FRAME_UNKNOWN_COLUMN';
const found = {
  doubled,
  tag,
  misspelt,
  equal: framesEqual(frame, fromArrow(toArrow(frame))),
  refusal: refusalOf(() => frame.numbers('x')),
};
const expected = { doubled: 5, tag: 'a', misspelt: undefined, equal: true, refusal: code };
if (JSON.stringify(found) !== JSON.stringify(expected)) throw new Error(`found ${JSON.stringify(found)}`);

function refusalOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (thrown) {
    return thrown instanceof FrameError ? thrown.code : undefined;
  }
  return undefined;
}
