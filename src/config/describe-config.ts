import type { LoadedConfig, ValueSource } from './assemble-config.ts';
import { flattenConfig } from './flatten-config.ts';
import { dottedKey } from './json-node.ts';
import { redactValue } from './redact-value.ts';
import { isSecret } from './setting-schema.ts';

/** One effective setting, safe to print. */
export interface DescribedSetting {
  /** The dotted key. A list of plain values is one setting. */
  readonly key: string;
  /** `<hidden>` for a secret, and in the place of one in another program's text. */
  readonly value: unknown;
  readonly source: ValueSource;
  readonly secret: boolean;
}

/** Every effective value with where it came from, in the order of the schema, secrets hidden. */
export function describeConfig(loaded: LoadedConfig): readonly DescribedSetting[] {
  return flattenConfig(loaded.config).map(({ path, value }) => {
    const key = dottedKey(path);
    const source = loaded.sources.get(key) ?? 'default';
    return { key, value: redactValue(value, path), source, secret: isSecret(path) };
  });
}
