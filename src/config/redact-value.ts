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

/** A text with what an address or a header carries for a login hidden: user and password, parameters named like secrets. */
export function withoutCredentials(text: string): string {
  return (
    text
      // A password may hold anything, a slash or another @ among it.
      .replaceAll(/([a-z][a-z\d+.-]*:\/\/)\S*@/gi, `$1${HIDDEN}@`)
      .replaceAll(/[^/@\s]*@/g, `${HIDDEN}@`)
      .replaceAll(/\b(bearer|basic)\s+\S+/gi, `$1 ${HIDDEN}`)
      .replaceAll(/([\w-]+)=[^&\s#]*/g, (all: string, name: string) => (isSecretName(name) ? `${name}=${HIDDEN}` : all))
  );
}
