import { describe, expect, it } from 'vitest';
import type { ConnectionStatus } from '../consumer/index.ts';
import { byteText, trafficLine } from './watch-traffic.ts';

const status: ConnectionStatus = {
  producer: 'default',
  connected: true,
  since: 0,
  attempts: 0,
  mode: 'streams',
  epoch: 1,
  heartbeatMs: 1000,
  heartbeatAgeMs: 312,
  counts: {
    connections: 1,
    messages: 10,
    bytes: 123_456_789,
    updates: 9,
    deltas: 7,
    snapshots: 2,
    resyncs: 12,
    mismatches: 0,
    conflated: 1_234,
  },
  streams: [],
};
const { counts } = status;

describe('trafficLine', () => {
  it('fits 80 columns', () => {
    const text = 'streams: 123 MB, 12 resyncs, 0 mismatches, 1,234 conflated, heartbeat 0.3 s ago';
    expect(trafficLine(status)).toEqual({ text, style: 'gray' });
    expect(text.length).toBeLessThan(80);
  });

  it('stands out where a copy differed, and where the connection is gone', () => {
    const one = { ...status, counts: { ...counts, mismatches: 1 } };
    expect(trafficLine(one)).toMatchObject({ text: expect.stringContaining(' 1 mismatch,'), style: 'yellow' });
    const gone: ConnectionStatus = { ...status, connected: false, mode: undefined, heartbeatAgeMs: 65_000 };
    expect(trafficLine(gone)).toMatchObject({
      text: expect.stringMatching(/^streams.*heartbeat 65 s ago$/),
      style: 'yellow',
    });
  });

  it('tells of rows what there is to tell, and nothing before anything came', () => {
    const rows: ConnectionStatus = { ...status, mode: 'rows', heartbeatAgeMs: undefined };
    expect(trafficLine(rows)?.text).toBe('rows: 123 MB, 12 resyncs');
    expect(trafficLine({ ...rows, counts: { ...counts, messages: 0 } })).toBeUndefined();
  });
});

describe('byteText', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [9_960, '10 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [2_500_000_000, '2.5 GB'],
    [1.2e15, '1200 TB'],
  ])('%i', (bytes, text) => {
    expect(byteText(bytes)).toBe(text);
  });
});
