import { maTypes } from '../../src/indicators/parts/average.ts';
import type { readTalib08 } from '../../tests/fixtures/indicators/read-fixture.ts';

type Talib08 = ReturnType<typeof readTalib08>;

/** What TA-Lib 0.8 makes of an indicator, for a cell of the page; empty for one that is not TA-Lib's. */
export function describeTalib08({ indicators }: Talib08, name: string): string {
  const found = indicators[name];
  if (found === undefined) return '';
  if (found === 'equal') return 'equal bits';
  const { ordinary, extreme, reason } = found;
  const sizes = [sizeText(ordinary.ofColumn, ''), sizeText(extreme.ofColumn, ' at extreme prices')].filter(Boolean);
  return sizes.length === 0 ? `equal but for NaN, infinity or -0: ${reason}` : `${sizes.join(', ')}: ${reason}`;
}

/** How many indicators 0.8 computes to the same bits, and of how many. */
export function countEqual({ indicators }: Talib08): { readonly equal: number; readonly all: number } {
  const all = Object.values(indicators);
  return { equal: all.filter((found) => found === 'equal').length, all: all.length };
}

/** A line for each default that changed. */
export function changedDefaults({ defaults }: Talib08): readonly string[] {
  return Object.entries(defaults).flatMap(([name, parameters]) =>
    Object.entries(parameters).map(([parameter, { '0.6': before, '0.8': now }]) => {
      const text = (value: number) => (/MaType$/i.test(parameter) ? `'${maTypes[value]}'` : String(value));
      return `\`${name}\`: \`${parameter}\` is ${text(now)}, was ${text(before)}`;
    }),
  );
}

function sizeText(error: number, where: string): string {
  return error === 0 ? '' : `${error.toPrecision(2)}${where}`;
}
