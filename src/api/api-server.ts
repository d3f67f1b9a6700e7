import type { IncomingMessage, RequestListener } from 'node:http';
import { isIP } from 'node:net';
import fastifyCors from '@fastify/cors';
import fastifyJwt from '@fastify/jwt';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { type Clock, systemClock } from '../util/clock.ts';
import { messageOf } from '../util/errors.ts';
import type { Logger } from '../util/logger.ts';
import type { ConsumerAccess, MessageSocket, MessageSocketEvents } from '../wire/index.ts';
import { AccessTokens, type WsToken } from './access-tokens.ts';
import { ApiError } from './api-error.ts';
import { addAuthentication, judgeAccessToken } from './authentication.ts';
import { TrustedProxies } from './client-address.ts';
import { randomSecret, secretWeakness } from './credentials.ts';
import { type AttemptLimits, FailedAttempts } from './failed-attempts.ts';
import { type Authorization, mountMessageEndpoint } from './message-endpoint.ts';
import { addMetrics } from './metrics-endpoint.ts';
import type { Metric } from './metrics-text.ts';
import { ANY_ORIGIN } from './page-origins.ts';
import type { TlsFiles } from './tls-files.ts';
import { TlsServers } from './tls-server.ts';

/** The settings of freqtrade's `api_server` that the server has so far. */
export interface ApiServerSettings {
  readonly listenIpAddress: string;
  /** 0 takes any free port. */
  readonly listenPort: number;
  /** Any of these opens the message websocket, as far as it says. Without one only an access token does. */
  readonly wsTokens: readonly WsToken[];
  /** Signs access tokens. Without one they end with the process. */
  readonly jwtSecretKey: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Origins whose pages may call the API and open the message websocket, besides its own; `*` for all. */
  readonly corsOrigins: readonly string[];
  /** Serves TLS with these files; paths are relative to the current folder. Without them the server speaks plain HTTP. */
  readonly tls?: TlsFiles | undefined;
  /** Addresses of proxies, or networks such as `10.0.0.0/8`, that are believed when they say whose request they pass on. Default none. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** How often an address may be wrong: with tokens, and apart from that with passwords. */
  readonly failedAttempts?: Partial<AttemptLimits> | undefined;
  /** Whether `GET /metrics` is answered: to those with a token, or to everyone. Default `off`. */
  readonly metrics?: 'off' | 'token' | 'public' | undefined;
}

/** Where a running server listens. */
export interface Listening {
  readonly host: string;
  readonly port: number;
}

export interface ApiServer {
  /** @throws ApiError API_PORT_IN_USE, API_ADDRESS_UNAVAILABLE, API_LISTEN_FAILED. */
  listen(): Promise<Listening>;
  /**
   * Takes these tokens for new connections from now on. Those that stand keep what their token opened then; where it is no more, or
   * opens less now, they are closed with 1008.
   *
   * @throws ApiError API_BAD_PAIR_PATTERN; everything stays as it was then.
   */
  setWsTokens(tokens: readonly WsToken[]): void;
  /** Closes every connection and stops listening. */
  close(): Promise<void>;
}

/**
 * Builds the API server: authentication, `ping`, and the message websocket. Listening is a step of its own.
 *
 * @throws ApiError API_TLS_UNREADABLE, API_TLS_INVALID, API_BAD_PAIR_PATTERN, API_BAD_PROXY.
 */
export async function createApiServer(options: {
  readonly settings: ApiServerSettings;
  readonly logger: Logger;
  /** Takes a consumer's socket, with what its token lets it have. */
  readonly acceptMessageSocket: (socket: MessageSocket, access: ConsumerAccess) => MessageSocketEvents;
  /** What `GET /metrics` tells one with such access. */
  readonly readMetrics?: (access: ConsumerAccess) => readonly Metric[];
  /** Waits for those who guess go by it. Default: wall time. */
  readonly clock?: Clock;
  /** Between looks at the files of `tls`, in milliseconds of wall time. Default 2,000. */
  readonly lookMs?: number;
}): Promise<ApiServer> {
  const { settings, logger, acceptMessageSocket, readMetrics = () => [], clock = systemClock, lookMs } = options;
  const { corsOrigins, failedAttempts, metrics = 'off' } = settings;
  let tokens = new AccessTokens(settings.wsTokens);
  const proxies = new TrustedProxies(settings.trustedProxies ?? []);
  const clientOf = (request: IncomingMessage) => proxies.clientOf(request);
  const tls =
    settings.tls &&
    (await TlsServers.open({ files: settings.tls, clock, logger, ...(lookMs === undefined ? {} : { lookMs }) }));
  const app = Fastify({
    logger: false,
    bodyLimit: 1024 * 1024,
    forceCloseConnections: true,
    // A path that is no URL never gets as far as the handlers.
    frameworkErrors: (error: FastifyError, _: unknown, reply: FastifyReply) =>
      void reply.code(error.statusCode ?? 400).send({ detail: error.message }),
    ...(tls === undefined ? {} : { serverFactory: (handler: RequestListener) => tls.create(handler) }),
  });
  await app.register(fastifyJwt, { secret: settings.jwtSecretKey || randomSecret() });
  if (corsOrigins.length > 0) {
    const origin = corsOrigins.includes(ANY_ORIGIN) || [...corsOrigins];
    await app.register(fastifyCors, { origin, credentials: true });
  }
  answerAsFreqtrade(app, logger);
  app.get('/api/v1/ping', () => ({ status: 'pong' }));
  // Apart, so that who has a token cannot try passwords without end.
  const logins = new FailedAttempts(clock, failedAttempts);
  addAuthentication(app, { ...settings, attempts: logins, clientOf });
  const gate = () => ({
    authorize: (token: string) => authorize(token, tokens, app),
    attempts: new FailedAttempts(clock, failedAttempts),
    clientOf,
  });
  if (metrics !== 'off') addMetrics(app, { ...gate(), isPublic: metrics === 'public', read: readMetrics });
  const endpoint = mountMessageEndpoint(app.server, {
    ...gate(),
    origins: corsOrigins,
    accept: acceptMessageSocket,
    logger,
  });
  return {
    async listen() {
      const listening = await listen(app, settings, logger);
      // The framework does so for servers that it makes itself.
      if (settings.listenIpAddress === 'localhost') await tls?.listenAtOthers(settings.listenIpAddress);
      tls?.start();
      return listening;
    },
    setWsTokens(wsTokens) {
      tokens = new AccessTokens(wsTokens);
      endpoint.withdraw((grant) => tokens.stillHolds(grant));
      for (const warning of exposureWarnings({ ...settings, wsTokens })) logger.warn(warning);
    },
    async close() {
      await endpoint.close();
      tls?.close();
      await app.close();
    },
  };
}

/** One of the tokens opens what it says, an access token everything. */
function authorize(token: string, tokens: AccessTokens, app: FastifyInstance): Authorization {
  const grant = tokens.find(token);
  if (grant !== undefined) return { status: 'granted', grant };
  const status = judgeAccessToken(app, token);
  return status === 'valid' ? { status: 'granted', grant: { access: {}, token: undefined } } : { status };
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
  for (const token of wsTokens) warnOfWeak('ws_token', typeof token === 'string' ? token : token.token);
  // Who knows it can sign tokens that open everything. Without one a random one is taken.
  if (jwtSecretKey) warnOfWeak('jwt_secret_key', jwtSecretKey);
  if (username && password) warnOfWeak('password', password);
  if (settings.tls === undefined) {
    warnings.push(
      `${where}, without TLS: tokens and frames cross the network readable. Set api_server.tls, or put a TLS proxy or a VPN in front of it`,
    );
  }
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
