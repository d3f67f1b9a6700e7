/// <reference lib="esnext.disposable" preserve="true" />
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AnyFrame } from '../../../../src/frame/index.ts';
import type { PairKey } from '../../../../src/market/index.ts';
import { type FaultyProxy, faultyProxy, sampleKey } from '../../../../src/testing/index.ts';
import { TOKEN } from '../../../e2e/wire-scene.ts';
import { freePort } from '../../free-port.ts';
import { type PythonCalls, pythonCalls } from '../../python-calls.ts';
import type { PythonEnvironment } from '../../python-environment.ts';
import { type StockPeer, stockPeer } from '../peer/stock-peer.ts';
import { type WeekCandles, weekCandles } from './week-candles.ts';
import { decoded, recordedRuns } from './week-record.ts';

const CONSUMER = fileURLToPath(new URL('week-consumer.ts', import.meta.url));

/** Rows of a stock bot's frames. */
const WINDOW = 500;
/** Candles that are broadcast and have not arrived: a stock server sends a hundred messages a second, and queues the rest. */
const IN_FLIGHT = 3;

/** Bytes that the consumer holds: on and beside its heap, and all of it resident. */
export interface Memory {
  readonly used: number;
  readonly rss: number;
}

/** A stock producer, our consumer in a process of its own, what lies between them, and how far the week has come. */
export class Week implements AsyncDisposable {
  readonly keys: readonly PairKey[];
  /** Where the candles are from. */
  readonly source: string;
  readonly #pairs: readonly WeekCandles[];
  readonly #environment: PythonEnvironment;
  readonly #folder: string;
  readonly #port: number;
  readonly #proxy: FaultyProxy;
  readonly #consumer: PythonCalls;
  #stock: StockPeer;
  #candle = 0;

  private constructor(
    parts: Awaited<ReturnType<typeof weekCandles>> & {
      readonly environment: PythonEnvironment;
      readonly folder: string;
      readonly port: number;
      readonly proxy: FaultyProxy;
    },
  ) {
    this.source = parts.source;
    this.#pairs = parts.pairs;
    this.keys = parts.pairs.map(({ pair }) => sampleKey(pair));
    this.#environment = parts.environment;
    this.#folder = parts.folder;
    this.#port = parts.port;
    this.#proxy = parts.proxy;
    this.#stock = stockPeer(parts.environment);
    const settings = { port: parts.proxy.port, token: TOKEN, record: this.#record };
    this.#consumer = pythonCalls({ python: process.execPath, folder: parts.folder }, CONSUMER, settings);
  }

  /** A week of `candles` candles, at its start: the producer holds what was before it, and the consumer has that. */
  static async start(environment: PythonEnvironment, candles: number): Promise<Week> {
    const recording = await weekCandles(WINDOW + candles);
    const folder = await mkdtemp(join(tmpdir(), 'candlecast-week-'));
    const port = await freePort();
    const week = new Week({ ...recording, environment, folder, port, proxy: await faultyProxy({ target: port }) });
    try {
      await week.#serve();
      await week.#stock.play(WINDOW, WINDOW, false);
      await week.settled();
    } catch (error) {
      await week[Symbol.asyncDispose]();
      throw error;
    }
    return week;
  }

  /** How many times a candle of the week does not follow the one before it. */
  get holes(): number {
    return this.#pairs.reduce(
      (holes, { candles }) => holes + holesIn(Array.from(candles.columns.date).slice(WINDOW)),
      0,
    );
  }

  get #record(): string {
    return join(this.#folder, 'record.jsonl');
  }

  /** Candles of the week that were played. */
  get candle(): number {
    return this.#candle;
  }

  get stock(): StockPeer {
    return this.#stock;
  }

  async #serve(): Promise<void> {
    for (const [i, key] of this.keys.entries()) await this.#stock.record(key, this.#pairs[i].candles);
    await this.#stock.serve(
      { ws_token: TOKEN, listen_port: this.#port },
      this.keys.map(({ pair }) => pair),
    );
  }

  /** A candle closes for every pair: the producer holds it, and tells of it unless it is to be lost. */
  async play(emits = true): Promise<void> {
    this.#candle += 1;
    await this.#stock.play(WINDOW + this.#candle, WINDOW, emits);
  }

  /** Waits until no more candles are on their way than may be. */
  async keepUp(): Promise<void> {
    await this.#arrived(Math.max(0, this.#candle - IN_FLIGHT));
  }

  /** Waits until the consumer has every candle that was played. */
  async settled(): Promise<void> {
    await this.#arrived(this.#candle);
  }

  async #arrived(candle: number): Promise<void> {
    const dates = this.#pairs.map(({ pair, candles }) => [pair, candles.columns.date[WINDOW + candle - 1]]);
    await this.#consumer.result('until', Object.fromEntries(dates));
  }

  /** Plays candles while the consumer cannot reach its producer. */
  async playCutOff(candles: number): Promise<void> {
    this.#proxy.shut();
    for (let i = 0; i < candles; i++) await this.play();
    this.#proxy.open();
  }

  /** The producer is killed, and another one stands in its place, with nothing analyzed yet. */
  async restartProducer(): Promise<void> {
    await this.#stock.kill();
    this.#stock = stockPeer(this.#environment);
    await this.#serve();
  }

  async copy({ pair }: PairKey): Promise<AnyFrame> {
    return decoded(await told<object>(this.#consumer, 'copy', pair));
  }

  memory(): Promise<Memory> {
    return told<Memory>(this.#consumer, 'memory');
  }

  /** How often each of the consumer's events came. */
  counts(): Promise<Readonly<Record<string, number>>> {
    return told<Readonly<Record<string, number>>>(this.#consumer, 'counts');
  }

  /** All rows that ever arrived. */
  runs(): Promise<ReadonlyMap<string, readonly AnyFrame[]>> {
    return recordedRuns(this.#record);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#consumer.kill(), this.#stock.kill(), this.#proxy[Symbol.asyncDispose]()]);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

const FIVE_MINUTES = 300_000;

function holesIn(dates: readonly number[]): number {
  return dates.filter((date, i) => i > 0 && date - dates[i - 1] !== FIVE_MINUTES).length;
}

/** The other end of these calls is `week-consumer.ts`, which says what it returns. */
async function told<T>(calls: PythonCalls, method: string, ...args: readonly unknown[]): Promise<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (await calls.result(method, ...args)) as T;
}
