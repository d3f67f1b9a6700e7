import { describe, expect, it } from 'vitest';
import { Ledger } from './streams/ledger.ts';

const publishing = (publication: number, digest: string) => ({
  type: 'publishing' as const,
  pair: 0,
  publication,
  digests: [digest],
});
const shown = (publication: number, digest: string, more: object = {}) => ({
  pair: 0,
  status: 'live' as const,
  epoch: 1,
  stream: 7,
  seq: publication + 2,
  publication,
  digest,
  whole: false,
  ...more,
});

function begun(): Ledger {
  const ledger = new Ledger();
  ledger.begin(1);
  ledger.open('reader', 0);
  ledger.publishing(1, publishing(1, 'a'));
  ledger.publishing(1, publishing(2, 'b'));
  ledger.shown('reader', shown(1, 'a', { whole: true }));
  return ledger;
}

describe('Ledger', () => {
  it('finds right what was published, also where it is heard of later', () => {
    const ledger = begun();
    ledger.shown('reader', shown(2, 'b'));
    ledger.shown('reader', shown(3, 'c', { status: 'stale' }));
    expect(ledger.right).toBe(2);
    ledger.publishing(1, publishing(3, 'c'));
    ledger.close();
    expect(ledger).toMatchObject({ right: 3, stale: 1, mistaken: 0 });
  });

  it.each([
    ['another digest', shown(2, 'x'), 'its digest is not b'],
    ['what nobody published', shown(9, 'b'), 'nobody published it'],
    ['a state out of step with its publication', shown(2, 'b', { seq: 3 }), 'its state is publication 1'],
    ['a stream of another pair', shown(2, 'b', { pair: 1 }), 'the stream was of pair 0'],
    ['a copy that came by no stream', shown(2, 'b', { seq: undefined }), 'no state of a stream'],
    ['rows joined to what is of another run', shown(2, 'b', { stream: 8 }), 'joined to what is of another run'],
  ])('finds %s', (_, seen, what) => {
    const ledger = begun();
    ledger.shown('reader', seen);
    ledger.close();
    expect(ledger.mistaken).toBeGreaterThan(0);
    expect(ledger.mistakes.join('\n')).toContain(what);
  });

  it('finds one who goes back, to an older state or an older run', () => {
    const ledger = begun();
    ledger.shown('reader', shown(2, 'b'));
    ledger.shown('reader', shown(1, 'a'));
    expect(ledger.mistakes.join()).toContain('after state 4');
    ledger.begin(2);
    ledger.publishing(2, publishing(1, 'n'));
    ledger.shown('reader', shown(1, 'n', { epoch: 2, whole: true }));
    expect(ledger.mistaken).toBe(1);
    ledger.shown('reader', shown(2, 'b', { whole: true }));
    expect(ledger.mistakes.join()).toContain('it is of the run 1, after one of 2');
  });
});
