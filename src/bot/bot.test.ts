import { describe, expect, it } from 'vitest';
import { recordingLogger } from '../../tests/fixtures/bot/recording-logger.ts';
import { parseConfig } from '../config/index.ts';
import { defineStrategy } from '../strategy/index.ts';
import { Bot } from './bot.ts';
import type { BotEvent } from './bot-event.ts';

const strategy = defineStrategy({
  name: 'Plain',
  timeframe: '5m',
  populateIndicators: (candles) => candles,
  populateEntryTrend: (frame) => frame,
});
const simulated = { exchange: { name: 'simulated', simulated: { pairs: 2, speed: 300 } } };

function bot(config: object, emit: (event: BotEvent) => void = () => {}) {
  const logger = recordingLogger();
  return { bot: new Bot({ config: parseConfig(JSON.stringify(config), 'c.json'), strategy, logger, emit }), logger };
}

describe('Bot', () => {
  it('runs until it is stopped, and tells the reason', async () => {
    const events: BotEvent[] = [];
    const { bot: running } = bot(simulated, (event) => {
      events.push(event);
      if (event.type === 'analyzed') running.stop('enough');
    });
    await expect(running.run()).resolves.toBe('enough');
    expect(events[0]).toMatchObject({ type: 'started', strategy: 'Plain', pairs: ['BTC/USDT', 'ETH/USDT'] });
    expect(events.at(-1)).toEqual({ type: 'stopped', reason: 'enough' });
  });

  it('starts nothing where it is stopped before, and where it is stopped while it starts', async () => {
    for (const config of [simulated, { ...simulated, api_server: { enabled: true, listen_port: 8080 } }]) {
      const events: BotEvent[] = [];
      const { bot: stopped } = bot(config, (event) => events.push(event));
      const reason = stopped.run();
      stopped.stop('changed my mind');
      await expect(reason).resolves.toBe('changed my mind');
      expect(events).toEqual([{ type: 'stopped', reason: 'changed my mind' }]);
    }
  });

  it('refuses to start where no pair is left to work on, with the reasons', async () => {
    const config = { ...simulated, stake_currency: 'EUR' };
    await expect(bot(config).bot.run()).rejects.toMatchObject({
      code: 'PAIRLIST_NO_PAIRS',
      message: expect.stringMatching(/no pairs to work on \(.*; it has BTC\/USDT, ETH\/USDT$/),
    });
  });

  it('goes on where a listener of its events throws, and says so once', async () => {
    let analyzed = 0;
    const { bot: running, logger } = bot(simulated, (event) => {
      if (event.type === 'analyzed' && ++analyzed === 2) running.stop('enough');
      throw new Error('listener fault');
    });
    await expect(running.run()).resolves.toBe('enough');
    expect(logger.messages('error')).toEqual(["a listener of the bot's events threw listener fault"]);
  });

  it('tells the market time with the settings that share it, and warns where orders are expected', async () => {
    const { bot: running, logger } = bot({ ...simulated, dry_run: false }, (event) => {
      if (event.type === 'started') running.stop('enough');
    });
    await running.run();
    const line = logger.lines.find(({ message }) => message.startsWith('market time'));
    const midnight = expect.toSatisfy((ms: number) => ms % 86_400_000 === 0);
    expect(line).toMatchObject({
      level: 'info',
      message: expect.stringMatching(/^market time \d{4}-.*Z; a bot with these settings shares it$/),
      fields: { speed: 300, anchor_ms: midnight, anchor_wall_ms: midnight },
    });
    expect(logger.messages('warn')).toEqual(['dry_run is false, yet no orders are placed: that is not supported yet']);

    const { bot: plain, logger: quiet } = bot({ exchange: { name: 'simulated' } }, () => plain.stop('enough'));
    await plain.run();
    expect(quiet.messages('info').join()).not.toContain('market time');
    expect(quiet.messages('warn')).toEqual([]);
  });

  it('warns of a consumer that looks only at new candles', async () => {
    const external_message_consumer = {
      enabled: true,
      producers: [{ host: '127.0.0.1', port: 1, ws_token: 'not told to anyone' }],
    };
    const { bot: running, logger } = bot({ ...simulated, external_message_consumer }, (event) => {
      if (event.type === 'started') running.stop('enough');
    });
    await running.run();
    expect(logger.messages('warn')[0]).toBe(
      'Plain sets processOnlyNewCandles to true; a consumer needs false to act when frames arrive',
    );
    expect(JSON.stringify(logger.lines)).not.toContain('not told to anyone');
  });

  it('takes over a new configuration as far as it can, and says what needs a new start', async () => {
    const whitelisted = (...pairs: readonly string[]) => ({ ...simulated.exchange, pair_whitelist: pairs });
    const before = { exchange: whitelisted('BTC/USDT', 'ETH/USDT') };
    const seen: string[] = [];
    const { bot: running, logger } = bot(before, (event) => {
      if (event.type === 'analyzed') seen.push(event.pair);
      if (event.type === 'analyzed' && seen.length === 2) {
        const exchange = { ...whitelisted('ETH/USDT'), simulated: { pairs: 2, speed: 600 } };
        running.apply(parseConfig(JSON.stringify({ exchange, max_open_trades: 3 }), 'new.json'));
      }
      if (event.type === 'pairs') {
        seen.push(`pairs: ${event.pairs.join()}`);
        running.apply(
          parseConfig(JSON.stringify({ exchange: { ...before.exchange, pair_blacklist: ['('] } }), 'bad.json'),
        );
        running.stop('enough');
      }
    });
    await expect(running.run()).resolves.toBe('enough');
    expect(seen.slice(0, 2).toSorted()).toEqual(['BTC/USDT', 'ETH/USDT']);
    expect(seen.at(-1)).toBe('pairs: ETH/USDT');
    expect(logger.messages('info')).toContain('configuration applied: exchange.pair_whitelist');
    expect(logger.messages('info')).toContain('the whitelist has changed');
    expect(logger.messages('warn')).toContain('these settings need a new start: exchange.simulated.speed');
    expect(logger.messages('error')).toEqual([expect.stringContaining('the new configuration is not applied')]);
  });

  it('goes on with a strategy that was loaded anew, but not with one of another timeframe', async () => {
    const other = (timeframe: string) =>
      defineStrategy({
        name: 'Other',
        timeframe,
        populateIndicators: (candles) => candles.with({ extra: candles.columns.close }),
        populateEntryTrend: (frame) => frame,
      });
    const columns: string[] = [];
    const { bot: running, logger } = bot(simulated, (event) => {
      if (event.type !== 'analyzed') return;
      columns.push(Object.keys(event.last).join());
      if (columns.length === 1) {
        running.setStrategy(other('1h'));
        running.setStrategy(other('5m'));
      }
      if (columns.at(-1)?.includes('extra') === true) running.stop('enough');
    });
    await expect(running.run()).resolves.toBe('enough');
    expect(columns[0]).not.toContain('extra');
    expect(logger.messages('error')).toEqual([
      'Other was loaded anew, but the version before goes on: its timeframe is now 1h, not 5m, which needs a new start',
    ]);
    expect(logger.messages('info')).toContain('Other was loaded anew');
  });

  it('follows settings of the config over those of the strategy', async () => {
    const timeframes = new Set<string>();
    const { bot: running } = bot({ ...simulated, timeframe: '15m' }, (event) => {
      if (event.type !== 'analyzed') return;
      timeframes.add(event.timeframe);
      running.stop('enough');
    });
    await running.run();
    expect([...timeframes]).toEqual(['15m']);
  });

  it('keeps what it is told while it starts until everything stands, and hears nothing after its end', async () => {
    const before = { exchange: { ...simulated.exchange, pair_whitelist: ['BTC/USDT', 'ETH/USDT'] } };
    const after = { exchange: { ...simulated.exchange, pair_whitelist: ['ETH/USDT'] } };
    const { bot: running, logger } = bot(before, (event) => {
      if (event.type === 'pairs') running.stop('enough');
    });
    const ended = running.run();
    running.apply(parseConfig(JSON.stringify(after), 'c.json'));
    await expect(ended).resolves.toBe('enough');
    const lines = logger.lines.length;
    expect(logger.messages('info')).toContain('configuration applied: exchange.pair_whitelist');
    running.apply(parseConfig(JSON.stringify(before), 'c.json'));
    running.setStrategy(strategy);
    expect(logger.lines.length).toBe(lines);
  });

  it('does not take over what needs a new start, also not with the next strategy', async () => {
    const timeframes: string[] = [];
    const { bot: running, logger } = bot(simulated, (event) => {
      if (event.type !== 'analyzed') return;
      timeframes.push(event.timeframe);
      if (timeframes.length === 1) {
        running.apply(
          parseConfig(JSON.stringify({ ...simulated, timeframe: '1h', trading_mode: 'futures' }), 'c.json'),
        );
        running.setStrategy(strategy);
      }
      if (timeframes.length === 5) running.stop('enough');
    });
    await running.run();
    expect(new Set(timeframes)).toEqual(new Set(['5m']));
    expect(logger.messages('warn')).toEqual(['these settings need a new start: trading_mode, timeframe']);
    expect(logger.messages('info')).toContain('Plain was loaded anew');
  });

  it('refuses a strategy that goes short on spot, and one that asks for candles that there are not', async () => {
    const short = { ...strategy, name: 'Short', canShort: true };
    const monthly = defineStrategy({
      name: 'Odd',
      timeframe: '5m',
      informative: { '3w': (candles) => candles },
      populateIndicators: (candles) => candles,
      populateEntryTrend: (frame) => frame,
    });
    const { bot: running, logger } = bot(simulated, (event) => {
      if (event.type !== 'analyzed') return;
      running.setStrategy(short);
      running.setStrategy(monthly);
      running.stop('enough');
    });
    await running.run();
    expect(logger.messages('error')).toEqual([
      expect.stringMatching(/^Short was loaded anew, but the version before goes on: .*trading_mode/),
      expect.stringMatching(/^Odd was loaded anew, but the version before goes on: .*3w/),
    ]);
  });

  it('keeps its pairs where a new list would be empty', async () => {
    let analyzed = 0;
    const listed = (...pairs: readonly string[]) => ({ exchange: { ...simulated.exchange, pair_whitelist: pairs } });
    const { bot: running, logger } = bot(listed('BTC/USDT'), (event) => {
      if (event.type !== 'analyzed') return;
      if (++analyzed === 1) running.apply(parseConfig(JSON.stringify(listed('BTC/USD')), 'c.json'));
      if (analyzed === 3) running.stop('enough');
    });
    await running.run();
    expect(logger.messages('error')).toEqual([expect.stringMatching(/^the new list has no pairs .*BTC\/USD/)]);
  });
});
