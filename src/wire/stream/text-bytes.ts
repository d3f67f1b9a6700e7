/**
 * Text as UTF-8, extended so that every JavaScript string crosses exactly: a surrogate without its partner, which has no place in
 * Unicode text, takes the three bytes that its number would have (the generalized UTF-8 of the WTF-8 specification). What is read must
 * be in that one form: overlong bytes, numbers past U+10FFFF and pairs of surrogates in three bytes each are refused.
 */

const FIRST_HIGH = 0xd800;
const FIRST_LOW = 0xdc00;
const LAST_LOW = 0xdfff;

/** Strings are put together from so many units at a time: well below what engines take as arguments. */
const UNITS_AT_ONCE = 1024;

/** How many bytes `writeText` writes. */
export function textByteLength(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes++;
    else if (!isPairAt(text, i)) bytes += 2;
    else {
      // Two units become four bytes.
      bytes += 2;
      i++;
    }
  }
  return bytes;
}

/** Writes text at `at`, where there must be room; returns where it ends. */
export function writeText(bytes: Uint8Array, at: number, text: string): number {
  let end = at;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes[end++] = unit;
    else if (unit < 0x800) {
      bytes[end++] = 0xc0 | (unit >> 6);
      bytes[end++] = 0x80 | (unit & 63);
    } else if (isPairAt(text, i)) {
      const point = 0x10000 + ((unit - FIRST_HIGH) << 10) + (text.charCodeAt(++i) - FIRST_LOW);
      bytes[end++] = 0xf0 | (point >> 18);
      bytes[end++] = 0x80 | ((point >> 12) & 63);
      bytes[end++] = 0x80 | ((point >> 6) & 63);
      bytes[end++] = 0x80 | (point & 63);
    } else {
      bytes[end++] = 0xe0 | (unit >> 12);
      bytes[end++] = 0x80 | ((unit >> 6) & 63);
      bytes[end++] = 0x80 | (unit & 63);
    }
  }
  return end;
}

/** The text of the bytes from `start` to `end`, or undefined where they are not in the form that `writeText` writes. */
export function readText(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = '';
  let units: number[] = [];
  let before = 0;
  for (let at = start; at < end;) {
    const point = pointAt(bytes, at, end);
    // Two halves of a pair belong into four bytes.
    if (point === -1 || (isLow(point) && isHigh(before))) return undefined;
    at += lengthOf(point);
    if (point < 0x10000) units.push(point);
    else units.push(FIRST_HIGH + ((point - 0x10000) >> 10), FIRST_LOW + ((point - 0x10000) & 0x3ff));
    before = point;
    if (units.length >= UNITS_AT_ONCE) {
      text += String.fromCharCode(...units);
      units = [];
    }
  }
  return text + String.fromCharCode(...units);
}

/** The code point that begins at `at`, surrogates among them; -1 where there is none in its shortest form. */
function pointAt(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at];
  if (first < 0x80) return first;
  if (first < 0xc2 || first > 0xf4) return -1;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (at + length > end) return -1;
  let point = first & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    const next = bytes[at + i];
    if ((next & 0xc0) !== 0x80) return -1;
    point = (point << 6) | (next & 63);
  }
  return point <= 0x10ffff && lengthOf(point) === length ? point : -1;
}

function lengthOf(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}

function isPairAt(text: string, i: number): boolean {
  return isHigh(text.charCodeAt(i)) && isLow(text.charCodeAt(i + 1));
}

function isHigh(unit: number): boolean {
  return unit >= FIRST_HIGH && unit < FIRST_LOW;
}

function isLow(unit: number): boolean {
  return unit >= FIRST_LOW && unit <= LAST_LOW;
}
