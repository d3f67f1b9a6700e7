/** Where a command writes. Data goes to `out`; the log goes to `err`, or as JSON to `out` with the data. */
export interface Terminal {
  readonly out: NodeJS.WritableStream & TerminalSize;
  readonly err: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** What a stream tells that leads to a terminal. */
export interface TerminalSize {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** Room on the screen in characters; without end where there is no screen. */
export interface Room {
  readonly width: number;
  readonly height: number;
}

/** The room that a stream has now. */
export function roomOf({ isTTY, columns, rows }: TerminalSize): Room {
  if (isTTY !== true) return { width: Number.POSITIVE_INFINITY, height: Number.POSITIVE_INFINITY };
  // Some pseudo-terminals say 0.
  return { width: columns || 80, height: rows || 24 };
}

/** Keeps a reader that is gone, as `head` is after a line, from ending the program with an error of its own. */
export function tolerateClosedOutput({ out, err }: Terminal): void {
  for (const stream of [out, err]) stream.on('error', () => {});
}
