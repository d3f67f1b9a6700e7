/**
 * The base of every error that Candlecast throws on purpose. Each area has one subclass and a table of its codes;
 * `docs/errors.md` is made from those tables.
 */
export class CandlecastError<Code extends string = string> extends Error {
  /** Stable across releases; what a program should branch on. */
  readonly code: Code;
  /** The value that was at fault, where there is one. Never a secret. */
  readonly value: unknown;

  constructor(code: Code, message: string, options: { readonly value?: unknown; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.value = options.value;
    this.name = new.target.name;
  }
}

/** What one code means and what to do about it. */
export interface ErrorDescription {
  readonly meaning: string;
  readonly remedy: string;
}

/** A table of codes, as each area keeps one beside its error class. */
export type ErrorTable = Readonly<Record<string, ErrorDescription>>;

/** The message of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
