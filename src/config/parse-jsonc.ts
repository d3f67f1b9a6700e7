import type { ConfigProblem, Place } from './config-error.ts';
import { dottedKey, type JsonNode, type Member, MOST_LEVELS, type ObjectNode, type ScalarNode } from './json-node.ts';
import { scanJsonc, type Token } from './scan-jsonc.ts';
import { SyntaxProblems } from './syntax-problems.ts';
import { UnclosedFinder } from './unclosed-finder.ts';

/** What a file holds, or why that can't be told. */
export interface ParsedJsonc {
  /** Undefined when `problems` has a syntax error. */
  readonly root: ObjectNode | undefined;
  readonly problems: readonly ConfigProblem[];
  /** Keys that stand twice: the later one counts. */
  readonly warnings: readonly ConfigProblem[];
}

/**
 * Reads one object of JSON with `//` and block comments and trailing commas. Goes on after an error, so that all of
 * them are found in one run.
 *
 * @param isKnownKey tells whether a name is a setting's, so that a message may show it.
 */
export function parseJsonc(text: string, file: string, isKnownKey: (name: string) => boolean): ParsedJsonc {
  return new JsoncParser(text, file, isKnownKey).parse();
}

class JsoncParser {
  readonly #file: string;
  readonly #tokens: readonly Token[];
  readonly #syntax: SyntaxProblems;
  readonly #duplicates: ConfigProblem[] = [];
  readonly #unclosed: UnclosedFinder;
  /** The openers around the current token, outermost first. */
  readonly #open: Token[] = [];
  /** The names of the members and the positions of the items around the current token. */
  readonly #path: (string | number)[] = [];
  #index = 0;

  constructor(text: string, file: string, isKnownKey: (name: string) => boolean) {
    this.#file = file;
    this.#tokens = scanJsonc(text);
    this.#syntax = new SyntaxProblems(text, file, isKnownKey);
    this.#unclosed = new UnclosedFinder(text, this.#syntax.lines);
  }

  parse(): ParsedJsonc {
    const root = this.#root();
    const end = this.#tokens[this.#tokens.length - 1];
    if (end.flaw === 'open comment') {
      const message = 'the comment that opens here is never closed: expected "*/"';
      this.#syntax.add({ at: end, found: 'an open comment', allowed: '"*/"', message });
    }
    const syntax = this.#syntax.list.toSorted((a, b) => a.line - b.line || a.column - b.column);
    // After a missing brace, keys of an outer object look like duplicates of an inner one's.
    return syntax.length > 0
      ? { root: undefined, problems: syntax, warnings: [] }
      : { root, problems: [], warnings: this.#duplicates };
  }

  #root(): ObjectNode | undefined {
    const opener = this.#peek();
    if (opener.kind !== '{') {
      if (opener.flaw !== 'open comment') this.#syntax.expected('"{"', opener, ' (a config is one object)');
      return undefined;
    }
    const root = this.#object();
    const after = this.#peek();
    if (after.kind !== 'end' && this.#syntax.list.length === 0) {
      const closer = this.#syntax.place(this.#tokens[this.#index - 1]);
      const detail = `, since the object that opened at ${this.#syntax.place(opener)} ended at ${closer}`;
      this.#syntax.expected('the end of the file', after, detail);
    }
    return root;
  }

  #object(): ObjectNode {
    const opener = this.#take();
    const members = new Map<string, Member>();
    this.#open.push(opener);
    let needsComma = false;
    while (!this.#ends(opener, '}')) {
      const token = this.#peek();
      if (token.kind === ',') {
        if (!needsComma) this.#syntax.expected('a key in double quotes', token);
        this.#take();
        needsComma = false;
      } else {
        if (needsComma) this.#syntax.expected('"," or "}"', token, toEnd('object', this.#syntax.place(opener)));
        this.#member(members, opener);
        needsComma = true;
      }
    }
    this.#open.pop();
    return { kind: 'object', place: this.#place(opener), members };
  }

  /** Takes at least one token. */
  #member(members: Map<string, Member>, opener: Token): void {
    const token = this.#peek();
    if (token.kind === '{' || token.kind === '[') {
      this.#syntax.expected('a key in double quotes', token);
      this.#value();
      if (this.#peek().kind !== ':') return;
      this.#take();
      this.#value();
      return;
    }
    this.#take();
    if (token.kind === 'word') this.#syntax.addWord(token, 'a key in double quotes', this.#peek());
    else if (token.kind !== 'string') this.#syntax.expected('a key in double quotes', token);
    this.#unclosed.seeMember(opener, token);
    if (this.#peek().kind === ':') this.#take();
    else if (token.kind !== ':') this.#syntax.expected('":"', this.#peek(), ' between a key and its value');
    this.#path.push(token.text);
    const keyPlace = this.#place(token);
    const earlier = members.get(token.text);
    if (earlier !== undefined) this.#duplicate(earlier.keyPlace, keyPlace);
    const value = this.#value();
    if (value !== undefined) members.set(token.text, { keyPlace, value });
    this.#path.pop();
  }

  #array(): JsonNode {
    const opener = this.#take();
    const items: JsonNode[] = [];
    this.#open.push(opener);
    let needsComma = false;
    while (!this.#ends(opener, ']')) {
      const token = this.#peek();
      if (token.kind === ',') {
        if (!needsComma) this.#syntax.expected('a value', token);
        this.#take();
        needsComma = false;
      } else if (this.#isKeyOutside(token)) {
        this.#syntax.expected('"]"', token, toEnd('array', this.#syntax.place(opener)));
        break;
      } else {
        if (needsComma) this.#syntax.expected('"," or "]"', token, toEnd('array', this.#syntax.place(opener)));
        if (token.kind === ':') this.#take();
        this.#path.push(items.length);
        const value = this.#value();
        if (value !== undefined) items.push(value);
        this.#path.pop();
        needsComma = true;
      }
    }
    this.#open.pop();
    return { kind: 'array', place: this.#place(opener), items };
  }

  /** A key in an array belongs to an object around it: the array's bracket is missing. */
  #isKeyOutside(token: Token): boolean {
    const next = this.#tokens[this.#index + 1];
    return token.kind === 'string' && next?.kind === ':' && this.#open.some((opener) => opener.kind === '{');
  }

  /** Takes nothing where no value stands. */
  #value(): JsonNode | undefined {
    const token = this.#peek();
    if (token.kind === '{' || token.kind === '[') {
      if (this.#open.length >= MOST_LEVELS) return this.#tooDeep(token);
      return token.kind === '{' ? this.#object() : this.#array();
    }
    const scalar = this.#scalar(token);
    if (scalar !== undefined) this.#take();
    else if (token.kind === 'word') this.#syntax.addWord(this.#take(), 'a value', this.#peek());
    // At the end of the file, the bracket around the value is missing too, and that is what is reported.
    else if (token.kind !== 'end') this.#syntax.expected('a value', token);
    return scalar;
  }

  #scalar(token: Token): ScalarNode | undefined {
    const { kind, text } = token;
    if (kind === 'string') return { kind, place: this.#place(token), value: text };
    if (kind === 'number') return { kind, place: this.#place(token), value: Number(text) };
    if (kind === 'null') return { kind, place: this.#place(token), value: null };
    if (kind !== 'true' && kind !== 'false') return undefined;
    return { kind: 'boolean', place: this.#place(token), value: kind === 'true' };
  }

  /**
   * Whether the object or array of `opener` ends here. Takes its closer. One that belongs to an outer bracket ends it
   * too and is left to that bracket; one that belongs to none is reported and skipped.
   */
  #ends(opener: Token, closer: '}' | ']'): boolean {
    for (;;) {
      const token = this.#peek();
      if (token.kind === closer) this.#take();
      if (token.kind === closer || this.#syntax.isFull) return true;
      if (token.kind === 'end') {
        this.#reportUnclosed(opener, closer, token);
        return true;
      }
      if (token.kind !== '}' && token.kind !== ']') return false;
      this.#syntax.expected(`"," or "${closer}"`, token, toEnd(nounOf(closer), this.#syntax.place(opener)));
      const other = token.kind === '}' ? '{' : '[';
      if (this.#open.some((outer) => outer.kind === other)) return true;
      this.#take();
    }
  }

  #reportUnclosed(opener: Token, closer: '}' | ']', end: Token): void {
    if (end.flaw === 'open comment') return;
    const suspect = this.#unclosed.suspect;
    if (suspect === undefined) {
      const noun = nounOf(closer);
      this.#syntax.expected(`"," or "${closer}"`, end, toEnd(noun, this.#syntax.place(opener)));
    } else if (this.#syntax.list.length === 0) {
      const detail = `${toEnd('object', this.#syntax.place(suspect.opener))} (going by the indentation)`;
      this.#syntax.expected('"}"', suspect.member, detail);
    }
  }

  #tooDeep(token: Token): undefined {
    const allowed = `at most ${MOST_LEVELS} levels`;
    const message = `objects and arrays stand in each other too deep; allowed: ${allowed}`;
    this.#syntax.add({ at: token, found: `level ${MOST_LEVELS + 1}`, allowed, message, code: 'CONFIG_TOO_DEEP' });
    this.#index = this.#tokens.length - 1;
    this.#syntax.close();
  }

  #duplicate(first: Place, second: Place): void {
    const key = dottedKey(this.#path);
    const message = `this key stands here and at ${first.line}:${first.column}; this one, the later, counts`;
    const found = `also at ${first.line}:${first.column}`;
    this.#duplicates.push({ ...second, code: 'CONFIG_DUPLICATE_KEY', key, found, allowed: 'once', message });
  }

  #peek(): Token {
    return this.#tokens[this.#index];
  }

  /** Never goes past the `end` token. */
  #take(): Token {
    const token = this.#tokens[this.#index];
    if (token.kind === 'end') return token;
    this.#index++;
    if (token.flaw !== undefined) this.#syntax.addFlaw(token, this.#peek());
    return token;
  }

  #place(token: Token): Place {
    return { file: this.#file, ...this.#syntax.lines.positionOf(token.offset) };
  }
}

function nounOf(closer: '}' | ']'): 'object' | 'array' {
  return closer === '}' ? 'object' : 'array';
}

function toEnd(noun: 'object' | 'array', place: string): string {
  return ` to end the ${noun} that opened at ${place}`;
}
