import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../child-environment.ts';
import {
  type ConsumerSettings,
  type Line,
  type LineOf,
  type Order,
  type ProducerSettings,
  parseLine,
} from './peer-messages.ts';

const programs = {
  producer: fileURLToPath(new URL('./peer-producer.ts', import.meta.url)),
  consumer: fileURLToPath(new URL('./peer-consumer.ts', import.meta.url)),
};

/** What is left of a process's complaints. */
const MOST_COMPLAINTS = 4000;

/** Where processes leave what they compiled for those that follow, which start in half the time. Gone with the last of them. */
const compiled: { folder: string | undefined; users: number } = { folder: undefined, users: 0 };

function useCompiled(): string {
  compiled.users += 1;
  return (compiled.folder ??= mkdtempSync(join(tmpdir(), 'candlecast-compiled-')));
}

function leaveCompiled(): void {
  compiled.users -= 1;
  if (compiled.users > 0 || compiled.folder === undefined) return;
  rmSync(compiled.folder, { recursive: true, force: true });
  compiled.folder = undefined;
}

/** A producer or a consumer in a process of its own. It ends when this process does, however that ends. */
export class Peer {
  readonly name: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ended: Promise<void>;
  readonly #waiting = new Map<Line['type'], ((line: Line) => void)[]>();
  #failed: ((error: Error) => void) | undefined;
  #complaints = '';
  #isExpectedToEnd = false;

  private constructor(
    kind: keyof typeof programs,
    settings: ProducerSettings | ConsumerSettings,
    { name, onLine }: { readonly name: string; readonly onLine: (line: Line) => void },
  ) {
    this.name = name;
    this.#child = spawn(process.execPath, ['--expose-gc', programs[kind]], {
      env: childEnvironment({ NODE_COMPILE_CACHE: useCompiled() }),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stdin.on('error', () => {});
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-MOST_COMPLAINTS);
    });
    const lines = createInterface({ input: this.#child.stdout });
    lines.on('line', (text) => {
      // Of one that was killed the last line may be a part.
      if (this.#isExpectedToEnd && !text.endsWith('}')) return;
      const line = parseLine(text);
      onLine(line);
      for (const hear of this.#waiting.get(line.type)?.splice(0) ?? []) hear(line);
    });
    this.#ended = new Promise((resolve) => {
      this.#child.on('close', (code, signal) => {
        leaveCompiled();
        resolve();
        if (!this.#isExpectedToEnd) {
          this.#failed?.(new Error(`${name} ended by itself (${code ?? signal}): ${this.#complaints}`));
        }
      });
    });
    this.#child.stdin.write(`${JSON.stringify(settings)}\n`);
  }

  /** Starts a process, and resolves when it is ready. */
  static async start(
    kind: keyof typeof programs,
    settings: ProducerSettings | ConsumerSettings,
    options: { readonly name: string; readonly onLine: (line: Line) => void },
  ): Promise<{ readonly peer: Peer; readonly port: number }> {
    const peer = new Peer(kind, settings, options);
    const { port } = await peer.next('ready');
    return { peer, port };
  }

  /** The next line of a type. Rejects where the process ends before, by itself. */
  next<Type extends Line['type']>(type: Type): Promise<LineOf<Type>> {
    return new Promise((resolve, reject) => {
      const hear = (line: Line) => {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- heard by its type
        resolve(line as LineOf<Type>);
      };
      this.#waiting.set(type, [...(this.#waiting.get(type) ?? []), hear]);
      this.#failed = reject;
    });
  }

  /** Gives an order, and resolves to the line that answers it. */
  async ask<Type extends Line['type']>(order: Order['do'], answer: Type): Promise<LineOf<Type>> {
    const heard = this.next(answer);
    this.tell(order);
    return heard;
  }

  tell(order: Order['do']): void {
    this.#child.stdin.write(`${JSON.stringify({ do: order })}\n`);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** SIGKILL. Resolves when it is gone and all that it told was heard. */
  async kill(): Promise<void> {
    this.#isExpectedToEnd = true;
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** Lets it end by itself. */
  async stop(): Promise<void> {
    this.#isExpectedToEnd = true;
    this.#child.stdin.end();
    await this.#ended;
  }
}
