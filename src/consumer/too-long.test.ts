import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sampleFrame, sampleKey } from '../testing/index.ts';
import { encodeMessage } from '../wire/index.ts';
import { describeTooLong, fewerRows, identifyMessage } from './too-long.ts';

const captures = new URL('../../tests/fixtures/freqtrade-wire/', import.meta.url);

/** Some captures were shortened. */
function isWholeMessage(text: unknown): text is string {
  try {
    return typeof text === 'string' && typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

describe('the beginning of a message', () => {
  it('tells what a message of a Candlecast producer is', () => {
    const key = sampleKey('BTC/USDT:USDT', '1h', 'futures');
    const text = encodeMessage({ type: 'analyzed_df', key, frame: sampleFrame({ rows: 100 }), lastAnalyzed: 5 });
    expect(identifyMessage(text.slice(0, 512))).toEqual({ type: 'analyzed_df', key });
    expect(identifyMessage(encodeMessage({ type: 'whitelist', pairs: [] }))).toEqual({ type: 'whitelist' });
  });

  it('tells what every captured message of a stock producer is', () => {
    let frames = 0;
    for (const name of readdirSync(captures).filter((file) => file.endsWith('.json'))) {
      const { received = [] } = JSON.parse(readFileSync(new URL(name, captures), 'utf8'));
      for (const text of received.filter(isWholeMessage)) {
        const { type, data } = JSON.parse(text);
        const found = identifyMessage(text.slice(0, 512));
        expect(found?.type).toBe(type);
        if (type !== 'analyzed_df') continue;
        frames += 1;
        expect(found?.key && [found.key.pair, found.key.timeframe, found.key.candleType]).toEqual(data.key);
      }
    }
    expect(frames).toBeGreaterThan(10);
  });

  it.each([
    '',
    'garbage',
    '{"data":[],"type":"whitelist"}',
    '{"type":"analyzed_df","data":{"df":{}',
    '{"type":"analyzed_df","data":{"key":["x","5m",""]',
  ])('may tell nothing: %j', (text) => {
    expect(identifyMessage(text)).toBeUndefined();
  });
});

describe('fewer rows', () => {
  const mostBytes = 8 * 2 ** 20;

  it('are as many as are expected to fit', () => {
    expect(fewerRows({ rows: 1500, again: false }, { bytes: 2 * mostBytes, mostBytes })).toBe(712);
    expect(fewerRows({ rows: 1500, again: false }, { bytes: mostBytes + 1, mostBytes })).toBe(1424);
  });

  it.each([1.000_001, 1.5, 10, 1000])(
    'end soon for an answer %d times as long as may be, however few rows there are',
    (times) => {
      let [rows, steps] = [1500, 0];
      // Never shorter, as where the producer has one row alone.
      for (; rows > 0; steps++)
        rows = fewerRows({ rows, again: steps > 0 }, { bytes: Math.ceil(mostBytes * times), mostBytes });
      expect(steps).toBeLessThanOrEqual(13);
    },
  );
});

describe('what is told', () => {
  it('names the setting, and what it would have to be', () => {
    expect(describeTooLong('its frame is a message of', { bytes: 9.2 * 2 ** 20, mostBytes: 8 * 2 ** 20 })).toBe(
      'its frame is a message of 9.2 MB, longer than message_size_limit, 8 MB; it would have to be 10',
    );
    expect(describeTooLong('x of', { bytes: 2 ** 20 + 1, mostBytes: 2 ** 20 })).toContain(
      'of 1.01 MB, longer than message_size_limit, 1 MB; it would have to be 2',
    );
  });

  it('does not send anyone to a value that is not allowed', () => {
    expect(describeTooLong('x', { bytes: 20.5 * 2 ** 20, mostBytes: 8 * 2 ** 20 })).toMatch(
      /have to be 21, and 20 is the most that it can be$/,
    );
  });
});
