import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { secretsEqual } from './credentials.ts';
import { type FailedAttempts, retryAfterSeconds } from './failed-attempts.ts';

/** What freqtrade puts into its tokens. */
interface TokenClaims {
  readonly identity: { readonly u: string };
  readonly type: 'access' | 'refresh';
}

/** As freqtrade: an access token for 15 minutes, a refresh token for 30 days. */
const LIFETIMES = { access: '15m', refresh: '30d' } as const;

/** A refusal in freqtrade's words, which its clients show or look for. */
interface Refusal {
  readonly detail: string;
  /** How to authenticate, for the header that says so. freqtrade tells it only who sent nothing of the kind. */
  readonly scheme?: 'Basic' | 'Bearer';
}

const NO_CREDENTIALS: Refusal = { detail: 'Not authenticated', scheme: 'Basic' };
const WRONG_CREDENTIALS: Refusal = { detail: 'Incorrect username or password' };
const WRONG_TOKEN: Refusal = { detail: 'Could not validate credentials', scheme: 'Bearer' };

/** Who may log in, and how often they may fail to. */
interface Login {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly attempts: FailedAttempts;
  /** The address of the client behind a request. */
  readonly clientOf: (request: FastifyRequest['raw']) => string;
}

/**
 * Adds `POST /api/v1/token/login` (basic authentication) and `/api/v1/token/refresh` (the refresh token as bearer), which give
 * the tokens that freqtrade's clients work with. Without a username and password in the settings, and with empty ones, nobody can
 * log in. Neither has a body: whatever is sent as one is not read. Who has failed too often is answered 429, unheard.
 */
export function addAuthentication(app: FastifyInstance, login: Login): void {
  const issue = (username: string, type: TokenClaims['type']) =>
    app.jwt.sign({ identity: { u: username }, type } satisfies TokenClaims, { expiresIn: LIFETIMES[type] });
  const { attempts, clientOf } = login;

  void app.register(async (routes) => {
    ignoreBodies(routes);
    routes.addHook('onRequest', (request, reply, done) => {
      const waitMs = attempts.waitMs(clientOf(request.raw));
      if (waitMs === 0) return done();
      const seconds = retryAfterSeconds(waitMs);
      const detail = `Too many failed attempts; try again in ${seconds} s`;
      return reply.code(429).header('Retry-After', seconds).send({ detail });
    });
    routes.post('/api/v1/token/login', (request, reply) => {
      const given = basicCredentials(request);
      if (given === undefined) return unauthorized(reply, NO_CREDENTIALS);
      const username = rightUser(given, login);
      if (username === undefined) {
        attempts.failed(clientOf(request.raw));
        return unauthorized(reply, WRONG_CREDENTIALS);
      }
      attempts.succeeded(clientOf(request.raw));
      return { access_token: issue(username, 'access'), refresh_token: issue(username, 'refresh') };
    });
    routes.post('/api/v1/token/refresh', (request, reply) => {
      const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
      const outcome = given === undefined ? undefined : verified(app, given);
      if (outcome?.status === 'valid' && outcome.claims.type === 'refresh') {
        attempts.succeeded(clientOf(request.raw));
        return { access_token: issue(outcome.claims.identity.u, 'access') };
      }
      // Tokens that we gave ourselves are no guesses.
      if (outcome?.status === 'wrong') attempts.failed(clientOf(request.raw));
      return unauthorized(reply, WRONG_TOKEN);
    });
  });
}

/** The user that credentials are right for. */
function rightUser(
  given: { readonly username: string; readonly password: string },
  { username, password }: Login,
): string | undefined {
  if (!username || !password) return undefined;
  // Both are compared in any case, so that the time does not tell which was wrong.
  const right = [secretsEqual(given.username, username), secretsEqual(given.password, password)];
  return right.includes(false) ? undefined : username;
}

/** Clients send `null`, `{}`, a form or nothing, under any content type. */
function ignoreBodies(routes: FastifyInstance): void {
  routes.removeAllContentTypeParsers();
  routes.addContentTypeParser('*', (_, payload, done) => {
    payload.resume();
    done(null);
  });
}

/** What text is worth as an access token: signed by this server and in its time, once so, or neither. */
export function judgeAccessToken(app: FastifyInstance, token: string): 'valid' | 'expired' | 'wrong' {
  const outcome = verified(app, token);
  if (outcome.status !== 'valid') return outcome.status;
  return outcome.claims.type === 'access' ? 'valid' : 'expired';
}

type Verified =
  | { readonly status: 'valid'; readonly claims: TokenClaims }
  | { readonly status: 'expired' }
  | { readonly status: 'wrong' };

/** The signature is looked at before the time, so only what was signed here can be out of date. */
function verified(app: FastifyInstance, token: string): Verified {
  try {
    return { status: 'valid', claims: app.jwt.verify<TokenClaims>(token) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return { status: code === 'FAST_JWT_EXPIRED' ? 'expired' : 'wrong' };
  }
}

function basicCredentials(
  request: FastifyRequest,
): { readonly username: string; readonly password: string } | undefined {
  const encoded = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function unauthorized(reply: FastifyReply, { detail, scheme }: Refusal): { readonly detail: string } {
  void reply.code(401);
  if (scheme !== undefined) void reply.header('WWW-Authenticate', scheme);
  return { detail };
}
