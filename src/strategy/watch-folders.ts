import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Tells that something happened in the folders of some files. Folders, because editors that save by renaming leave a watched file
 * behind. Only a help: where the system can't watch, or loses a folder, nothing is told.
 */
export class WatchedFolders {
  readonly #onEvent: () => void;
  readonly #watchers = new Map<string, FSWatcher>();

  constructor(onEvent: () => void) {
    this.#onEvent = onEvent;
  }

  /** Watches the folders of these files, and no others any more. */
  set(files: Iterable<string>): void {
    const folders = new Set(Array.from(files, (file) => dirname(file)));
    for (const [folder, watcher] of this.#watchers) {
      if (!folders.has(folder)) this.#drop(folder, watcher);
    }
    for (const folder of folders) {
      if (!this.#watchers.has(folder)) this.#add(folder);
    }
  }

  close(): void {
    for (const [folder, watcher] of this.#watchers) this.#drop(folder, watcher);
  }

  #add(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, this.#onEvent);
      watcher.on('error', () => this.#drop(folder, watcher));
      this.#watchers.set(folder, watcher);
    } catch {
      // No such folder, or no more watches to be had: those who look by themselves see what changes.
    }
  }

  #drop(folder: string, watcher: FSWatcher): void {
    if (this.#watchers.get(folder) === watcher) this.#watchers.delete(folder);
    watcher.close();
  }
}
