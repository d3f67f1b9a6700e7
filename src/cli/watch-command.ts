import { Command } from 'commander';
import { lastRow } from '../bot/index.ts';
import { connect, type ConsumerEvent, ConsumerError, type ProducerClient } from '../consumer/index.ts';
import type { AnyFrame } from '../frame/index.ts';
import type { Pair } from '../market/index.ts';
import { systemClock } from '../util/clock.ts';
import { shownText } from '../util/shown-text.ts';
import { listText } from '../util/list-text.ts';
import { cliLogger, type LogOptions } from './cli-logger.ts';
import { liveArea } from './live-area.ts';
import { wholeNumber } from './number-option.ts';
import { paintFor } from './paint.ts';
import { producerMarketClock } from './producer-market-clock.ts';
import { onStopSignal } from './stop-signal.ts';
import { roomOf, type Terminal } from './terminal.ts';
import { watchLine, watchTable } from './watch-table.ts';
import { parseWatchTarget, type WatchTarget } from './watch-target.ts';
import { addWantOptions, isWanted, wantedPart, wantsOf, type WatchWant } from './watch-want.ts';

interface WatchOptions extends LogOptions, WatchWant {
  readonly token?: string;
  readonly ca?: string;
  readonly fingerprint?: string;
  readonly limit: number;
  readonly once?: boolean;
  readonly timeout: number;
}

/** Between looks at whether everything has arrived. */
const LOOK_MS = 20;

const MOST_NAMED = 10;

/** `candlecast watch`. */
export function watchCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const command = new Command('watch')
    .description("Subscribe to a producer, Candlecast's or a stock freqtrade bot, and show its frames as they come.")
    .argument('<url>', 'ws://host:port, or host:port')
    .option('--ca <file>', "with wss: the authorities that are trusted in the place of the system's, in PEM")
    .option('--fingerprint <sha256>', "with wss: the producer's certificate, and no other, is taken")
    .option('-t, --token <token>', "the producer's ws_token; better given as CANDLECAST_WS_TOKEN")
    .option('-l, --limit <rows>', 'rows of history to ask for, 0 for all', wholeNumber(0), 1500)
    .option('--once', 'print the table when every pair has arrived, and leave')
    .option('--timeout <seconds>', 'with --once: how long to wait for them', wholeNumber(1, 86_400), 30);
  addWantOptions(command).addHelpText(
    'after',
    `
On a terminal the table stays up to date; elsewhere each frame that changes is
a line. Below the table stands how frames come: "streams" are copies from a
Candlecast producer that are proved equal to its own, "rows" what a stock one
sends. A lag is from the end of the producer's analysis to the arrival here, by
the clocks of both.

A Candlecast producer sends what --pairs, --columns, --tail and --rate ask for
and no more; a stock one sends all, at its own rate, of which the same is shown.

Examples:
  CANDLECAST_WS_TOKEN=secret candlecast watch ws://127.0.0.1:8080
  candlecast watch 192.168.1.100:8080 --token secret --once
  candlecast watch wss://producer.example --json | jq .pair
  candlecast watch 10.0.0.5:8080 -p BTC/USDT,ETH/USDT --columns close,rsi --tail 300
  candlecast watch 10.0.0.5:8080 --columns close,enter_long --rate candle
  candlecast watch 10.0.0.5:8080 --json | jq 'select(.type == "stream")'
`,
  );
  return command.action(async (url: string, options: WatchOptions) => {
    const target = parseWatchTarget(url);
    if (typeof target === 'string') command.error(`error: ${target}`, { exitCode: 2 });
    else finish(await watch(target, options, terminal));
  });
}

async function watch(target: WatchTarget, options: WatchOptions, terminal: Terminal): Promise<number> {
  const { host, port, secure } = target;
  let lastEvent: ConsumerEvent | undefined;
  const marketClock = producerMarketClock(systemClock);
  const wants = wantsOf(options);
  const view = watchView(options, terminal, () => lastEvent);
  const client = connect({
    host,
    port,
    secure,
    wsToken: givenToken(target, options),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    ...(options.fingerprint === undefined ? {} : { fingerprint: options.fingerprint }),
    sleepTimeMs: 2000,
    ...rowsToKeep(options),
    ...(wants === undefined ? {} : { want: wants }),
    messageSizeLimitBytes: 64 * 2 ** 20,
    logger: view.logger.child('watch'),
    marketClock,
    onEvent: (event) => {
      if (event.type === 'update') marketClock.heard(lastDate(event.frame), event.key.timeframe);
      lastEvent = event.type === 'update' ? lastEvent : event;
      if (!('key' in event) || isWanted(event.key, options)) view.onEvent(event, () => client);
    },
  });
  view.begin(client);
  const exitCode = await untilDone(client, options, terminal, () => isHopeless(lastEvent));
  view.end(client);
  if (exitCode !== 0) tellMissing(client, options, lastEvent, terminal);
  client.close();
  return exitCode;
}

/** `tail` is for any producer; `limit` only for what is asked for at first. */
function rowsToKeep({ limit, tail }: WatchOptions): { readonly initialCandleLimit: number; readonly maxRows?: number } {
  if (tail === undefined) return { initialCandleLimit: limit };
  return { initialCandleLimit: limit === 0 ? tail : Math.min(limit, tail), maxRows: tail };
}

function lastDate(frame: AnyFrame): number {
  const dates = frame.numbers('date');
  return dates[dates.length - 1];
}

function givenToken(target: WatchTarget, options: WatchOptions): string {
  const token = options.token ?? process.env.CANDLECAST_WS_TOKEN ?? target.token;
  if (token !== undefined && token !== '') return token;
  const message = 'no token; give it as CANDLECAST_WS_TOKEN in the environment, or with --token';
  throw new ConsumerError('CONSUMER_BAD_OPTION', message);
}

/** How a watched producer shows. */
interface WatchView {
  readonly logger: ReturnType<typeof cliLogger>;
  onEvent(event: ConsumerEvent, client: () => ProducerClient): void;
  begin(client: ProducerClient): void;
  end(client: ProducerClient): void;
}

/** With `json` every event as a line; with `once` a table at the end; a live table on a terminal; else a line an update. */
function watchView(options: WatchOptions, terminal: Terminal, lastEvent: () => ConsumerEvent | undefined): WatchView {
  const { out } = terminal;
  const { json = false, verbose = false, once = false } = options;
  const logger = cliLogger(terminal, { json, verbose, quiet: once || json });
  const table = (client: ProducerClient, room = roomOf(out)) =>
    watchTable(client, { lastEvent: lastEvent(), paint: paintFor(out), room, want: options });
  const none = () => {};
  if (json) return jsonView(logger, options, terminal);
  if (once) {
    const room = { ...roomOf(out), height: Number.POSITIVE_INFINITY };
    return { logger, onEvent: none, begin: none, end: (client) => void out.write(table(client, room)) };
  }
  if (out.isTTY !== true) {
    const onEvent = (event: ConsumerEvent) => {
      if (event.type === 'update') out.write(watchLine(event.key, event.frame, options));
    };
    return { logger, onEvent, begin: none, end: none };
  }
  return liveView(terminal, options, table);
}

function liveView(
  terminal: Terminal,
  { verbose = false }: WatchOptions,
  table: (client: ProducerClient, room: { readonly width: number; readonly height: number }) => string,
): WatchView {
  const { out, err } = terminal;
  let area: ReturnType<typeof liveArea> | undefined;
  const write = (text: string | Uint8Array) => {
    if (area === undefined) return err.write(text);
    area.note(String(text));
    return true;
  };
  return {
    // The log's lines would tear the table.
    logger: cliLogger({ out, err: { write } }, { json: false, verbose }),
    onEvent() {},
    begin(client) {
      area = liveArea(out, (noteLines) => {
        const { width, height } = roomOf(out);
        return table(client, { width: width - 1, height: height - 1 - noteLines });
      });
    },
    end() {
      area?.end();
    },
  };
}

/** Every event as a line, and at the end how all stands. */
function jsonView(logger: WatchView['logger'], want: WatchWant, { out }: Terminal): WatchView {
  const print = (fields: object) =>
    void out.write(`${JSON.stringify({ time: new Date().toISOString(), ...fields })}\n`);
  return {
    logger,
    onEvent: (event, client) => print(event.type === 'update' ? updateFacts(event, client(), want) : flat(event)),
    begin() {},
    end: (client) => print({ type: 'status', ...client.status() }),
  };
}

/** With what names a frame beside what is told of it. */
function flat(event: Exclude<ConsumerEvent, { readonly type: 'update' }>): object {
  if (!('key' in event)) return event;
  const { type, producer, key, ...rest } = event;
  return { type, producer, ...key, ...rest };
}

function updateFacts(
  {
    type,
    key,
    frame,
    producer,
    change,
    rows: arrived,
    lastAnalyzed,
  }: Extract<ConsumerEvent, { readonly type: 'update' }>,
  client: ProducerClient,
  want: WatchWant,
): object {
  const view = client.frame(key.pair, key.timeframe, key.candleType);
  const { stream, seq } = (view.status === 'missing' ? undefined : view.state) ?? {};
  const last = lastRow(wantedPart(frame, want));
  return { type, producer, ...key, change, arrived, rows: frame.length, lastAnalyzed, stream, seq, last };
}

/** Resolves when stopped, or with `once` when every pair of the whitelist has a frame or the time is up. */
function untilDone(
  client: ProducerClient,
  options: WatchOptions,
  terminal: Terminal,
  isHopeless: () => boolean,
): Promise<number> {
  return new Promise((resolve) => {
    const timers: NodeJS.Timeout[] = [];
    const finish = (exitCode: number) => {
      for (const timer of timers) clearInterval(timer);
      dispose();
      resolve(exitCode);
    };
    const dispose = onStopSignal(terminal, () => finish(0));
    if (!options.once) return;
    timers.push(
      setInterval(() => {
        if (isComplete(client, options)) finish(0);
        else if (isHopeless()) finish(1);
      }, LOOK_MS),
      setTimeout(() => finish(1), options.timeout * 1000),
    );
  });
}

/** Waiting helps where nothing answers yet, and not where a token was refused or something else answers. */
/** Ends of a connection that no waiting mends. */
const hopeless: ReadonlySet<string> = new Set(['unauthorized', 'not-a-producer', 'untrusted']);

function isHopeless(event: ConsumerEvent | undefined): boolean {
  return event?.type === 'disconnected' && hopeless.has(event.cause);
}

/** Why not everything arrived in time. */
function tellMissing(
  client: ProducerClient,
  options: WatchOptions,
  lastEvent: ConsumerEvent | undefined,
  terminal: Terminal,
): void {
  const why = lastEvent?.type === 'disconnected' ? lastEvent.reason : whatIsMissing(client, options);
  const message = isHopeless(lastEvent) ? why : `not everything arrived within ${options.timeout} s: ${why}`;
  if (options.json)
    terminal.out.write(`${JSON.stringify({ time: new Date().toISOString(), type: 'error', message })}\n`);
  else terminal.err.write(`error: ${shownText(message)}\n`);
}

function whatIsMissing(client: ProducerClient, options: WatchOptions): string {
  const sofar = `${client.pairs().length} pairs, ${client.keys().length} frames so far`;
  const unlisted = missingPairs(client, options).filter((pair) => !client.pairs().includes(pair));
  if (unlisted.length === 0) return sofar;
  return `${listText(unlisted, MOST_NAMED)} not on its whitelist; ${sofar}`;
}

/** The pairs that are to arrive: those that are named, or all of the whitelist. */
function awaitedPairs(client: ProducerClient, { pairs }: WatchOptions): readonly Pair[] {
  return pairs ?? client.pairs();
}

function missingPairs(client: ProducerClient, options: WatchOptions): readonly Pair[] {
  const views = client.keys().map((key) => ({ key, view: client.frame(key.pair, key.timeframe, key.candleType) }));
  const arrived = new Set(views.filter(({ view }) => view.status !== 'missing').map(({ key }) => key.pair));
  return awaitedPairs(client, options).filter((pair) => !arrived.has(pair));
}

function isComplete(client: ProducerClient, options: WatchOptions): boolean {
  return awaitedPairs(client, options).length > 0 && missingPairs(client, options).length === 0;
}
