import { messageOf } from '../util/errors.ts';
import { isObject } from '../util/is-object.ts';
import { cut, describeValue } from './describe-value.ts';
import { type Refused, refused } from './refusal.ts';

/** The members of a JSON object from a peer. */
export type Members = Readonly<Record<string, unknown>>;

const MOST_OF_PARSER_MESSAGE = 120;

/** Any text as a JSON value. Never throws. */
export function parseJson(
  text: string,
  what: string,
): { readonly status: 'parsed'; readonly value: unknown } | Refused {
  try {
    const value: unknown = JSON.parse(text);
    return { status: 'parsed', value };
  } catch (error) {
    // Engines that parse by recursion run out of stack on deep nesting.
    if (error instanceof RangeError) return refused('WIRE_TOO_DEEP', `the ${what} is nested too deep`);
    const detail = cut(messageOf(error), MOST_OF_PARSER_MESSAGE);
    return refused('WIRE_NOT_JSON', `the ${what} is not JSON (${detail}); expected one JSON object`);
  }
}

/** A text of a peer as a JSON object. Never throws. */
export function parseObject(
  text: string,
  what: string,
  mostCharacters: number,
): { readonly status: 'parsed'; readonly members: Members } | Refused {
  if (text.length > mostCharacters) {
    const found = `it has ${text.length} characters, mostCharacters is ${mostCharacters}`;
    return refused('WIRE_TOO_LARGE', `the ${what} is too long: ${found}`);
  }
  const parsed = parseJson(text, what);
  if (parsed.status === 'refused') return parsed;
  if (isObject(parsed.value)) return { status: 'parsed', members: parsed.value };
  const found = describeValue(parsed.value);
  return refused('WIRE_NOT_AN_OBJECT', `the ${what} is not an object: expected {"type":…}, found ${found}`);
}
