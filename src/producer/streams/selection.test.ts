import { describe, expect, it } from 'vitest';
import { type AnyFrame, Column } from '../../frame/index.ts';
import { parsePair, parseTimeframe } from '../../market/index.ts';
import { sampleFrame, sampleKey } from '../../testing/index.ts';
import type { Want } from '../../wire/index.ts';
import { Projector } from './projector.ts';
import { selectionText, wantedOf } from './selection.ts';

const btc = parsePair('BTC/USDT');
const eth = parsePair('ETH/USDT');
const key = sampleKey();

const valuesOf = (frame: AnyFrame, name: string) => Float64Array.from(frame.numbers(name));

describe('wantedOf', () => {
  it('is the whole frame at every tick where nothing is said', () => {
    expect(wantedOf(key, undefined, {})).toEqual({ selection: {}, rate: 'tick' });
    expect(wantedOf(key, [{}], {})).toEqual({ selection: {}, rate: 'tick' });
  });

  it('is nothing where no want matches', () => {
    expect(wantedOf(key, [], {})).toBeUndefined();
    expect(wantedOf(key, [{ pair: eth }], {})).toBeUndefined();
    expect(wantedOf(key, [{ pair: btc, timeframe: parseTimeframe('1h') }], {})).toBeUndefined();
    expect(wantedOf(key, [{ pair: btc, candleType: 'futures' }], {})).toBeUndefined();
  });

  it('takes the first that matches, by pair, timeframe and candle type', () => {
    const wants: readonly Want[] = [
      { pair: btc, timeframe: parseTimeframe('1h'), tail: 1 },
      { timeframe: parseTimeframe('5m'), candleType: 'futures', tail: 2 },
      { pair: eth, tail: 3 },
      { tail: 4, rate: 'candle' },
      { pair: btc, tail: 5 },
    ];
    const tailOf = (...of: Parameters<typeof sampleKey>) => wantedOf(sampleKey(...of), wants, {})?.selection.tail;
    expect(tailOf('BTC/USDT', '1h')).toBe(1);
    expect(tailOf('BTC/USDT', '5m', 'futures')).toBe(2);
    expect(tailOf('ETH/USDT', '1h')).toBe(3);
    expect(tailOf('BTC/USDT', '5m')).toBe(4);
    expect(wantedOf(key, wants, {})?.rate).toBe('candle');
    expect(wantedOf(key, [{ rate: 250 }], {})?.rate).toBe(250);
  });

  it('gives no pair that one may not have, whatever is wanted', () => {
    const access = { mayHavePair: (pair: string) => pair === eth };
    for (const wants of [undefined, [{}], [{ pair: btc }]]) expect(wantedOf(key, wants, access)).toBeUndefined();
    expect(wantedOf(sampleKey('ETH/USDT'), [{}], access)).toBeDefined();
  });

  it('gives no column that one may not have, whatever is wanted', () => {
    const access = { columns: new Set(['rsi', 'close']) };
    const columnsOf = (want?: Want) => wantedOf(key, want && [want], access)?.selection.columns;
    expect(columnsOf()).toEqual(['close', 'rsi']);
    expect(columnsOf({})).toEqual(['close', 'rsi']);
    expect(columnsOf({ columns: ['secret', 'rsi'] })).toEqual(['rsi']);
    expect(columnsOf({ columns: ['secret'] })).toEqual([]);
    expect(wantedOf(key, [{ columns: ['secret'] }], { columns: new Set() })?.selection.columns).toEqual([]);
  });

  it('is the same part whatever the order and number in which columns are named', () => {
    const text = (columns: readonly string[], tail?: number) => {
      const wanted = wantedOf(key, [{ columns, ...(tail === undefined ? {} : { tail }) }], {});
      return wanted && selectionText(key, wanted.selection);
    };
    expect(text(['rsi', 'close', 'rsi'])).toBe(text(['close', 'rsi']));
    const different = [text(['close', 'rsi']), text(['close']), text([]), text(['close,rsi']), text(['close'], 300)];
    different.push(selectionText(key, {}), selectionText(sampleKey('ETH/USDT'), {}), selectionText(key, { tail: 300 }));
    expect(new Set(different).size).toBe(different.length);
  });
});

describe('Projector', () => {
  const frame = sampleFrame({ rows: 40 });

  it('takes columns in the order of the frame, always with date, without those that are not there', () => {
    const projector = new Projector({ columns: ['volume', 'missing', 'awkward', 'close'] });
    const part = projector.project(frame);
    expect(part.names).toEqual(['date', 'close', 'volume', 'awkward']);
    expect(part.length).toBe(40);
    expect(new Projector({ columns: [] }).project(frame).names).toEqual(['date']);
    expect(new Projector({}).project(frame)).toBe(frame);
  });

  it('takes rows from the end, and copies nothing', () => {
    const part = new Projector({ columns: ['close'], tail: 15 }).project(frame);
    expect(part.length).toBe(15);
    expect(Column.raw(part.column('close')).data).toBe(Column.raw(frame.column('close')).data);
    expect(valuesOf(part, 'date')).toEqual(valuesOf(frame.tail(15), 'date'));
    expect(new Projector({ tail: 500 }).project(frame)).toBe(frame);
  });

  it('gives parts of one list of names while the columns stay, and of another when they change', () => {
    const projector = new Projector({ columns: ['close', 'open'], tail: 10 });
    const first = projector.project(frame);
    const next = frame.append(sampleFrame({ rows: 41 }).tail(1));
    const second = projector.project(next);
    expect(second.names).toBe(first.names);
    expect(valuesOf(second, 'close')).toEqual(valuesOf(next.tail(10), 'close'));
    const other = next.select(['open', 'date', 'volume', 'close']);
    const third = projector.project(other);
    expect(third.names).toEqual(['open', 'date', 'close']);
    expect(valuesOf(third, 'open')).toEqual(valuesOf(next.tail(10), 'open'));
    const fourth = projector.project(next);
    expect(fourth.names).toEqual(first.names);
    expect(valuesOf(fourth, 'open')).toEqual(valuesOf(next.tail(10), 'open'));
  });

  it('finds its columns in frames of the same columns whose lists are not the same object', () => {
    const projector = new Projector({ columns: ['volume'] });
    projector.project(frame);
    const anew = sampleFrame({ rows: 41 });
    expect(valuesOf(projector.project(anew), 'volume')).toEqual(valuesOf(anew, 'volume'));
  });
});

describe('a want that names very many columns', () => {
  const columns = Array.from({ length: 5000 }, (_, i) => `${'x'.repeat(190)}${i}`);

  it('is taken apart once for all frames, and known by a short text', () => {
    const wants = [{ columns }];
    const everyone = {};
    const [btc, eth] = [sampleKey(), sampleKey('ETH/USDT')].map((key) => wantedOf(key, wants, everyone));
    expect(btc?.selection).toBe(eth?.selection);
    const text = selectionText(sampleKey(), btc?.selection ?? {});
    expect(text.length).toBeLessThan(200);
    // Others who want the same are known by the same text.
    const same = wantedOf(sampleKey(), [{ columns: columns.toReversed() }], everyone);
    expect(selectionText(sampleKey(), same?.selection ?? {})).toBe(text);
    const less = wantedOf(sampleKey(), [{ columns: columns.slice(1) }], everyone);
    expect(selectionText(sampleKey(), less?.selection ?? {})).not.toBe(text);
  });
});
