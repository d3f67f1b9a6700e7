import { describe, expect, it } from 'vitest';
import type { ConsumerSocket, SocketEnd } from '../../consumer/index.ts';
import { seededRandom } from '../../util/random.ts';
import type { MessageSocket } from '../../wire/index.ts';
import { type LinkConditions, type MessageFaults, calmLink, noFaults } from './link-conditions.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { SimulatedNetwork } from './simulated-network.ts';

const ADDRESS = 'producer:8080';
const utf8 = (text: string) => new TextEncoder().encode(text);
const repeated = (bytes: number) => new Uint8Array(bytes).fill(7);

/** One consumer and one producer, what each has heard, and when. */
function scene(conditions: Partial<LinkConditions> = {}, mayFail?: () => boolean) {
  const clock = new SimulatedClock();
  const network = new SimulatedNetwork({ clock, random: seededRandom('network'), ...(mayFail && { mayFail }) });
  const link = { ...calmLink, latencyMs: 10, ...conditions };
  network.setLink('consumer', ADDRESS, { toConsumer: link, toProducer: link });
  const heard = { consumer: [] as string[], producer: [] as string[] };
  const note = (end: keyof typeof heard, what: string) => heard[end].push(`${clock.now()} ${what}`);
  const accepted: MessageSocket[] = [];
  network.listen(ADDRESS, (socket) => {
    accepted.push(socket);
    return {
      onMessage: (text) => note('producer', text),
      onBinary: (bytes) => note('producer', `${bytes.length} bytes`),
      onClose: (code, reason) => note('producer', `closed ${code} ${reason}`),
    };
  });
  const binary: Uint8Array[] = [];
  const open = (): ConsumerSocket =>
    network.opener('consumer')(
      { url: `ws://${ADDRESS}/api`, wsToken: 'secret', mostBytes: 1e6 },
      {
        onOpen: () => note('consumer', 'open'),
        onMessage: (text) => note('consumer', text),
        onBinary(bytes) {
          binary.push(bytes);
          note('consumer', `${bytes.length} bytes`);
        },
        onTooLong: () => note('consumer', 'too long'),
        onPong: () => note('consumer', 'pong'),
        onProgress: () => note('consumer', 'progress'),
        onClosed: ({ cause, reason }: SocketEnd) => note('consumer', `${cause}: ${reason}`),
      },
    );
  const pass = (ms: number) => {
    const untilMs = clock.now() + ms;
    while (clock.step(untilMs));
  };
  return {
    clock,
    network,
    heard,
    accepted,
    binary,
    open,
    pass,
    connection: () => network.connections('consumer', ADDRESS)[0],
  };
}

/** A connection that stands, with nothing heard so far. */
function connected(conditions: Partial<LinkConditions> = {}, mayFail?: () => boolean) {
  const all = scene(conditions, mayFail);
  const consumer = all.open();
  all.pass(100);
  expect(all.heard).toEqual({ consumer: ['20 open'], producer: [] });
  all.heard.consumer.length = 0;
  return { ...all, consumer, producer: all.accepted[0] };
}

describe('a calm simulated network', () => {
  it('carries messages in both directions in order, a latency later', () => {
    const { consumer, producer, heard, pass } = connected();
    consumer.send('a');
    consumer.send('b');
    producer.sendText(utf8('c'));
    producer.sendBinary(repeated(5));
    consumer.ping();
    pass(100);
    expect(heard).toEqual({ producer: ['110 a', '110 b'], consumer: ['110 c', '110 5 bytes', '120 pong'] });
  });

  it('tells a consumer that nobody listens', () => {
    const { network, open, heard, pass } = scene();
    network.listen(ADDRESS, undefined);
    open();
    pass(100);
    expect(heard.consumer).toEqual(['10 unreachable: nobody listens there']);
  });

  it('closes as either end says, after what was sent before', () => {
    for (const by of ['consumer', 'producer'] as const) {
      const { consumer, producer, heard, pass } = connected();
      consumer.send('last');
      producer.sendText(utf8('last'));
      if (by === 'consumer') consumer.close();
      else producer.close(1012, 'restart');
      producer.sendText(utf8('never'));
      pass(2000);
      const end = by === 'consumer' ? '1000, ""' : '1012, "restart"';
      expect(heard.consumer.map((each) => each.replace(/^\d+ /, ''))).toEqual([
        'last',
        `closed: the connection was closed with code ${end}`,
      ]);
      expect(heard.producer.map((each) => each.replace(/^\d+ /, ''))).toEqual([
        'last',
        by === 'consumer' ? 'closed 1000 ' : 'closed 1012 restart',
      ]);
    }
  });
});

describe('a slow link', () => {
  it('takes the time that the bytes need, and keeps at the sender what has no room on the way', () => {
    const { producer, heard, pass } = connected({ bytesPerSecond: 1000, bufferBytes: 300 });
    const sent: number[] = [];
    for (let i = 0; i < 10; i++) producer.sendBinary(repeated(96), () => sent.push(i));
    expect(producer.bufferedBytes).toBe(960);
    pass(1);
    // Three of 100 bytes with their frames are on the way.
    expect([sent.length, producer.bufferedBytes]).toEqual([3, 672]);
    pass(109);
    expect([heard.consumer.length, sent.length, producer.bufferedBytes]).toEqual([1, 4, 576]);
    pass(2000);
    expect(heard.consumer.at(-1)).toBe('1110 96 bytes');
    expect([heard.consumer.length, sent.length, producer.bufferedBytes]).toEqual([10, 10, 0]);
  });
});

describe('faults of single messages', () => {
  const always = (fault: keyof MessageFaults) => ({ faults: { ...noFaults, [fault]: 1 } });
  const numbered = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
  const lengthsHeard = (heard: readonly string[]) => heard.map((each) => Number(each.split(' ')[1]));

  it('loses, doubles, reorders and damages', () => {
    const outcome = (fault: keyof MessageFaults) => {
      const { producer, heard, binary, pass } = connected(always(fault));
      for (const length of numbered(20)) producer.sendBinary(repeated(length));
      pass(10_000);
      return { lengths: lengthsHeard(heard.consumer), binary };
    };
    expect(outcome('drop').lengths).toEqual([]);
    expect(outcome('duplicate').lengths.toSorted((a, b) => a - b)).toEqual(
      numbered(20).flatMap((each) => [each, each]),
    );
    const reordered = outcome('reorder').lengths;
    expect(reordered).not.toEqual(numbered(20));
    expect(reordered.toSorted((a, b) => a - b)).toEqual(numbered(20));
    const { lengths, binary } = outcome('corrupt');
    expect(lengths).toEqual(numbered(20));
    expect(binary.filter((bytes) => bytes.some((byte) => byte !== 7)).length).toBeGreaterThan(15);
  });

  it('keeps the order of what is late', () => {
    for (const fault of ['delay', 'split'] as const) {
      const { producer, heard, pass } = connected(always(fault));
      for (const length of numbered(20)) producer.sendBinary(repeated(length));
      pass(100_000);
      expect(lengthsHeard(heard.consumer)).toEqual(numbered(20));
      expect(Number(heard.consumer.at(-1)?.split(' ')[0])).toBeGreaterThan(500);
    }
  });

  it('spares what may not fail', () => {
    const all = { faults: { drop: 1, duplicate: 1, reorder: 1, corrupt: 1, delay: 0, split: 0 } };
    const { producer, heard, pass } = connected(all, () => false);
    for (const length of numbered(20)) producer.sendBinary(repeated(length));
    pass(10_000);
    expect(lengthsHeard(heard.consumer)).toEqual(numbered(20));
  });
});

describe('faults of connections', () => {
  it('stalls one direction: all of it comes later, in order', () => {
    const { consumer, producer, heard, connection, pass } = connected();
    connection().stall('consumer', 500);
    for (const text of ['a', 'b']) producer.sendText(utf8(text));
    consumer.send('c');
    pass(400);
    expect(heard).toEqual({ consumer: [], producer: ['110 c'] });
    producer.sendText(utf8('d'));
    pass(200);
    expect(heard.consumer).toEqual(['600 a', '600 b', '600 d']);
  });

  it('cuts: what is on its way is lost, and both ends are told soon', () => {
    const { consumer, producer, heard, connection, pass, network } = connected();
    consumer.send('lost');
    producer.sendText(utf8('lost'));
    connection().cut();
    pass(200);
    expect(heard.consumer).toEqual([expect.stringMatching(/ closed: the connection broke$/)]);
    expect(heard.producer).toEqual([expect.stringMatching(/ closed 1006 $/)]);
    expect(network.connections('consumer', ADDRESS)).toEqual([]);
  });

  it('is half open: nobody is told, pings stay unanswered, and the producer finds out within a minute', () => {
    const { consumer, producer, heard, connection, pass, network } = connected();
    connection().silence('consumer');
    producer.sendText(utf8('lost'));
    consumer.send('heard');
    consumer.ping();
    pass(29_000);
    expect(heard).toEqual({ consumer: [], producer: ['110 heard'] });
    expect(network.isHalfOpen).toBe(true);
    pass(31_000);
    expect(heard.producer.at(-1)).toMatch(/ closed 1006 $/);
    consumer.close();
    pass(2_000);
    expect(heard.consumer).toEqual([expect.stringMatching(/ closed: the connection broke$/)]);
    expect(network.isHalfOpen).toBe(false);
  });

  it('kills an end, which hears nothing any more, and tells the other or does not', () => {
    for (const isTold of [true, false]) {
      const { consumer, producer, heard, connection, pass } = connected();
      connection().kill('producer', isTold);
      consumer.send('to nobody');
      producer.sendText(utf8('from nobody'));
      pass(5_000);
      expect(heard.producer).toEqual([]);
      expect(heard.consumer).toEqual(isTold ? [expect.stringMatching(/ closed: the connection broke$/)] : []);
    }
  });

  it('ends the connection over text that is not UTF-8, as websockets do', () => {
    const { producer, heard, pass } = connected();
    producer.sendText(Uint8Array.of(0xff));
    pass(500);
    expect(heard.consumer).toEqual([expect.stringMatching(/ closed: the connection broke$/)]);
    expect(heard.producer).toEqual([expect.stringMatching(/ closed 1006 $/)]);
  });
});
