import type { LineTable } from './line-table.ts';
import type { Token } from './scan-jsonc.ts';

/** A member that, by its indentation, stands outside of the object that the brackets put it in. */
export interface MisplacedMember {
  readonly opener: Token;
  readonly member: Token;
}

/**
 * Finds where a closing brace is missing. Counting brackets only tells at the end of the file that one is; the
 * indentation tells which. A member is misplaced when it begins a line at or left of the line that opened its object,
 * although the object's first member was indented further.
 */
export class UnclosedFinder {
  readonly #text: string;
  readonly #lines: LineTable;
  /** The openers whose first member is indented further than their own line. */
  readonly #indented = new Map<Token, boolean>();
  #suspect: MisplacedMember | undefined;

  constructor(text: string, lines: LineTable) {
    this.#text = text;
    this.#lines = lines;
  }

  /** The first misplaced member. Means nothing while the brackets match. */
  get suspect(): MisplacedMember | undefined {
    return this.#suspect;
  }

  seeMember(opener: Token, member: Token): void {
    const indent = this.#indentOf(member);
    if (this.#suspect !== undefined || this.#lineStart(member) + indent !== member.offset) return;
    const isDeeper = indent > this.#indentOf(opener);
    const wasDeeper = this.#indented.get(opener);
    if (wasDeeper === undefined) this.#indented.set(opener, isDeeper);
    else if (wasDeeper && !isDeeper) this.#suspect = { opener, member };
  }

  /** The spaces and tabs that begin the token's line. */
  #indentOf(token: Token): number {
    const start = this.#lineStart(token);
    let end = start;
    while (this.#text[end] === ' ' || this.#text[end] === '\t') end++;
    return end - start;
  }

  #lineStart(token: Token): number {
    return token.offset - this.#lines.positionOf(token.offset).column + 1;
  }
}
