import { describe, expect, it } from 'vitest';
import { manualClock, sampleFrame, sampleKey } from '../testing/index.ts';
import type { Ask } from './apply-frame.ts';
import { FrameRequests } from './frame-requests.ts';

const key = sampleKey();
const clock = manualClock(1_000_000);

/** Makes requests for one frame, each when the one before is overdue. */
function after(...asks: readonly Ask[]): FrameRequests {
  return begun(new FrameRequests({ clock, initialRows: 1500 }), asks);
}

function begun(requests: FrameRequests, asks: readonly Ask[]): FrameRequests {
  for (const ask of asks) {
    clock.advance(400_000);
    expect(requests.begin(key, ask)).toBeDefined();
  }
  return requests;
}

const labelled = (rows: number, declared: boolean, firstRow = 400) => ({
  key,
  frame: sampleFrame({ rows }),
  firstRow,
  declared,
});

describe('several rows after many requests for the whole', () => {
  const patient = (): FrameRequests => after('whole', 'whole', 'whole');

  it("answer them where they are a stock producer's", () => {
    expect(after('whole', 'whole').answeredBy(labelled(3, false))).toBeUndefined();
    expect(patient().answeredBy(labelled(3, false))).toBe('whole');
    expect(patient().answeredBy(labelled(1, false))).toBeUndefined();
  });

  it('answer them from a Candlecast producer only where their label says so', () => {
    expect(patient().answeredBy(labelled(3, true))).toBeUndefined();
    expect(patient().answeredBy(labelled(3, true, 0))).toBe('whole');
  });

  it('are once taken for the answer to an earlier request for as many', () => {
    const requests = after(4, 7, 'whole', 'whole');
    for (const rows of [4, 7]) expect(requests.answeredBy(labelled(rows, false))).toBeUndefined();
    for (const rows of [4, 7]) expect(requests.answeredBy(labelled(rows, false))).toBe('whole');
  });

  it('answer no earlier request once a later one is answered', () => {
    const requests = after(4, 'whole');
    requests.settle(key);
    begun(requests, ['whole']);
    expect(requests.answeredBy(labelled(4, false))).toBe('whole');
  });
});
