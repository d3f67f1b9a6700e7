import { describe, expect, it } from 'vitest';
import { Column, Frame, type AnyFrame, framesEqual, ints } from '../frame/index.ts';
import { decodeFrame } from './decode-frame.ts';
import { encodeFrame } from './encode-frame.ts';

/** `data` is the text of the rows, since what is tested is how they are written. */
function decode(columns: readonly unknown[], data: string, candlecast?: unknown) {
  const text = `{"columns":${JSON.stringify(columns)},"index":[0],"data":${data}}`;
  return decodeFrame({ df: { __type__: 'dataframe', __value__: text }, candlecast });
}

function frameOf(...args: Parameters<typeof decode>): AnyFrame {
  const outcome = decode(...args);
  if (outcome.status === 'refused') throw new Error(outcome.reason);
  return outcome.frame;
}

const kindAndCells = (frame: AnyFrame, name: string) => [
  frame.kind(name),
  ...Array.from({ length: frame.length }, (_, row) => frame.at(row, name)),
];

describe('the kind of a stock column', () => {
  it.each([
    ['x', '[[1],[2]]', ['int', 1, 2]],
    ['x', '[[1.0],[2.0]]', ['float64', 1, 2]],
    ['x', '[[1e0],[2]]', ['float64', 1, 2]],
    ['x', '[[1],[2.5]]', ['float64', 1, 2.5]],
    ['x', '[[1],[null]]', ['float64', 1, NaN]],
    ['x', '[[-0],[1]]', ['int', 0, 1]],
    ['x', '[[-0.0],[1.5]]', ['float64', -0, 1.5]],
    ['x', '[[true],[false]]', ['bool', true, false]],
    ['x', '[[true],[null]]', ['float64', 1, NaN]],
    ['x', '[["a"],[null]]', ['string', 'a', null]],
    ['x', '[["a"],[1.0],[true],[{"k": [1, "]"]}]]', ['string', 'a', '1.0', 'true', '{"k": [1, "]"]}']],
    ['x', '[[9007199254740993],[-1]]', ['int64', 9007199254740993n, -1n]],
    ['x', '[[-9223372036854775808],[9223372036854775807]]', ['int64', -(2n ** 63n), 2n ** 63n - 1n]],
    ['x', '[[1700000000000],[-9223372036854775808]]', ['timestamp', 1_700_000_000_000, NaN]],
    ['x', '[[-9223372036854775808]]', ['timestamp', NaN]],
    ['x', '[[1],[-9223372036854775807]]', ['int64', 1n, -(2n ** 63n) + 1n]],
    ['x', '[[9007199254740993],[-9223372036854775808]]', ['int64', 9007199254740993n, -(2n ** 63n)]],
    ['x', '[[9223372036854775808],[1]]', ['float64', 2 ** 63, 1]],
    ['x', '[[1],[9007199254740993.0]]', ['float64', 1, 2 ** 53]],
    ['x', '[[1],[1e400]]', ['float64', 1, Infinity]],
    ['close', '[[1],[2]]', ['float64', 1, 2]],
    ['close', '[[null],[null]]', ['float64', NaN, NaN]],
    ['date', '[[1],[-9223372036854775808]]', ['timestamp', 1, NaN]],
    ['date_1h', '[[1],[null]]', ['timestamp', 1, NaN]],
    ['date_1h', '[[null],[null]]', ['timestamp', NaN, NaN]],
    ['date_1h', '[[1.5],[null]]', ['float64', 1.5, NaN]],
    ['date_hour', '[[1],[2]]', ['int', 1, 2]],
    ['enter_long', '[[0],[1]]', ['int', 0, 1]],
    ['enter_long', '[[0.0],[1.0]]', ['float64', 0, 1]],
    ['enter_long', '[[null],[1.0]]', ['float64', NaN, 1]],
    ['enter_tag', '[[null],[null]]', ['string', null, null]],
    ['enter_tag', '[[null],[120]]', ['string', null, '120']],
  ])('%s of %s', (name, data, expected) => {
    expect(kindAndCells(frameOf([name], data), name)).toEqual(expected);
  });

  it('is found behind spaces, other members and brackets inside of strings', () => {
    const text = ' { "index" : ["]\\"}"] ,\n "d\\u0061ta" : [ [ 1.0 , "\\\\" , 2 ] ] , "columns" : ["a","b","c"] } ';
    const outcome = decodeFrame({ df: { __type__: 'dataframe', __value__: text } });
    expect(outcome.status === 'frame' && outcome.frame.schema).toEqual({ a: 'float64', b: 'string', c: 'int' });
  });

  it('is open where all cells are null and the name says nothing', () => {
    const outcome = decode(['x', 'close', 'exit_tag', 'enter_short'], '[[null,null,null,null]]');
    expect(outcome).toMatchObject({ status: 'frame', undetermined: ['x'] });
  });

  it('does not get values from a second list of rows', () => {
    const text = '{"columns":["x"],"data":[[9007199254740993]],"data":[[9007199254740999]]}';
    const outcome = decodeFrame({ df: { __type__: 'dataframe', __value__: text } });
    expect(outcome.status === 'frame' && kindAndCells(outcome.frame, 'x')).toEqual(['float64', 9007199254741000]);
  });
});

describe('names of columns', () => {
  it('are made unique as pandas makes them', () => {
    expect(frameOf(['a', 'a', 'a.1', 'a'], '[[1,2,3,4]]').names).toEqual(['a', 'a.1', 'a.1.1', 'a.2']);
  });

  it('are the JSON of what pandas takes for a name besides text', () => {
    expect(frameOf([7, '7', 1.5, null, true], '[[1,2,3,4,5]]').names).toEqual(['7', '7.1', '1.5', 'null', 'true']);
  });

  it('may be those of an object', () => {
    const frame = frameOf(['__proto__', 'constructor', 'toString'], '[[1,2,3]]');
    expect(frame.row(0)).toEqual(Object.assign(Object.create(null), { constructor: 2, toString: 3, ['__proto__']: 1 }));
    expect(frame.at(0, '__proto__')).toBe(1);
    expect(Object.prototype).not.toHaveProperty('1');
  });
});

describe('a frame that cannot be read', () => {
  it.each([
    [['x'], '[[1],[1,2]]', 'row 1: expected a list of 1 cells, one a column; found a list of 2'],
    [['x'], '[[1],7]', 'row 1: expected a list of 1 cells, one a column; found the number 7'],
    [['x', ['y']], '[]', 'columns[1]: expected text, a number, true, false or null, found a list'],
    [
      ['date'],
      '[[1],["2026-11-20"]]',
      'column "date", row 1: expected milliseconds since 1970, found text "2026-11-20"',
    ],
    [['close'], '[[1],[null],[true]]', 'column "close", row 2: expected a number or null, found true'],
    [['x'], '{}', 'expected an object with the lists "columns" and "data"'],
  ])('%j %s', (columns, data, reason) => {
    const outcome = decode(columns, data);
    expect(outcome).toMatchObject({ status: 'refused', code: 'WIRE_BAD_FRAME' });
    expect(outcome.status === 'refused' && outcome.reason).toContain(reason);
  });

  it.each([undefined, null, [], 'text', {}, { __type__: 'frame', __value__: '{}' }, { __type__: 'dataframe' }])(
    'df %j',
    (df) => {
      expect(decodeFrame({ df })).toMatchObject({ status: 'refused', code: 'WIRE_BAD_FRAME' });
    },
  );

  it('has more rows or columns than the limits allow', () => {
    const df = { __type__: 'dataframe', __value__: '{"columns":["a","b"],"data":[[1,2],[3,4]]}' };
    expect(decodeFrame({ df }, { mostRows: 1 })).toEqual({
      status: 'refused',
      code: 'WIRE_TOO_LARGE',
      reason: 'the frame has 2 rows, mostRows is 1',
    });
    expect(decodeFrame({ df }, { mostColumns: 1 })).toMatchObject({ code: 'WIRE_TOO_LARGE' });
    expect(decodeFrame({ df }, { mostRows: 2, mostColumns: 2 })).toMatchObject({ status: 'frame' });
  });
});

describe('a declaration', () => {
  it('restores what the text does not show', () => {
    const frame: AnyFrame = Frame.of({
      whole: Float64Array.of(1, -0, 0, Infinity, -Infinity, Number.NaN),
      flag: ints([0, 1, 0, 1, 0, 1]),
      text: [null, null, null, null, null, null],
    });
    const encoded = encodeFrame(frame);
    expect(encoded.candlecast).toEqual({
      kinds: 'fis',
      special: [
        [1, 0, '-0'],
        [3, 0, 'inf'],
        [4, 0, '-inf'],
      ],
    });
    const { __value__: text } = encoded.df;
    expect(text).toContain('[[1,0,null],[0,1,null],[0,0,null],[null,1,null],[null,0,null],[null,1,null]]');
    const decoded = decodeFrame(encoded);
    expect(decoded.status === 'frame' && framesEqual(decoded.frame, frame)).toBe(true);
    expect(decoded).toMatchObject({ undetermined: [], firstRow: 0 });
  });

  it('takes a zero among integers for one, with whatever sign', () => {
    expect(kindAndCells(frameOf(['x'], '[[-0],[1]]', { kinds: 'i' }), 'x')).toEqual(['int', 0, 1]);
  });

  it.each([
    [['x'], '[[1]]', null, 'expected an object, found null'],
    [['x'], '[[1]]', {}, 'kinds: expected letters'],
    [['x'], '[[1]]', { kinds: 'q' }, 'found text "q"'],
    [['x'], '[[1]]', { kinds: 'ff' }, 'kinds: 2 letters for 1 columns'],
    [['x'], '[[1]]', { kinds: 'f', special: {} }, 'special: expected a list, found an object'],
    [['x'], '[[null]]', { kinds: 'f', special: [[0, 0, 'nan']] }, 'special[0]'],
    [['x'], '[[null]]', { kinds: 'f', special: [[0, 0.5, 'inf']] }, 'special[0]'],
    [['x'], '[[null]]', { kinds: 'f', special: [[0, -1, 'inf']] }, 'special[0]'],
    [['x'], '[[null]]', { kinds: 'f', special: [[0, '__proto__', 'inf']] }, 'special[0]'],
    [['x'], '[[0]]', { kinds: 'i', special: [[0, 0, '-0']] }, 'special[0]'],
    [['x'], '[[null]]', { kinds: 'f', special: [[1, 0, 'inf']] }, 'column "x", row 1 does not show'],
    [['x'], '[[null]]', { kinds: 'f', special: [[0, 0, '-0']] }, 'column "x", row 0 does not show'],
    [['x'], '[[5]]', { kinds: 'f', special: [[0, 0, 'inf']] }, 'column "x", row 0 does not show'],
    [
      ['x'],
      '[[null]]',
      {
        kinds: 'f',
        special: [
          [0, 0, 'inf'],
          [0, 0, 'inf'],
        ],
      },
      'column "x", row 0 does not show',
    ],
    [
      ['x'],
      '[[1],["a"]]',
      { kinds: 'f' },
      'column "x", row 1: expected a number or null, as the peer declared, found text "a"',
    ],
    [['x'], '[[1],[1e400]]', { kinds: 'f' }, 'row 1: expected a number or null'],
    [['x'], '[[1],[true]]', { kinds: 't' }, 'row 1: expected a number or null'],
    [['x'], '[[1],[1.5]]', { kinds: 'i' }, 'row 1: expected an integer within'],
    [['x'], '[[1],[null]]', { kinds: 'i' }, 'row 1: expected an integer within'],
    [['x'], '[[1],[9007199254740993]]', { kinds: 'i' }, 'row 1: expected an integer within'],
    [['x'], '[[1],[null]]', { kinds: 'l' }, 'row 1: expected an integer of 64 bits'],
    [['x'], '[[1],[9223372036854775808]]', { kinds: 'l' }, 'row 1: expected an integer of 64 bits'],
    [['x'], '[[1],[1e18]]', { kinds: 'l' }, 'row 1: expected an integer of 64 bits'],
    [['x'], '[[true],[1]]', { kinds: 'b' }, 'row 1: expected true or false'],
    [['x'], '[["a"],[1]]', { kinds: 's' }, 'row 1: expected text or null'],
  ])('that disagrees with the frame refuses it: %j %s %j', (columns, data, declaration, reason) => {
    const outcome = decode(columns, data, declaration);
    expect(outcome).toMatchObject({ status: 'refused', code: 'WIRE_BAD_KINDS' });
    expect(outcome.status === 'refused' && outcome.reason).toContain(reason);
  });
});

describe('the first row', () => {
  it.each([
    ['[295,296]', 295],
    ['[0]', 0],
    ['["2026"]', undefined],
    ['[-1]', undefined],
    ['[]', undefined],
    ['7', undefined],
  ])('of index %s', (index, firstRow) => {
    const df = { __type__: 'dataframe', __value__: `{"columns":["x"],"index":${index},"data":[[1],[2]]}` };
    expect(decodeFrame({ df })).toHaveProperty('status', 'frame');
    const outcome = decodeFrame({ df });
    expect(outcome.status === 'frame' ? outcome.firstRow : outcome).toBe(firstRow);
  });
});

describe('what cannot be written', () => {
  it('is an integer column with something else in it', () => {
    const frame: AnyFrame = Frame.fromColumns([['flag', Column.adopt('int', Float64Array.of(1, Number.NaN))]]);
    expect(() => encodeFrame(frame)).toThrow('column "flag", row 1: expected an integer within ±(2^53 - 1), found NaN');
  });

  it.each([-1, 0.5, Number.NaN])('is a first row of %d', (firstRow) => {
    expect(() => encodeFrame(Frame.of({ x: [1] }), { firstRow })).toThrow('firstRow must be 0 or a positive integer');
  });
});
