import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textWidth } from './text-width.ts';
import { wrapPieces } from './wrap-pieces.ts';

const layout = { separator: ' · ', indent: '  ' };

describe('wrapPieces', () => {
  it('is one line where there is room', () => {
    expect(wrapPieces(['a b', 'c'], { ...layout, width: Number.POSITIVE_INFINITY })).toEqual(['a b · c']);
    expect(wrapPieces([], { ...layout, width: 9 })).toEqual([]);
  });

  it('keeps pieces whole where they fit into a line', () => {
    expect(wrapPieces(['one two', 'three four'], { ...layout, width: 14 })).toEqual(['one two ·', '  three four']);
  });

  it('breaks at spaces what fits into no line', () => {
    expect(wrapPieces(['one two three'], { ...layout, width: 9 })).toEqual(['one two', '  three']);
  });

  it('loses no word, and is too wide only where a single word is', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '币'), minLength: 1, maxLength: 6 });
    const piece = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(piece), fc.integer({ min: 16, max: 40 }), (pieces, width) => {
        const lines = wrapPieces(pieces, { separator: ', ', indent: '  ', width });
        expect(lines.join(' ').split(/[ ,]+/).filter(Boolean)).toEqual(pieces.join(' ').split(' ').filter(Boolean));
        expect(Math.max(0, ...lines.map(textWidth))).toBeLessThanOrEqual(width);
      }),
    );
  });
});
