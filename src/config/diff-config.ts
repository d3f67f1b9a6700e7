import { isDeepStrictEqual } from 'node:util';
import type { Config } from './config-schema.ts';
import { flattenConfig } from './flatten-config.ts';
import { dottedKey, type KeyPath } from './json-node.ts';
import { redactValue } from './redact-value.ts';
import { isLive } from './setting-schema.ts';
import { settingsWithoutEffect } from './unsupported-keys.ts';

/** One setting that two configs have differently, safe to print. */
export interface ConfigChange {
  /** The dotted key. A list is one setting, also where it holds objects. */
  readonly key: string;
  /** Undefined where the setting had none; what is secret in it reads `<hidden>`. */
  readonly before: unknown;
  readonly after: unknown;
  /** Whether a bot that runs can take it, needs to be started anew, or does not go by it yet. */
  readonly applies: 'live' | 'restart' | 'without effect';
}

/**
 * The settings that differ between two configs, in the order of the schema, with what has to be done for each to hold. In a section
 * that is switched off, or is being switched, nothing is live.
 */
export function diffConfig(before: Config, after: Config): readonly ConfigChange[] {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((key) => {
    const [was, is] = [old.get(key), now.get(key)];
    const path = (is ?? was)?.path ?? [];
    if (isDeepStrictEqual(was?.value, is?.value)) return [];
    return [
      {
        key,
        before: redactValue(was?.value, path),
        after: redactValue(is?.value, path),
        applies: appliesHow(path, before, after),
      },
    ];
  });
}

/** A running config with those settings of another that can be taken over while it runs. */
export function withLiveSettings(running: Config, other: Config): Config {
  const merged = structuredClone(running);
  const [old, now] = [valuesOf(running), valuesOf(other)];
  for (const key of new Set([...now.keys(), ...old.keys()])) {
    const path = (now.get(key) ?? old.get(key))?.path ?? [];
    if (appliesHow(path, running, other) === 'live') setAt(merged, path, structuredClone(now.get(key)?.value));
  }
  return merged;
}

function setAt(root: object, path: KeyPath, value: unknown): void {
  const parent: unknown = path.slice(0, -1).reduce<unknown>((at, step) => Reflect.get(Object(at), step), root);
  const last = path.at(-1);
  if (typeof parent !== 'object' || parent === null || last === undefined) return;
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else Reflect.set(parent, last, value);
}

interface Valued {
  readonly path: KeyPath;
  readonly value: unknown;
}

function valuesOf(config: Config): ReadonlyMap<string, Valued> {
  const values = new Map<string, Valued>();
  for (const { path } of flattenConfig(config)) {
    // Items of lists have no identity: a list differs or not.
    const end = path.findIndex((step) => typeof step === 'number');
    const own = end < 0 ? path : path.slice(0, end);
    values.set(dottedKey(own), { path: own, value: valueAt(config, own) });
  }
  return values;
}

function valueAt(value: unknown, path: KeyPath): unknown {
  let at = value;
  for (const step of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined;
  return at;
}

function appliesHow(path: KeyPath, before: Config, after: Config): ConfigChange['applies'] {
  if (path.some((_, index) => settingsWithoutEffect.has(dottedKey(path.slice(0, index + 1))))) return 'without effect';
  const isOn = [before, after].every((config) => valueAt(config, [...path.slice(0, 1), 'enabled']) !== false);
  return isOn && isLive(path) ? 'live' : 'restart';
}
