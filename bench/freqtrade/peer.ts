import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { now } from '../consumer/messages.ts';
import { atExit } from '../harness/at-exit.ts';
import { type Answer, type Order, type PeerSettings, answers } from './messages.ts';

/** How to start a process: of freqtrade or of ours. */
export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** Ten times the longest step that was seen, a sync of freqtrade's on a busy machine; a step that takes longer has failed. */
const TIMEOUT_MS = 600_000;
/** A process that has not ended so long after its input did is cut. */
const END_TIMEOUT_MS = 10_000;
/** What is left of a process's complaints. */
const MOST_COMPLAINTS = 4000;
/** That two readings of one clock may be apart beyond the time between them: the resolution at which Python tells it. */
const CLOCK_TOLERANCE_MS = 1;

/** One producer's or consumer's process. It ends when its input does, and is cut when the benchmark ends before it was stopped. */
export class Peer {
  readonly #name: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<void>;
  #complaints = '';
  #howEnded = '';

  constructor({ name, command, args }: Program, settings: PeerSettings) {
    this.#name = name;
    this.#child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' },
    });
    const forget = atExit(() => this.#child.kill('SIGKILL'));
    this.#child.on('exit', (code, signal) => (this.#howEnded = signal ?? `exit code ${code}`));
    this.#ended = new Promise((resolve) => void this.#child.on('close', resolve)).then(forget);
    this.#child.on('error', (error) => (this.#complaints += error.message));
    // What went wrong shows in the answer that does not come.
    this.#child.stdin.on('error', () => {});
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-MOST_COMPLAINTS);
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#child.stdin.write(`${JSON.stringify(settings)}\n`);
  }

  /** Waits until the process is up, and sees that its clock is this one's. */
  async start(): Promise<Answer<'ready'>> {
    const ready = answers.ready.parse(await this.#nextLine('its start'));
    const before = now();
    const { ms } = await this.ask({ do: 'clock' });
    const after = now();
    if (ms < before - CLOCK_TOLERANCE_MS || ms > after + CLOCK_TOLERANCE_MS) {
      throw new Error(
        `the clock of ${this.#name} shows ${ms} ms, expected ${before} to ${after}: times cannot be compared`,
      );
    }
    return ready;
  }

  async ask<Name extends Order['do']>(order: Extract<Order, { readonly do: Name }>): Promise<Answer<Name>> {
    this.#child.stdin.write(`${JSON.stringify(order)}\n`);
    const schema = answers[order.do];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema is that of the order, which the type checker cannot follow
    return schema.parse(await this.#nextLine(order.do)) as Answer<Name>;
  }

  /** Ends the process, and waits for its end. */
  async stop(): Promise<void> {
    this.#child.stdin.end();
    const cut = setTimeout(() => this.#child.kill('SIGKILL'), END_TIMEOUT_MS);
    await this.#ended;
    clearTimeout(cut);
  }

  async #nextLine(awaited: string): Promise<unknown> {
    const failed = (what: string) => new Error(`${this.#name} ${what}, awaited: ${awaited}\n${this.#complaints}`);
    const line = await new Promise<IteratorResult<string>>((resolve, reject) => {
      const timer = setTimeout(() => reject(failed(`did not answer within ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS);
      void this.#lines
        .next()
        .then(resolve, reject)
        .finally(() => clearTimeout(timer));
    });
    if (line.done === true) {
      await this.#ended;
      throw failed(`has ended (${this.#howEnded})`);
    }
    return JSON.parse(line.value);
  }
}
