import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../util/random.ts';
import { decodeMessage } from '../decode-message.ts';
import { decodeProducerControl, encodeProducerControl } from './control-message.ts';
import { isTextWhole, sealText } from './sealed-text.ts';

const schema = encodeProducerControl({ type: 'end', stream: 7 });

describe('sealed text', () => {
  it('is JSON with one member more, last', () => {
    const sealed = sealText('{"a":"ä€𝄞"}');
    expect(JSON.parse(sealed)).toEqual({ a: 'ä€𝄞', sum: expect.stringMatching(/^[\da-f]{8}$/) });
    expect(isTextWhole(sealed)).toBe(true);
    expect(Object.keys(JSON.parse(schema))).toEqual(['type', 'data', 'sum']);
  });

  it('is the checksum of RFC 3720 of the bytes before it', () => {
    // 32 bytes of zero have 8a9136aa there; as text they would be escaped, so the published value of "123456789" serves.
    expect(sealText('123456789}')).toBe('123456789,"sum":"e3069283"}');
  });

  it('shows every flipped bit before the sum, and takes none of what it ends with for whole', () => {
    const random = seededRandom('sealed text');
    for (let i = 0; i < 2000; i++) {
      const at = random.below(schema.length - 18);
      const code = schema.charCodeAt(at) ^ (1 << random.below(7));
      const damaged = schema.slice(0, at) + String.fromCharCode(code) + schema.slice(at + 1);
      expect(isTextWhole(damaged)).toBe(false);
    }
  });

  it('is refused where it is damaged, with or without the rest of a connection', () => {
    const damaged = schema.replace('"stream":7', '"stream":6');
    expect(decodeProducerControl(damaged)).toMatchObject({ status: 'refused', code: 'STREAM_BAD_CHECKSUM' });
    expect(decodeMessage(damaged)).toMatchObject({ status: 'refused', code: 'STREAM_BAD_CHECKSUM' });
    const control = { status: 'control', control: { type: 'end', stream: 7 } };
    expect(decodeMessage(schema)).toEqual(control);
    // Nor is one without a sum: it may have been damaged there, too.
    const without = decodeMessage('{"type":"candlecast","data":{"end":{"stream":7}}}');
    expect(without).toMatchObject({ status: 'refused', code: 'STREAM_BAD_CHECKSUM' });
  });
});
