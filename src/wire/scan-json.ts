/**
 * Finds where JSON values start and end in a text, for the few things that `JSON.parse` loses: digits of large integers, and
 * whether a number was written as `1` or `1.0`. Texts are those that `JSON.parse` has taken; on others the answers are
 * meaningless, but come in linear time.
 */

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Whether lists and objects are nested in one another more than `most` times. Also for texts that are not JSON. */
export function isDeeperThan(text: string, most: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at) - 1;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) depth++;
    else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
    if (depth > most) return true;
  }
  return false;
}

/**
 * Start and end of every cell in the first `rows` rows of a frame in pandas' split form, two numbers a cell, row by row; or
 * undefined where its first `data` is no list of so many rows of `width` cells.
 */
export function cellBounds(text: string, rows: number, width: number): Int32Array | undefined {
  const bounds = new Int32Array(rows * width * 2);
  let at = startOfData(text);
  for (let row = 0, next = 0; row < rows; row++) {
    at = skipSpace(text, at + 1);
    if (text.charCodeAt(at) !== OPEN_LIST) return undefined;
    for (let column = 0; column < width; column++) {
      at = skipSpace(text, at + 1);
      const end = endOfValue(text, at);
      bounds[next++] = at;
      bounds[next++] = end;
      at = skipSpace(text, end);
      if (text.charCodeAt(at) !== (column === width - 1 ? CLOSE_LIST : COMMA)) return undefined;
    }
    at = skipSpace(text, at + 1);
  }
  return bounds;
}

/** Where the value of the first member `data` starts; the end of the text where there is none. */
function startOfData(text: string): number {
  let at = skipSpace(text, skipSpace(text, 0) + 1);
  while (text.charCodeAt(at) === QUOTE) {
    const end = endOfString(text, at);
    const name: unknown = JSON.parse(text.slice(at, end));
    at = skipSpace(text, skipSpace(text, end) + 1);
    if (name === 'data') return at;
    at = skipSpace(text, skipSpace(text, endOfValue(text, at)) + 1);
  }
  return text.length;
}

function endOfValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (depth === 0 && code !== OPEN_LIST && code !== OPEN_OBJECT) at = endOfScalar(text, at);
    else {
      if (code === OPEN_LIST || code === OPEN_OBJECT) depth++;
      else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
      at++;
    }
  } while (depth > 0 && at < text.length);
  return at;
}

/** Behind the closing quote, which is the first with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((at - before) % 2 === 1) return at + 1;
  }
  return text.length;
}

function endOfScalar(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === CLOSE_LIST || code === CLOSE_OBJECT || isSpace(code)) break;
  }
  return at;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

/** The four that JSON knows. */
function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
