import { type PairKey, type Timeframe, pairKeyText } from '../../market/index.ts';
import type { Random } from '../../util/random.ts';
import type { Want } from '../../wire/index.ts';

/** The first want that a frame matches; undefined where none does. Without wants all frames are wanted whole. */
export function wantFor(key: PairKey, wants: readonly Want[] | undefined): Want | undefined {
  if (wants === undefined) return {};
  return wants.find(
    ({ pair = key.pair, timeframe = key.timeframe, candleType = key.candleType }) =>
      pairKeyText({ pair, timeframe, candleType }) === pairKeyText(key),
  );
}

/** Some wants over these frames, or none at all: of pairs, timeframes, columns, tails and rates. */
export function randomWants(random: Random, keys: readonly PairKey[]): readonly Want[] | undefined {
  if (random.below(4) === 0) return undefined;
  return Array.from({ length: 1 + random.below(3) }, () => randomWant(random, keys));
}

function randomWant(random: Random, keys: readonly PairKey[]): Want {
  const { pair, timeframe, candleType } = keys[random.below(keys.length)];
  const some = <T>(chance: number, members: T) => (random.below(chance) === 0 ? members : {});
  return {
    ...some(2, { pair }),
    ...some(3, { timeframe: timeframe satisfies Timeframe }),
    ...some(5, { candleType }),
    ...some(2, { columns: randomColumns(random) }),
    ...some(2, { tail: 1 + random.below(30) }),
    ...some(2, { rate: randomRate(random) }),
  };
}

const NAMES = [
  'date',
  'float64_column',
  'int64_column',
  'string_column',
  'bool_column',
  'column_0',
  'column_1',
  'none',
];

function randomColumns(random: Random): readonly string[] {
  return NAMES.filter(() => random.below(2) === 0);
}

function randomRate(random: Random): NonNullable<Want['rate']> {
  const draw = random.below(3);
  if (draw === 0) return 'tick';
  return draw === 1 ? 'candle' : 1 + random.below(3000);
}
