import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '../../../../src/util/assert.ts';
import { eventually } from '../../eventually.ts';
import { freePort } from '../../free-port.ts';
import type { PythonEnvironment } from '../../python-environment.ts';
import { scratchFolder } from './at-end.ts';
import { type BotPlan, stockConfig, WS_TOKEN } from './bot-config.ts';
import { type BotProcess, startProcess } from './bot-process.ts';
import { START_PATIENCE_MS } from './candlecast-process.ts';
import { observeBot } from './observed-bot.ts';
import { type RunningBot, tailOf } from './running-bot.ts';

const STRATEGIES = fileURLToPath(new URL('.', import.meta.url));

/** How a record of freqtrade's log begins, and its level. */
const RECORD = /^\S+ \S+ - \S+ - (?<level>[A-Z]+) - /;

const levelOf = (record: string) => RECORD.exec(record)?.groups?.level;

const MINUTE_MS = 60_000;

/** Seconds of a minute between which freqtrade is started, so that it asks for its first candles some seconds later in that minute. */
const START_SECONDS = { first: 10, last: 40 };

/**
 * Starts `freqtrade trade`, and resolves when it listens. Waits for the right part of a minute before: freqtrade takes the last candle of
 * an answer for the open one and drops it. Before a pair's first trade of the minute that is the one before, which it then does not
 * ask for again, since from there on it has its candles by websocket.
 */
export async function startStockBot({ python }: PythonEnvironment, plan: BotPlan): Promise<RunningBot> {
  await eventually('the part of a minute to start freqtrade in', () => isTimeToStart(Date.now()), {
    patienceMs: MINUTE_MS,
  });
  const folder = scratchFolder();
  const port = await freePort();
  const file = join(folder, 'freqtrade.log');
  writeFileSync(join(folder, 'config.json'), JSON.stringify(stockConfig(plan, port)));
  const configs = ['-c', 'config.json', '-c', plan.market.config, '-s', plan.strategy];
  const places = ['--strategy-path', STRATEGIES, '--userdir', folder, '--logfile', file];
  const database = ['--db-url', `sqlite:///${join(folder, 'trades.sqlite')}`];
  const bot = startProcess(python, ['-m', 'freqtrade', 'trade', ...configs, ...places, ...database], {
    cwd: folder,
    env: { PYTHONDONTWRITEBYTECODE: '1' },
  });
  const log = () => recordsOf(existsSync(file) ? readFileSync(file, 'utf8') : bot.err);
  const tail = () => tailOf(log());
  await untilListening(plan.name, port, bot, tail);
  return {
    ...observeBot(port, WS_TOKEN),
    name: plan.name,
    kind: 'stock',
    port,
    process: bot,
    warnings: () => warningsIn(log()),
    tail,
  };
}

function isTimeToStart(nowMs: number): true | undefined {
  const second = (nowMs % MINUTE_MS) / 1000;
  return second >= START_SECONDS.first && second <= START_SECONDS.last ? true : undefined;
}

async function untilListening(name: string, port: number, bot: BotProcess, tail: () => string): Promise<void> {
  await eventually(
    `${name} listens`,
    async () => {
      if (bot.end !== undefined) throw new Error(`${name}: ${bot.end}\n${tail()}\n${bot.err.slice(-2000)}`);
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/ping`).catch(() => undefined);
      await answer?.body?.cancel();
      return answer === undefined ? undefined : true;
    },
    { patienceMs: START_PATIENCE_MS, seen: tail },
  );
}

/** The records that are a warning or worse. Throws where no record is read as what it is: no warning would be seen either. */
function warningsIn(records: readonly string[]): readonly string[] {
  const levels = records.map(levelOf);
  assert(levels.includes('INFO'), `a record of the log has a level: ${records.at(-1)}`);
  return records.filter((_, i) => levels[i] !== undefined && levels[i] !== 'INFO' && levels[i] !== 'DEBUG');
}

/** The records of freqtrade's log; some have several lines. */
function recordsOf(text: string): readonly string[] {
  return text.split(/\n(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - )/).map((record) => record.trimEnd());
}
