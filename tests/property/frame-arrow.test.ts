import { fromArrow, toArrow } from 'candlecast/arrow';
import { type AnyFrame, FrameError, firstDifference } from 'candlecast/frame';
import * as arrow from 'apache-arrow';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameOf, models } from './frame-model.ts';

const formats = ['stream', 'file'] as const;

/** Undefined where there is nothing wrong: what the reader may do with damaged bytes is refuse them. */
function refusal(bytes: Uint8Array): FrameError | undefined {
  try {
    fromArrow(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof FrameError) return error;
    throw error;
  }
}

/** What apache-arrow must show for a cell of ours. */
function asRivalShows(frame: AnyFrame, name: string, row: number): unknown {
  const cell = frame.at(row, name);
  if (frame.kind(name) === 'int') return BigInt(Number(cell));
  return frame.kind(name) === 'timestamp' && Number.isNaN(cell) ? null : cell;
}

/** Whether a frame's times are whole milliseconds: only then do they go as Arrow's timestamps. */
const hasWholeTimes = (frame: AnyFrame, name: string) =>
  Array.from(frame.numbers(name)).every(
    (time) => Number.isNaN(time) || (Number.isSafeInteger(time) && !Object.is(time, -0)),
  );

describe.each(formats)('Arrow as a %s', (format) => {
  it('comes back to the bit', () => {
    fc.assert(
      fc.property(models(), (model) => {
        const frame = frameOf(model);
        expect(firstDifference(frame, fromArrow(toArrow(frame, format)))).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('is written from views of shared memory as well', () => {
    fc.assert(
      fc.property(models(), fc.nat(12), fc.nat(12), (model, from, to) => {
        const frame = frameOf(model).append(frameOf(model)).slice(from, to);
        expect(firstDifference(frame, fromArrow(toArrow(frame, format)))).toBeUndefined();
      }),
    );
  });

  it('is read from anywhere in a longer buffer, aligned or not, and copied', () => {
    fc.assert(
      fc.property(models(), fc.nat(17), (model, offset) => {
        const frame = frameOf(model);
        const bytes = toArrow(frame, format);
        const longer = new Uint8Array(bytes.length + 40).fill(0xa5);
        longer.set(bytes, offset);
        const back = fromArrow(longer.subarray(offset, offset + bytes.length));
        longer.fill(0xff);
        expect(firstDifference(frame, back)).toBeUndefined();
      }),
    );
  });

  it('is read by apache-arrow, cell by cell', () => {
    fc.assert(
      fc.property(models(), (model) => {
        const frame = frameOf(model);
        const table = arrow.tableFromIPC(toArrow(frame, format));
        // Without a row there is no batch, and it makes one of another schema; a byte order mark it drops.
        expect(table.numRows).toBe(frame.length);
        expect(table.schema.names.length).toBe(frame.names.length);
        for (const [i, name] of frame.names.entries()) {
          if (frame.kind(name) === 'timestamp' && !hasWholeTimes(frame, name)) continue;
          for (let row = 0; row < frame.length; row++) {
            const wanted = asRivalShows(frame, name, row);
            const seen: unknown = table.getChildAt(i)?.get(row);
            const text = typeof wanted === 'string' ? wanted.replace(/^\uFEFF/, '') : wanted;
            expect(Object.is(seen, text), `${name}, row ${row}: ${String(seen)}, wanted ${String(text)}`).toBe(true);
          }
        }
      }),
    );
  });

  it('is refused when cut off anywhere', () => {
    fc.assert(
      fc.property(models(4), (model) => {
        const bytes = toArrow(frameOf(model), format);
        for (let length = 0; length < bytes.length; length++) {
          const error = refusal(bytes.subarray(0, length));
          expect(error?.code, `${length} of ${bytes.length} bytes`).toBe('FRAME_ARROW_INVALID');
        }
      }),
      { numRuns: 12 },
    );
  });

  it('is refused or read, and never hung upon, with any bytes garbled', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 127, 128, 255))), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(models(), fc.array(damage, { minLength: 20, maxLength: 20 }), (model, damages) => {
        const bytes = toArrow(frameOf(model), format);
        for (const damage of damages) {
          const garbled = bytes.slice();
          for (const [at, byte] of damage) garbled[at % bytes.length] = byte;
          const error = refusal(garbled);
          if (error) expect(['FRAME_ARROW_INVALID', 'FRAME_DUPLICATE_COLUMN']).toContain(error.code);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('keeps its promise with words of 4 bytes garbled, where the lengths stand', () => {
    const words = fc.constantFrom(-1, 0, 1, 2, -2, -8, 8, 2 ** 31 - 1, -(2 ** 31), 1e6, 1e9, 0x01010101);
    const damage = fc.array(fc.tuple(fc.nat(), words), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(models(), fc.array(damage, { minLength: 20, maxLength: 20 }), (model, damages) => {
        const bytes = toArrow(frameOf(model), format);
        for (const damage of damages) {
          const garbled = bytes.slice();
          const view = new DataView(garbled.buffer);
          for (const [at, word] of damage) view.setInt32((at % (bytes.length >> 2)) * 4, word, true);
          const error = refusal(garbled);
          if (error) expect(['FRAME_ARROW_INVALID', 'FRAME_DUPLICATE_COLUMN']).toContain(error.code);
        }
      }),
      { numRuns: 150 },
    );
  });
});

it('refuses bytes that have nothing to do with Arrow', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      fc.pre(bytes.length < 4 || bytes.some((byte) => byte !== 0));
      expect(refusal(bytes)?.code).toBe('FRAME_ARROW_INVALID');
    }),
    { numRuns: 1000 },
  );
});
