import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Notice, Order } from './messages.ts';

/** Longer than any step takes; a step that takes longer has failed. */
const TIMEOUT_MS = 60_000;

/** The consumer process, driven from outside. */
export class ConsumerChild {
  readonly #process: ChildProcess;

  constructor(module: string) {
    this.#process = fork(module, { execArgv: ['--expose-gc'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  }

  order(order: Order): void {
    this.#process.send(order);
  }

  /** The next notice, which must be of this type. */
  async next<T extends Notice['type']>(type: T): Promise<Extract<Notice, { readonly type: T }>> {
    const [notice]: Notice[] = await once(this.#process, 'message', { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (isOf(notice, type)) return notice;
    throw new Error(`expected ${type} from the consumer process, found ${notice.type}`);
  }

  /** Ends the process and waits for its end. */
  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.order({ do: 'stop' });
    await ended;
  }
}

function isOf<T extends Notice['type']>(notice: Notice, type: T): notice is Extract<Notice, { readonly type: T }> {
  return notice.type === type;
}
