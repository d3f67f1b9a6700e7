export type { WsToken } from './access-tokens.ts';
export { ApiError } from './api-error.ts';
export {
  type ApiServer,
  type ApiServerSettings,
  createApiServer,
  exposureWarnings,
  type Listening,
} from './api-server.ts';
export type { Metric, MetricSample } from './metrics-text.ts';
