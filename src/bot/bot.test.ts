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
});
