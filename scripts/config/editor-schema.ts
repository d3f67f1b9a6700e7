import { z } from 'zod';
import { configSchema } from '../../src/config/config-schema.ts';
import { settingsWithoutEffect, unsupportedKeys } from '../../src/config/unsupported-keys.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema of a config file, for editors: every setting, and freqtrade's that Candlecast does not read, so that a key which is
 * neither stands out.
 */
export function editorSchema(): Json {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { io: 'input' });
  const section = closed(schema, []);
  const link = { type: 'string', description: 'Where editors find this schema.' };
  return {
    $schema,
    title: 'Candlecast config',
    ...section,
    properties: { $schema: link, ...objectOf(section.properties) },
  };
}

/** The words that only Candlecast's own messages go by; a value's range in words goes into the description. */
const OWN_WORDS = new Set(['secret', 'foreign', 'live', 'nullIsAbsent', 'casesBy', 'notYet', 'allowed', 'description']);

function closed(value: unknown, path: readonly string[]): Json {
  const schema = objectOf(value);
  const result: Record<string, unknown> = {};
  const description = descriptionOf(schema, settingsWithoutEffect.has(path.join('.')));
  if (description !== '') result.description = description;
  for (const [word, inner] of Object.entries(schema)) {
    if (OWN_WORDS.has(word) || word === 'required') continue;
    if (word === 'properties') Object.assign(result, properties(objectOf(inner), path));
    else if (word === 'items') result.items = { ...closed(inner, path), ...requiredOf(inner) };
    else if (Array.isArray(inner) && (word === 'anyOf' || word === 'oneOf')) {
      result[word] = inner.map((each) => ({ ...closed(each, path), ...requiredOf(each) }));
    } else if (word === 'maximum' && inner === Number.MAX_SAFE_INTEGER) continue;
    else if (word === 'minimum' && inner === Number.MIN_SAFE_INTEGER) continue;
    else result[word] = inner;
  }
  return schema.nullIsAbsent === true ? withNull(result) : result;
}

/** What an item of a list must have. A section needs nothing: what is missing may stand in another file. */
function requiredOf(schema: unknown): Json {
  const { required } = objectOf(schema);
  return required === undefined ? {} : { required };
}

function properties(members: Json, path: readonly string[]): Json {
  const own = Object.entries(members).map(([name, inner]) => [name, closed(inner, [...path, name])]);
  const section = path.join('.');
  const others = Object.hasOwn(unsupportedKeys, section) ? unsupportedKeys[section] : [];
  const unread = others.map((name) => [name, { description: "A setting of freqtrade's that has no effect yet." }]);
  return { properties: Object.fromEntries([...own, ...unread]), additionalProperties: false };
}

function descriptionOf({ description, allowed }: Json, isWithoutEffect: boolean): string {
  const words = typeof allowed === 'string' ? `Allowed: ${allowed}.` : '';
  return [description, words, isWithoutEffect ? 'No effect yet.' : ''].filter(Boolean).join(' ');
}

function withNull(schema: Record<string, unknown>): Json {
  const { type, enum: values, ...rest } = schema;
  if (typeof type !== 'string') return schema;
  return { ...rest, type: [type, 'null'], ...(Array.isArray(values) ? { enum: [...values, null] } : {}) };
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
