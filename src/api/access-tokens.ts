import { timingSafeEqual } from 'node:crypto';
import type { ConsumerAccess, Topic } from '../wire/index.ts';
import { ApiError } from './api-error.ts';
import { digestOf } from './credentials.ts';

/** A token, and what it opens. What is absent is not restricted. */
export interface ScopedToken {
  readonly token: string;
  /** For the log, which never has the token itself. */
  readonly name?: string;
  /** Pairs, or regular expressions that they match wholly, in any case, as in freqtrade's pair lists. */
  readonly pairs?: readonly string[];
  /** Columns of frames, besides `date`. */
  readonly columns?: readonly string[];
  readonly topics?: readonly Topic[];
}

/** An entry of `api_server.ws_token`. Text alone opens everything. */
export type WsToken = string | ScopedToken;

/** What a connection was opened with. */
export interface Grant {
  readonly access: ConsumerAccess;
  /** The token's name, where it has one. */
  readonly name?: string;
  /** As it was then; undefined for who logged in. */
  readonly token: ScopedToken | undefined;
}

interface Entry extends Grant {
  readonly token: ScopedToken;
  readonly digest: Buffer;
}

/** Answers for pairs that are kept; what consumers ask about must not grow it. */
const MOST_KEPT_PAIRS = 10_000;

/** The tokens that open the message websocket. */
export class AccessTokens {
  readonly #entries: readonly Entry[];

  /** @throws ApiError API_BAD_PAIR_PATTERN. */
  constructor(tokens: readonly WsToken[]) {
    this.#entries = tokens.map(entryOf);
  }

  /** What a token opens, or undefined where there is no such. It is compared with all, in a time that does not tell which it is. */
  find(given: string): Grant | undefined {
    if (given === '') return undefined;
    const digest = digestOf(given);
    let found: Grant | undefined;
    for (const entry of this.#entries) {
      const isSame = timingSafeEqual(entry.digest, digest);
      if (isSame) found ??= entry;
    }
    return found;
  }

  /**
   * Whether a connection that was opened before may stay: its token is still there and opens no less. Of patterns for pairs nobody
   * can tell whether two mean the same, so each must still be there.
   */
  stillHolds({ token: before }: Grant): boolean {
    if (before === undefined) return true;
    const now = this.find(before.token)?.token;
    if (now === undefined) return false;
    return (['pairs', 'columns', 'topics'] as const).every((part) => isWithin(before[part], now[part]));
  }
}

function isWithin(before: readonly string[] | undefined, now: readonly string[] | undefined): boolean {
  return now === undefined || (before !== undefined && before.every((each) => now.includes(each)));
}

function entryOf(given: WsToken): Entry {
  const token = typeof given === 'string' ? { token: given } : given;
  const { name, pairs, columns, topics } = token;
  const access: ConsumerAccess = {
    ...(pairs === undefined ? {} : { mayHavePair: pairMatcher(pairs) }),
    ...(columns === undefined ? {} : { columns: new Set(columns) }),
    ...(topics === undefined ? {} : { topics: new Set(topics) }),
  };
  return { token, digest: digestOf(token.token), access, ...(name === undefined ? {} : { name }) };
}

/** Asked for every frame that is published, for every connection: what was found is kept. */
function pairMatcher(patterns: readonly string[]): (pair: string) => boolean {
  const matchers = patterns.map(patternOf);
  const kept = new Map<string, boolean>();
  return (pair) => {
    const known = kept.get(pair);
    if (known !== undefined) return known;
    const matches = matchers.some((matcher) => matcher.test(pair));
    if (kept.size >= MOST_KEPT_PAIRS) kept.clear();
    kept.set(pair, matches);
    return matches;
  };
}

function patternOf(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, 'i');
  } catch (error) {
    const message = `api_server.ws_token: "${pattern}" is neither a pair nor a regular expression`;
    throw new ApiError('API_BAD_PAIR_PATTERN', message, { value: pattern, cause: error });
  }
}

/** Whether nothing is withheld. */
export function isUnlimited({ topics, mayHavePair, columns }: ConsumerAccess): boolean {
  return topics === undefined && mayHavePair === undefined && columns === undefined;
}
