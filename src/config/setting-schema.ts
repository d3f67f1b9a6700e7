import { z } from 'zod';
import { configSchema } from './config-schema.ts';
import { type JsonNode, type KeyPath, nodeAt } from './json-node.ts';

/** The JSON Schema of one setting, as far as messages, key checks and the documentation read it. */
export interface SettingSchema {
  /** Several for a union of plain types. */
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly properties?: Readonly<Record<string, SettingSchema>>;
  readonly required?: readonly string[];
  /** Of an object whose keys are free. */
  readonly additionalProperties?: SettingSchema;
  readonly items?: SettingSchema;
  readonly anyOf?: readonly SettingSchema[];
  /** Objects that `casesBy` tells apart. */
  readonly oneOf?: readonly SettingSchema[];
  readonly casesBy?: string;
  readonly allowed?: string;
  readonly secret?: boolean;
  readonly foreign?: boolean;
  readonly live?: boolean;
  readonly nullIsAbsent?: boolean;
  readonly notYet?: readonly string[];
}

const settingSchema: z.ZodType<SettingSchema> = z.lazy(() =>
  z.object({
    type: z.union([z.string(), z.array(z.string())]).exactOptional(),
    description: z.string().exactOptional(),
    default: z.unknown().exactOptional(),
    enum: z.array(z.unknown()).exactOptional(),
    const: z.unknown().exactOptional(),
    minimum: z.number().exactOptional(),
    maximum: z.number().exactOptional(),
    exclusiveMinimum: z.number().exactOptional(),
    exclusiveMaximum: z.number().exactOptional(),
    minLength: z.number().exactOptional(),
    properties: z.record(z.string(), settingSchema).exactOptional(),
    required: z.array(z.string()).exactOptional(),
    additionalProperties: settingSchema.exactOptional(),
    items: settingSchema.exactOptional(),
    anyOf: z.array(settingSchema).exactOptional(),
    oneOf: z.array(settingSchema).exactOptional(),
    casesBy: z.string().exactOptional(),
    allowed: z.string().exactOptional(),
    secret: z.boolean().exactOptional(),
    foreign: z.boolean().exactOptional(),
    live: z.boolean().exactOptional(),
    nullIsAbsent: z.boolean().exactOptional(),
    notYet: z.array(z.string()).exactOptional(),
  }),
);

/** The whole config's. */
export const rootSetting: SettingSchema = settingSchema.parse(z.toJSONSchema(configSchema, { io: 'input' }));

/**
 * The schema of the setting at `path`, or undefined where the schema knows none.
 *
 * @param root the config, which tells the cases apart where there are several; without it, the first that has the setting counts.
 */
export function settingAt(path: KeyPath, root?: JsonNode): SettingSchema | undefined {
  let setting: SettingSchema | undefined = rootSetting;
  let node: JsonNode | undefined = root;
  for (const step of path) {
    setting = setting === undefined ? undefined : childOf(caseOf(setting, node), step);
    node = node === undefined ? undefined : nodeAt(node, [step]);
  }
  return setting;
}

/** Of several cases, the one that `node` is; where it is none of them, one that has only the key that tells them apart. */
export function caseOf(setting: SettingSchema, node: JsonNode | undefined): SettingSchema {
  const { casesBy, oneOf } = setting;
  if (casesBy === undefined || oneOf === undefined || node?.kind !== 'object') return setting;
  const found = nodeAt(node, [casesBy]);
  const chosen =
    found?.kind === 'string' ? oneOf.find((each) => discriminator(each, casesBy) === found.value) : undefined;
  return chosen ?? { type: 'object', properties: { [casesBy]: allCases(setting, oneOf, casesBy) } };
}

function allCases({ notYet = [] }: SettingSchema, cases: readonly SettingSchema[], key: string): SettingSchema {
  return { type: 'string', enum: cases.map((each) => discriminator(each, key)), notYet };
}

function discriminator(setting: SettingSchema, key: string): unknown {
  return setting.properties?.[key]?.const;
}

function childOf(setting: SettingSchema, step: string | number): SettingSchema | undefined {
  if (typeof step === 'number') return setting.items ?? firstOf(setting, step);
  const { properties, additionalProperties } = setting;
  if (properties !== undefined && Object.hasOwn(properties, step)) return properties[step];
  return additionalProperties ?? firstOf(setting, step);
}

function firstOf(setting: SettingSchema, step: string | number): SettingSchema | undefined {
  for (const branch of [...(setting.anyOf ?? []), ...(setting.oneOf ?? [])]) {
    const child = childOf(branch, step);
    if (child !== undefined) return child;
  }
  return undefined;
}

/** Whether `setting` takes a value of this kind, as far as types tell. */
export function takesKind(setting: SettingSchema, kind: JsonNode['kind']): boolean {
  const branches = [...(setting.anyOf ?? []), ...(setting.oneOf ?? [])];
  if (branches.length > 0) return branches.some((branch) => takesKind(branch, kind));
  const types = typeof setting.type === 'string' ? [setting.type] : (setting.type ?? []);
  return types.length === 0 || types.includes(kind) || (kind === 'number' && types.includes('integer'));
}

/** Names of another program's options whose values are nobody's business. */
const SECRET_NAME =
  /key|secret|passw|passphrase|token|private|seed|mnemonic|signature|credential|uid|login|wallet|auth|cookie|bearer|^headers$/i;

/** Whether a name of another program's says that what it names is a secret; all headers of requests count as such. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Whether `path` leads to or into an object with another program's keys. */
export function isForeign(path: KeyPath): boolean {
  return path.some((_, index) => settingAt(path.slice(0, index + 1))?.foreign === true);
}

/** Whether the value at `path` is a secret or a part of one. */
export function isSecret(path: KeyPath): boolean {
  return path.some((_, index) => {
    const setting = settingAt(path.slice(0, index + 1));
    if (setting?.secret === true) return true;
    return setting?.foreign === true && path.slice(index + 1).some((step) => isSecretName(String(step)));
  });
}

/** Whether a change of the setting at `path` can be applied to a bot that runs. */
export function isLive(path: KeyPath): boolean {
  return path.some((_, index) => settingAt(path.slice(0, index + 1))?.live === true);
}

/** Whether a secret could stand in what was written at `path` by mistake: at the setting itself, around it or in it. */
export function mayHoldSecret(path: KeyPath): boolean {
  const setting = settingAt(path);
  return isSecret(path) || (setting !== undefined && holdsSecret(setting));
}

function holdsSecret(setting: SettingSchema): boolean {
  if (setting.secret === true || setting.foreign === true) return true;
  const { properties = {}, items, anyOf = [], oneOf = [] } = setting;
  return [...Object.values(properties), ...(items === undefined ? [] : [items]), ...anyOf, ...oneOf].some(holdsSecret);
}

/** `integer`, `array of strings`, `one of "spot", "futures"`. */
export function typeWords(setting: SettingSchema): string {
  if (setting.enum !== undefined) {
    const values = setting.enum.map((value) => JSON.stringify(value)).join(', ');
    return setting.enum.length === 1 ? values : `one of ${values}`;
  }
  if (setting.const !== undefined) return JSON.stringify(setting.const);
  if (setting.casesBy !== undefined) return 'object';
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
  if (setting.exclusiveMaximum !== undefined) return `below ${setting.exclusiveMaximum}`;
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
