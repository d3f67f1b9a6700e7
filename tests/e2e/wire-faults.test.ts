import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { framesEqual } from '../../src/frame/index.ts';
import { parsePair } from '../../src/market/index.ts';
import { sampleFrame, sampleKey, scriptedConsumer, scriptedProducer } from '../../src/testing/index.ts';
import { encodeMessage } from '../../src/wire/index.ts';
import { runningProducer, TOKEN, watchedClient } from './wire-scene.ts';

const history = sampleFrame({ rows: 300 });
const message = { type: 'analyzed_df', key: sampleKey(), frame: history, lastAnalyzed: 5 } as const;

/** A text as a server frames it. */
function webSocketText(text: string): Buffer {
  const header = Buffer.of(0x81, 127, 0, 0, 0, 0, 0, 0, 0, 0);
  header.writeBigUInt64BE(BigInt(Buffer.byteLength(text)), 2);
  return Buffer.concat([header, Buffer.from(text)]);
}

/** The handshake of RFC 6455, section 4.2.2. */
function upgradeResponse(key: string): string {
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const headers = ['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`];
  return `HTTP/1.1 101 Switching Protocols\r\n${headers.join('\r\n')}\r\n\r\n`;
}

describe('a consumer', () => {
  it('sends its token in the query, and its requests at once', async () => {
    await using producer = await scriptedProducer();
    await using consumer = watchedClient(producer.port);
    const connection = await producer.connection();
    await connection.untilReceived(2);
    expect(connection.token).toBe(TOKEN);
    connection.send(message);
    await connection.untilReceived(3);
    expect(connection.received.map((text) => JSON.parse(text).type)).toEqual(['subscribe', 'whitelist', 'analyzed_df']);
    await consumer.next('update');
    expect(framesEqual(consumer.frame(), history)).toBe(true);
  });

  const unread = 'it sent 20 messages in a row that could not be read';
  const tooLong = 'it sent 20 messages in a row that were too long or could not be read; see message_size_limit';
  const long = `{"type":"status","data":"${'x'.repeat(2000)}"}`;

  it.each([
    ['text that is no message', unread, (connection: { send(text: string): void }) => connection.send('garbage')],
    [
      'binary',
      unread,
      (connection: { sendBinary(bytes: Uint8Array): void }) => connection.sendBinary(new Uint8Array(9)),
    ],
    ['messages that are too long', tooLong, (connection: { send(text: string): void }) => connection.send(long)],
  ])('leaves a producer that sends nothing but %s, and does not spin', async (_, reason, garbage) => {
    await using producer = await scriptedProducer({
      onRequest: (__, connection) => {
        for (let i = 0; i < 30; i++) garbage(connection);
      },
    });
    await using consumer = watchedClient(producer.port, { messageSizeLimitBytes: 2000 });
    for (let attempt = 1; attempt <= 4; attempt++) {
      const told = await consumer.next('disconnected');
      expect(told).toMatchObject({ attempt, reason });
      expect(told.retryInMs).toBeGreaterThanOrEqual(0.75 * 250 * 1.5 ** (attempt - 1));
    }
    expect(consumer.lines.filter((line) => line.startsWith('warn'))).toHaveLength(3);
  });

  it.each([
    ['bytes that are no websocket frame', 'not a websocket frame at all'],
    ['a frame that promises more than any message', Uint8Array.of(0x81, 0x7f, 0, 0, 1, 0, 0, 0, 0, 0)],
  ])('leaves a producer that sends %s', async (_, bytes) => {
    await using producer = await scriptedProducer({ onRequest: (__, connection) => connection.sendRaw(bytes) });
    await using consumer = watchedClient(producer.port);
    const told = await consumer.next('disconnected');
    expect(told.reason).toMatch(/Invalid WebSocket frame|it sent what can be no message/);
  });

  it('pings a producer that says nothing, and stays while that answers', async () => {
    await using producer = await scriptedProducer();
    await using consumer = watchedClient(producer.port, { waitTimeoutMs: 100, pingTimeoutMs: 5000 });
    const connection = await producer.connection();
    while (connection.pings < 3) await new Promise(setImmediate);
    connection.send(message);
    await consumer.next('update');
    expect(consumer.events.filter(({ type }) => type === 'disconnected')).toEqual([]);
  });

  it('stays while a message that is too long comes slowly, in which no ping can be answered', async () => {
    const small = encodeMessage(message);
    const long = webSocketText('{"type":"analyzed_df","data":{"key":["ETH/USDT","5m","spot"],'.padEnd(400_000));
    const parts = [long.subarray(0, 100_000), long.subarray(100_000, 300_000), long.subarray(300_000)];
    let sent = 0;
    await using server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (data) => {
        const key = /sec-websocket-key: (.*)\r/i.exec(data.toString('latin1'))?.[1];
        if (key !== undefined) socket.write(upgradeResponse(key));
        // The next part comes when it is pinged, without an answer to that.
        if ((key !== undefined || data[0] === 0x89) && sent < parts.length) socket.write(parts[sent++]);
        if (sent === parts.length) socket.write(webSocketText(small));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port was given');
    await using consumer = watchedClient(address.port, {
      messageSizeLimitBytes: 200_000,
      waitTimeoutMs: 1_100,
      pingTimeoutMs: 2_000,
    });
    await consumer.next('update');
    expect(sent).toBe(parts.length);
    expect(consumer.events.filter(({ type }) => type === 'disconnected')).toEqual([]);
    expect(consumer.events.filter(({ type }) => type === 'trouble')).toHaveLength(1);
  });

  it('leaves a connection that is half open, and comes back', async () => {
    await using producer = await scriptedProducer();
    await using consumer = watchedClient(producer.port, { waitTimeoutMs: 100, pingTimeoutMs: 100 });
    const first = await producer.connection();
    first.send(message);
    await consumer.next('update');
    first.freeze();
    expect((await consumer.next('disconnected')).reason).toBe('no answer to a ping within 0.1 s');
    expect(consumer.client.frame('BTC/USDT', '5m')).toMatchObject({ status: 'stale', frame: { length: 300 } });
    const second = await producer.connection(1);
    second.send(message);
    await consumer.next('update');
  });

  it.each([
    ['refuses the token', { status: 403 }, /refused the token.*\(HTTP 403\)/],
    ['wants another', { status: 401 }, /refused the token.*\(HTTP 401\)/],
    ['is another server', { status: 404 }, /answers, but not with a message websocket \(HTTP 404\)/],
    ['moved', { status: 301 }, /not with a message websocket \(HTTP 301\)/],
    ['is out of order', { status: 502 }, /not with a message websocket \(HTTP 502\)/],
    ['speaks no HTTP', 'garbage', /not with a message websocket \(Parse Error/],
  ] as const)('is told apart: a producer that %s', async (_, welcome, reason) => {
    await using producer = await scriptedProducer({ welcome });
    await using consumer = watchedClient(producer.port);
    expect((await consumer.next('disconnected')).reason).toMatch(reason);
    producer.welcome = 'accept';
    await consumer.next('connected');
  });

  it('is told apart: an address that cannot be one, without the token', async () => {
    await using consumer = watchedClient(1, { host: 'no host' });
    await consumer.until(() => consumer.events.length > 0);
    const [told] = consumer.events;
    expect(told).toMatchObject({
      type: 'disconnected',
      reason: expect.stringContaining('nothing answers at no host:1'),
    });
    const [shown, token] = [JSON.stringify([consumer.events, consumer.lines]), encodeURIComponent(TOKEN)];
    expect(shown).not.toContain(TOKEN);
    expect(shown).not.toContain(token);
  });

  it('is told apart: TLS where there is none', async () => {
    await using producer = await scriptedProducer();
    await using consumer = watchedClient(producer.port, { secure: true });
    expect((await consumer.next('disconnected')).reason).toMatch(/speaks no TLS; use ws:\/\/, or set secure to false$/);
  });

  it('can be closed while it connects to a host that never answers', async () => {
    await using producer = await scriptedProducer({ welcome: 'ignore' });
    const consumer = watchedClient(producer.port);
    await producer.untilAttempts(1);
    const loop = consumer.client.updates().next();
    consumer.client.close();
    expect(await loop).toEqual({ value: undefined, done: true });
    expect(consumer.events).toEqual([]);
  });

  it('comes back after a connection that was cut without a word', async () => {
    await using producer = await scriptedProducer();
    await using consumer = watchedClient(producer.port);
    for (let i = 0; i < 3; i++) {
      (await producer.connection(i)).cut();
      expect((await consumer.next('disconnected')).reason).toBe('the connection was closed with code 1006');
    }
  });

  it('holds bounded memory for a producer that names ever more pairs', async () => {
    await using producer = await scriptedProducer();
    await using consumer = watchedClient(producer.port, { mostFrames: 20 });
    const connection = await producer.connection();
    for (let i = 0; i < 200; i++) connection.send({ ...message, key: sampleKey(`C${i}/USDT`), frame: history.head(3) });
    await consumer.next('trouble', ({ reason }) => reason.includes('mostFrames is 20') || reason.includes('no room'));
    connection.send({ ...message, key: sampleKey('C0/USDT'), frame: history });
    await consumer.next('update', ({ frame }) => frame.length === 300);
    expect(consumer.client.keys()).toHaveLength(20);
  });
});

describe('a producer', () => {
  it('holds bounded memory for a consumer that stops reading, and serves its neighbour all the while', async () => {
    const limits = { softLimitBytes: 100_000, hardLimitBytes: 300_000 };
    await using running = await runningProducer({ limits });
    const pairs = Array.from({ length: 100 }, (_, i) => parsePair(`C${i}/USDT`));
    running.producer.setWhitelist(pairs);
    const whole = sampleFrame({ rows: 400 });
    for (const pair of pairs) running.publish(whole.head(120), pair);

    await using stuck = scriptedConsumer({ port: running.port, token: TOKEN });
    await stuck.opening;
    await using neighbour = watchedClient(running.port);
    stuck.send({ type: 'subscribe', data: ['whitelist', 'analyzed_df', 'new_candle'] });
    await neighbour.until(() => pairs.every((pair) => neighbour.frame(pair).length === 120));
    stuck.pause();

    const queued = () => Math.max(...running.producer.sessions.map(({ queuedBytes }) => queuedBytes));
    const longestMessage = 200_000;
    let most = 0;
    let rows = 120;
    // Once it is behind, some candles more: nothing may be added to its queue.
    for (let candlesBehind = 0; candlesBehind < 10; candlesBehind += most > limits.hardLimitBytes ? 1 : 0) {
      rows += 1;
      for (const pair of pairs) running.publish(whole.head(rows), pair);
      // The kernel takes its share first: rows that were rewritten fill it faster.
      for (const pair of pairs.slice(0, 10))
        running.publish(whole.head(rows).with({ close: new Float64Array(rows).fill(rows) }), pair);
      for (const pair of pairs.slice(0, 10)) running.publish(whole.head(rows), pair);
      most = Math.max(most, queued());
      const newest = rows;
      await neighbour.until(() => pairs.every((pair) => neighbour.frame(pair).length === newest));
    }
    expect(most).toBeLessThan(limits.hardLimitBytes + longestMessage);
    await neighbour.until(() => pairs.every((pair) => framesEqual(neighbour.frame(pair), whole.head(rows))));

    stuck.resume();
    const last = await stuck.untilMessage(
      (each) => each.type === 'analyzed_df' && each.key.pair === 'C99/USDT' && each.frame.length === rows,
    );
    expect(last.type === 'analyzed_df' && framesEqual(last.frame, whole.head(rows))).toBe(true);
  }, 60_000);

  it('closes a client that sends more than a request can have, and no other', async () => {
    await using running = await runningProducer();
    await using abuser = scriptedConsumer({ port: running.port, token: TOKEN });
    await using neighbour = scriptedConsumer({ port: running.port, token: TOKEN });
    await Promise.all([abuser.opening, neighbour.opening]);
    abuser.send(`{"type":"whitelist","padding":"${'x'.repeat(70_000)}"}`);
    expect((await abuser.untilClosed()).code).toBe(1009);
    neighbour.send({ type: 'whitelist' });
    await neighbour.untilTexts(1);
  });

  it('closes a client that sends nothing but nonsense', async () => {
    await using running = await runningProducer({ limits: { mostRefused: 5 } });
    await using abuser = scriptedConsumer({ port: running.port, token: TOKEN });
    await abuser.opening;
    for (let i = 0; i < 50; i++) abuser.send('nonsense');
    expect(await abuser.untilClosed()).toEqual({ code: 1008, reason: 'more than 5 bad messages in a row' });
    expect(abuser.texts).toHaveLength(5);
  });

  it('forgets clients that vanish', async () => {
    await using running = await runningProducer();
    for (let i = 0; i < 20; i++) {
      const client = scriptedConsumer({ port: running.port, token: TOKEN });
      await client.opening;
      client.cut();
    }
    while (running.producer.sessions.length > 0) await new Promise(setImmediate);
    expect(running.lines.filter((line) => line.startsWith('info consumer gone'))).toHaveLength(20);
  });

  it('tells no more consumers than it has room for to come later', async () => {
    await using running = await runningProducer({ limits: { mostConsumers: 1 } });
    await using first = watchedClient(running.port);
    await first.next('whitelist');
    await using second = watchedClient(running.port);
    expect((await second.next('disconnected')).reason).toContain('code 1013, "1 consumers are connected');
    expect(first.client.connected).toBe(true);
  });
});

it('is not confused by a port that takes connections and closes them', async () => {
  const closing = createServer((socket) => socket.destroy());
  const port = await new Promise<number>((resolve) => {
    closing.listen(0, '127.0.0.1', () => {
      const address = closing.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  {
    await using consumer = watchedClient(port);
    expect((await consumer.next('disconnected')).reason).toContain(`nothing answers at 127.0.0.1:${port}`);
  }
  closing.close();
});
