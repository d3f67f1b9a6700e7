import type { CellValue, ColumnKind } from '../../frame/index.ts';
import { type Timeframe, nextCandleOpen } from '../../market/index.ts';
import type { Random } from '../../util/random.ts';
import type { PlainColumn, PlainFrame, PlainRow } from './plain-frame.ts';

/** What became of a frame: for logs, and whether its last row is a candle that was not there before. */
export interface FrameChange {
  readonly what: string;
  readonly newCandle: boolean;
}

const NUMBERS = [NaN, Infinity, -Infinity, -0, 0, 5e-324, 0.1 + 0.2, 1.23456789e-9, -Number.MAX_VALUE] as const;
const TEXTS = ['', 'entry', 'ü€/"\\', '🕯 candle', 'a'.repeat(90), '\u0000', '\ud83d'] as const;
const KINDS: readonly ColumnKind[] = ['float64', 'timestamp', 'int', 'int64', 'bool', 'string'];
const LONG_TEXT_UNITS = 9_000;

const CHANGES = [
  ['append', 30],
  ['tick', 30],
  ['tick of some cells', 8],
  ['repaint', 12],
  ['repaint of a column', 2],
  ['append and repaint', 5],
  ['nothing', 3],
  ['hole', 3],
  ['trim', 4],
  ['shrink', 2],
  ['insert', 2],
  ['remove a row', 2],
  ['backfill', 2],
  ['columns', 5],
  ['everything', 1],
  ['empty', 1],
] as const;
const ALL_WEIGHTS = CHANGES.reduce((sum, [, weight]) => sum + weight, 0);

/**
 * One pair's frame under a strategy of all bad habits: candles come, the last row is rewritten, earlier cells are repainted, columns
 * change, many rows leave at once, frames shrink and vanish.
 */
export class ChangingFrame {
  readonly #random: Random;
  readonly #timeframe: Timeframe;
  readonly #mostRows: number;
  readonly #hasLongTexts: boolean;
  #columns: readonly PlainColumn[];
  #rows: PlainRow[] = [];
  /** Of a candle that has not come so far. */
  #nextOpenMs: number;
  #named = 0;

  constructor(options: {
    readonly random: Random;
    readonly timeframe: Timeframe;
    readonly startMs: number;
    /** Past which the oldest rows leave. */
    readonly mostRows: number;
    /** Whether some cells are texts so long that snapshots have several chunks. */
    readonly hasLongTexts: boolean;
  }) {
    this.#random = options.random;
    this.#timeframe = options.timeframe;
    this.#mostRows = options.mostRows;
    this.#hasLongTexts = options.hasLongTexts;
    this.#nextOpenMs = options.startMs;
    this.#columns = [
      { name: 'date', kind: 'timestamp' },
      ...KINDS.map((kind) => ({ name: `${kind}_column`, kind })),
      ...Array.from({ length: this.#random.below(6) }, () => this.#newColumn()),
    ];
    for (let rows = 1 + this.#random.below(options.mostRows); rows > 0; rows--) this.#append();
  }

  /** As it is now. Later changes do not show in it. */
  get plain(): PlainFrame {
    return { columns: this.#columns, rows: [...this.#rows] };
  }

  /** Something happens to it. */
  change(): FrameChange {
    let draw = this.#random.below(ALL_WEIGHTS);
    const [what] = CHANGES.find(([, weight]) => (draw -= weight) < 0) ?? CHANGES[0];
    const newCandle = this.#change(this.#rows.length === 0 ? 'append' : what);
    return { what, newCandle };
  }

  /** One candle more, and nothing else. */
  addCandle(): FrameChange {
    return { what: 'append', newCandle: this.#change('append') };
  }

  #change(what: (typeof CHANGES)[number][0]): boolean {
    const random = this.#random;
    const last = this.#rows.length - 1;
    switch (what) {
      case 'append':
      case 'append and repaint':
      case 'hole':
        if (what === 'hole') this.#skip(1 + random.below(5));
        for (let rows = random.below(4) === 0 ? 1 + random.below(4) : 1; rows > 0; rows--) this.#append();
        if (what === 'append and repaint') this.#repaint(1 + random.below(4));
        return true;
      case 'tick':
        this.#rows[last] = this.#row(this.#dateOf(last));
        return false;
      case 'tick of some cells':
        for (let cells = 1 + random.below(2); cells > 0; cells--) this.#rewrite(last);
        return false;
      case 'repaint':
        this.#repaint(1 + random.below(6));
        return false;
      case 'repaint of a column':
        this.#repaintColumn();
        return false;
      case 'trim':
        this.#rows.splice(0, random.below(this.#rows.length));
        return false;
      case 'shrink':
        this.#rows.splice(1 + random.below(this.#rows.length));
        return false;
      case 'insert':
        this.#insert(random.below(this.#rows.length));
        return false;
      case 'remove a row':
        if (last > 0) this.#rows.splice(random.below(last), 1);
        return false;
      case 'backfill':
        this.#rows.unshift(this.#row(nextCandleOpen(this.#dateOf(0), this.#timeframe, -1)));
        return false;
      case 'columns':
        this.#changeColumns();
        return false;
      case 'everything':
        this.#rows = this.#rows.map((_, row) => this.#row(this.#dateOf(row)));
        return false;
      case 'empty':
        this.#rows = [];
        return false;
      default:
        return false;
    }
  }

  #append(): void {
    this.#rows.push(this.#row(this.#nextOpenMs));
    this.#skip(1);
    if (this.#rows.length > this.#mostRows) this.#rows.shift();
  }

  #skip(candles: number): void {
    this.#nextOpenMs = nextCandleOpen(this.#nextOpenMs, this.#timeframe, candles);
  }

  #repaint(cells: number): void {
    for (let i = 0; i < cells; i++) this.#rewrite(this.#random.below(this.#rows.length));
  }

  /** One cell of a row, other than its date. */
  #rewrite(row: number): void {
    const place = 1 + this.#random.below(this.#columns.length - 1);
    this.#rows[row] = this.#rows[row].with(place, this.#cell(this.#columns[place].kind));
  }

  #repaintColumn(): void {
    const place = 1 + this.#random.below(this.#columns.length - 1);
    const { kind } = this.#columns[place];
    this.#rows = this.#rows.map((row) => row.with(place, this.#cell(kind)));
  }

  /** A row between two others, where there is a candle's room. */
  #insert(after: number): void {
    const date = nextCandleOpen(this.#dateOf(after), this.#timeframe);
    if (after + 1 < this.#rows.length && this.#dateOf(after + 1) > date) {
      this.#rows.splice(after + 1, 0, this.#row(date));
    }
  }

  #changeColumns(): void {
    const random = this.#random;
    const place = 1 + random.below(this.#columns.length - 1);
    const { name } = this.#columns[place];
    switch (random.below(5)) {
      case 0:
        return this.#setColumns(this.#columns.toSpliced(place, 0, this.#newColumn()));
      case 1:
        if (this.#columns.length > 3) this.#setColumns(this.#columns.toSpliced(place, 1));
        return undefined;
      case 2:
        return this.#setColumns(this.#columns.with(place, { name, kind: KINDS[random.below(KINDS.length)] }));
      case 3:
        return this.#setColumns(this.#columns.with(place, { ...this.#newColumn(), kind: this.#columns[place].kind }));
      default: {
        const [first, ...others] = this.#columns.toSpliced(place, 1);
        return this.#setColumns([first, ...others.toSpliced(random.below(others.length + 1), 0, this.#columns[place])]);
      }
    }
  }

  /** Columns of the same name and kind keep their cells. */
  #setColumns(columns: readonly PlainColumn[]): void {
    const from = columns.map(({ name, kind }) =>
      this.#columns.findIndex((old) => old.name === name && old.kind === kind),
    );
    this.#rows = this.#rows.map((row) =>
      columns.map(({ kind }, i) => (from[i] === -1 ? this.#cell(kind) : row[from[i]])),
    );
    this.#columns = columns;
  }

  #newColumn(): PlainColumn {
    return { name: `column_${this.#named++}`, kind: KINDS[this.#random.below(KINDS.length)] };
  }

  #dateOf(row: number): number {
    return Number(this.#rows[row][0]);
  }

  #row(date: number): PlainRow {
    return this.#columns.map(({ kind }, i) => (i === 0 ? date : this.#cell(kind)));
  }

  #cell(kind: ColumnKind): CellValue {
    const random = this.#random;
    switch (kind) {
      case 'float64':
        return random.below(4) === 0 ? NUMBERS[random.below(NUMBERS.length)] : random.normal();
      case 'timestamp':
        return random.below(4) === 0 ? Number.NaN : this.#nextOpenMs + random.below(2000) / 2;
      case 'int':
        return random.below(3) - 1 + (random.below(5) === 0 ? Number.MAX_SAFE_INTEGER - 1 : 0);
      case 'int64':
        return BigInt.asIntN(64, (BigInt(random.below(2 ** 32)) << 32n) | BigInt(random.below(2 ** 32)));
      case 'bool':
        return random.below(2) === 1;
      case 'string':
      default:
        return this.#text();
    }
  }

  #text(): string | null {
    const draw = this.#random.below(8);
    if (draw < 4) return null;
    if (draw === 4 && this.#hasLongTexts) return String(this.#random.below(10)).repeat(LONG_TEXT_UNITS);
    return draw < 6 ? TEXTS[this.#random.below(TEXTS.length)] : `tag ${this.#random.below(100)}`;
  }
}
