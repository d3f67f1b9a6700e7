import { describe, expect, it } from 'vitest';
import { hostOf, isTold, PeerCounts } from './widening-notes.ts';

it('tells at widening intervals', () => {
  expect(Array.from({ length: 20 }, (_, i) => i + 1).filter(isTold)).toEqual([1, 2, 4, 8, 16]);
});

describe('PeerCounts', () => {
  it('counts each peer by itself', () => {
    const counts = new PeerCounts();
    expect(['a', 'b', 'a', 'a'].map((peer) => counts.add(peer))).toEqual([1, 1, 2, 3]);
  });

  it('keeps no more peers than it may', () => {
    const counts = new PeerCounts(2);
    expect(['a', 'a', 'b', 'a', 'c', 'a'].map((peer) => counts.add(peer))).toEqual([1, 2, 1, 3, 1, 1]);
  });
});

it.each([
  ['127.0.0.1:80', '127.0.0.1'],
  ['::ffff:127.0.0.1:80', '::ffff:127.0.0.1'],
  ['nothing', ''],
])('the host of %s is %s', (remote, host) => {
  expect(hostOf(remote)).toBe(host);
});
