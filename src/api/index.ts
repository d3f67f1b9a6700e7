export type { ScopedToken, WsToken } from './access-tokens.ts';
export { ApiError } from './api-error.ts';
export {
  type ApiServer,
  type ApiServerSettings,
  createApiServer,
  exposureWarnings,
  type Listening,
} from './api-server.ts';
export type { AttemptLimits } from './failed-attempts.ts';
export type { TlsFiles } from './tls-files.ts';
