import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';

const answerSchema = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  sessionId: z.string().optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});

type Answer = z.infer<typeof answerSchema>;

/** What was evaluated, or thrown instead. */
const evaluationSchema = z.object({
  result: z.object({ value: z.unknown().optional() }),
  exceptionDetails: z
    .object({ text: z.string(), exception: z.object({ description: z.string().optional() }).optional() })
    .optional(),
});

const exceptionSchema = z.object({ exceptionDetails: evaluationSchema.shape.exceptionDetails.unwrap() });

/** A page that is open in the browser. */
export interface PageSession {
  /** The value of an expression in the page, which must be one that JSON has; of a promise, what it resolves to. Rejects with what it throws. */
  evaluate(expression: string): Promise<unknown>;
  /** What was thrown in the page and caught by nothing. */
  readonly uncaught: readonly string[];
  /** What it looks like, as a PNG. */
  screenshot(): Promise<Buffer>;
}

/** Speaks Chromium's DevTools protocol through a pipe: JSON, each message ended by a zero byte. */
export class DevTools {
  readonly #writing: Writable;
  readonly #waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  readonly #listening = new Map<string, (answer: Answer) => void>();
  #lastId = 0;
  #rest = '';
  #end: string | undefined;

  /** @param ended resolves, with why, when the browser is gone. */
  constructor(writing: Writable, reading: Readable, ended: Promise<string>) {
    this.#writing = writing;
    // Its end shows in `ended`.
    writing.on('error', () => {});
    reading.setEncoding('utf8');
    reading.on('data', (chunk: string) => this.#read(chunk));
    void ended.then((reason) => this.#giveUp(reason));
  }

  async open(url: string): Promise<PageSession> {
    const { targetId } = z
      .object({ targetId: z.string() })
      .parse(await this.#call('Target.createTarget', { url: 'about:blank' }));
    const { sessionId } = z
      .object({ sessionId: z.string() })
      .parse(await this.#call('Target.attachToTarget', { targetId, flatten: true }));
    const uncaught: string[] = [];
    const loaded = new Promise<void>((resolve) => {
      this.#listening.set(sessionId, ({ method, params }) => {
        if (method === 'Page.loadEventFired') resolve();
        if (method !== 'Runtime.exceptionThrown') return;
        const { exception, text } = exceptionSchema.parse(params).exceptionDetails;
        uncaught.push(exception?.description ?? text);
      });
    });
    await this.#call('Page.enable', {}, sessionId);
    await this.#call('Runtime.enable', {}, sessionId);
    await this.#call('Page.navigate', { url }, sessionId);
    await loaded;
    return {
      uncaught,
      evaluate: (expression) => this.#evaluate(expression, sessionId),
      screenshot: async () => {
        const shot = await this.#call('Page.captureScreenshot', { format: 'png' }, sessionId);
        return Buffer.from(z.object({ data: z.string() }).parse(shot).data, 'base64');
      },
    };
  }

  /** Asks the browser to end. */
  async close(): Promise<void> {
    // It may be gone before it has answered, or have been before.
    await this.#call('Browser.close').catch(() => {});
  }

  async #evaluate(expression: string, sessionId: string): Promise<unknown> {
    const params = { expression, awaitPromise: true, returnByValue: true };
    const evaluation = evaluationSchema.parse(await this.#call('Runtime.evaluate', params, sessionId));
    const thrown = evaluation.exceptionDetails;
    if (thrown === undefined) return evaluation.result.value;
    throw new Error(`${expression} threw in the page: ${thrown.exception?.description ?? thrown.text}`);
  }

  #call(method: string, params: object = {}, sessionId?: string): Promise<unknown> {
    if (this.#end !== undefined) return Promise.reject(new Error(this.#end));
    const id = ++this.#lastId;
    this.#writing.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
  }

  #read(chunk: string): void {
    const messages = `${this.#rest}${chunk}`.split('\0');
    this.#rest = messages.pop() ?? '';
    for (const message of messages) this.#take(answerSchema.parse(JSON.parse(message)));
  }

  #take(answer: Answer): void {
    if (answer.id === undefined) return this.#listening.get(answer.sessionId ?? '')?.(answer);
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.error === undefined) waiting?.resolve(answer.result);
    else waiting?.reject(new Error(answer.error.message));
  }

  #giveUp(reason: string): void {
    this.#end = reason;
    for (const { reject } of this.#waiting.values()) reject(new Error(reason));
    this.#waiting.clear();
  }
}
