import { describe, expect, it } from 'vitest';
import { assembleConfig } from './assemble-config.ts';
import { ConfigError } from './config-error.ts';

const consumer =
  '"external_message_consumer": {"enabled": true, "producers": [{"name": "north", "host": "h", "ws_token": "t"}]}';

function problems(text: string): readonly string[] {
  try {
    assembleConfig([{ text, file: 'c.json' }]);
    return [];
  } catch (error) {
    if (error instanceof ConfigError)
      return error.problems.map(({ line, column, key, message }) => `${line}:${column} ${key}: ${message}`);
    throw error;
  }
}

const volume = (more: string) => `{"pairlists": [{"method": "VolumePairList", "number_assets": 9, ${more}}]}`;
const volatility = (more: string) =>
  `{"pairlists": [{"method": "StaticPairList"}, {"method": "VolatilityFilter", ${more}}]}`;

describe('pair lists', () => {
  it.each([
    volume('"lookback_days": 7, "refresh_period": 86400'),
    volume('"lookback_timeframe": "1h", "lookback_period": 24, "refresh_period": 3600'),
    volume('"lookback_days": 0, "refresh_period": 60'),
    volume('"lookback_timeframe": "1h"'),
    volatility('"lookback_days": 10'),
    volatility('"lookback_timeframe": "1h", "lookback_period": 24'),
    volatility('"min_volatility": 0.1'),
    '{"pairlists": [{"method": "StaticPairList"}, {"method": "VolumePairList", "number_assets": 5}]}',
    '{"pairlists": [{"method": "StaticPairList"}, {"method": "AgeFilter", "max_days_listed": null}]}',
    `{${consumer}, "pairlists": [{"method": "ProducerPairList", "producer_name": "north"}]}`,
  ])('are taken: %s', (text) => {
    expect(problems(text)).toEqual([]);
  });

  it.each([
    [
      '{"pairlists": [{"method": ¦"AgeFilter"}, {"method": "StaticPairList"}]}',
      'pairlists.0.method: AgeFilter stands first, and can only filter or sort a list that others make; allowed: first StaticPairList, VolumePairList, ProducerPairList',
    ],
    [
      '{"pairlists": [{"method": "StaticPairList"}, {"method": "AgeFilter", "max_days_listed": ¦10}]}',
      'pairlists.1.max_days_listed: found number 10; allowed: above min_days_listed, 10',
    ],
    [
      volume('"lookback_days": 7, "lookback_period": ¦5'),
      'pairlists.0.lookback_period: lookback_days and lookback_period are both set; allowed: one of the two',
    ],
    [
      volume('"lookback_days": 7, "lookback_timeframe": ¦"1h", "refresh_period": 3600'),
      'pairlists.0.lookback_timeframe: lookback_days counts daily candles; allowed: "1d", or lookback_period in place of lookback_days',
    ],
    [
      volume('"lookback_timeframe": "1h", "lookback_period": 24, "refresh_period": ¦3599'),
      'pairlists.0.refresh_period: found number 3599; allowed: at least 3600, a candle of 1h',
    ],
    [volatility('"lookback_days": ¦0'), 'pairlists.1.lookback_days: found number 0; allowed: at least 1'],
    [volatility('"lookback_period": ¦0'), 'pairlists.1.lookback_period: found number 0; allowed: at least 1'],
    [
      volatility('"lookback_timeframe": ¦"1h"'),
      'pairlists.1.lookback_timeframe: lookback_timeframe is set without lookback_period; allowed: with lookback_period',
    ],
    [
      '{"pairlists": [{"method": ¦"ProducerPairList"}]}',
      'pairlists.0.method: ProducerPairList needs a consumer that is enabled; allowed: with external_message_consumer.enabled true',
    ],
    [
      `{${consumer}, "pairlists": [{"method": "ProducerPairList", "producer_name": ¦"nort"}]}`,
      'pairlists.0.producer_name: no producer has the name "nort"; did you mean "north"?; allowed: "north"',
    ],
    [
      `{${consumer}, "pairlists": [¦{"method": "ProducerPairList"}]}`,
      'pairlists.0.producer_name: no producer has the name "default"; allowed: "north"',
    ],
  ])('are refused where ¦ stands: %s', (marked, message) => {
    const [before, after] = marked.split('¦');
    expect(problems(before + after)).toEqual([`1:${before.length + 1} ${message}`]);
  });

  it('are told of a list made from daily candles too often only once, where it stands', () => {
    expect(problems(volume('"lookback_days": 7'))).toEqual([
      '1:16 pairlists.0.refresh_period: found number 1800; allowed: at least 86400, a candle of 1d',
    ]);
  });

  it('name settings of another list as unknown', () => {
    const text = '{"pairlists": [{"method": "StaticPairList", "number_assets": 5, "allow_inactiv": true}]}';
    const { unknown } = assembleConfig([{ text, file: 'c.json' }]);
    expect(unknown.map(({ key, nearest }) => [key, nearest])).toEqual([
      ['pairlists.0.number_assets', undefined],
      ['pairlists.0.allow_inactiv', 'pairlists.0.allow_inactive'],
    ]);
  });
});
