import { type Column, Frame } from '../frame/index.ts';
import { commonRows, KeptSeries } from '../indicators/kept/index.ts';
import { type Candles, candleColumns } from '../market/index.ts';

/**
 * A strategy's own copy of its candles, in memory that grows with them: a strategy that writes into a column, which the types
 * forbid, harms only itself, and is noticed (`isIntact`).
 */
export class KeptCandles {
  #series: readonly KeptSeries[] = [];
  #source: readonly Float64Array[] = [];

  /** The copy of these candles; what they have in common with the candles of the last time is not copied again. */
  copyOf(candles: Candles): Candles {
    const source = candleColumns.map((name) => doublesOf(candles, name));
    const common = this.#commonRows(source);
    if (common === 0) this.#series = candleColumns.map((name) => new KeptSeries(kindOf(name), candles.length));
    const columns = source.map((values, i) => this.#grown(i, values, common));
    this.#source = source;
    return Frame.fromColumns(candleColumns.map((name, i) => [name, columns[i]]));
  }

  /** Whether nobody wrote to the copy. */
  get isIntact(): boolean {
    return this.#series.every((series) => series.isIntact);
  }

  forget(): void {
    this.#series = [];
    this.#source = [];
  }

  /** Candles never change in memory, so the same place in memory holds the same candles. */
  #commonRows(source: readonly Float64Array[]): number {
    if (this.#source.length === 0) return 0;
    return Math.max(0, Math.min(...source.map((values, i) => commonRows(this.#source[i], values, true))));
  }

  #grown(i: number, values: Float64Array, common: number): Column {
    const series = this.#series[i];
    const memory = series.room(common, values.length);
    for (let row = common; row < values.length; row++) memory[row] = values[row];
    series.written(common);
    return series.column;
  }
}

function kindOf(name: (typeof candleColumns)[number]): 'timestamp' | 'float64' {
  return name === 'date' ? 'timestamp' : 'float64';
}

function doublesOf(candles: Candles, name: (typeof candleColumns)[number]): Float64Array {
  const { values } = candles.column(name);
  return values instanceof Float64Array ? values : Float64Array.from(values);
}
