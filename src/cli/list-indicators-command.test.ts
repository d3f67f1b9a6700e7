import { describe, expect, it } from 'vitest';
import { textTerminal } from '../../tests/fixtures/bot/text-terminal.ts';
import { indicatorGroups, indicators } from '../indicators/index.ts';
import { main } from './main.ts';
import { textWidth } from './text-width.ts';

async function list(args: readonly string[] = [], size: Parameters<typeof textTerminal>[0] = {}) {
  const { terminal, out, err } = textTerminal(size);
  const code = await main(['list-indicators', ...args], terminal);
  return { code, out: out(), err: err() };
}

/** The names that are listed: lines that begin with one, and an opening parenthesis. */
const listed = (out: string) => Array.from(out.matchAll(/^(\w+)\(/gm), ([, name]) => name);

describe('list-indicators', () => {
  it('lists every indicator under its group', async () => {
    const { code, out, err } = await list();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(listed(out)).toEqual(indicators.map(({ name }) => name));
    for (const { title, source } of indicators) {
      expect(out).toContain(title);
      expect(out).toContain(source);
    }
    const groups = Object.entries(indicatorGroups).flatMap(([name, group]) => (group.length === 0 ? [] : [name]));
    expect(out.split('\n').filter((line) => /^\w+$/.test(line))).toEqual(groups);
  });

  it('says how each is called, what it takes and gives', async () => {
    const { out } = await list(['--group', 'overlap']);
    expect(out).toMatch(/^ema\(series, timePeriod = 30\) +Exponential Moving Average$/m);
    expect(out).toContain('\n    series → value · timePeriod 2 to 100000 · lookback 29 · TA-Lib 0.6 EMA\n');
    expect(out).toMatch(/^bollingerBands\(series, \{ window = 20, stds = 2 \}\) +Bollinger Bands \(qtpylib\)$/m);
    expect(out).toContain('series → lower, middle, upper · window 2 to 100000 · stds any number · lookback 1');
  });

  it.each([40, 80, 160])('is no wider than a terminal of %i columns', async (columns) => {
    const { out } = await list([], { isTTY: true, columns });
    expect(Math.max(...out.split('\n').map(textWidth))).toBeLessThanOrEqual(columns);
    for (const { name } of indicators) {
      const one = await list([name], { isTTY: true, columns });
      expect(Math.max(...one.out.split('\n').map(textWidth)), name).toBeLessThanOrEqual(columns);
    }
  });

  it('is painted on a terminal alone', async () => {
    expect((await list([], { isTTY: true, columns: 80 })).out).toContain('\u001B[1m');
    for (const args of [[], ['rsi']]) expect((await list(args)).out).not.toContain('\u001B');
  });

  it('filters by a part of the name or the title', async () => {
    const expected = indicators.filter(({ name, title }) => /moving average/i.test(name + title));
    expect(listed((await list(['moving AVERAGE'])).out)).toEqual(expected.map(({ name }) => name));
    expect(listed((await list(['crossed'])).out)).toEqual(['crossedAbove', 'crossedBelow']);
  });

  it('shows one in full: an exact name, or the one that matches', async () => {
    const { out } = await list(['bollingerbands']);
    expect(out).toMatchInlineSnapshot(`
      "bollingerBands(series, { window = 20, stds = 2 })
      Bollinger Bands (qtpylib)

      group     overlap
      source    freqtrade's qtpylib bollinger_bands on pandas 3.1
      inputs    series
      outputs   lower, middle, upper (NaN where there is none yet)
      lookback  1 row at the defaults

      parameter  default  allowed
      window     20       2 to 100000
      stds       2        any number

      import { bollingerBands } from 'candlecast/indicators';
      const columns = bollingerBands(close, { window: 20, stds: 2 });
      columns.lower[i];
      const stream = bollingerBands.stream({ window: 20, stds: 2 });
      stream.update(price);
      "
    `);
    expect((await list(['crossed above'])).out).toMatch(/^crossedAbove\(a, b\)\n/);
    expect((await list(['BOLLINGER_BANDS'])).out).toBe(out);
  });

  it('names the others that an exact name is a part of', async () => {
    const { out } = await list(['ema']);
    expect(out).toMatch(/^ema\(/);
    const others = indicators.flatMap(({ name }) => (name !== 'ema' && name.includes('ema') ? [name] : []));
    expect(out.split('\n').at(-2)).toBe(`see also: ${others.join(', ')}`);
  });

  it.each([
    [['typicl'], 'no indicator has "typicl" in its name or title; did you mean "Typical"?'],
    [['bolingerBands'], 'did you mean "bollingerBands"?'],
    [['rsi', '--group', 'overlap'], 'no indicator of the group overlap has "rsi" in its name or title; momentum has'],
    [['--group', 'momentun'], 'Allowed choices are overlap, momentum,'],
  ])('refuses %j', async (args, message) => {
    const { code, out, err } = await list(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });

  it('prints an array for programs', async () => {
    const { out } = await list(['--json']);
    const records: unknown = JSON.parse(out);
    expect(records).toHaveLength(indicators.length);
    expect(records).toContainEqual({
      name: 'ema',
      group: 'overlap',
      title: 'Exponential Moving Average',
      call: 'ema(series, timePeriod = 30)',
      inputs: ['series'],
      outputs: ['value'],
      kind: 'float64',
      parameters: { timePeriod: { kind: 'integer', default: 30, min: 2, max: 100_000 } },
      lookback: 29,
      source: 'TA-Lib 0.6 EMA',
    });
    expect(JSON.parse((await list(['ema', '--json'])).out)).toMatchObject([{ name: 'ema' }]);
  });
});
