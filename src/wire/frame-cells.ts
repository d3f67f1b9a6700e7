import { withSpareRows } from '../frame/column.ts';
import { describeValue, quote } from './describe-value.ts';
import { type Refused, refused } from './refusal.ts';
import { cellBounds } from './scan-json.ts';
import { WHOLE_FRAME_ROWS } from './stock-facts.ts';
import type { WireRefusalCode } from './wire-error.ts';

/** The rows of a frame from a peer: parsed, all of one width, and the text that they were parsed from. */
export class FrameCells {
  readonly rows: readonly (readonly unknown[])[];
  readonly #width: number;
  readonly #text: string;
  #firstRow: Int32Array | undefined;
  #allRows: Int32Array | undefined;

  constructor(rows: readonly (readonly unknown[])[], width: number, text: string) {
    this.rows = rows;
    this.#width = width;
    this.#text = text;
  }

  /** A column's values. */
  column(place: number): unknown[] {
    return this.rows.map((row) => row[place]);
  }

  /**
   * A column as doubles, null as NaN, or undefined where it holds anything but numbers and null. The common case, so it comes
   * first and in one pass. The array is for `Column.adoptGrowing`.
   */
  numbers(place: number): { readonly data: Float64Array; readonly nulls: number } | undefined {
    const { rows } = this;
    const data = floatsFor(rows.length);
    let nulls = 0;
    for (let row = 0; row < data.length; row++) {
      const value = rows[row][place];
      if (typeof value === 'number') data[row] = value;
      else if (value === null) {
        data[row] = Number.NaN;
        nulls++;
      } else return undefined;
    }
    return { data, nulls };
  }

  /**
   * A cell as the peer wrote it. The first row is found at once, the first call for another one scans the whole text. The empty
   * text where the text's first `data` is not the one that was parsed, which takes a peer that sends two.
   */
  source(row: number, place: number): string {
    const bounds = row === 0 ? this.#firstRowBounds() : this.#allBounds();
    const at = (row * this.#width + place) * 2;
    return at < bounds.length ? this.#text.slice(bounds[at], bounds[at + 1]) : '';
  }

  #firstRowBounds(): Int32Array {
    this.#firstRow ??= cellBounds(this.#text, 1, this.#width) ?? new Int32Array();
    return this.#firstRow;
  }

  #allBounds(): Int32Array {
    this.#allRows ??= cellBounds(this.#text, this.rows.length, this.#width) ?? new Int32Array();
    return this.#allRows;
  }

  /** Says which cell of a column is the first that does not fit; there must be one. */
  misfit(misfit: Misfit): Refused {
    const { name, place, expected, fits, code = 'WIRE_BAD_FRAME' } = misfit;
    const row = this.rows.findIndex((cells, row) => !fits(cells[place], row));
    const found = describeValue(this.rows[row]?.[place]);
    return refused(code, `column ${quote(name)}, row ${row}: expected ${expected}, found ${found}`);
  }
}

/** An array for so many rows. A whole frame is one that single rows will follow, so it has room for them behind it. */
function floatsFor(rows: number): Float64Array {
  return rows < WHOLE_FRAME_ROWS ? new Float64Array(rows) : new Float64Array(withSpareRows(rows)).subarray(0, rows);
}

/** A column in which a cell is not as expected. */
export interface Misfit {
  readonly name: string;
  readonly place: number;
  readonly expected: string;
  readonly fits: (value: unknown, row: number) => boolean;
  readonly code?: WireRefusalCode;
}

export function isNumberOrNull(value: unknown): value is number | null {
  return typeof value === 'number' || value === null;
}

export function isTextOrNull(value: unknown): value is string | null {
  return typeof value === 'string' || value === null;
}
