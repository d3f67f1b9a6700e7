/// <reference lib="esnext.disposable" preserve="true" />
import { fileURLToPath } from 'node:url';
import { type AnyFrame, type ColumnKind, Frame } from '../../../../src/frame/index.ts';
import { type PairKey, pairKeyText } from '../../../../src/market/index.ts';
import { eventually } from '../../eventually.ts';
import { freePort } from '../../free-port.ts';
import { type PythonCalls, pythonCalls } from '../../python-calls.ts';
import type { PythonEnvironment } from '../../python-environment.ts';

const PEER = fileURLToPath(new URL('peer.py', import.meta.url));

/** A column of a pandas frame, with its values as `python/cells.py` writes them. */
export interface StockColumn {
  readonly name: string;
  readonly dtype: string;
  readonly values: readonly unknown[];
}

/** What a stock consumer holds of a frame. */
export interface StockCopy {
  readonly columns: readonly StockColumn[];
  readonly rows: number;
  readonly lastAnalyzed: number;
}

export interface StockExtent {
  readonly key: readonly [string, string, string];
  readonly rows: number;
  /** Dates of the first and the last row, null where a row has none. */
  readonly first: number | null;
  readonly last: number | null;
}

export interface LogLine {
  readonly level: string;
  readonly logger: string;
  readonly message: string;
}

/** Which candles a made frame has: `rows` from the candle `first` on, of the series that `seed` names. */
export interface StockFrameOptions {
  readonly first: number;
  readonly rows: number;
  readonly seed?: number;
  /** The candle at which columns become what they were not; for `turning`. */
  readonly turn?: number;
  /** How much higher the newest close is; for `resent`. */
  readonly more?: number;
}

/** A producer's place in a stock consumer's configuration. */
export interface StockProducerAddress {
  readonly name?: string;
  readonly host?: string;
  readonly port: number;
  readonly ws_token: string;
}

/** freqtrade's own consumer and producer in a process of their own; see `python/peer.py`. */
export interface StockPeer extends AsyncDisposable {
  /** Starts a stock consumer. `settings` are those of `external_message_consumer`; waits between attempts are short unless told. */
  connect(producers: readonly StockProducerAddress[], settings?: Readonly<Record<string, unknown>>): Promise<void>;
  disconnect(): Promise<void>;
  /** Whether its consumer is connected and sends what it asks for: the requests of its first second and a half are lost. */
  listens(producer?: string): Promise<boolean>;
  /** Sends a request behind those that its consumer has yet to send. */
  ask(request: object, producer?: string): Promise<void>;
  producerPairs(producer?: string): Promise<readonly string[]>;
  copy(key: PairKey, producer?: string): Promise<StockCopy>;
  extents(producer?: string): Promise<readonly StockExtent[]>;
  /** What freqtrade's own reader makes of a frame's text. */
  read(text: string): Promise<readonly StockColumn[]>;

  /** What a strategy gets that merges such a frame with its own columns, of the same timeframe. */
  merged(own: AnyFrame, text: string, timeframe: string): Promise<readonly StockColumn[]>;

  /** Starts a stock producer on a free port, which is returned. `settings` are those of `api_server`. */
  serve(
    settings: { readonly ws_token: string; readonly listen_port?: number },
    whitelist: readonly string[],
  ): Promise<number>;
  stopServing(): Promise<void>;
  setWhitelist(pairs: readonly string[]): Promise<void>;
  /** Holds a frame as analyzed, without telling anyone. */
  hold(key: PairKey, frame: AnyFrame | readonly StockColumn[], firstLabel?: number): Promise<void>;
  /** Holds a frame as analyzed and broadcasts its last row. */
  publish(key: PairKey, frame: AnyFrame | readonly StockColumn[], firstLabel?: number): Promise<void>;
  /** Holds a frame that a function of `python/strategy_frames.py` makes, without telling anyone. */
  make(key: PairKey, maker: string, options: StockFrameOptions, firstLabel?: number): Promise<void>;
  /** Takes candles to play, and analyzes them. */
  record(key: PairKey, candles: AnyFrame): Promise<void>;
  /** Holds of every recording the `rows` rows before row `end`, and broadcasts the last one unless told. */
  play(end: number, rows: number, emits?: boolean): Promise<void>;
  /** A whole recording, analyzed. */
  recorded(key: PairKey): Promise<readonly StockColumn[]>;
  emit(key: PairKey): Promise<void>;
  drop(key: PairKey): Promise<void>;
  /** A frame as freqtrade itself holds it. */
  held(key: PairKey): Promise<readonly StockColumn[]>;
  /** When freqtrade analyzed it. */
  analyzedAt(key: PairKey): Promise<number>;
  /** What a stock consumer names the columns of a held frame. */
  namesOnArrival(key: PairKey): Promise<readonly string[]>;
  /** The cells of a column as freqtrade writes them. */
  written(column: Pick<StockColumn, 'dtype' | 'values'>): Promise<readonly string[]>;
  /** Answers requests with the frames of this timeframe and candle type from now on. */
  follow(timeframe: string, candleType: string): Promise<void>;
  send(message: object): Promise<void>;

  takeLog(): Promise<readonly LogLine[]>;
  /** What of a logger is noted from now on. */
  setLogLevel(logger: string, level: 'DEBUG' | 'INFO'): Promise<void>;
  /** The process's id, for signals to it. */
  pid(): Promise<number>;
  /** Ends the process at once, as a crash does. */
  kill(): Promise<void>;
}

/** Starts a Python process with freqtrade in it. `config` is what its bot's configuration has besides. */
export function stockPeer(environment: PythonEnvironment, config: Readonly<Record<string, unknown>> = {}): StockPeer {
  const calls = pythonCalls(environment, PEER, { config });
  return {
    async connect(producers, settings = {}) {
      const addresses = producers.map((address) => ({ name: 'default', host: '127.0.0.1', secure: false, ...address }));
      await calls.result('connect', { sleep_time: 1, ping_timeout: 10, ...settings, producers: addresses });
    },
    disconnect: () => done(calls, 'disconnect'),
    listens: (producer = 'default') => told<boolean>(calls, 'listens', producer),
    ask: (request, producer = 'default') => done(calls, 'ask', request, producer),
    producerPairs: (producer = 'default') => told<readonly string[]>(calls, 'producer_pairs', producer),
    copy: (key, producer = 'default') => told<StockCopy>(calls, 'copy', wireKey(key), producer),
    extents: (producer = 'default') => told<readonly StockExtent[]>(calls, 'extents', producer),
    merged: (own, text, timeframe) => told<readonly StockColumn[]>(calls, 'merged', stockColumns(own), text, timeframe),
    read: (text) => told<readonly StockColumn[]>(calls, 'read', text),
    async serve(settings, whitelist) {
      const port = settings.listen_port ?? (await freePort());
      await calls.result('serve', { ...settings, listen_port: port }, whitelist);
      return port;
    },
    stopServing: () => done(calls, 'stop_serving'),
    setWhitelist: (pairs) => done(calls, 'set_whitelist', pairs),
    hold: (key, frame, firstLabel = 0) => done(calls, 'hold', wireKey(key), stockColumns(frame), firstLabel),
    publish: (key, frame, firstLabel = 0) => done(calls, 'publish', wireKey(key), stockColumns(frame), firstLabel),
    make: (key, maker, options, firstLabel = 0) => done(calls, 'make', wireKey(key), maker, options, firstLabel),
    record: (key, candles) => done(calls, 'record', wireKey(key), stockColumns(candles)),
    play: (end, rows, emits = true) => done(calls, 'play', end, rows, emits),
    recorded: async (key) => (await told<StockCopy>(calls, 'recorded', wireKey(key))).columns,
    emit: (key) => done(calls, 'emit', wireKey(key)),
    drop: (key) => done(calls, 'drop', wireKey(key)),
    held: async (key) => (await told<StockCopy>(calls, 'held_frame', wireKey(key))).columns,
    analyzedAt: async (key) => (await told<StockCopy>(calls, 'held_frame', wireKey(key))).lastAnalyzed,
    namesOnArrival: (key) => told<readonly string[]>(calls, 'names_on_arrival', wireKey(key)),
    written: ({ values, dtype }) => told<readonly string[]>(calls, 'written', values, dtype),
    follow: (timeframe, candleType) => done(calls, 'follow', timeframe, candleType),
    send: (message) => done(calls, 'send', message),
    setLogLevel: (logger, level) => done(calls, 'set_log_level', logger, level),
    takeLog: () => told<readonly LogLine[]>(calls, 'take_log'),
    pid: () => told<number>(calls, 'pid'),
    kill: () => calls.kill(),
    [Symbol.asyncDispose]: () => calls.close(),
  };
}

async function done(calls: PythonCalls, method: string, ...args: readonly unknown[]): Promise<void> {
  await calls.result(method, ...args);
}

/** The other end of these calls stands in this folder, and says what it returns. */
async function told<T>(calls: PythonCalls, method: string, ...args: readonly unknown[]): Promise<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (await calls.result(method, ...args)) as T;
}

const wireKey = ({ pair, timeframe, candleType }: PairKey) => [pair, timeframe, candleType];

const dtypes: Readonly<Record<ColumnKind, string>> = {
  float64: 'float64',
  int: 'int64',
  int64: 'int64',
  bool: 'bool',
  timestamp: 'datetime64[ms, UTC]',
  string: 'object',
};

/** A frame's columns as pandas would have them. */
function stockColumns(frame: AnyFrame | readonly StockColumn[]): readonly StockColumn[] {
  if (!(frame instanceof Frame)) return frame;
  return frame.names.map((name) => {
    const column = frame.column(name);
    const values = Array.from({ length: frame.length }, (_, row) => stockCell(column.cell(row), column.kind));
    return { name, dtype: dtypes[column.kind], values };
  });
}

function stockCell(value: unknown, kind: ColumnKind): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  return kind === 'timestamp' ? null : String(value);
}

/** Waits until a stock consumer's copies end where the frames of these keys do, with at least as many rows. */
export async function untilStockHas(
  peer: StockPeer,
  wanted: readonly { readonly key: PairKey; readonly frame: AnyFrame }[],
  options: { readonly producer?: string; readonly patienceMs?: number } = {},
): Promise<void> {
  const behind = async () => {
    const extents = new Map((await peer.extents(options.producer)).map((extent) => [extent.key.join(' '), extent]));
    return wanted.flatMap(({ key, frame }) => {
      const extent = extents.get(wireKey(key).join(' '));
      const last = frame.numbers('date')[frame.length - 1];
      if (extent !== undefined && extent.last === last && extent.rows >= frame.length) return [];
      return [`${pairKeyText(key)}: ${extent === undefined ? 'nothing' : `${extent.rows} rows to ${extent.last}`}`];
    });
  };
  await eventually(
    `${wanted.length} copies at the stock consumer`,
    async () => ((await behind()).length === 0 ? true : undefined),
    { seen: behind, ...(options.patienceMs === undefined ? {} : { patienceMs: options.patienceMs }) },
  );
}
