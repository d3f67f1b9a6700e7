import { describe, expect, it } from 'vitest';
import type { Stream } from './stream-names.ts';
import { StreamSession } from './stream-session.ts';

function session(isCombined = false, names: readonly string[] = []) {
  const sent: unknown[] = [];
  const parse = (name: string): Stream | undefined => (name.startsWith('!') ? { kind: 'allTickers', name } : undefined);
  const target = { section: 'spot', isCombined, names } as const;
  const made = new StreamSession(target, { send: (text) => sent.push(JSON.parse(text)) }, parse);
  return { made, sent, names: () => [...made.streams].map(({ name }) => name) };
}

describe('a client of the streams', () => {
  it('holds no more streams than it may', () => {
    const { made, sent, names } = session();
    const params = Array.from({ length: 1025 }, (_, i) => `!${i}`);
    made.onMessage(JSON.stringify({ method: 'SUBSCRIBE', params, id: 1 }));
    expect(names()).toHaveLength(1024);
    expect(sent).toEqual([{ error: { code: 2, msg: 'Invalid request: no stream !1024' }, id: 1 }]);
  });

  it('is told of candles what is new to it', () => {
    const { made } = session();
    const row = (t: number, c: string) => ({ t, c });
    expect(made.untold('a', [row(1, 'x'), row(2, 'x')])).toEqual([row(2, 'x')]);
    expect(made.untold('a', [row(1, 'x'), row(2, 'x')])).toEqual([]);
    expect(made.untold('a', [row(1, 'x'), row(2, 'y'), row(3, 'x')])).toEqual([row(2, 'y'), row(3, 'x')]);
    expect(made.untold('a', [row(1, 'z'), row(3, 'x')])).toEqual([row(1, 'z')]);
    expect(made.untold('b', [row(3, 'x')])).toEqual([row(3, 'x')]);
  });

  it('begins anew after it unsubscribed', () => {
    const { made, sent, names } = session(true, ['!a', 'nothing']);
    expect(names()).toEqual(['!a']);
    made.untold('!a', [{ t: 1 }]);
    made.onMessage('{"method": "UNSUBSCRIBE", "params": ["!a"], "id": "x"}');
    expect(names()).toEqual([]);
    expect(made.untold('!a', [{ t: 1 }])).toEqual([{ t: 1 }]);
    made.send('!a', { k: 1 });
    expect(sent).toEqual([
      { result: null, id: 'x' },
      { stream: '!a', data: { k: 1 } },
    ]);
  });

  it.each(['', '[]', '7', '{"method": 5}', '{"method": "SUBSCRIBE", "params": [5]}'])('survives %s', (text) => {
    const { made, sent } = session();
    made.onMessage(text);
    expect(sent).toHaveLength(1);
  });

  const deep = '['.repeat(30_000) + ']'.repeat(30_000);
  it.each([
    ['{"id": 1, "method": {"toString": null}}', 1, 'method must be a text'],
    [`{"id": 1, "method": ${deep}}`, 1, 'method must be a text'],
    [`{"method": "LIST_SUBSCRIPTIONS", "id": ${deep}}`, null, 'id must be a number'],
    ['{"method": "LIST_SUBSCRIPTIONS", "id": {"toJSON": 1}}', null, 'id must be a number'],
    [`{"method": "LIST_SUBSCRIPTIONS", "id": "${'x'.repeat(37)}"}`, null, 'at most 36'],
    [`{"method": "${'M'.repeat(5000)}", "id": "${'x'.repeat(36)}"}`, 'x'.repeat(36), /unknown method M{40}$/],
  ])('is refused what cannot be meant, %#', (text, id, msg) => {
    const { made, sent } = session();
    made.onMessage(text);
    expect(sent).toEqual([{ id, error: { code: 2, msg: expect.stringMatching(msg) } }]);
  });
});
