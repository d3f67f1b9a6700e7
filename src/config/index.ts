export { parseConfig } from './assemble-config.ts';
export type { LoadedConfig } from './assemble-config.ts';
export { ConfigError, problemLine } from './config-error.ts';
export type { Config } from './config-schema.ts';
export { describeConfig } from './describe-config.ts';
export type { DescribedSetting } from './describe-config.ts';
export { loadConfig } from './load-config.ts';
