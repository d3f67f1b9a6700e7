import { createScanner } from 'jsonc-parser';

export type TokenKind = Punctuation | 'string' | 'number' | 'true' | 'false' | 'null' | 'word' | 'end';
export type Punctuation = '{' | '}' | '[' | ']' | ':' | ',';

/** What is wrong with a token itself. */
export type TokenFlaw = 'open comment' | 'open string' | 'escape' | 'control character' | 'number';

export interface Token {
  readonly kind: TokenKind;
  /** In UTF-16 code units, as `end` is. */
  readonly offset: number;
  readonly end: number;
  /** The decoded text of a string, the written text of everything else. */
  readonly text: string;
  readonly flaw?: TokenFlaw | undefined;
}

// jsonc-parser's SyntaxKind and ScanError are ambient const enums, which type stripping can't inline.
const KINDS: Readonly<Record<number, TokenKind>> = {
  1: '{',
  2: '}',
  3: '[',
  4: ']',
  5: ',',
  6: ':',
  7: 'null',
  8: 'true',
  9: 'false',
  10: 'string',
  11: 'number',
  16: 'word',
  17: 'end',
};
const BLOCK_COMMENT = 13;
const FLAWS: Readonly<Record<number, TokenFlaw>> = {
  1: 'open comment',
  2: 'open string',
  3: 'number',
  4: 'escape',
  5: 'escape',
  6: 'control character',
};

/**
 * The tokens of a text, without spaces and comments. The last one is always `end`; a comment that is never closed is
 * an `end` with that flaw. Words, numbers and literals that touch each other (`5m`, `01`, `'BTC/USDT'`) are one word.
 */
export function scanJsonc(text: string): readonly Token[] {
  const scanner = createScanner(text, false);
  const tokens: Token[] = [];
  while (tokens.at(-1)?.kind !== 'end') {
    const code: number = scanner.scan();
    const flaw: TokenFlaw | undefined = FLAWS[scanner.getTokenError()];
    const offset = scanner.getTokenOffset();
    const end = Math.min(text.length, scanner.getPosition());
    if (code === BLOCK_COMMENT && flaw !== undefined) {
      tokens.push({ kind: 'end', offset, end, text: '', flaw });
    } else if (code in KINDS) {
      const kind = KINDS[code];
      append(tokens, {
        kind,
        offset,
        end,
        text: kind === 'string' ? scanner.getTokenValue() : text.slice(offset, end),
        flaw,
      });
    }
  }
  return tokens;
}

function append(tokens: Token[], token: Token): void {
  const before = tokens.at(-1);
  if (before !== undefined && before.end === token.offset && isBare(before) && isBare(token)) {
    tokens[tokens.length - 1] = { kind: 'word', offset: before.offset, end: token.end, text: before.text + token.text };
  } else tokens.push(token);
}

function isBare(token: Token): boolean {
  return !['{', '}', '[', ']', ':', ',', 'string', 'end'].includes(token.kind);
}

/** The offset of the first backslash in a string token that begins no valid escape, else the token's own offset. */
export function badEscapeOffset(text: string, token: Token): number {
  for (let at = token.offset; at < token.end; at++) {
    if (text[at] !== '\\') continue;
    if (!/^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(text.slice(at, at + 6))) return at;
    at++;
  }
  return token.offset;
}

/** The offset of the first control character in a token, else the token's own offset. */
export function controlCharacterOffset(text: string, token: Token): number {
  for (let at = token.offset; at < token.end; at++) if (text.charCodeAt(at) < 0x20) return at;
  return token.offset;
}
