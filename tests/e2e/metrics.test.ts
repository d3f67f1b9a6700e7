import { describe, expect, it } from 'vitest';
import { metricDefinitions } from '../../src/bot/bot-metrics.ts';
import { defineStrategy } from '../../src/strategy/index.ts';
import { runBot, type RunningBot } from './bot-scene.ts';
import { type ParsedMetric, parsePrometheusText } from './prometheus-text.ts';

const TIMEOUT_MS = 60_000;
const TOKEN = 'a token for both bots of this test';
const PAIRS = ['BTC/USDT', 'ETH/USDT'];
const exchange = { name: 'simulated', pair_whitelist: PAIRS, simulated: { speed: 300 } };
const apiServer = (metrics: string) => ({ enabled: true, listen_port: 0, ws_token: TOKEN, metrics });
const chained = defineStrategy({
  name: 'Chained',
  timeframe: '5m',
  processOnlyNewCandles: false,
  populateIndicators: (candles) => candles,
  populateEntryTrend: (frame) => frame,
});

async function portOf(bot: RunningBot): Promise<number> {
  await bot.until(() => bot.of('listening').length > 0, 'listening');
  return bot.of('listening')[0].port;
}

async function scrape(port: number): Promise<ReadonlyMap<string, ParsedMetric>> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return parsePrometheusText(await response.text());
}

describe('the metrics of running bots', { timeout: TIMEOUT_MS }, () => {
  it('tell how a chain of two stands, in what Prometheus reads', async () => {
    const first = runBot({ exchange, api_server: apiServer('token') });
    const upstream = await portOf(first);
    const producers = [{ name: 'up "stream"', host: '127.0.0.1', port: upstream, ws_token: TOKEN }];
    const second = runBot(
      { exchange, api_server: apiServer('public'), external_message_consumer: { enabled: true, producers } },
      chained,
    );
    const downstream = await portOf(second);
    const appended = () => second.of('copied').length > 3 * PAIRS.length;
    await second.until(appended, 'candles from the producer');

    const sent = await scrape(upstream);
    const held = await scrape(downstream);
    for (const [name, { type, help }] of [...sent, ...held]) {
      expect(metricDefinitions).toContainEqual(expect.objectContaining({ name, type, help }));
      expect({ name, counts: name.endsWith('_total') }).toEqual({ name, counts: type === 'counter' });
    }
    // Nothing is left out where there is something to tell, and no label but those that are documented is there.
    for (const { name, labels, samples } of metricDefinitions) {
      const series = held.get(name)?.series ?? [];
      expect({ name, samples: samples.length, some: series.length > 0 }).toMatchObject({ name, some: true });
      for (const each of series) expect(Object.keys(each.labels)).toEqual(labels);
    }

    const valueOf = (from: typeof sent, name: string, labels: object = {}) =>
      from.get(name)?.series.find((each) => expect.objectContaining(labels).asymmetricMatch(each.labels))?.value;
    expect(valueOf(sent, 'candlecast_producer_consumers', { mode: 'streams' })).toBe(1);
    expect(valueOf(sent, 'candlecast_producer_streams')).toBe(PAIRS.length);
    expect(valueOf(sent, 'candlecast_producer_snapshots_total')).toBe(PAIRS.length);
    expect(valueOf(sent, 'candlecast_producer_deltas_total')).toBeGreaterThan(0);
    expect(sent.has('candlecast_consumer_connected')).toBe(false);

    const producer = producers[0].name;
    expect(valueOf(held, 'candlecast_consumer_connected', { producer })).toBe(1);
    expect(valueOf(held, 'candlecast_consumer_mismatches_total', { producer })).toBe(0);
    for (const pair of PAIRS) {
      const labels = { producer, pair, timeframe: '5m', candle_type: 'spot' };
      const states = held.get('candlecast_consumer_frame_state')?.series.filter((each) => each.labels.pair === pair);
      expect(states?.map(({ value }) => value).sort()).toEqual([0, 0, 0, 0, 1]);
      expect(valueOf(held, 'candlecast_consumer_frame_seq', labels)).toBeGreaterThan(1);
      expect(valueOf(held, 'candlecast_consumer_frame_age_seconds', labels)).toBeGreaterThanOrEqual(0);
      expect(valueOf(held, 'candlecast_consumer_frame_lag_seconds', labels)).toBeLessThan(60);
    }

    // Counters only rise, also over the end of the connection that they count.
    second.bot.stop('enough');
    await second.ended;
    await first.until(() => first.logger.messages('info').includes('consumer gone'), 'the end of the connection');
    const after = await scrape(upstream);
    expect(valueOf(after, 'candlecast_producer_consumers', { mode: 'streams' })).toBe(0);
    for (const [name, { type, series }] of sent) {
      if (type === 'counter')
        expect({ name, rose: (valueOf(after, name) ?? -1) >= series[0].value }).toEqual({ name, rose: true });
    }
  });
});

describe('the parser of this test', () => {
  it.each([
    ['m 1', 'line feed'],
    ['m 1\n', 'no sample'],
    ['# TYPE m gauge\nm 1\n', 'without its help'],
    ['# HELP m a\n# TYPE m gauge\nm 1\nm 2\n', 'before'],
    ['# HELP m a\n# TYPE m gauge\nm{a="1} 1\n', 'no sample'],
    ['# HELP m a\n# TYPE m gauge\nm{a="\\x"} 1\n', 'no sample'],
    ['# HELP m a\n# TYPE m gauge\nm{a="1",a="2"} 1\n', 'twice'],
    ['# HELP m a\n# TYPE m gauge\nm one\n', 'no sample'],
    ['# HELP m a\n# TYPE m gauge\nn 1\n', 'no sample'],
    ['# HELP m a\n# TYPE m text\nm 1\n', 'type'],
  ])('refuses %j', (text, why) => {
    expect(() => parsePrometheusText(text)).toThrow(why);
  });
});
