import { describe, expect, it } from 'vitest';
import { type CellValue, Column, type ColumnKind, Frame, type KindOf } from '../frame/index.ts';
import { settleKinds } from './settle-kinds.ts';

const samples: Readonly<Record<ColumnKind, Column>> = {
  float64: Column.adopt('float64', Float64Array.of(1.5, NaN)),
  timestamp: Column.adopt('timestamp', Float64Array.of(1_700_000_000_000, NaN)),
  int: Column.adopt('int', Float64Array.of(-3, 7)),
  int64: Column.adopt('int64', BigInt64Array.of(2n ** 60n, -5n)),
  bool: Column.adopt('bool', Uint8Array.of(1, 0)),
  string: Column.adopt('string', ['text', null]),
};

const open = Column.adopt('float64', Float64Array.of(NaN, NaN));

const settle = (left: Column, right: Column, openSides: readonly ('left' | 'right')[] = []) =>
  settleKinds(
    { frame: Frame.fromColumns([['x', left]]), undetermined: new Set(openSides.includes('left') ? ['x'] : []) },
    { frame: Frame.fromColumns([['x', right]]), undetermined: new Set(openSides.includes('right') ? ['x'] : []) },
  );

const columnOf = (kind: ColumnKind, values: readonly (number | bigint | string | null)[]): Column => {
  const texts = values.map((value) => (value === null ? null : `${value}`));
  if (kind === 'string') return Column.adopt(kind, texts);
  if (kind === 'int64')
    return Column.adopt(
      kind,
      BigInt64Array.from(texts, (text) => BigInt(text ?? 0)),
    );
  return Column.adopt(kind, kind === 'bool' ? Uint8Array.from(values, Number) : Float64Array.from(values, Number));
};

/** The kind that each pair of kinds ends as, undefined for a conflict; pandas' own, where it has one. */
const common: Readonly<Record<ColumnKind, Readonly<Partial<Record<ColumnKind, ColumnKind>>>>> = {
  float64: { float64: 'float64', int: 'float64', int64: 'float64', bool: 'float64' },
  timestamp: { timestamp: 'timestamp', int: 'timestamp' },
  int: { float64: 'float64', timestamp: 'timestamp', int: 'int', int64: 'int64', bool: 'float64' },
  int64: { float64: 'float64', int: 'int64', int64: 'int64', bool: 'float64' },
  bool: { float64: 'float64', int: 'float64', int64: 'float64', bool: 'bool' },
  string: { string: 'string', float64: 'string', int: 'string', int64: 'string', bool: 'string' },
};

const kinds = ['float64', 'timestamp', 'int', 'int64', 'bool', 'string'] as const satisfies readonly KindOf<Column>[];
const pairs = kinds.flatMap((left) => kinds.map((right) => [left, right, common[left][right]] as const));

const cells = (frame: Frame) => [0, 1].map((row) => frame.at(row, 'x'));
const plain = (cell: CellValue | undefined) => (typeof cell === 'string' || cell === null ? cell : Number(cell));

describe('settleKinds', () => {
  it.each(pairs)('%s beside %s is %s', (left, right, kind) => {
    const settled = settle(samples[left], samples[right]);
    if (kind === undefined) return expect(settled).toEqual({ status: 'conflict', column: 'x' });
    if (settled.status !== 'settled') throw new Error(settled.column);
    for (const [frame, sample] of [
      [settled.left, samples[left]],
      [settled.right, samples[right]],
    ] as const) {
      expect(frame.kind('x')).toBe(kind);
      if (kind !== 'string') expect(cells(frame).map(plain)).toEqual([0, 1].map((row) => plain(sample.cell(row))));
    }
    expect(settled.left.append(settled.right).length).toBe(4);
  });

  it.each(kinds)('a column without values beside %s takes its kind, where that can be missing', (kind) => {
    const expected = kind === 'string' || kind === 'timestamp' ? kind : 'float64';
    const missing = kind === 'string' ? null : NaN;
    for (const isLeft of [true, false]) {
      const settled = isLeft ? settle(open, samples[kind], ['left']) : settle(samples[kind], open, ['right']);
      if (settled.status !== 'settled') throw new Error(settled.column);
      const [empty, full] = isLeft ? [settled.left, settled.right] : [settled.right, settled.left];
      expect(empty.kind('x')).toBe(expected);
      expect(full.kind('x')).toBe(expected);
      expect(cells(empty)).toEqual([missing, missing]);
      expect(cells(full).map(plain)).toEqual([0, 1].map((row) => plain(samples[kind].cell(row))));
      expect(settled.undetermined.size).toBe(0);
    }
  });

  it.each([
    ['float64', [1, 0.5, NaN], ['1.0', '0.5', null]],
    ['int', [1, -7, 0], ['1', '-7', '0']],
    ['bool', [1, 0, 1], ['true', 'false', 'true']],
    ['int64', [2n ** 60n, -5n, 0n], ['1152921504606846976', '-5', '0']],
    ['string', ['1', null, 'text'], ['1', null, 'text']],
  ] as const)('%s of %s behind text is text as a whole frame would have it', (kind, values, expected) => {
    const held = Column.adopt('string', ['a', 'b', null]);
    const settled = settle(held, columnOf(kind, values));
    if (settled.status !== 'settled') throw new Error(settled.column);
    expect(settled.left.strings('x')).toEqual(['a', 'b', null]);
    expect(settled.right.strings('x')).toEqual(expected);
  });

  it.each(['float64', 'int', 'int64', 'bool'] as const)('%s behind text is a conflict where it is declared', (kind) => {
    const left = { frame: Frame.fromColumns([['x', samples.string]]), undetermined: new Set<string>() };
    const right = { frame: Frame.fromColumns([['x', samples[kind]]]), undetermined: new Set<string>() };
    expect(settleKinds(left, { ...right, isDeclared: true })).toEqual({ status: 'conflict', column: 'x' });
    expect(settleKinds(left, { ...right, isDeclared: false }).status).toBe('settled');
    // Without any value it is nothing but empty.
    const open = { ...right, undetermined: new Set(['x']), isDeclared: true };
    expect(settleKinds(left, open).status).toBe('settled');
  });

  it('leaves open what is open on both sides', () => {
    const settled = settle(open, open, ['left', 'right']);
    expect(settled.status === 'settled' && [...settled.undetermined]).toEqual(['x']);
  });

  it('hands on frames of the same kinds as they are', () => {
    const frame = Frame.of({ x: [1.5], y: ['a'] });
    const settled = settleKinds({ frame, undetermined: new Set() }, { frame, undetermined: new Set() });
    expect(settled.status === 'settled' && settled.left === frame && settled.right === frame).toBe(true);
  });
});
