import { describe, expect, it } from 'vitest';
import { EncodedFrames } from './encoded-frames.ts';

describe('EncodedFrames', () => {
  const bytes = (length: number) => () => new Uint8Array(length);
  const never = () => {
    throw new Error('encoded again');
  };

  it('encodes once for the same rows of the same frame', () => {
    const frames = new EncodedFrames(100);
    const first = frames.get('BTC', 'all', bytes(10));
    expect(frames.get('BTC', 'all', never)).toBe(first);
    expect(frames.get('BTC', 'last', bytes(10))).not.toBe(first);
    expect(frames.get('ETH', 'all', bytes(10))).not.toBe(first);
    expect(frames.bytes).toBe(30);
  });

  it('forgets all of a frame and nothing of the others', () => {
    const frames = new EncodedFrames(100);
    const kept = frames.get('ETH', 'all', bytes(1));
    const old = frames.get('BTC', 'all', bytes(10));
    frames.get('BTC', 'last', bytes(10));
    frames.forget('BTC');
    frames.forget('BTC');
    expect(frames.bytes).toBe(1);
    expect(frames.get('BTC', 'all', bytes(10))).not.toBe(old);
    expect(frames.get('ETH', 'all', never)).toBe(kept);
  });

  it('never keeps more than its limit, not even for one frame', () => {
    const frames = new EncodedFrames(100);
    for (let i = 0; i < 50; i++) {
      frames.get(`pair ${i}`, 'all', bytes(1 + ((i * 37) % 120)));
      expect(frames.bytes).toBeLessThanOrEqual(100);
    }
    frames.get('BTC', 'all', bytes(100));
    frames.get('large', 'all', bytes(101));
    expect(frames.get('BTC', 'all', never)).toHaveLength(100);
  });
});
