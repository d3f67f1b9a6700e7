import { type AnyFrame, Frame, digestFrame, emptyFrame, firstDifference, framesEqual } from 'candlecast/frame';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Model,
  awkwardNames,
  columnOf,
  differenceFromModel,
  frameOf,
  kinds,
  models,
  rowsOf,
  someCells,
} from './frame-model.ts';

interface Held {
  readonly frame: AnyFrame;
  readonly model: Model;
}

/** An operation on one of the frames held so far. Numbers are taken modulo what there is. */
type Step =
  | {
      readonly do: 'with';
      readonly of: number;
      readonly name: string;
      readonly kind: (typeof kinds)[number];
      readonly seed: number;
    }
  | { readonly do: 'append new'; readonly of: number; readonly rows: number; readonly seed: number }
  | { readonly do: 'append own'; readonly of: number; readonly from: number; readonly to: number }
  | { readonly do: 'slice'; readonly of: number; readonly from: number; readonly to: number | undefined }
  | { readonly do: 'head' | 'tail'; readonly of: number; readonly rows: number }
  | { readonly do: 'select' | 'drop'; readonly of: number; readonly seed: number }
  | { readonly do: 'rename'; readonly of: number; readonly shift: number }
  | { readonly do: 'copy column'; readonly of: number; readonly from: number; readonly name: string }
  | { readonly do: 'window'; readonly of: number; readonly rows: number; readonly seed: number };

const of = fc.nat();
const seed = fc.nat();
const place = fc.oneof(fc.integer({ min: -15, max: 15 }), fc.constantFrom(1.5, -2.7, NaN, Infinity, -Infinity));
const name = fc.constantFrom(...awkwardNames);
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('with'), of, name, kind: fc.constantFrom(...kinds), seed }),
  fc.record({ do: fc.constant('append new'), of, rows: fc.nat(4), seed }),
  fc.record({ do: fc.constant('append new'), of, rows: fc.constantFrom(1, 64, 65, 200), seed }),
  fc.record({ do: fc.constant('append own'), of, from: place, to: place }),
  fc.record({ do: fc.constant('slice'), of, from: place, to: fc.option(place, { nil: undefined }) }),
  fc.record({ do: fc.constantFrom('head', 'tail'), of, rows: fc.integer({ min: -2, max: 15 }) }),
  fc.record({ do: fc.constantFrom('select', 'drop'), of, seed }),
  fc.record({ do: fc.constant('rename'), of, shift: fc.nat(5) }),
  fc.record({ do: fc.constant('copy column'), of, from: fc.nat(), name }),
  fc.record({ do: fc.constant('window'), of, rows: fc.integer({ min: 1, max: 5 }), seed }),
);

const withCells = (model: Model, cellsOf: (column: Model[number], i: number) => Model[number]['cells']): Model =>
  model.map((column, i) => ({ ...column, cells: cellsOf(column, i) }));

const freshRows = (model: Model, rows: number, seed: number): Model =>
  withCells(model, ({ kind }, i) => someCells(kind, rows, seed + i));

const appended = (model: Model, more: Model): Model => withCells(model, ({ cells }, i) => [...cells, ...more[i].cells]);

const sliced = (model: Model, from: number, to?: number): Model =>
  withCells(model, ({ cells }) => cells.slice(from, to));

const put = (model: Model, column: Model[number]): Model =>
  model.some(({ name }) => name === column.name)
    ? model.map((old) => (old.name === column.name ? column : old))
    : [...model, column];

/** What a step makes of a frame, and of its model the plain way. */
function take(step: Step, { frame, model }: Held): Held {
  switch (step.do) {
    case 'with': {
      const rows = model.length === 0 ? step.seed % 6 : rowsOf(model);
      const column = { name: step.name, kind: step.kind, cells: someCells(step.kind, rows, step.seed) };
      return { frame: frame.with({ [step.name]: columnOf(column.kind, column.cells) }), model: put(model, column) };
    }
    case 'append new': {
      const more = freshRows(model, step.rows, step.seed);
      return { frame: frame.append(frameOf(more)), model: appended(model, more) };
    }
    case 'append own': {
      const more = sliced(model, step.from, step.to);
      return { frame: frame.append(frame.slice(step.from, step.to)), model: appended(model, more) };
    }
    case 'slice':
      return { frame: frame.slice(step.from, step.to), model: sliced(model, step.from, step.to) };
    case 'head':
      return { frame: frame.head(step.rows), model: sliced(model, 0, Math.max(0, step.rows)) };
    case 'tail':
      return { frame: frame.tail(step.rows), model: step.rows > 0 ? sliced(model, -step.rows) : sliced(model, 0, 0) };
    case 'select': {
      const chosen = model.filter((_, i) => (step.seed >> i) % 2 === 0).toReversed();
      return { frame: frame.select(chosen.map(({ name }) => name)), model: chosen };
    }
    case 'drop': {
      const dropped = model.filter((_, i) => (step.seed >> i) % 2 === 0);
      const kept = model.filter((column) => !dropped.includes(column));
      return { frame: frame.drop([...dropped.map(({ name }) => name), 'not there']), model: kept };
    }
    case 'rename': {
      const names = model.map(({ name }) => name);
      const renaming = Object.fromEntries(names.map((name, i) => [name, names[(i + step.shift) % names.length]]));
      return {
        frame: frame.rename(renaming),
        model: model.map((column) => ({ ...column, name: renaming[column.name] })),
      };
    }
    case 'copy column': {
      if (model.length === 0) return { frame, model };
      const source = model[step.from % model.length];
      const copied = frame.with({ [step.name]: frame.column(source.name) });
      return { frame: copied, model: put(model, { ...source, name: step.name }) };
    }
    case 'window':
    default: {
      // As a consumer does: a row comes in behind, the oldest goes.
      const length = rowsOf(model);
      let [moved, plain] = [frame, model];
      for (let i = 0; i < step.rows; i++) {
        const more = freshRows(model, 1, step.seed + 7 * i);
        moved = moved.append(frameOf(more)).tail(length);
        plain = length === 0 ? plain : sliced(appended(plain, more), -length);
      }
      return { frame: moved, model: plain };
    }
  }
}

describe('Frame', () => {
  it('does in every history what plain arrays do, and changes none of the frames before', () => {
    const histories = fc.record({ start: models(), steps: fc.array(steps, { maxLength: 25 }) });
    fc.assert(
      fc.property(histories, ({ start, steps }) => {
        const held: Held[] = [{ frame: frameOf(start), model: start }];
        for (const step of steps) {
          const next = take(step, held[step.of % held.length]);
          expect(differenceFromModel(next.frame, next.model)).toBeUndefined();
          held.push(next);
        }
        // Each frame made its views when it was new: they must show the same still.
        for (const { frame, model } of held) expect(differenceFromModel(frame, model)).toBeUndefined();
      }),
      { numRuns: 400 },
    );
  });

  it('lets any number of holders append to the same frame', () => {
    const branches = fc.array(fc.record({ rows: fc.integer({ min: 1, max: 80 }), seed: fc.nat() }), {
      minLength: 2,
      maxLength: 6,
    });
    fc.assert(
      fc.property(models(), branches, (model, branches) => {
        const base = frameOf(model).append(frameOf(freshRows(model, 1, 1)));
        const baseModel = appended(model, freshRows(model, 1, 1));
        const made = branches.map(({ rows, seed }) => {
          const more = freshRows(model, rows, seed);
          return { frame: base.append(frameOf(more)), model: appended(baseModel, more) };
        });
        for (const { frame, model } of [{ frame: base, model: baseModel }, ...made]) {
          expect(differenceFromModel(frame, model)).toBeUndefined();
        }
      }),
    );
  });

  it('gives rows and cells that are its columns, read across', () => {
    fc.assert(
      fc.property(models(), (model) => {
        const frame = frameOf(model);
        for (let i = 0; i < frame.length; i++) {
          const row = frame.row(i);
          expect(row && Object.keys(row).toSorted()).toEqual(model.map(({ name }) => name).toSorted());
          for (const { name, cells } of model) expect(Object.is(row?.[name], cells[i])).toBe(true);
        }
        for (const { name, cells } of model) expect(Object.is(frame.last(name), cells.at(-1))).toBe(true);
      }),
    );
  });
});

/** One change to a model: a cell, a kind, a name, the order, a row or a column. Undefined where it would change nothing. */
function changed(model: Model, how: number, where: number): Model | undefined {
  if (model.length === 0) return undefined;
  const column = model[where % model.length];
  const replace = (next: Partial<Model[number]>) => model.map((old) => (old === column ? { ...old, ...next } : old));
  switch (how) {
    case 0: {
      const row = where % Math.max(1, column.cells.length);
      const [cell] = someCells(column.kind, 1, where);
      if (column.cells.length === 0 || Object.is(cell, column.cells[row])) return undefined;
      return replace({ cells: column.cells.with(row, cell) });
    }
    case 1:
      return model.some(({ name }) => name === `${column.name}'`) ? undefined : replace({ name: `${column.name}'` });
    case 2:
      return model.length > 1 ? [...model.slice(1), model[0]] : undefined;
    case 3:
      return appended(model, freshRows(model, 1, where));
    case 4:
      return model.filter((old) => old !== column);
    case 5:
      return column.kind === 'float64' ? replace({ kind: 'timestamp' }) : undefined;
    default:
      return rowsOf(model) > 0 ? sliced(model, 0, -1) : undefined;
  }
}

describe('comparing', () => {
  it('finds frames of the same content equal, and of the same digest, however they came about', () => {
    fc.assert(
      fc.property(models(), fc.nat(12), (model, cut) => {
        const whole = frameOf(model);
        const pieced = frameOf(sliced(model, 0, cut)).append(frameOf(sliced(model, cut)));
        const longer = whole.append(frameOf(freshRows(model, 3, cut)));
        for (const same of [frameOf(model), pieced, longer.head(whole.length)]) {
          expect(firstDifference(whole, same)).toBeUndefined();
          expect(framesEqual(same, whole)).toBe(true);
          expect(digestFrame(same)).toBe(digestFrame(whole));
        }
      }),
    );
  });

  it('tells frames apart that differ in one thing, by comparison and by digest', () => {
    fc.assert(
      fc.property(models(), fc.nat(6), fc.nat(), (model, how, where) => {
        const other = changed(model, how, where);
        fc.pre(other !== undefined);
        const [left, right] = [frameOf(model), frameOf(other)];
        expect(framesEqual(left, right)).toBe(false);
        expect(framesEqual(right, left)).toBe(false);
        expect(digestFrame(left)).not.toBe(digestFrame(right));
      }),
      { numRuns: 500 },
    );
  });

  it('names the first cell that differs', () => {
    fc.assert(
      fc.property(models(), fc.nat(), (model, where) => {
        const other = changed(model, 0, where);
        fc.pre(other !== undefined);
        const at = model.findIndex((column, i) => column !== other[i]);
        const row = where % model[at].cells.length;
        expect(firstDifference(frameOf(model), frameOf(other))).toEqual({
          what: 'value',
          column: model[at].name,
          row,
          left: model[at].cells[row],
          right: other[at].cells[row],
        });
      }),
    );
  });

  it('gives different digests to frames of zeros that differ in size only', () => {
    const digests = new Map<string, string>();
    for (let columns = 1; columns <= 8; columns++) {
      for (let rows = 0; rows <= 32; rows++) {
        const frame = Frame.fromColumns(
          Array.from({ length: columns }, (_, i) => [
            String(i),
            columnOf(
              'float64',
              Array.from({ length: rows }, () => 0),
            ),
          ]),
        );
        digests.set(digestFrame(frame), `${rows}x${columns}`);
      }
    }
    digests.set(digestFrame(emptyFrame), 'none');
    expect(digests.size).toBe(8 * 33 + 1);
  });
});
