import { isIP } from 'node:net';
import fastifyCors from '@fastify/cors';
import fastifyJwt from '@fastify/jwt';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { messageOf } from '../util/errors.ts';
import type { Logger } from '../util/logger.ts';
import type { MessageSocket, MessageSocketEvents } from '../wire/index.ts';
import { ApiError } from './api-error.ts';
import { addAuthentication, isAccessToken } from './authentication.ts';
import { isOneOf, randomSecret, secretWeakness } from './credentials.ts';
import { mountMessageEndpoint } from './message-endpoint.ts';

/** The settings of freqtrade's `api_server` that the server has so far. */
export interface ApiServerSettings {
  readonly listenIpAddress: string;
  /** 0 takes any free port. */
  readonly listenPort: number;
  /** Any of these opens the message websocket. Without one only an access token does. */
  readonly wsTokens: readonly string[];
  /** Signs access tokens. Without one they end with the process. */
  readonly jwtSecretKey: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Origins whose pages may call the API. */
  readonly corsOrigins: readonly string[];
}

/** Where a running server listens. */
export interface Listening {
  readonly host: string;
  readonly port: number;
}

export interface ApiServer {
  /** @throws ApiError API_PORT_IN_USE, API_ADDRESS_UNAVAILABLE, API_LISTEN_FAILED. */
  listen(): Promise<Listening>;
  /** Takes these tokens for new connections from now on; those that stand stay. */
  setWsTokens(tokens: readonly string[]): void;
  /** Closes every connection and stops listening. */
  close(): Promise<void>;
}

/** Builds the API server: authentication, `ping`, and the message websocket. Listening is a step of its own. */
export async function createApiServer(options: {
  readonly settings: ApiServerSettings;
  readonly logger: Logger;
  readonly acceptMessageSocket: (socket: MessageSocket) => MessageSocketEvents;
}): Promise<ApiServer> {
  const { settings, logger, acceptMessageSocket } = options;
  let { wsTokens } = settings;
  const app = Fastify({
    logger: false,
    bodyLimit: 1024 * 1024,
    forceCloseConnections: true,
    // A path that is no URL never gets as far as the handlers.
    frameworkErrors: (error: FastifyError, _: unknown, reply: FastifyReply) =>
      void reply.code(error.statusCode ?? 400).send({ detail: error.message }),
  });
  await app.register(fastifyJwt, { secret: settings.jwtSecretKey || randomSecret() });
  if (settings.corsOrigins.length > 0) {
    await app.register(fastifyCors, { origin: [...settings.corsOrigins], credentials: true });
  }
  answerAsFreqtrade(app, logger);
  app.get('/api/v1/ping', () => ({ status: 'pong' }));
  addAuthentication(app, settings);
  const endpoint = mountMessageEndpoint(app.server, {
    isAuthorized: (token) => token !== '' && (isOneOf(token, wsTokens) || isAccessToken(app, token)),
    accept: acceptMessageSocket,
    logger,
  });
  return {
    listen: () => listen(app, settings, logger),
    setWsTokens(tokens) {
      wsTokens = tokens;
      for (const warning of exposureWarnings({ ...settings, wsTokens })) logger.warn(warning);
    },
    async close() {
      await endpoint.close();
      await app.close();
    },
  };
}

/** What there is no route for, and what goes wrong, in the shape that freqtrade's clients read: `{"detail": …}`. */
function answerAsFreqtrade(app: FastifyInstance, logger: Logger): void {
  app.setNotFoundHandler((request, reply) => {
    if (request.method === 'GET' || request.method === 'HEAD') return reply.code(404).send({ detail: 'Not Found' });
    const url = request.url.split('?')[0];
    // As freqtrade, where every other path can be got: that is its web page's.
    const allowed = app.hasRoute({ method: 'POST', url }) ? 'POST' : 'GET';
    return reply.code(405).header('Allow', allowed).send({ detail: 'Method Not Allowed' });
  });
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const { statusCode = 500 } = error;
    if (statusCode < 500) return reply.code(statusCode).send({ detail: error.message });
    logger.error(`could not answer ${request.method} ${request.routeOptions.url ?? ''}: ${messageOf(error)}`);
    return reply.code(500).send({ detail: 'Internal Server Error' });
  });
}

async function listen(app: FastifyInstance, settings: ApiServerSettings, logger: Logger): Promise<Listening> {
  const { listenIpAddress: host, listenPort } = settings;
  try {
    await app.listen({ host, port: listenPort });
  } catch (error) {
    throw listenError(error, settings);
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : listenPort;
  for (const warning of exposureWarnings(settings)) logger.warn(warning);
  return { host, port };
}

/** What is dangerous about where the server listens, and with which secrets. Quotes none. */
export function exposureWarnings(settings: ApiServerSettings): readonly string[] {
  const warnings: string[] = [];
  const { listenIpAddress, wsTokens, jwtSecretKey, username, password } = settings;
  if (isLoopback(listenIpAddress)) return warnings;
  const where = `api_server listens on ${listenIpAddress}, beyond this machine`;
  const warnOfWeak = (name: string, secret: string) => {
    const weakness = secretWeakness(secret);
    if (weakness === undefined) return;
    warnings.push(`${where}, with a weak ${name}: ${weakness}. Set it to something long and random`);
  };
  for (const token of wsTokens) warnOfWeak('ws_token', token);
  // Who knows it can sign tokens that open everything. Without one a random one is taken.
  if (jwtSecretKey) warnOfWeak('jwt_secret_key', jwtSecretKey);
  if (username && password) warnOfWeak('password', password);
  warnings.push(
    `${where}, without TLS: tokens and frames cross the network readable. Put a TLS proxy or a VPN in front of it`,
  );
  return warnings;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function listenError(error: unknown, { listenIpAddress, listenPort }: ApiServerSettings): ApiError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const where = `${listenIpAddress}:${listenPort}`;
  if (code === 'EADDRINUSE') {
    const message = `${where} is in use by another program; stop it, or set api_server.listen_port to a free port`;
    return new ApiError('API_PORT_IN_USE', message, { value: listenPort, cause: error });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES' || code === 'ENOTFOUND') {
    const message = `cannot listen on ${where} (${code}); api_server.listen_ip_address must be an address of this machine`;
    return new ApiError('API_ADDRESS_UNAVAILABLE', message, { value: listenIpAddress, cause: error });
  }
  return new ApiError('API_LISTEN_FAILED', `cannot listen on ${where}: ${messageOf(error)}`, { cause: error });
}
