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
  let isOver = false;
  const plan = { ...run.plan, candles: run.plan.candles === undefined ? undefined : resolve(run.plan.candles) };
  const wsToken = demoToken();
  let lastReport = 0;
  const start = async (bot: DemoBot, config: object, onEvent: (event: BotEvent) => void) => {
    const configFile = join(folder, `${bot.strategy}.json`);
    await writeFile(configFile, JSON.stringify(config), { mode: 0o600 });
    let lastError = '';
    const child = startChildBot({
      name: bot.name,
      configFile,
      strategy: bot.strategy,
      onRecord: (record) => {
        if (record.type === 'error') lastError = record.message;
        // What is told by the time it is over is what counts: the market goes on while the bots end.
        if (record.type !== 'log' && record.type !== 'error' && !isOver) onEvent(record);
        // Bots that end one after the other have something to say about each other.
        if (!(run.signal.aborted && record.type === 'log')) run.onEvent(bot.name, record);
      },
      onErrorText: (text) => {
        lastError = (lastError + text).slice(-LONGEST_LAST_WORDS);
        run.onErrorText(bot.name, text);
      },
    });
    bots.push(child);
    return child.ended.then((code) => ({ bot, code, lastError }));
  };

  const ready = Promise.withResolvers<{
    readonly port: number;
    readonly started: Extract<BotEvent, { type: 'started' }>;
  }>();
  let port = 0;
  const producerEnd = start(demoProducer, producerConfig(plan, undefined, wsToken), (event) => {
    lastReport = Date.now();
    if (event.type === 'listening') ({ port } = event);
    if (event.type === 'started') ready.resolve({ port, started: event });
    board.onProducerEvent(event);
  });
  const aborted = new Promise<'aborted'>((done) => {
    if (run.signal.aborted) done('aborted');
    run.signal.addEventListener('abort', () => done('aborted'), { once: true });
  });
  const first = await Promise.race([ready.promise, producerEnd, aborted]);
  if (first === 'aborted') return;
  if ('code' in first) {
    // A signal to the whole process group ends the bots too.
    if (first.code === 0) return;
    throw ended(first);
  }

  const { started } = first;
  const producer = { anchor: started, pairs: started.pairs, port: first.port, wsToken };
  const ends = demoConsumers.map((bot) =>
    start(bot, consumerConfig(bot, plan, producer), (event) => board.onConsumerEvent(bot.name, event)),
  );
  const done = untilDone(board, run, () => lastReport);
  const result = await Promise.race([done.promise, aborted, producerEnd, ...ends]);
  isOver = true;
  done.cancel();
  if (typeof result === 'string' || run.signal.aborted) return;
  // A recording that has been played to its end ends its bots.
  if (result.code !== 0) throw ended(result);
}

function ended({
  bot,
  code,
  lastError,
}: {
  readonly bot: DemoBot;
  readonly code: number;
  readonly lastError: string;
}): BotError {
  const why = lastError.trim() || `exit code ${code}`;
  return new BotError('BOT_CHILD_ENDED', `${bot.name} (${bot.strategy}) ended: ${why}`, { value: bot.name });
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
