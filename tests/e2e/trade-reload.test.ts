import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connect, type ConsumerEvent, type ProducerClient } from '../../src/consumer/index.ts';
import {
  apiServer,
  candlecast,
  type CandlecastProcess,
  exampleFile,
  folderWith,
  portOf,
  TOKEN,
  waitFor,
} from './candlecast-process.ts';
import { afterTest, botConfig, servedMarket } from './bot-scene.ts';

interface Watched {
  readonly client: ProducerClient;
  readonly events: readonly ConsumerEvent[];
  /** The producer's whitelist as it was told, one after the other. */
  whitelists(): readonly string[];
  expectNeverLost(): void;
}

/** A consumer of the bot at this port. */
function consumerAt(port: number): Watched {
  const events: ConsumerEvent[] = [];
  const client = connect({ host: '127.0.0.1', port, wsToken: TOKEN, onEvent: (event) => void events.push(event) });
  afterTest(async () => client.close());
  return {
    client,
    events,
    whitelists: () => events.flatMap((event) => (event.type === 'whitelist' ? [event.pairs.join()] : [])),
    expectNeverLost() {
      expect(client.connected).toBe(true);
      expect(events.filter(({ type }) => type === 'connected')).toHaveLength(1);
      expect(events.filter(({ type }) => type === 'disconnected')).toEqual([]);
    },
  };
}

const until = (condition: () => boolean, what: string) => waitFor(condition, () => what);

/** Messages that a bot with `--json` has logged. */
const logged = (bot: CandlecastProcess, text: string) =>
  bot
    .of('log')
    .map(({ message }) => String(message))
    .filter((message) => message.includes(text));

async function scene(whitelist: readonly string[], ...more: readonly string[]) {
  // Hardly any time passes there, so that no candle closes meanwhile and changes the frames.
  const market = await servedMarket({ pairs: 6, time: { start: Date.UTC(2026, 0, 15, 6, 46), speed: 0.001 } });
  const config = (settings: Parameters<typeof botConfig>[1]) =>
    botConfig(market, { api_server: apiServer(), ...settings });
  const folder = folderWith({
    'bot.json': config({ exchange: { pair_whitelist: whitelist } }),
    'reloaded.ts': readFileSync(exampleFile('producer-strategy'), 'utf8'),
  });
  const write = (text: string) => writeFileSync(join(folder, 'bot.json'), text);
  const bot = candlecast(['trade', '-c', 'bot.json', '-s', 'reloaded.ts', '--json', ...more], { cwd: folder });
  const consumer = consumerAt(await portOf(bot));
  await until(() => whitelist.every((pair) => consumer.client.frame(pair, '5m').frame.length > 0), 'the first frames');
  const reload = (settings: Parameters<typeof botConfig>[1]) => {
    write(JSON.stringify(config(settings)));
    bot.kill('SIGHUP');
  };
  return { bot, consumer, folder, write, reload };
}

describe('a running bot', { timeout: 60_000 }, () => {
  it('takes over another whitelist on SIGHUP, names what needs a new start, and survives a broken config', async () => {
    const { bot, consumer, write, reload } = await scene(['BTC/USDT', 'ETH/USDT']);
    const { client } = consumer;
    const before = client.frame('BTC/USDT', '5m').frame;

    reload({ exchange: { pair_whitelist: ['BTC/USDT', 'SOL/USDT'] } });
    await until(() => client.frame('SOL/USDT', '5m').frame.length > 0, 'a frame of the new pair');
    expect(consumer.whitelists()).toEqual(['BTC/USDT,ETH/USDT', 'BTC/USDT,SOL/USDT']);
    expect(client.frame('BTC/USDT', '5m').frame).toBe(before);
    expect(logged(bot, 'configuration applied: ')).toEqual(['configuration applied: exchange.pair_whitelist']);

    write('{ "exchange": {');
    bot.kill('SIGHUP');
    await bot.until(() => logged(bot, 'was not read again').length > 0, 'it says that the config is broken');
    expect(bot.of('error')).toEqual([expect.objectContaining({ code: expect.stringMatching(/^CONFIG_/) })]);

    reload({
      exchange: { pair_whitelist: ['SOL/USDT', 'XRP/USDT'] },
      trading_mode: 'futures',
      stake_currency: 'EUR',
      maxCandles: 300,
    });
    await until(() => client.frame('XRP/USDT', '5m').frame.length > 0, 'a frame of the pair after that');
    await bot.until(() => logged(bot, 'need a new start').length > 0, 'it names what waits');
    expect(logged(bot, 'need a new start')).toEqual([
      'these settings need a new start: trading_mode, stake_currency, candlecast.max_candles',
    ]);
    expect(consumer.whitelists().at(-1)).toBe('SOL/USDT,XRP/USDT');
    consumer.expectNeverLost();

    bot.kill('SIGTERM');
    await expect(bot.ended()).resolves.toEqual({ code: 0, signal: null });
  });

  it('goes on with a changed strategy under --reload, and with the old one where the new one is broken', async () => {
    const { bot, consumer, folder } = await scene(['BTC/USDT', 'ETH/USDT'], '--reload');
    const { client } = consumer;
    const file = join(folder, 'reloaded.ts');
    const source = readFileSync(file, 'utf8');
    const close = client.frame('BTC/USDT', '5m').frame.columns.close;

    writeFileSync(file, source.replace('rsi: rsi(close, 14),', 'rsi: rsi(close, 14),\n      rsi_fast: rsi(close, 7),'));
    const hasFast = () =>
      ['BTC/USDT', 'ETH/USDT'].every((pair) => 'rsi_fast' in client.frame(pair, '5m').frame.columns);
    await until(hasFast, 'frames with the new column');
    expect(bot.of('strategy')).toHaveLength(1);
    expect(client.frame('BTC/USDT', '5m').frame.columns.close).toEqual(close);

    writeFileSync(file, `${source}\nthis is no TypeScript`);
    await bot.until(() => logged(bot, 'is not used').length > 0, 'it says that the new version is broken');
    expect(hasFast()).toBe(true);

    writeFileSync(file, source);
    await until(() => !('rsi_fast' in client.frame('BTC/USDT', '5m').frame.columns), 'frames without the column');
    expect(bot.of('strategy')).toHaveLength(2);
    consumer.expectNeverLost();
    expect(consumer.whitelists()).toEqual(['BTC/USDT,ETH/USDT']);

    bot.kill('SIGTERM');
    await expect(bot.ended()).resolves.toEqual({ code: 0, signal: null });
  });
});
