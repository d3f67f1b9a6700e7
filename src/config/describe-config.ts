import type { LoadedConfig, ValueSource } from './assemble-config.ts';
import { HIDDEN } from './explain-value.ts';
import { flattenConfig } from './flatten-config.ts';
import { dottedKey } from './json-node.ts';
import { isSecret } from './setting-schema.ts';

/** One effective setting, safe to print. */
export interface DescribedSetting {
  /** The dotted key. A list of plain values is one setting. */
  readonly key: string;
  /** `<hidden>` for a secret. */
  readonly value: unknown;
  readonly source: ValueSource;
  readonly secret: boolean;
}

/** Every effective value with where it came from, in the order of the schema, secrets hidden. */
export function describeConfig(loaded: LoadedConfig): readonly DescribedSetting[] {
  return flattenConfig(loaded.config).map(({ path, value }) => {
    const key = dottedKey(path);
    const secret = isSecret(path);
    return { key, value: secret ? HIDDEN : value, source: loaded.sources.get(key) ?? 'default', secret };
  });
}
