import type { ConfigErrorCode, ConfigProblem } from './config-error.ts';
import { LineTable } from './line-table.ts';
import { badEscapeOffset, controlCharacterOffset, type Token, type TokenKind } from './scan-jsonc.ts';

/** One typing error rarely hides more than a few others, and later ones are often its consequences. */
const MOST_SYNTAX_PROBLEMS = 10;

/**
 * The syntax errors of one file. Those that only follow from an earlier one are left out. Values never appear in a
 * message, since any of them may be a secret; keys do where `isKnownKey` says that they are a setting's name.
 */
export class SyntaxProblems {
  readonly list: ConfigProblem[] = [];
  readonly lines: LineTable;
  readonly #text: string;
  readonly #file: string;
  readonly #isKnownKey: (name: string) => boolean;
  #lastOffset = -1;
  #mutedLine = 0;
  #forgivenOffset = -1;
  #isClosed = false;

  constructor(text: string, file: string, isKnownKey: (name: string) => boolean) {
    this.lines = new LineTable(text);
    this.#text = text;
    this.#file = file;
    this.#isKnownKey = isKnownKey;
  }

  get isFull(): boolean {
    return this.#isClosed || this.list.length >= MOST_SYNTAX_PROBLEMS;
  }

  /** Takes no more: what could follow are consequences. */
  close(): void {
    this.#isClosed = true;
  }

  /** Reports what stands at `token` where `allowed` should. */
  expected(allowed: string, token: Token, detail = ''): void {
    const found = this.name(token);
    this.add({ at: token, found, allowed, message: `expected ${allowed}${detail}, found ${found}` });
  }

  add(problem: {
    readonly at: Token;
    readonly offset?: number;
    readonly found: string;
    readonly allowed: string;
    readonly message: string;
    readonly code?: ConfigErrorCode;
  }): void {
    const { at, offset = at.offset, found, allowed, message, code = 'CONFIG_SYNTAX' } = problem;
    const { line, column } = this.lines.positionOf(offset);
    const isConsequence =
      at.offset === this.#lastOffset || at.offset === this.#forgivenOffset || line === this.#mutedLine;
    if (isConsequence || this.isFull) return;
    this.#lastOffset = at.offset;
    this.list.push({ code, file: this.#file, line, column, key: '', found, allowed, message });
  }

  /** Reports what is wrong with the token itself. `next` is the token after it. */
  addFlaw(token: Token, next: Token): void {
    if (token.flaw === 'open string') {
      const message = "the string that opens here is never closed: expected '\"' before the end of its line";
      this.add({ at: token, found: 'an open string', allowed: "'\"'", message });
      // The comma after the string was taken for a part of it, and so may be what closes the line.
      this.#forgivenOffset = next.offset;
      this.#mutedLine = this.lines.positionOf(token.offset).line;
    } else if (token.flaw === 'escape') {
      const allowed = String.raw`\" \\ \/ \b \f \n \r \t or \u and four hex digits`;
      const message = `a backslash that begins no valid escape; allowed: ${allowed}`;
      this.add({ at: token, offset: badEscapeOffset(this.#text, token), found: 'a backslash', allowed, message });
    } else if (token.flaw === 'control character') {
      const offset = controlCharacterOffset(this.#text, token);
      const found = `the control character ${codePointName(this.#text.slice(offset))}`;
      const allowed = String.raw`an escape such as \t`;
      this.add({ at: token, offset, found, allowed, message: `${found} inside a string; allowed: ${allowed}` });
    } else if (token.flaw === 'number') {
      const allowed = 'a digit after "." or "e" in a number';
      this.add({ at: token, found: 'an unfinished number', allowed, message: `expected ${allowed}` });
    }
  }

  /** Reports a word that stands without quotes. `next` is the token after it. */
  addWord(token: Token, allowed: string, next: Token): void {
    this.expected(allowed, token, HINTS.get(token.text) ?? '');
    // Where quotes are mixed up, the rest of the line is read as text where it is none, and the other way round.
    const isMixedUp = !/^[ -&(-~]/.test(token.text) || (next.kind === 'string' && next.offset === token.end);
    if (isMixedUp) this.#mutedLine = this.lines.positionOf(token.offset).line;
  }

  /** What a message calls a token. */
  name(token: Token): string {
    if (token.kind === 'string' && this.#isKnownKey(token.text)) return `"${token.text}"`;
    if (token.kind === 'word') return HINTS.has(token.text) ? token.text : wordName(token.text);
    return NAMES.get(token.kind) ?? `"${token.kind}"`;
  }

  /** `12:1`, in the same file. */
  place(token: Token): string {
    const { line, column } = this.lines.positionOf(token.offset);
    return `${line}:${column}`;
  }
}

/** Words of other languages that stand for something JSON writes otherwise. */
const HINTS: ReadonlyMap<string, string> = new Map([
  ['True', ' (JSON writes true)'],
  ['False', ' (JSON writes false)'],
  ['None', ' (JSON writes null)'],
  ['undefined', ' (JSON writes null)'],
  ['NaN', ' (JSON has no NaN)'],
  ['Infinity', ' (JSON has no Infinity)'],
  ['-Infinity', ' (JSON has no Infinity)'],
]);

/** Punctuation stands for itself, in quotes. */
const NAMES: ReadonlyMap<TokenKind, string> = new Map([
  ['string', 'a string'],
  ['number', 'a number'],
  ['true', 'true'],
  ['false', 'false'],
  ['null', 'null'],
  ['end', 'the end of the file'],
]);

function wordName(word: string): string {
  if (word.startsWith("'")) return 'a single quote (strings need double quotes)';
  if (word.charCodeAt(0) < 0x20 || word.charCodeAt(0) > 0x7e) return `the character ${codePointName(word)}`;
  if (/^-?[\d.]/.test(word)) return 'what is neither a number nor a string in double quotes';
  return 'a word without double quotes';
}

function codePointName(text: string): string {
  return `U+${(text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
