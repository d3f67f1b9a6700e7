export { assembleConfig, parseConfig } from './assemble-config.ts';
export type { ConfigText, LoadedConfig, ValueSource } from './assemble-config.ts';
export type { KeyNote, UnknownKeyNote } from './check-keys.ts';
export { ConfigError, configErrors, problemLine } from './config-error.ts';
export type { ConfigErrorCode, ConfigProblem, Place } from './config-error.ts';
export type { Config } from './config-schema.ts';
export { describeConfig } from './describe-config.ts';
export type { DescribedSetting } from './describe-config.ts';
export { loadConfig } from './load-config.ts';
