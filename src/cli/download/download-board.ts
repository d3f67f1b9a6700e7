import type { DownloadEvent, FileReport } from '../../download/index.ts';
import { type PairKey, pairKeyText } from '../../market/index.ts';

/** A file that is being fetched. */
export interface ActiveFile {
  readonly key: PairKey;
  readonly rows: number;
  /** 0 to 1. */
  readonly share: number;
}

/** Where a download stands. Fed with its events. */
export class DownloadBoard {
  readonly total: number;
  readonly #active = new Map<string, ActiveFile>();
  readonly #done: FileReport[] = [];
  #failed = 0;
  #fetched = 0;

  constructor(total: number) {
    this.total = total;
  }

  onEvent(event: DownloadEvent): void {
    const id = pairKeyText(event.key);
    if (event.type === 'started') this.#active.set(id, { key: event.key, rows: 0, share: 0 });
    else if (event.type === 'stored') {
      this.#active.set(id, event);
      this.#fetched += event.added;
    } else {
      this.#active.delete(id);
      if (event.type === 'downloaded') this.#done.push(event);
      else this.#failed += 1;
    }
  }

  get active(): readonly ActiveFile[] {
    return [...this.#active.values()];
  }

  get done(): readonly FileReport[] {
    return this.#done;
  }

  /** Files that are done with, for better or worse. */
  get ended(): number {
    return this.#done.length + this.#failed;
  }

  get failed(): number {
    return this.#failed;
  }

  /** Candles that came so far. */
  get fetched(): number {
    return this.#fetched;
  }

  /** How much of all is done, every file counting the same: 0 to 1. */
  get share(): number {
    if (this.total === 0) return 1;
    return (this.ended + this.active.reduce((sum, { share }) => sum + share, 0)) / this.total;
  }
}
