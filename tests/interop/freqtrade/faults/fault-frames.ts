import { type AnyFrame, Frame, ints, timestamps } from '../../../../src/frame/index.ts';
import { seededRandom } from '../../../../src/util/random.ts';

const START_MS = Date.UTC(2026, 0, 5);
const STEP_MS = 300_000;

/**
 * Rows of an endless series that `pair` names: what a candle holds depends on its number alone, so that any process can tell what
 * another one published. `indicators` are further columns of numbers.
 */
export function frameOf(
  pair: string,
  options: { readonly first?: number; readonly rows: number; readonly indicators?: number },
): AnyFrame {
  const { first = 0, rows, indicators = 4 } = options;
  const numbers = Array.from({ length: rows }, (_, row) => first + row);
  const values = numbers.map((number) => rowOf(pair, number, indicators));
  const column = (place: number) => Float64Array.from(values, (row) => row[place]);
  const others = Array.from({ length: indicators }, (_, place) => [`indicator_${place}`, column(place)] as const);
  return Frame.of({
    date: timestamps(Float64Array.from(numbers, (number) => START_MS + number * STEP_MS)),
    open: column(0),
    high: column(0).map((price) => price + 1),
    low: column(0).map((price) => price - 1),
    close: column(1),
    volume: column(2).map(Math.abs),
    ...Object.fromEntries(others),
    enter_long: ints(Float64Array.from(numbers, (number) => (number % 5 === 0 ? 1 : 0))),
    enter_tag: numbers.map((number) => (number % 5 === 0 ? `tag_${number}` : null)),
  });
}

function rowOf(pair: string, number: number, indicators: number): Float64Array {
  const random = seededRandom(`${pair} ${number}`);
  return Float64Array.from({ length: Math.max(3, indicators) }, () => 100 + 10 * random.normal());
}
