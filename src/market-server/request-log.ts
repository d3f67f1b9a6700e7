/** One request that came in. */
export interface RequestRecord {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  readonly symbol: string | undefined;
  /** As in `5m`, of requests for candles. */
  readonly interval: string | undefined;
  /** What was answered; 0 where nothing was. */
  readonly status: number;
}

/** Of what clients say no more is kept; every path that is served is shorter. */
const LONGEST_TEXT = 40;
/** So many different ones are told apart; what comes beyond that is counted under no name. */
const MOST_KINDS = 10_000;

/** Counts requests by what they ask for: a bounded number of counters with short names, however many and however long the requests. */
export class RequestLog {
  readonly #counts = new Map<string, { readonly record: RequestRecord; count: number }>();
  #total = 0;

  /** All that came. */
  get total(): number {
    return this.#total;
  }

  add(record: RequestRecord): void {
    this.#total++;
    const kept = shortened(record);
    const key = JSON.stringify(kept);
    const known = this.#counts.get(key);
    if (known !== undefined) known.count++;
    // A text that was cut out of a request would keep the whole of it in memory; a copy does not.
    else if (this.#counts.size < MOST_KINDS) this.#counts.set(key, { record: structuredClone(kept), count: 1 });
  }

  /** How many came that have all of these, each text a part of what is asked for: `{ path: 'klines', symbol: 'BTCUSDT' }`. */
  count(
    asked: {
      readonly path?: string;
      readonly symbol?: string;
      readonly interval?: string;
      readonly status?: number;
    } = {},
  ): number {
    let sum = 0;
    for (const { record, count } of this.#counts.values()) {
      const { path = '', symbol = record.symbol, interval = record.interval, status = record.status } = asked;
      const isMeant = record.symbol === symbol && record.interval === interval && record.status === status;
      if (isMeant && record.path.includes(path)) sum += count;
    }
    return sum;
  }

  /** Every kind of request and how many came of it. */
  list(): readonly (RequestRecord & { readonly count: number })[] {
    return Array.from(this.#counts.values(), ({ record, count }) => ({ ...record, count }));
  }

  /** Forgets everything. */
  clear(): void {
    this.#counts.clear();
    this.#total = 0;
  }
}

function shortened({ method, path, symbol, interval, status }: RequestRecord): RequestRecord {
  return { method, path: short(path), symbol: short(symbol), interval: short(interval), status };
}

function short<Text extends string | undefined>(text: Text): Text | string {
  return text === undefined || text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}…`;
}
