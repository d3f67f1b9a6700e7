import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { secretsEqual } from './credentials.ts';

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

/**
 * Adds `POST /api/v1/token/login` (basic authentication) and `/api/v1/token/refresh` (the refresh token as bearer), which give
 * the tokens that freqtrade's clients work with. Without a username and password in the settings, and with empty ones, nobody can
 * log in. Neither has a body: whatever is sent as one is not read.
 */
export function addAuthentication(
  app: FastifyInstance,
  user: { readonly username: string | undefined; readonly password: string | undefined },
): void {
  const issue = (username: string, type: TokenClaims['type']) =>
    app.jwt.sign({ identity: { u: username }, type } satisfies TokenClaims, { expiresIn: LIFETIMES[type] });

  void app.register(async (routes) => {
    ignoreBodies(routes);
    routes.post('/api/v1/token/login', (request, reply) => {
      const { username, password } = user;
      const given = basicCredentials(request);
      if (given === undefined) return unauthorized(reply, NO_CREDENTIALS);
      if (!username || !password) return unauthorized(reply, WRONG_CREDENTIALS);
      // Both are compared in any case, so that the time does not tell which was wrong.
      const right = [secretsEqual(given.username, username), secretsEqual(given.password, password)];
      if (right.includes(false)) return unauthorized(reply, WRONG_CREDENTIALS);
      return { access_token: issue(username, 'access'), refresh_token: issue(username, 'refresh') };
    });
    routes.post('/api/v1/token/refresh', (request, reply) => {
      const claims = verified(app, /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '');
      if (claims?.type !== 'refresh') return unauthorized(reply, WRONG_TOKEN);
      return { access_token: issue(claims.identity.u, 'access') };
    });
  });
}

/** Clients send `null`, `{}`, a form or nothing, under any content type. */
function ignoreBodies(routes: FastifyInstance): void {
  routes.removeAllContentTypeParsers();
  routes.addContentTypeParser('*', (_, payload, done) => {
    payload.resume();
    done(null);
  });
}

/** Whether text is an access token that this server signed and that has not expired. */
export function isAccessToken(app: FastifyInstance, token: string): boolean {
  return verified(app, token)?.type === 'access';
}

function verified(app: FastifyInstance, token: string): TokenClaims | undefined {
  try {
    return app.jwt.verify<TokenClaims>(token);
  } catch {
    return undefined;
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
