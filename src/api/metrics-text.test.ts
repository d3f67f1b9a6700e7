import { describe, expect, it } from 'vitest';
import { printMetrics } from './metrics-text.ts';

describe('printMetrics', () => {
  it('prints what it is, of what kind, and its values', () => {
    const samples = [
      { labels: { pair: 'BTC/USDT', timeframe: '5m' }, value: 0.25 },
      { labels: { pair: 'ETH/USDT', timeframe: '5m' }, value: 1e21 },
    ];
    const text = printMetrics([
      { name: 'frame_age_seconds', type: 'gauge', help: 'Since the last update.', samples },
      { name: 'updates_total', type: 'counter', help: 'Updates.', samples: [{ value: 12 }] },
    ]);
    expect(text).toBe(
      [
        '# HELP frame_age_seconds Since the last update.',
        '# TYPE frame_age_seconds gauge',
        'frame_age_seconds{pair="BTC/USDT",timeframe="5m"} 0.25',
        'frame_age_seconds{pair="ETH/USDT",timeframe="5m"} 1e+21',
        '# HELP updates_total Updates.',
        '# TYPE updates_total counter',
        'updates_total 12',
        '',
      ].join('\n'),
    );
  });

  it('escapes what would end a label or a line', () => {
    const labels = { producer: 'a "quoted\\name"\nand more' };
    const [help, , sample] = printMetrics([
      { name: 'm', type: 'gauge', help: 'two\nlines, a \\ and a "', samples: [{ labels, value: 1 }] },
    ]).split('\n');
    expect(help).toBe('# HELP m two\\nlines, a \\\\ and a "');
    expect(sample).toBe('m{producer="a \\"quoted\\\\name\\"\\nand more"} 1');
  });

  it.each([
    [Number.NaN, 'NaN'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [-0.5, '-0.5'],
  ])('prints %d', (value, text) => {
    expect(printMetrics([{ name: 'm', type: 'gauge', help: '', samples: [{ value }] }])).toContain(`\nm ${text}\n`);
  });

  it('leaves out what has no values', () => {
    expect(printMetrics([{ name: 'm', type: 'gauge', help: 'Nothing.', samples: [] }])).toBe('');
  });
});
