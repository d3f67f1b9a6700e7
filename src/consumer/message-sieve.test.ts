import { describe, expect, it } from 'vitest';
import { MessageSieve, type TooLongMessage } from './message-sieve.ts';

const LIMIT = 1000;
const UPGRADE = ascii('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n');

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** A frame as RFC 6455 has it, with the length in so many bytes as it needs. */
function frame(payload: Uint8Array, { first = 0x81, mask = false } = {}): Uint8Array {
  const { length } = payload;
  const lengths =
    length < 126
      ? [length]
      : length < 65_536
        ? [126, length >> 8, length & 255]
        : [127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255];
  const [short, ...extended] = lengths;
  const masks = mask ? [1, 2, 3, 4] : [];
  return joined([Uint8Array.of(first, short | (mask ? 0x80 : 0), ...extended, ...masks), payload]);
}

const text = (length: number, character = 'x') => frame(ascii(character.repeat(length)));

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** What passes of these bytes, handed over in chunks that end at those places. */
function sieved(bytes: Uint8Array, ends: readonly number[] = []) {
  const told: TooLongMessage[] = [];
  const sieve = new MessageSieve({ mostBytes: LIMIT, onTooLong: (message) => told.push(message) });
  const places = [0, ...ends, bytes.length];
  const parts = places.slice(1).flatMap((end, i) => {
    const chunk = bytes.slice(places[i], end);
    const passed = sieve.pass(chunk);
    // As the next read does.
    chunk.fill(0xee);
    return passed;
  });
  return { passed: joined(parts), told };
}

describe('a sieve', () => {
  const before = joined([UPGRADE, text(10), frame(ascii('ping'), { first: 0x89 }), text(LIMIT), frame(ascii(''))]);
  const long = text(LIMIT + 1, 'y');
  const after = joined([text(20), frame(Uint8Array.of(3, 232), { first: 0x88 })]);

  it('keeps back a text message that is too long, and tells of it', () => {
    const { passed, told } = sieved(joined([before, long, after]));
    expect(passed).toEqual(joined([before, after]));
    expect(told).toEqual([{ bytes: LIMIT + 1, beginning: 'y'.repeat(512) }]);
  });

  it('does so wherever the chunks end', () => {
    const bytes = joined([before, long, after]);
    const wanted = joined([before, after]);
    for (let end = 1; end < bytes.length; end++) {
      const { passed, told } = sieved(bytes, [end]);
      expect(passed, `in two chunks, the first of ${end} bytes`).toEqual(wanted);
      expect(told).toHaveLength(1);
    }
    const { passed, told } = sieved(
      bytes,
      Array.from({ length: bytes.length - 1 }, (_, i) => i + 1),
    );
    expect(passed).toEqual(wanted);
    expect(told).toEqual([{ bytes: LIMIT + 1, beginning: 'y'.repeat(512) }]);
  });

  it('keeps back several in a row, and those with a length in eight bytes', () => {
    const { passed, told } = sieved(joined([UPGRADE, long, text(70_000, 'z'), text(5), long]));
    expect(passed).toEqual(joined([UPGRADE, text(5)]));
    expect(told.map(({ bytes }) => bytes)).toEqual([LIMIT + 1, 70_000, LIMIT + 1]);
  });

  it('tells of one as soon as it can be known, before all of it came', () => {
    const bytes = joined([UPGRADE, long]);
    const { passed, told } = sieved(bytes.slice(0, UPGRADE.length + 4 + 512));
    expect(passed).toEqual(UPGRADE);
    expect(told).toHaveLength(1);
  });

  it('tells at once of one that is too long for any message, and lets none of it pass', () => {
    const bytes = Uint8Array.of(0x81, 0x7f, 0, 0, 1, 0, 0, 0, 0, 0);
    expect(sieved(joined([UPGRADE, bytes, ascii('more and more')]))).toEqual({
      passed: UPGRADE,
      told: [{ bytes: 2 ** 40, beginning: '' }],
    });
  });

  it('hands on what passes of a chunk in as few parts as there can be', () => {
    const sieve = new MessageSieve({ mostBytes: LIMIT, onTooLong: () => {} });
    expect(sieve.pass(joined([UPGRADE, text(5), text(200), text(0)]))).toHaveLength(2);
    expect(sieve.pass(joined([text(5), long, text(5), text(6)]))).toHaveLength(2);
  });

  it('puts a payload together that comes in several chunks, and hands it on by itself', () => {
    const sieve = new MessageSieve({ mostBytes: LIMIT, onTooLong: () => {} });
    const payload = Uint8Array.from({ length: LIMIT }, (_, i) => i);
    const bytes = frame(payload, { first: 0x82 });
    const header = bytes.slice(0, bytes.length - LIMIT);
    expect(sieve.pass(joined([UPGRADE, text(5), bytes.slice(0, 100)]))).toEqual([UPGRADE, joined([text(5), header])]);
    expect(sieve.pass(bytes.slice(100, 900))).toEqual([]);
    const passed = sieve.pass(joined([bytes.slice(900), text(6), text(7)]));
    expect(passed).toEqual([payload, joined([text(6), text(7)])]);
    expect(passed[0].buffer.byteLength).toBe(LIMIT);
  });

  it('takes the memory of messages for those that are whole with a chunk, and for no others', () => {
    const sizes = { messages: 0, others: 0 };
    const taking = (what: keyof typeof sizes) => (bytes: number) => {
      sizes[what] += bytes;
      return new Uint8Array(bytes);
    };
    const [memory, messageMemory] = [taking('others'), taking('messages')];
    const sieve = new MessageSieve({ mostBytes: 10 * LIMIT, onTooLong: () => {}, memory, messageMemory });
    const took = (chunk: Uint8Array) => {
      Object.assign(sizes, { messages: 0, others: 0 });
      sieve.pass(chunk);
      return [sizes.messages, sizes.others];
    };
    const bytes = frame(ascii('b'.repeat(300)), { first: 0x82 });
    expect(took(UPGRADE)).toEqual([0, UPGRADE.length]);
    expect(took(joined([text(5), bytes]))).toEqual([7 + bytes.length, 0]);
    expect(took(frame(ascii('ping'), { first: 0x89 }))).toEqual([0, 6]);
    // The first of two frames, and the last.
    expect(took(frame(ascii('one'), { first: 0x01 }))).toEqual([0, 5]);
    expect(took(frame(ascii('two'), { first: 0x80 }))).toEqual([0, 5]);
    // The header, then the payload that is put together.
    expect(took(bytes.slice(0, 100))).toEqual([304, 0]);
    expect(took(bytes.slice(100))).toEqual([0, 0]);
    // Longer than what is put together: a piece stays with the reader until the others have come.
    const long = frame(new Uint8Array(2 ** 18 + 10), { first: 0x82 });
    const large = new MessageSieve({ mostBytes: 2 ** 20, onTooLong: () => {}, memory, messageMemory });
    large.pass(UPGRADE);
    Object.assign(sizes, { messages: 0, others: 0 });
    large.pass(long.slice(0, 1000));
    large.pass(long.slice(1000));
    expect(sizes).toEqual({ messages: 0, others: long.length });
  });

  it.each([
    ['longer than what is taken', LIMIT, LIMIT + 1],
    ['long', 64 * 2 ** 20, 2 ** 18 + 1],
    ['of a length that nothing has', 64 * 2 ** 20, 2 ** 31],
  ])('takes no memory for the announcement of a frame that is %s', (_, mostBytes, announced) => {
    let taken = 0;
    const memory = (bytes: number) => {
      taken += bytes;
      return new Uint8Array(bytes);
    };
    const sieve = new MessageSieve({ mostBytes, onTooLong: () => {}, memory });
    const header = Uint8Array.of(0x82, 0x7f, 0, 0, 0, 0, announced >>> 24, announced >> 16, announced >> 8, announced);
    const bytes = joined([UPGRADE, header, ascii('a beginning')]);
    expect(sieve.pass(bytes)).toEqual([bytes]);
    expect(sieve.pass(ascii(', and more'))).toEqual([ascii(', and more')]);
    expect(taken).toBe(bytes.length + 10);
  });

  it('reads text that is cut within a character', () => {
    const payload = new TextEncoder().encode(`${'a'.repeat(511)}ü${'b'.repeat(LIMIT)}`);
    expect(sieved(joined([UPGRADE, frame(payload)])).told[0].beginning).toBe('a'.repeat(511));
  });

  it.each([
    ['binary', frame(ascii('x'.repeat(2000)), { first: 0x82 })],
    ['the first of several frames', frame(ascii('x'.repeat(2000)), { first: 0x01 })],
    ['a continuation', frame(ascii('x'.repeat(2000)), { first: 0x80 })],
    ['masked, which a server never does', frame(ascii('x'.repeat(2000)), { mask: true })],
  ])('leaves to others what is %s', (_, bytes) => {
    expect(sieved(joined([UPGRADE, bytes]))).toEqual({ passed: joined([UPGRADE, bytes]), told: [] });
  });

  it.each(['HTTP/1.1 403 Forbidden\r\n\r\n', 'no HTTP at all\r\n\r\n', 'no end'])(
    'lets all pass after %j',
    (response) => {
      const bytes = joined([ascii(response), long]);
      for (const ends of [[], [5], [response.length - 1]]) expect(sieved(bytes, ends).passed).toEqual(bytes);
    },
  );
});
