import type { KeyPath } from './json-node.ts';
import { isForeign, isSecret, isSecretName } from './setting-schema.ts';

/** What stands in the place of a secret. */
export const HIDDEN = '<hidden>';

/** The value of the setting at `path`, safe to print: secrets in it are hidden, and credentials in another program's texts. */
export function redactValue(value: unknown, path: KeyPath): unknown {
  if (value === undefined) return undefined;
  if (isSecret(path)) return HIDDEN;
  if (Array.isArray(value)) return value.map((item, index) => redactValue(item, [...path, index]));
  if (typeof value === 'string') return isForeign(path) ? withoutCredentials(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactValue(item, [...path, key])]));
}

/** Longer texts are hidden whole: no address is as long, and looking through them takes the square of their length. */
const LONGEST_TEXT = 4096;

/** A text with what an address or a header carries for a login hidden: user and password, parameters named like secrets. */
export function withoutCredentials(text: string): string {
  if (text.length > LONGEST_TEXT) return HIDDEN;
  return (
    text
      // A password may hold anything: a slash, a space, another @.
      .replaceAll(/([a-z][a-z\d+.-]*:\/\/).*@/gis, `$1${HIDDEN}@`)
      .replaceAll(/[^/@\s]*@/g, `${HIDDEN}@`)
      .replaceAll(/\b(bearer|basic)\s+\S+/gi, `$1 ${HIDDEN}`)
      .replaceAll(/([\w-]+)=[^&\s#]*/g, (all: string, name: string) => (isSecretName(name) ? `${name}=${HIDDEN}` : all))
  );
}
