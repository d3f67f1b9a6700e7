import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../util/errors.ts';
import type { Clock } from '../util/clock.ts';
import type { Logger } from '../util/logger.ts';
import { answerAdmin } from './answer-admin.ts';
import { answerRequest, sectionOf } from './answer-request.ts';
import type { ApiCall, Scene } from './api-call.ts';
import type { RequestFault } from './fault-injector.ts';
import { isNear } from './near-request.ts';
import { type Refusal, refusals } from './refusal.ts';
import type { RequestLog } from './request-log.ts';
import { RequestParameters } from './request-parameters.ts';

/** Orders are short; nothing longer is read. */
const LONGEST_BODY_BYTES = 64 * 1024;
const MINUTE_MS = 60_000;

/** What is sent back, or nothing at all. */
interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Serves HTTP: Binance's paths, and this server's own below `/candlecast/`. */
export class HttpEndpoint {
  readonly #scene: Scene;
  readonly #log: RequestLog;
  readonly #logger: Logger;
  readonly #weights: UsedWeight;

  constructor(options: {
    readonly scene: Scene;
    readonly log: RequestLog;
    readonly logger: Logger;
    readonly wallClock: Clock;
  }) {
    this.#scene = options.scene;
    this.#log = options.log;
    this.#logger = options.logger;
    this.#weights = new UsedWeight(options.wallClock);
  }

  /** Answers one request. Never rejects. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {});
    try {
      const reply = await this.#reply(request);
      if (reply === undefined || response.destroyed) return;
      response.writeHead(reply.status, {
        'Content-Type': 'application/json;charset=UTF-8',
        'Content-Length': Buffer.byteLength(reply.text),
        ...reply.headers,
      });
      response.end(reply.text);
    } catch (error) {
      this.#logger.error(`a request could not be answered: ${messageOf(error)}`);
      response.destroy();
    }
  }

  async #reply(request: IncomingMessage): Promise<Reply | undefined> {
    const method = request.method ?? 'GET';
    const url = URL.parse(request.url ?? '/', 'http://localhost');
    const path = url?.pathname.replace(/(?<=.)\/+$/, '') ?? '/';
    const body = await readBody(request);
    if (body === undefined) return refusalReply(refusals.bodyTooLong());
    if (path.startsWith('/candlecast/')) {
      return jsonReply(isNear(request) ? answerAdmin(method, path, body, this.#scene.faults, this.#log) : tooFar);
    }
    const query = url?.search.slice(1) ?? '';
    const call = apiCall(method, path, query, body, request.headers['x-mbx-apikey']);
    return this.#replyTo(call);
  }

  /** Undefined where no answer is to come, ever. */
  async #replyTo(call: ApiCall): Promise<Reply | undefined> {
    const fault = this.#scene.faults.request(call.path);
    const note = (status: number) =>
      this.#log.add({
        method: call.method,
        path: call.path,
        symbol: call.parameters.text('symbol'),
        interval: call.parameters.text('interval'),
        status,
      });
    if (fault?.name === 'timeout') {
      note(0);
      return undefined;
    }
    if (fault !== undefined && fault.name !== 'truncated') {
      const reply = faultReply(fault, this.#weights.now);
      note(reply.status);
      return reply;
    }
    const { status, body, weight } = await answerRequest(call, this.#scene, this.#logger);
    note(status);
    const used = String(this.#weights.add(weight));
    const text = JSON.stringify(body);
    return {
      status,
      text: fault === undefined ? text : text.slice(0, text.length >> 1),
      headers: { 'X-MBX-USED-WEIGHT': used, 'X-MBX-USED-WEIGHT-1M': used },
    };
  }
}

function apiCall(
  method: string,
  path: string,
  query: string,
  body: string,
  key: string | string[] | undefined,
): ApiCall {
  const parameters = new URLSearchParams(query);
  for (const [name, value] of new URLSearchParams(body)) if (!parameters.has(name)) parameters.set(name, value);
  const signedText = (query + body).replace(/&?signature=[^&]*/, '');
  return {
    method,
    path,
    section: sectionOf(path),
    parameters: new RequestParameters(parameters),
    signedText,
    apiKey: typeof key === 'string' ? key : undefined,
  };
}

function faultReply(fault: Exclude<RequestFault, { name: 'timeout' | 'truncated' }>, wallMs: number): Reply {
  if (fault.name === '5xx') return refusalReply(refusals.unavailable(fault.status));
  const { name, retryAfterS } = fault;
  const until = wallMs + retryAfterS * 1000;
  const refusal = name === '418' ? refusals.banned(until) : refusals.tooManyRequests(retryAfterS);
  return { ...refusalReply(refusal), headers: { 'Retry-After': String(retryAfterS) } };
}

function refusalReply(refusal: Refusal): Reply {
  return jsonReply({ status: refusal.status, body: refusal.body });
}

function jsonReply({ status, body }: { readonly status: number; readonly body: unknown }): Reply {
  return { status, text: JSON.stringify(body) };
}

const tooFar = {
  status: 403,
  body: {
    error: 'only programs on the same machine may ask for this, at localhost or its address, and no page of elsewhere',
  },
};

/** The whole body as text; undefined where it is too long. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length <= LONGEST_BODY_BYTES) chunks.push(bytes);
  }
  return length > LONGEST_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}

/** What was asked for in the minute under way, by the wall's clock as clients count it. */
class UsedWeight {
  readonly #clock: Clock;
  #minute = 0;
  #used = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get now(): number {
    return this.#clock.now();
  }

  add(weight: number): number {
    const minute = Math.floor(this.now / MINUTE_MS);
    if (minute !== this.#minute) this.#used = 0;
    this.#minute = minute;
    this.#used += weight;
    return this.#used;
  }
}
