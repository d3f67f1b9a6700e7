import { isUnlimited } from './access-tokens.ts';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ConsumerAccess } from '../wire/index.ts';
import { bearerTokens } from './bearer-tokens.ts';
import { type FailedAttempts, retryAfterSeconds } from './failed-attempts.ts';
import type { Authorization } from './message-endpoint.ts';
import { type Metric, METRICS_CONTENT_TYPE, printMetrics } from './metrics-text.ts';

/** Where Prometheus looks unless it is told otherwise. */
const METRICS_PATH = '/metrics';

/** Who may read metrics, and what they are. */
export interface MetricsGate {
  /** Answers everyone, with all. */
  readonly isPublic: boolean;
  readonly authorize: (token: string) => Authorization;
  /** How often an address was wrong here. */
  readonly attempts: FailedAttempts;
  /** The address of the client behind a request. */
  readonly clientOf: (request: IncomingMessage) => string;
  /** The metrics that one with such access may see. */
  readonly read: (access: ConsumerAccess) => readonly Metric[];
}

/**
 * Adds `GET /metrics`, for Prometheus. It takes the tokens of the message websocket and access tokens, as bearer; never in the query, which
 * ends up in logs.
 */
export function addMetrics(app: FastifyInstance, { isPublic, authorize, attempts, clientOf, read }: MetricsGate): void {
  app.get(METRICS_PATH, (request, reply) => {
    if (isPublic) return answer(reply, read({}));
    const client = clientOf(request.raw);
    const waitMs = attempts.waitMs(client);
    if (waitMs > 0) {
      const seconds = retryAfterSeconds(waitMs);
      void reply.code(429).header('Retry-After', seconds);
      return { detail: `Too many failed attempts; try again in ${seconds} s` };
    }
    const found = bearerTokens(request.headers).map((token) => authorize(token));
    const granted = found.find((each) => each.status === 'granted');
    if (granted !== undefined) {
      if (isUnlimited(granted.grant.access)) attempts.succeeded(client);
      return answer(reply, read(granted.grant.access));
    }
    if (found.some(({ status }) => status === 'wrong')) attempts.failed(client);
    void reply.code(401).header('WWW-Authenticate', 'Bearer');
    const expected = 'one of api_server.ws_token, as "Authorization: Bearer <token>"';
    return {
      detail: `${found.length === 0 ? 'Not authenticated: expected' : 'Wrong or expired token; expected'} ${expected}`,
    };
  });
}

function answer(reply: FastifyReply, metrics: readonly Metric[]): string {
  void reply.header('Content-Type', METRICS_CONTENT_TYPE).header('Cache-Control', 'no-store');
  return printMetrics(metrics);
}
