import { describe, expect, it } from 'vitest';
import { formatLogLine } from './format-log-line.ts';

const plain = (_: unknown, text: string) => text;
const line = (record: object) => formatLogLine(JSON.stringify(record), plain);
const base = { type: 'log', level: 'info', time: '2026-11-20T09:07:07.369Z', part: 'api' };

describe('formatLogLine', () => {
  it('is the time, the level, the part, the message and the facts', () => {
    expect(line({ ...base, message: 'listening', address: '127.0.0.1:8080', pairs: 2, empty: null })).toBe(
      '09:07:07 INFO  api        listening address=127.0.0.1:8080 pairs=2 empty=null\n',
    );
    expect(line({ ...base, level: 'warn', message: 'no facts' })).toBe('09:07:07 WARN  api        no facts\n');
  });

  it('quotes text that is more than a word', () => {
    expect(line({ ...base, message: 'm', reason: 'two words', quote: 'a"b', none: '' })).toMatch(
      'reason="two words" quote="a\\"b" none=""',
    );
  });

  it('keeps line breaks and control characters of a fact from breaking the line', () => {
    expect(
      line({ ...base, message: 'm', reason: 'a\nb\u001B[31m' })
        .trimEnd()
        .split('\n'),
    ).toHaveLength(1);
  });

  it('paints the level by its weight', () => {
    const painted = formatLogLine(JSON.stringify({ ...base, level: 'error', message: 'm' }), (style, text) =>
      text.startsWith('ERROR') ? `<${String(style)}>${text}` : text,
    );
    expect(painted).toContain('<red>ERROR');
  });
});
