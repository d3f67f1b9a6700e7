import { describe, expect, it } from 'vitest';
import { manualClock, sampleFrame, sampleKey } from '../testing/index.ts';
import type { Ask } from './apply-frame.ts';
import { FrameRequests } from './frame-requests.ts';
import { TooLongFrames } from './too-long-frames.ts';

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

describe('several rows after a request for the whole', () => {
  it("answer them where they are a stock producer's", () => {
    expect(after('whole').answeredBy(labelled(2, false))).toBe('whole');
    expect(after('whole').answeredBy(labelled(1, false))).toBeUndefined();
    expect(new FrameRequests({ clock, initialRows: 1500 }).answeredBy(labelled(2, false))).toBe('whole');
  });

  it('answer them from a Candlecast producer only where their label says so', () => {
    expect(after('whole', 'whole', 'whole').answeredBy(labelled(3, true))).toBeUndefined();
    expect(after('whole', 'whole', 'whole').answeredBy(labelled(3, true, 0))).toBe('whole');
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

describe('a request', () => {
  const other = sampleKey('ETH/USDT');

  it('is not made again while the producer answers others, since it answers one after the other', () => {
    const requests = new FrameRequests({ clock, initialRows: 1500 });
    expect(requests.begin(key, 'whole')).toBe(1500);
    for (let i = 0; i < 6; i++) {
      const later = sampleKey(`C${i}/USDT`);
      requests.begin(later, 'whole');
      clock.advance(9_000);
      requests.settle(later);
      expect(requests.begin(key, 'whole')).toBeUndefined();
    }
    clock.advance(10_000);
    expect(requests.begin(key, 'whole')).toBe(1500);
  });

  it('is made again after some time all the same, since it may be lost', () => {
    const requests = new FrameRequests({ clock, initialRows: 1500 });
    requests.begin(key, 'whole');
    const answerOthers = (seconds: number) => {
      for (let i = 0; i < seconds; i++) {
        clock.advance(1_000);
        requests.begin(other, 'whole');
        requests.settle(other);
        requests.succeed(other);
      }
    };
    answerOthers(69);
    expect(requests.begin(key, 'whole')).toBeUndefined();
    answerOthers(1);
    expect(requests.begin(key, 'whole')).toBe(1500);
  });

  it('is made again for all that rows come which nobody asked for', () => {
    const requests = new FrameRequests({ clock, initialRows: 1500 });
    requests.begin(key, 'whole');
    requests.begin(other, 'whole');
    requests.settle(other);
    clock.advance(9_999);
    requests.settle(other);
    clock.advance(1);
    expect(requests.begin(key, 'whole')).toBe(1500);
  });
});

describe('an answer that was too long', () => {
  const length = { bytes: 3000, mostBytes: 1000 };

  it('has fewer rows asked for at once, of that frame alone', () => {
    const requests = after('whole');
    requests.askedForAll(1500);
    requests.tooLong(key, length);
    expect(requests.begin(key, 'whole')).toBe(475);
    expect(requests.begin(sampleKey('ETH/USDT'), 'whole')).toBeUndefined();
    requests.tooLong(key, length);
    expect(requests.begin(key, 'whole')).toBe(150);
    expect(requests.answeredBy(labelled(150, true))).toBe('whole');
    requests.settle(key);
    expect(requests.begin(key, 150)).toBe(150);
    expect(requests.begin(key, 40)).toBeUndefined();
  });

  it('of one row is asked for no more', () => {
    const tooLong = new TooLongFrames();
    const requests = new FrameRequests({ clock, initialRows: 1, tooLong });
    requests.begin(key, 'whole');
    requests.tooLong(key, length);
    expect(tooLong.rowsOf(key)).toBe(0);
    clock.advance(1e9);
    expect(requests.begin(key, 'whole')).toBeUndefined();
    tooLong.forget(key);
    expect(requests.begin(key, 'whole')).toBe(1);
  });

  it('that nobody asked for says nothing of how many rows fit', () => {
    const tooLong = new TooLongFrames();
    const requests = new FrameRequests({ clock, initialRows: 1500, tooLong });
    requests.settle(key);
    requests.tooLong(key, length);
    expect(tooLong.rowsOf(key)).toBeUndefined();
    expect(requests.begin(key, 'whole')).toBe(1500);
  });

  it('to a request for all rows is asked for with a limit', () => {
    const requests = new FrameRequests({ clock, initialRows: 0 });
    requests.tooLong(key, length);
    expect(requests.begin(key, 'whole')).toBe(1500);
  });

  it('to a request for more than what fits has that asked for, however often', () => {
    const tooLong = new TooLongFrames();
    tooLong.note(key, 388);
    for (let connection = 0; connection < 5; connection++) {
      const requests = new FrameRequests({ clock, initialRows: 1500, tooLong });
      requests.askedForAll(1500);
      requests.tooLong(key, length);
      expect(requests.begin(key, 'whole')).toBe(388);
      requests.settle(key);
    }
  });

  it('of no more rows than fitted has fewer asked for, in proportion, and by half where that is not enough', () => {
    const tooLong = new TooLongFrames();
    tooLong.note(key, 400);
    const requests = new FrameRequests({ clock, initialRows: 1500, tooLong });
    requests.askedForAll(400);
    const slightly = { bytes: 1001, mostBytes: 1000 };
    requests.tooLong(key, slightly);
    expect(requests.begin(key, 'whole')).toBe(379);
    requests.tooLong(key, slightly);
    expect(requests.begin(key, 'whole')).toBe(189);
    requests.settle(key);
    requests.fits(labelled(189, true), { bytes: 900, mostBytes: 1000 });
    expect(requests.begin(key, 'whole')).toBe(189);
    requests.tooLong(key, slightly);
    expect(requests.begin(key, 'whole')).toBe(179);
  });

  it('is not one while rows are asked for that close a gap: those are still to come', () => {
    const tooLong = new TooLongFrames();
    const requests = new FrameRequests({ clock, initialRows: 1500, tooLong });
    requests.settle(key);
    expect(requests.begin(key, 4)).toBe(4);
    requests.tooLong(key, length);
    expect(tooLong.rowsOf(key)).toBeUndefined();
    expect(requests.begin(key, 'whole')).toBe(1500);
    expect(requests.answeredBy(labelled(4, false))).toBeUndefined();
    expect(requests.answeredBy(labelled(1500, false))).toBe('whole');
  });
});

describe('an answer that fits', () => {
  const halfFull = { bytes: 500, mostBytes: 1000 };

  function limited(rows: number) {
    const tooLong = new TooLongFrames();
    tooLong.note(key, rows);
    const requests = new FrameRequests({ clock, initialRows: 1500, tooLong });
    requests.askedForAll(rows);
    return { tooLong, requests };
  }

  it('has more rows asked for where more would, once', () => {
    const { tooLong, requests } = limited(300);
    expect(requests.fits(labelled(300, true), halfFull)).toBe(570);
    requests.settle(key);
    expect(requests.begin(key, 'whole', 570)).toBe(570);
    expect(tooLong.rowsOf(key)).toBe(300);
    expect(requests.fits(labelled(570, true), halfFull)).toBeUndefined();
    expect(tooLong.rowsOf(key)).toBe(570);
  });

  it('and has more asked for leaves what is known where those do not', () => {
    const { tooLong, requests } = limited(300);
    requests.fits(labelled(300, true), halfFull);
    requests.settle(key);
    requests.begin(key, 'whole', 570);
    requests.tooLong(key, { bytes: 5000, mostBytes: 1000 });
    expect(tooLong.rowsOf(key)).toBe(300);
    expect(requests.begin(key, 'whole')).toBe(300);
  });

  it('is asked for once where the message is well filled', () => {
    const { requests } = limited(300);
    expect(requests.fits(labelled(300, true), { bytes: 900, mostBytes: 1000 })).toBeUndefined();
  });

  it.each([
    ['all that is wanted', 1500, 1500],
    ['all that there is', 700, 300],
  ])('and is %s is not limited any more', (_, asked, rows) => {
    const { tooLong, requests } = limited(asked);
    expect(requests.fits(labelled(rows, true), halfFull)).toBeUndefined();
    expect(tooLong.rowsOf(key)).toBeUndefined();
  });

  it('of fewer rows than are wanted has those asked for, where fewer were asked of all', () => {
    const requests = new FrameRequests({ clock, initialRows: 1500 });
    requests.askedForAll(388);
    expect(requests.fits(labelled(388, true), { bytes: 100, mostBytes: 1000 })).toBe(1500);
  });
});

describe('a pair that leaves', () => {
  it('and comes back has the answer to what was asked before taken for no more than that', () => {
    for (const isBack of [false, true]) {
      const requests = new FrameRequests({ clock, initialRows: 1500 });
      requests.settle(key);
      requests.begin(key, 4);
      requests.keepPairs([], [key]);
      if (isBack) requests.askedForPair(key.pair);
      expect(requests.answeredBy(labelled(4, false))).toBe(isBack ? undefined : 4);
    }
  });

  it('leaves nothing where its frame is not held either', () => {
    const requests = new FrameRequests({ clock, initialRows: 1500 });
    requests.begin(key, 4);
    requests.keepPairs([], []);
    expect(requests.answeredBy(labelled(1500, true))).toBe('whole');
  });
});
