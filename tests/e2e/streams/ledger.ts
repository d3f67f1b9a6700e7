import type { CopyReport, LineOf } from './peer-messages.ts';

/** Publications of a pair whose digests are remembered. */
const MOST_REMEMBERED = 600;

/** Mistakes that are kept in words; all are counted. */
const MOST_TOLD = 20;

interface Reader {
  readonly name: string;
  /** Which of the digests is that of what it wants. */
  readonly selection: number;
  epoch: number | undefined;
  /** By the stream's number. */
  readonly streams: Map<number, { readonly pair: number; readonly offset: number; seq: number }>;
}

type Seen = CopyReport & { readonly whole?: boolean };

/**
 * What producers said that they publish, against what consumers show. A copy is right when its digest is that of the publication whose
 * time of analysis it bears; when publications and states of its stream go in step; and when no consumer goes back to an older state or
 * run.
 */
export class Ledger {
  readonly mistakes: string[] = [];
  mistaken = 0;
  /** Copies that were compared and right. */
  right = 0;
  /** Those of which it was known that they are not the newest. */
  stale = 0;
  readonly #published = new Map<string, Map<number, readonly string[]>>();
  /** Copies that were shown before it was heard that they were published. */
  readonly #unheard = new Map<string, { readonly reader: Reader; readonly seen: Seen }[]>();
  readonly #readers = new Map<string, Reader>();
  #epochs: number[] = [];

  /** A producer begins, with an epoch of its own. */
  begin(epoch: number): void {
    this.#epochs.push(epoch);
    // Nobody shows what is older than the run before.
    for (const old of this.#epochs.slice(0, -2)) this.#forget(old);
    this.#epochs = this.#epochs.slice(-2);
  }

  #forget(epoch: number): void {
    for (const key of this.#published.keys()) if (key.startsWith(`${epoch} `)) this.#published.delete(key);
  }

  /** A consumer begins, that holds nothing. */
  open(name: string, selection: number): void {
    this.#readers.set(name, { name, selection, epoch: undefined, streams: new Map() });
  }

  publishing(epoch: number, { pair, publication, digests }: LineOf<'publishing'>): void {
    const key = `${epoch} ${pair}`;
    const known = this.#published.get(key) ?? new Map<number, readonly string[]>();
    this.#published.set(key, known);
    known.set(publication, digests);
    known.delete(publication - MOST_REMEMBERED);
    const place = `${key} ${publication}`;
    for (const { reader, seen } of this.#unheard.get(place) ?? []) this.#compare(reader, seen, digests);
    this.#unheard.delete(place);
  }

  /** A consumer shows a copy. */
  shown(name: string, seen: Seen): void {
    const reader = this.#readers.get(name);
    if (reader === undefined) throw new Error(`nobody is called ${name}`);
    const { epoch, stream, seq, pair, publication } = seen;
    if (epoch === undefined || stream === undefined || seq === undefined) {
      return this.#blame(reader, seen, 'it is no state of a stream');
    }
    this.#keepStep(reader, seen, { epoch, stream, seq });
    const key = `${epoch} ${pair}`;
    const digests = this.#published.get(key)?.get(publication);
    if (digests !== undefined) return this.#compare(reader, seen, digests);
    const place = `${key} ${publication}`;
    this.#unheard.set(place, [...(this.#unheard.get(place) ?? []), { reader, seen }]);
  }

  #keepStep(
    reader: Reader,
    seen: Seen,
    { epoch, stream, seq }: { readonly epoch: number; readonly stream: number; readonly seq: number },
  ): void {
    if (reader.epoch !== epoch) {
      if (reader.epoch !== undefined && this.#epochs.indexOf(epoch) < this.#epochs.indexOf(reader.epoch)) {
        this.#blame(reader, seen, `it is of the run ${epoch}, after one of ${reader.epoch}`);
      }
      reader.epoch = epoch;
      reader.streams.clear();
    }
    const offset = seen.publication - seq;
    const known = reader.streams.get(stream);
    if (known === undefined) {
      if (seen.whole === false) this.#blame(reader, seen, 'rows were joined to what is of another run');
      reader.streams.set(stream, { pair: seen.pair, offset, seq });
      return;
    }
    if (known.pair !== seen.pair) this.#blame(reader, seen, `the stream was of pair ${known.pair}`);
    if (known.offset !== offset) this.#blame(reader, seen, `its state is publication ${seq + known.offset}`);
    if (seq < known.seq) this.#blame(reader, seen, `after state ${known.seq}`);
    known.seq = Math.max(known.seq, seq);
  }

  #compare(reader: Reader, seen: Seen, digests: readonly string[]): void {
    const expected = digests[reader.selection];
    if (seen.digest !== expected) return this.#blame(reader, seen, `its digest is not ${expected}`);
    this.right += 1;
    if (seen.status !== 'live') this.stale += 1;
  }

  /** Where nothing is on its way any more: what was shown and never published. */
  close(): void {
    for (const waiting of this.#unheard.values()) {
      for (const { reader, seen } of waiting) this.#blame(reader, seen, 'nobody published it');
    }
    this.#unheard.clear();
  }

  #blame({ name }: Reader, seen: Seen, what: string): void {
    this.mistaken += 1;
    if (this.mistakes.length < MOST_TOLD) this.mistakes.push(`${name} shows ${JSON.stringify(seen)}: ${what}`);
  }
}
