import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchFolder } from './at-end.ts';
import { botConfig, WS_TOKEN } from './bot-config.ts';
import { startCandlecast } from './candlecast-process.ts';
import { observeBot } from './observed-bot.ts';
import { type StartBot, tailOf } from './running-bot.ts';

/** Starts `candlecast trade`, and resolves when it listens. */
export const startOwnBot: StartBot = async (plan) => {
  const folder = scratchFolder();
  writeFileSync(join(folder, 'config.json'), JSON.stringify(botConfig(plan, 0)));
  const configs = ['-c', 'config.json', '-c', plan.market.config];
  const bot = await startCandlecast(['trade', ...configs, '-s', plan.strategy], folder);
  const port = Number(bot.listening.port);
  const isLoud = (level: unknown) => level !== 'info' && level !== 'debug';
  const loud = () => bot.log().filter(({ level }) => isLoud(level));
  return {
    ...observeBot(port, WS_TOKEN),
    name: plan.name,
    kind: 'ours',
    port,
    process: bot.process,
    warnings: () => [
      ...loud().map(({ level, message }) => `${String(level)}: ${String(message)}`),
      ...bot.process.err.split('\n').filter((line) => line !== ''),
    ],
    tail: () => tailOf(bot.log().map((line) => JSON.stringify(line))),
  };
};
