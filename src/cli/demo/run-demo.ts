import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BotError, type BotEvent } from '../../bot/index.ts';
import { type ChildBot, type ChildRecord, startChildBot } from './child-bot.ts';
import type { DemoBoard } from './demo-board.ts';
import {
  consumerConfig,
  type DemoBot,
  demoConsumers,
  type DemoPlan,
  demoProducer,
  demoToken,
  type MarketAnchor,
  producerConfig,
} from './demo-configs.ts';

/** How a demo is watched and ended. */
export interface DemoRun {
  readonly plan: DemoPlan;
  /** Ends it after so many candles; undefined runs on. */
  readonly exitAfter: number | undefined;
  /** Aborts to end it. */
  readonly signal: AbortSignal;
  readonly onEvent: (bot: string, record: ChildRecord) => void;
  readonly onErrorText: (bot: string, text: string) => void;
  /** Filled as the bots report. */
  readonly board: DemoBoard;
}

/** Between looks at whether the demo is done. */
const LOOK_MS = 20;

/** After the last candle asked for, how long copies may be on their way before they count as missing. */
const STRAGGLERS_MS = 15_000;

/** No report from the producer for so long means that a candle's round is over, also where pairs had none. */
const QUIET_MS = 400;

/** Logs are passed on so much later, since how bots end is known only when one of them has told. */
const LOG_DELAY_MS = 200;

/** What is kept of a bot's last words. */
const LONGEST_LAST_WORDS = 2_000;

/** Runs a producer and its consumers as processes, and resolves when they have all ended. */
export async function runDemo(run: DemoRun): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'candlecast-demo-'));
  const bots: ChildBot[] = [];
  try {
    await play(run, folder, bots);
  } finally {
    // Consumers first: a producer that goes before them would have them report a lost connection.
    await Promise.all(bots.slice(1).map((bot) => bot.stop()));
    await bots[0]?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function play(run: DemoRun, folder: string, bots: ChildBot[]): Promise<void> {
  const { board } = run;
  const plan = { ...run.plan, candles: run.plan.candles === undefined ? undefined : resolve(run.plan.candles) };
  const stage = new Stage(run, folder, bots);
  const wsToken = demoToken();
  const aborted = whenAborted(run.signal);
  // The simulated market starts today; a recording tells when it starts.
  const now = Date.now();
  const anchor = plan.candles === undefined ? { marketMs: now, wallMs: now } : undefined;

  const ready = Promise.withResolvers<ReadyProducer>();
  let port = 0;
  let lastReport = 0;
  const producerEnd = stage.start(demoProducer, producerConfig(plan, anchor, wsToken), (event) => {
    lastReport = Date.now();
    if (event.type === 'listening') ({ port } = event);
    if (event.type === 'started') ready.resolve({ anchor: anchor ?? event, pairs: event.pairs, port, wsToken });
    board.onProducerEvent(event);
  });
  const producer = await Promise.race([ready.promise, producerEnd, aborted]);
  if (producer === 'aborted') return;
  if ('code' in producer) return expectGoodEnd(producer);

  const consumerEnds = demoConsumers.map((bot) =>
    stage.start(bot, consumerConfig(bot, plan, producer), (event) => board.onConsumerEvent(bot.name, event)),
  );
  const done = untilDone(board, run, () => lastReport);
  const result = await Promise.race([done.promise, aborted, producerEnd, ...consumerEnds]);
  stage.close();
  done.cancel();
  if (typeof result !== 'string' && !run.signal.aborted) expectGoodEnd(result);
}

/** A producer that consumers can be pointed at. */
interface ReadyProducer {
  readonly anchor: MarketAnchor;
  readonly pairs: readonly string[];
  readonly port: number;
  readonly wsToken: string;
}

/** How a bot's process ended. */
interface BotEnd {
  readonly bot: DemoBot;
  readonly code: number;
  readonly lastError: string;
}

/** Where the bots run: starts them, and passes on what they report until it closes. */
class Stage {
  readonly #run: DemoRun;
  readonly #folder: string;
  readonly #bots: ChildBot[];
  #isClosed = false;
  #isEnding = false;

  constructor(run: DemoRun, folder: string, bots: ChildBot[]) {
    this.#run = run;
    this.#folder = folder;
    this.#bots = bots;
  }

  /** Starts a bot, and resolves when its process has ended. */
  async start(bot: DemoBot, config: object, onEvent: (event: BotEvent) => void): Promise<BotEnd> {
    const configFile = join(this.#folder, `${bot.strategy}.json`);
    await writeFile(configFile, JSON.stringify(config), { mode: 0o600 });
    let lastError = '';
    const child = startChildBot({
      name: bot.name,
      configFile,
      strategy: bot.strategy,
      onRecord: (record) => {
        if (record.type === 'error') lastError = record.message;
        this.#report(bot, record, onEvent);
      },
      onErrorText: (text) => {
        lastError = (lastError + text).slice(-LONGEST_LAST_WORDS);
        this.#run.onErrorText(bot.name, text);
      },
    });
    this.#bots.push(child);
    return { bot, code: await child.ended, lastError };
  }

  /** From now on nothing counts any more: the market goes on while the bots end. */
  close(): void {
    this.#isClosed = true;
  }

  #report(bot: DemoBot, record: ChildRecord, onEvent: (event: BotEvent) => void): void {
    if (record.type === 'stopping') this.#isEnding = true;
    if (record.type !== 'log' && record.type !== 'error' && !this.#isClosed) onEvent(record);
    if (record.type === 'log') this.#passOnLater(() => this.#run.onEvent(bot.name, record));
    else this.#run.onEvent(bot.name, record);
  }

  /** Bots that end one after the other, at a signal or with a recording, have something to say about each other. */
  #passOnLater(passOn: () => void): void {
    setTimeout(() => {
      if (!this.#isEnding && !this.#run.signal.aborted) passOn();
    }, LOG_DELAY_MS);
  }
}

function whenAborted(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((done) => {
    if (signal.aborted) done('aborted');
    signal.addEventListener('abort', () => done('aborted'), { once: true });
  });
}

/** A recording that has been played to its end, or a signal to the whole process group, ends bots with 0. */
function expectGoodEnd({ bot, code, lastError }: BotEnd): void {
  if (code === 0) return;
  const why = lastError.trim() || `exit code ${code}`;
  throw new BotError('BOT_CHILD_ENDED', `${bot.name} (${bot.strategy}) ended: ${why}`, { value: bot.name });
}

function untilDone(
  board: DemoBoard,
  { exitAfter }: DemoRun,
  lastReport: () => number,
): { readonly promise: Promise<'done'>; cancel(): void } {
  const { promise, resolve: finish } = Promise.withResolvers<'done'>();
  let reachedAt: number | undefined;
  const timer = setInterval(() => {
    if (exitAfter === undefined || board.candles < exitAfter) return;
    reachedAt ??= Date.now();
    const isRoundOver = Date.now() - lastReport() > QUIET_MS || board.candles > exitAfter;
    if ((isRoundOver && board.isCaughtUp) || Date.now() - reachedAt > STRAGGLERS_MS) finish('done');
  }, LOOK_MS);
  return { promise, cancel: () => clearInterval(timer) };
}
