import { isDeepStrictEqual } from 'node:util';
import { firstDifference } from '../../src/frame/index.ts';
import type { Random } from '../../src/util/random.ts';
import {
  type Message,
  type MessageOutcome,
  type ProducerControl,
  type Request,
  type WireLimits,
  decodeMessage,
  decodeRequest,
  encodeMessage,
  encodeProducerControl,
  encodeRequest,
} from '../../src/wire/index.ts';
import { sealText } from '../../src/wire/stream/sealed-text.ts';
import { expectRefusal } from './expect-refusal.ts';
import type { FuzzTarget, Meter } from './fuzz-target.ts';
import { mutatedJson } from './json-mutation.ts';
import { randomText } from './json-samples.ts';

const MOST_CHARACTERS = 16 * 1024;
/** The arrays of a frame: a cell takes two characters or more, a number of 8 bytes, and its place in rows and columns. */
const BYTES_A_CHARACTER = 64;
const BYTES_ONCE = 64 * 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Each but the first narrow in one way. */
const limitChoices: readonly WireLimits[] = [
  {},
  { mostRows: 2 },
  { mostColumns: 2 },
  { mostCharacters: 60 },
  { stream: { mostColumns: 2 } },
  { stream: { mostWants: 1 } },
  { stream: { mostStreams: 1 } },
  { stream: { mostNameLength: 7 } },
  { stream: { mostRows: 10 } },
];
/** So many lengths of a text in a row come to other limits, and most to none. */
const LIMITS_PERIOD = 60;

/** Texts, read by a consumer and by a producer: `decodeMessage`, `decodeRequest`. */
export const target: FuzzTarget = {
  fresh: (random: Random) => bytesOf(randomText(random)),
  mutated: (random, input, other) => bytesOf(mutatedJson(random, textOf(input), textOf(other))),
  smaller,
  run,
  mostBytes: (input) => BYTES_ONCE + BYTES_A_CHARACTER * input.length,
};

function textOf(input: Uint8Array): string {
  return decoder.decode(input);
}

function bytesOf(text: string): Uint8Array {
  return encoder.encode(text.slice(0, MOST_CHARACTERS));
}

function run(input: Uint8Array, meter: Meter): readonly string[] {
  const text = textOf(input);
  const limits = limitChoices[text.length % LIMITS_PERIOD] ?? {};
  return [asMessage(text, limits, meter), asRequest(text, limits, meter)];
}

const OLD_SEAL = /,"sum":"[^"]*"\}$/;

function isUnsealed(outcome: MessageOutcome): boolean {
  return outcome.status === 'refused' && outcome.code === 'STREAM_BAD_CHECKSUM';
}

function asMessage(text: string, limits: WireLimits, meter: Meter): string {
  const given = decodeMessage(text, limits);
  // What a checksum keeps out is read as a peer could have sent it, too.
  const outcome = isUnsealed(given) ? decodeMessage(sealText(text.replace(OLD_SEAL, '}')), limits) : given;
  switch (outcome.status) {
    case 'refused':
      return expectRefusal(outcome);
    case 'unknown-type':
      return outcome.status;
    case 'control':
      meter.unmetered(() => expectSameControl(outcome.control));
      return `control:${outcome.control.type}`;
    case 'message':
    default:
      meter.unmetered(() => expectSameMessage(outcome.message));
      return 'fields' in outcome.message ? 'message:event' : `message:${outcome.message.type}`;
  }
}

/** What was taken can be sent on, and arrives as it was. */
function expectSameMessage(message: Message): void {
  const firstRow = message.type === 'analyzed_df' ? message.firstRow : undefined;
  const outcome = decodeMessage(encodeMessage(message, firstRow === undefined ? {} : { firstRow }));
  if (outcome.status !== 'message') throw new Error(`encoded again it is ${outcome.status}`);
  const again = outcome.message;
  if (message.type !== 'analyzed_df' || again.type !== 'analyzed_df') {
    // -0 has no place in the fields of events.
    if (JSON.stringify(message) !== JSON.stringify(again)) throw new Error('encoded again it differs');
    return;
  }
  const difference = firstDifference(message.frame, again.frame);
  if (difference !== undefined) throw new Error(`encoded again its frame differs: ${JSON.stringify(difference)}`);
  const [facts, same] = [message, again].map(({ key, lastAnalyzed }) => ({ key, lastAnalyzed }));
  if (!isDeepStrictEqual(facts, same)) throw new Error(`encoded again it is ${JSON.stringify([facts, same])}`);
}

function expectSameControl(control: ProducerControl): void {
  const text = encodeProducerControl(control);
  const outcome = decodeMessage(text);
  // By their texts: -0 among limits becomes 0.
  if (outcome.status !== 'control' || encodeProducerControl(outcome.control) !== text) {
    throw new Error(`encoded again it is ${JSON.stringify(outcome)}`);
  }
}

function asRequest(text: string, limits: WireLimits, meter: Meter): string {
  const outcome = decodeRequest(text, limits);
  if (outcome.status === 'refused') return expectRefusal(outcome);
  const { request } = outcome;
  const candlecast = request.type === 'subscribe' ? request.candlecast : undefined;
  if (candlecast?.status === 'refused') return `subscribe ${expectRefusal(candlecast)}`;
  meter.unmetered(() => expectSameRequest(request));
  return `request:${request.type}${candlecast === undefined ? '' : ` ${candlecast.status}`}`;
}

function expectSameRequest(request: Request): void {
  const outcome = decodeRequest(encodeRequest(request));
  if (outcome.status !== 'request' || !isDeepStrictEqual(outcome.request, request)) {
    throw new Error(`encoded again it is ${JSON.stringify(outcome)}`);
  }
}

function* smaller(input: Uint8Array): Iterable<Uint8Array> {
  const text = textOf(input);
  for (let size = text.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < text.length; at += size) yield bytesOf(text.slice(0, at) + text.slice(at + size));
  }
}
