import { z } from 'zod';
import { configSchema } from './config-schema.ts';
import type { KeyPath } from './json-node.ts';

/** The JSON Schema of one setting, as far as messages and key checks read it. */
export interface SettingSchema {
  /** Several for a union of plain types. */
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly properties?: Readonly<Record<string, SettingSchema>>;
  readonly items?: SettingSchema;
  readonly anyOf?: readonly SettingSchema[];
  readonly allowed?: string;
  readonly secret?: boolean;
  readonly notYet?: readonly string[];
}

const settingSchema: z.ZodType<SettingSchema> = z.lazy(() =>
  z.object({
    type: z.union([z.string(), z.array(z.string())]).exactOptional(),
    enum: z.array(z.unknown()).exactOptional(),
    minimum: z.number().exactOptional(),
    maximum: z.number().exactOptional(),
    exclusiveMinimum: z.number().exactOptional(),
    minLength: z.number().exactOptional(),
    properties: z.record(z.string(), settingSchema).exactOptional(),
    items: settingSchema.exactOptional(),
    anyOf: z.array(settingSchema).exactOptional(),
    allowed: z.string().exactOptional(),
    secret: z.boolean().exactOptional(),
    notYet: z.array(z.string()).exactOptional(),
  }),
);

/** The whole config's. */
export const rootSetting: SettingSchema = settingSchema.parse(z.toJSONSchema(configSchema, { io: 'input' }));

/** The schema of the setting at `path`, or undefined where the schema knows none. */
export function settingAt(path: KeyPath): SettingSchema | undefined {
  let setting: SettingSchema | undefined = rootSetting;
  for (const step of path) setting = setting === undefined ? undefined : childOf(setting, step);
  return setting;
}

function childOf(setting: SettingSchema, step: string | number): SettingSchema | undefined {
  if (typeof step === 'number') return setting.items ?? firstOf(setting, step);
  const { properties } = setting;
  return properties !== undefined && Object.hasOwn(properties, step) ? properties[step] : firstOf(setting, step);
}

function firstOf(setting: SettingSchema, step: string | number): SettingSchema | undefined {
  for (const branch of setting.anyOf ?? []) {
    const child = childOf(branch, step);
    if (child !== undefined) return child;
  }
  return undefined;
}

/** Whether the value at `path` is a secret or a part of one. */
export function isSecret(path: KeyPath): boolean {
  return path.some((_, index) => settingAt(path.slice(0, index + 1))?.secret === true);
}

/** Whether a secret could stand in what was written at `path` by mistake: at the setting itself, around it or in it. */
export function mayHoldSecret(path: KeyPath): boolean {
  const setting = settingAt(path);
  return isSecret(path) || (setting !== undefined && holdsSecret(setting));
}

function holdsSecret(setting: SettingSchema): boolean {
  if (setting.secret === true) return true;
  const { properties = {}, items, anyOf = [] } = setting;
  return [...Object.values(properties), ...(items === undefined ? [] : [items]), ...anyOf].some(holdsSecret);
}

/** `integer`, `array of strings`, `one of "spot", "futures"`. */
export function typeWords(setting: SettingSchema): string {
  if (setting.enum !== undefined) {
    const values = setting.enum.map((value) => JSON.stringify(value)).join(', ');
    return setting.enum.length === 1 ? values : `one of ${values}`;
  }
  if (setting.anyOf !== undefined) return [...new Set(setting.anyOf.map(typeWords))].join(' or ');
  if (setting.type === 'array') {
    return setting.items === undefined ? 'array' : `array of ${typeWords(setting.items)}s`;
  }
  return typeof setting.type === 'string' ? setting.type : (setting.type?.join(' or ') ?? 'another value');
}

/** `1 to 65535`, `above 0`; undefined where the type says everything. */
export function rangeWords(setting: SettingSchema): string | undefined {
  if (setting.allowed !== undefined) return setting.allowed;
  if (setting.type === 'boolean') return 'true or false';
  if (setting.type === 'string' && setting.minLength === 1) return 'any text but ""';
  if (setting.exclusiveMinimum !== undefined) return `above ${setting.exclusiveMinimum}`;
  const { minimum = -Infinity, maximum = Infinity } = setting;
  // An integer without a limit has the limits of exact numbers, which would only confuse.
  const isBounded = maximum < Number.MAX_SAFE_INTEGER;
  if (minimum > -Number.MAX_SAFE_INTEGER) return isBounded ? `${minimum} to ${maximum}` : `at least ${minimum}`;
  return isBounded ? `at most ${maximum}` : undefined;
}

/** Everything `typeWords` and `rangeWords` say. */
export function allowedWords(setting: SettingSchema): string {
  const range = rangeWords(setting);
  return range === undefined ? typeWords(setting) : `${typeWords(setting)}: ${range}`;
}
