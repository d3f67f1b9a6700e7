/* oxlint-disable typescript/no-unsafe-type-assertion -- a column's kind says which values it holds, which the type checker cannot follow */
import { type AnyFrame, type CellValue, Column, type ColumnKind, Frame } from 'candlecast/frame';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type WindowHash, addHash, hashCells, hashRows, hashText, noRowsHash } from '../../src/frame/window-hash.ts';
import { type Random, seededRandom } from '../../src/util/random.ts';
import { type Model, awkwardNames, frameOf, kinds, rowsOf, someCells } from './frame-model.ts';

/*
 * The definition once more, in the plainest way: 64-bit integers, one cell after the other. What another team would write from the
 * specification.
 */

const MASK = 0xffff_ffffn;
const word = (value: bigint) => value & MASK;
const rotated = (value: bigint, by: bigint) => word(value << by) | (value >> (32n - by));

type Words = readonly [low: bigint, high: bigint];

function plainMix([low, high]: Words, [keyLow, keyHigh]: Words): Words {
  let [x, y] = [word(low) ^ word(keyLow), word(high) ^ word(keyHigh)];
  x = word((x ^ (x >> 16n)) * 0x85ebca6bn);
  y = word((y ^ (y >> 15n)) * 0xc2b2ae35n);
  x = word(x + rotated(y, 13n));
  y ^= rotated(x, 17n);
  x = word((x ^ (x >> 15n)) * 0x7feb352dn);
  y = word((y ^ (y >> 16n)) * 0x846ca68bn);
  x = word(x + rotated(y, 15n));
  y ^= rotated(x, 11n);
  return [x ^ (x >> 16n), y ^ (y >> 15n)];
}

const TEXT_KEY: Words = [0x243f6a88n, 0x85a308d3n];
const SCHEMA_KEY: Words = [0x9e3779b9n, 0x7f4a7c15n];

function plainText(text: string | null): Words {
  let words = plainMix([text === null ? MASK : BigInt(text.length), 0n], TEXT_KEY);
  for (let i = 0; i < (text?.length ?? 0); i += 2) {
    const [first, second] = [text?.charCodeAt(i) ?? 0, text?.charCodeAt(i + 1) || 0];
    words = plainMix([words[0] ^ (BigInt(first) | (BigInt(second) << 16n)), words[1]], TEXT_KEY);
  }
  return words;
}

function plainWords(kind: ColumnKind, cell: CellValue): Words {
  if (kind === 'string') return plainText(cell as string | null);
  if (kind === 'bool') return [cell === true ? 1n : 0n, 0n];
  const view = new DataView(new ArrayBuffer(8));
  if (typeof cell === 'bigint') view.setBigInt64(0, cell);
  else if (Number.isNaN(cell)) view.setBigUint64(0, 0x7ff8_0000_0000_0000n);
  else view.setFloat64(0, cell as number);
  return [BigInt(view.getUint32(4)), BigInt(view.getUint32(0))];
}

function plainHash(model: Model, time: string): string {
  let seed = plainMix([BigInt(model.length), 0n], SCHEMA_KEY);
  for (const { name, kind } of model) {
    for (const text of [name, kind]) {
      const [low, high] = plainText(text);
      seed = plainMix([seed[0] ^ low, seed[1] ^ high], SCHEMA_KEY);
    }
  }
  const times = model.find(({ name }) => name === time)?.cells ?? [];
  let sum: Words = [0n, 0n];
  for (const [row, at] of times.entries()) {
    const rowKey = plainMix(plainWords('timestamp', at), seed);
    for (const [column, { kind, cells }] of model.entries()) {
      const columnKey = plainMix([BigInt(column), MASK], seed);
      const key: Words = [rowKey[0] + columnKey[0], rowKey[1] + columnKey[1]];
      const [low, high] = plainMix(plainWords(kind, cells[row]), key);
      sum = [word(sum[0] + low), word(sum[1] + high)];
    }
  }
  return [sum[1], sum[0]].map((value) => value.toString(16).padStart(8, '0')).join('');
}

const TIME = 'date';

/** Windows of up to 7 columns, of which one has ascending times, and `most` rows. */
function windows(most = 12, fewest = 0): fc.Arbitrary<Model> {
  const column = fc.record({
    name: fc.constantFrom(...awkwardNames.filter((name) => name !== TIME), 'close', 'rsi'),
    kind: fc.constantFrom(...kinds),
    seed: fc.nat(),
  });
  return fc
    .record({
      columns: fc.uniqueArray(column, { selector: ({ name }) => name, maxLength: 6 }),
      place: fc.nat(6),
      rows: fc.integer({ min: fewest, max: most }),
      start: fc.constantFrom(0, 1_767_571_200_000),
    })
    .map(({ columns, place, rows, start }) => {
      const model: Model[number][] = columns.map(({ name, kind, seed }) => ({
        name,
        kind,
        cells: someCells(kind, rows, seed),
      }));
      const cells = Array.from({ length: rows }, (_, row) => start + 300_000 * row);
      model.splice(Math.min(place, model.length), 0, { name: TIME, kind: 'timestamp', cells });
      return model;
    });
}

const hashOf = (model: Model): string => hashText(hashRows(frameOf(model)));
const withCell = (model: Model, column: number, row: number, cell: CellValue): Model =>
  model.map((each, i) => (i === column ? { ...each, cells: each.cells.with(row, cell) } : each));

/** The cell with one of its bits the other way round; a text of no bits becomes null. */
function flipped(kind: ColumnKind, cell: CellValue, bit: number): CellValue {
  if (typeof cell === 'boolean') return !cell;
  if (cell === null) return '';
  if (typeof cell === 'string') {
    if (cell === '') return null;
    const at = (bit >> 4) % cell.length;
    const unit = String.fromCharCode(cell.charCodeAt(at) ^ (1 << (bit & 15)));
    return cell.slice(0, at) + unit + cell.slice(at + 1);
  }
  const bits = new BigUint64Array(1);
  const [doubles, bigInts] = [new Float64Array(bits.buffer), new BigInt64Array(bits.buffer)];
  if (typeof cell === 'bigint') bigInts[0] = cell;
  else doubles[0] = cell;
  bits[0] ^= 1n << BigInt(bit & 63);
  return kind === 'int64' ? bigInts[0] : doubles[0];
}

/** A frame of one column besides the times; whatever doubles. */
function frameOfDoubles(values: Float64Array, times: Float64Array): AnyFrame {
  return Frame.fromColumns([
    [TIME, Column.adopt('timestamp', times)],
    ['close', Column.adopt('float64', values)],
  ]);
}

describe('the hash of a window', () => {
  it('is what its definition says', () => {
    fc.assert(
      fc.property(windows(), (model) => {
        expect(hashOf(model)).toBe(plainHash(model, TIME));
      }),
      { numRuns: 300 },
    );
  });

  it('is the sum of the hashes of its cells', () => {
    fc.assert(
      fc.property(windows(), (model) => {
        const frame = frameOf(model);
        const rows = Uint32Array.from({ length: frame.length }, (_, row) => row);
        const sums = model.map((_, column) => hashCells(frame, column, rows));
        expect(sums.reduce(addHash, noRowsHash)).toEqual(hashRows(frame));
      }),
    );
  });

  it('changes with any bit of any cell', () => {
    fc.assert(
      fc.property(windows(8, 1), fc.nat(63), (model, bit) => {
        const before = hashOf(model);
        for (const [column, { kind, cells }] of model.entries()) {
          for (const [row, cell] of cells.entries()) {
            const other = flipped(kind, cell, bit);
            // An integer's column may not hold what its bits then say, and has no -0; NaN with another bit is NaN.
            if (Object.is(other, cell) || (kind === 'int' && (Object.is(other, -0) || !Number.isSafeInteger(other))))
              continue;
            expect(hashOf(withCell(model, column, row, other))).not.toBe(before);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('changes where two cells of a row or of a column change places', () => {
    fc.assert(
      fc.property(windows(8, 2), fc.nat(), fc.nat(), fc.nat(), (model, at, to, place) => {
        const before = hashOf(model);
        const rows = rowsOf(model);
        const [row, otherRow, column] = [at % rows, to % rows, place % model.length];
        const { name, kind, cells } = model[column];
        // Times that change places are rows in another order, where there is nothing else in them.
        if (name === TIME) return;
        const moved = withCell(withCell(model, column, row, cells[otherRow]), column, otherRow, cells[row]);
        expect(hashOf(moved) === before).toBe(Object.is(cells[row], cells[otherRow]));
        const other = model.findIndex((each, i) => i !== column && each.kind === kind);
        if (other === -1) return;
        const theirs = model[other].cells[row];
        const across = withCell(withCell(model, column, row, theirs), other, row, cells[row]);
        expect(hashOf(across) === before).toBe(Object.is(cells[row], theirs));
      }),
      { numRuns: 500 },
    );
  });

  it('changes where rows move to other times, where contents of rows change places, and with rows that come twice', () => {
    fc.assert(
      fc.property(windows(8, 2), fc.nat(), fc.nat(), (model, at, to) => {
        const before = hashOf(model);
        const rows = rowsOf(model);
        const [row, otherRow] = [at % rows, to % rows];
        const taking = (order: readonly number[]): Model =>
          model.map((column) => ({ ...column, cells: order.map((place) => column.cells[place]) }));
        const order = Array.from({ length: rows }, (_, place) => place);
        const swapped = taking(order.with(row, otherRow).with(otherRow, row));
        // Rows with their times: a sum does not see their order, which ascending times decide.
        expect(hashOf(swapped)).toBe(before);
        const times = model.find(({ name }) => name === TIME)?.cells ?? [];
        const put = (other: Model): Model =>
          other.map((column) => (column.name === TIME ? { ...column, cells: times } : column));
        const areAlike = model.every(({ name, cells }) => name === TIME || Object.is(cells[row], cells[otherRow]));
        expect(hashOf(put(swapped)) === before).toBe(areAlike);
        const later = model.map((column) =>
          column.name === TIME ? { ...column, cells: times.map((time) => (time as number) + 300_000) } : column,
        );
        expect(hashOf(later)).not.toBe(before);
        for (const times of [2, 3, 4]) {
          const copies = Array.from({ length: times - 1 }, () => row);
          expect(hashOf(taking([...order, ...copies]))).not.toBe(before);
        }
        expect(hashOf(taking(order.toSpliced(row, 1)))).not.toBe(before);
        expect(hashOf(taking(order.with(row, otherRow))) === before).toBe(row === otherRow);
      }),
      { numRuns: 300 },
    );
  });

  it('changes where signs change in several cells at once, and in twos and fours that could cancel out', () => {
    const random = seededRandom('signs');
    const [rows, columns] = [16, 16];
    const values = Array.from({ length: columns }, () => Float64Array.from({ length: rows }, () => random.below(3)));
    const times = Column.adopt(
      'timestamp',
      Float64Array.from({ length: rows }, (_, row) => row),
    );
    const hash = () =>
      hashText(
        hashRows(
          Frame.fromColumns([
            [TIME, times],
            ...values.map((column, i): [string, Column] => [`c${i}`, Column.adopt('float64', column.slice())]),
          ]),
        ),
      );
    const seen = new Set([hash()]);
    const negate = (column: number, row: number) => (values[column][row] *= -1);
    let made = 1;
    for (let column = 0; column < columns; column += 3) {
      for (let row = 0; row < rows; row += 3) {
        for (const [across, down] of [
          [1, 0],
          [0, 1],
          [1, 1],
          [5, 2],
        ]) {
          const corners = [
            [column, row],
            [(column + across) % columns, row],
            [column, (row + down) % rows],
            [(column + across) % columns, (row + down) % rows],
          ];
          for (const [c, r] of corners) negate(c, r);
          // Where the corners are two, each was negated twice.
          const isChanged = across > 0 && down > 0;
          if (isChanged) made++;
          seen.add(hash());
          for (const [c, r] of corners) negate(c, r);
        }
      }
    }
    expect(seen.size).toBe(made);
  });
});

/** How far each bit of the result is from changing half of the time, for each bit of the input. */
function avalanche(random: Random, bit: number, trials: number): number {
  const counts = new Uint32Array(64);
  // Prices of two decimals: their low bits are far from random, the high ones nearly all the same.
  const values = Float64Array.from({ length: 1 }, () => 0);
  const words = new BigUint64Array(values.buffer);
  for (let trial = 0; trial < trials; trial++) {
    const times = Float64Array.of(trial * 300_000);
    values[0] = random.below(10_000_000) / 100;
    const before = hashRows(frameOfDoubles(values.slice(), times));
    words[0] ^= 1n << BigInt(bit);
    const after = hashRows(frameOfDoubles(values.slice(), times));
    const changed = [before.lo ^ after.lo, before.hi ^ after.hi];
    for (let i = 0; i < 64; i++) counts[i] += (changed[i >> 5] >>> (i & 31)) & 1;
  }
  return Math.max(...Array.from(counts, (count) => Math.abs(count / trials - 0.5)));
}

describe('the hash of a cell', () => {
  it('changes each of its bits half of the time, with any bit of a price', () => {
    const random = seededRandom('avalanche');
    const trials = 1000;
    // 64 times 64 coins: six standard errors from the half happen once in a hundred thousand such tests.
    const most = 6 * Math.sqrt(0.25 / trials);
    for (let bit = 0; bit < 64; bit++) expect(avalanche(random, bit, trials)).toBeLessThan(most);
  });

  it('changes by another number each time, so that two changes do not cancel out', () => {
    const trials = 1 << 14;
    const rows = Float64Array.from({ length: trials }, (_, row) => row * 300_000);
    const all = Uint32Array.from(rows.keys());
    const pairs: readonly (readonly [number, number])[] = [
      [1, -1],
      [0, -0],
      [0, 1],
      [1, 2],
      [0, 5e-324],
      [100.25, 100.5],
      [0, Number.NaN],
      [1, 1 + Number.EPSILON],
    ];
    for (const [from, to] of pairs) {
      const [before, after] = [from, to].map((value) => frameOfDoubles(new Float64Array(trials).fill(value), rows));
      const differences = new Set<string>();
      for (const row of all) {
        const at = all.subarray(row, row + 1);
        differences.add(hashText(minus(hashCells(after, 1, at), hashCells(before, 1, at))));
      }
      // By chance, two alike among these would come once in 2^37 such tests.
      expect(differences.size).toBe(trials);
    }
  });
});

function minus(left: WindowHash, right: WindowHash): WindowHash {
  return { lo: (left.lo - right.lo) >>> 0, hi: (left.hi - right.hi) >>> 0 };
}
