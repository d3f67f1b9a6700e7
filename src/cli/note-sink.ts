/** Where a log is written that may have to go elsewhere once something is drawn on the terminal. */
export class NoteSink {
  readonly isTTY: boolean;
  #write: (text: string) => unknown;

  constructor(stream: { readonly isTTY?: boolean; write(text: string): unknown }) {
    this.isTTY = stream.isTTY === true;
    this.#write = (text) => stream.write(text);
  }

  write(text: string): void {
    this.#write(text);
  }

  /** Sends what is written from now on there. */
  redirect(write: (text: string) => unknown): void {
    this.#write = write;
  }
}
