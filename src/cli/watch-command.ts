import { Command, InvalidArgumentError } from 'commander';
import { createLogUpdate } from 'log-update';
import { connect, type ConsumerEvent, ConsumerError, type ProducerClient } from '../consumer/index.ts';
import { lastRow } from '../bot/index.ts';
import { cliLogger, type LogOptions, type Terminal } from './cli-logger.ts';
import { paintFor } from './paint.ts';
import { onStopSignal } from './stop-signal.ts';
import { watchTable } from './watch-table.ts';

interface WatchOptions extends LogOptions {
  readonly token?: string;
  readonly limit: number;
  readonly once?: boolean;
  readonly timeout: number;
}

/** Between drawings of the live table. */
const REDRAW_MS = 250;

/** `candlecast watch`. */
export function watchCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  return new Command('watch')
    .description("Subscribe to a producer, Candlecast's or a stock freqtrade bot, and show its frames as they come.")
    .argument('<url>', 'ws://host:port, or host:port', parseTarget)
    .option('-t, --token <token>', "the producer's ws_token; better given as CANDLECAST_WS_TOKEN")
    .option('-l, --limit <rows>', 'rows of history to ask for', wholeNumber, 1500)
    .option('--once', 'print the table when every pair has arrived, and leave')
    .option('--timeout <seconds>', 'with --once: how long to wait for them', wholeNumber, 30)
    .addHelpText(
      'after',
      `
Examples:
  CANDLECAST_WS_TOKEN=secret candlecast watch ws://127.0.0.1:8080
  candlecast watch 192.168.1.100:8080 --token secret --once
  candlecast watch wss://producer.example:443 --json | jq .pair
`,
    )
    .action(async (target: Target, options: WatchOptions) => finish(await watch(target, options, terminal)));
}

interface Target {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly token: string | undefined;
}

async function watch(target: Target, options: WatchOptions, terminal: Terminal): Promise<number> {
  const { host, port, secure } = target;
  const wsToken = options.token ?? process.env.CANDLECAST_WS_TOKEN ?? target.token;
  if (wsToken === undefined) {
    throw new ConsumerError(
      'CONSUMER_BAD_OPTION',
      'no token; give it as CANDLECAST_WS_TOKEN in the environment, or with --token',
    );
  }
  const logger = cliLogger(terminal, { json: options.json ?? false, verbose: options.verbose ?? false });
  let lastEvent: ConsumerEvent | undefined;
  const client = connect({
    host,
    port,
    secure,
    wsToken,
    sleepTimeMs: 2000,
    initialCandleLimit: options.limit,
    messageSizeLimitBytes: 64 * 2 ** 20,
    logger: options.once || options.json || terminal.out.isTTY !== true ? logger.child('watch') : logger,
    onEvent: (event) => {
      lastEvent = event.type === 'update' ? lastEvent : event;
      if (options.json) printEvent(event, terminal);
    },
  });
  const view = options.json ? undefined : liveView(client, options, terminal, () => lastEvent);
  const exitCode = await untilDone(client, options, () => lastEvent, terminal);
  view?.end();
  client.close();
  return exitCode;
}

function printEvent(event: ConsumerEvent, terminal: Terminal): void {
  const time = new Date().toISOString();
  if (event.type !== 'update') return void terminal.out.write(`${JSON.stringify({ time, ...event })}\n`);
  const { key, frame, producer, change, rows: arrived, lastAnalyzed } = event;
  const facts = { producer, ...key, change, arrived, rows: frame.length, lastAnalyzed, last: lastRow(frame) };
  terminal.out.write(`${JSON.stringify({ time, type: 'update', ...facts })}\n`);
}

/** Redraws the table on a terminal; elsewhere it is printed once, at the end. */
function liveView(
  client: ProducerClient,
  options: WatchOptions,
  terminal: Terminal,
  lastEvent: () => ConsumerEvent | undefined,
): { end(): void } {
  const paint = paintFor(terminal.out);
  const draw = () => watchTable(client, lastEvent(), paint);
  if (options.once || terminal.out.isTTY !== true) return { end: () => void terminal.out.write(draw()) };
  const update = createLogUpdate(terminal.out);
  const timer = setInterval(() => update(draw()), REDRAW_MS);
  return {
    end() {
      clearInterval(timer);
      update(draw());
      update.done();
    },
  };
}

/** Resolves when stopped, or with `once` when every pair of the whitelist has a frame or the time is up. */
function untilDone(
  client: ProducerClient,
  options: WatchOptions,
  lastEvent: () => ConsumerEvent | undefined,
  terminal: Terminal,
): Promise<number> {
  return new Promise((resolve) => {
    const timers: NodeJS.Timeout[] = [];
    const finish = (exitCode: number) => {
      for (const timer of timers) clearInterval(timer);
      dispose();
      resolve(exitCode);
    };
    const dispose = onStopSignal(() => finish(0));
    if (!options.once) return;
    timers.push(
      setInterval(() => {
        if (isComplete(client)) finish(0);
      }, 20),
    );
    timers.push(
      setTimeout(() => {
        const event = lastEvent();
        const why =
          event?.type === 'disconnected'
            ? event.reason
            : `${client.pairs().length} pairs, ${client.keys().length} frames so far`;
        terminal.err.write(`error: not everything arrived within ${options.timeout} s: ${why}\n`);
        finish(1);
      }, options.timeout * 1000),
    );
  });
}

function isComplete(client: ProducerClient): boolean {
  const views = client.keys().map((key) => ({ key, view: client.frame(key.pair, key.timeframe, key.candleType) }));
  const arrived = new Set(views.filter(({ view }) => view.status !== 'missing').map(({ key }) => key.pair));
  const pairs = client.pairs();
  return pairs.length > 0 && pairs.every((pair) => arrived.has(pair));
}

function parseTarget(text: string): Target {
  const withScheme = /^[a-z]+:\/\//i.test(text) ? text : `ws://${text}`;
  if (!URL.canParse(withScheme)) throw new InvalidArgumentError('Expected ws://host:port or host:port.');
  const url = new URL(withScheme);
  const secure = url.protocol === 'wss:' || url.protocol === 'https:';
  if (!secure && url.protocol !== 'ws:' && url.protocol !== 'http:') {
    throw new InvalidArgumentError(`Expected ws:// or wss://, found ${url.protocol}//.`);
  }
  // URL drops a scheme's own port.
  const port = Number(url.port) || Number(/:(\d+)(?:\/|$)/.exec(withScheme.slice(url.protocol.length))?.[1] ?? 8080);
  return { host: url.hostname, port, secure, token: url.searchParams.get('token') ?? undefined };
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Expected a whole number.');
  return value;
}
