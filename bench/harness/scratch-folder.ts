import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from './at-exit.ts';

/** A new folder among the machine's temporary ones, gone when it is disposed of, and when the process ends before. */
export class ScratchFolder implements Disposable {
  readonly path: string;
  readonly #forget: () => void;

  constructor() {
    this.path = mkdtempSync(join(tmpdir(), 'candlecast-bench-'));
    this.#forget = atExit(() => this.#remove());
  }

  [Symbol.dispose](): void {
    this.#forget();
    this.#remove();
  }

  #remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
