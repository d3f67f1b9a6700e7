import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePair } from '../../src/market/index.ts';
import { sampleFrame, scriptedConsumer, type ScriptedConsumer } from '../../src/testing/index.ts';
import { runningProducer, TOKEN } from './wire-scene.ts';

interface Capture {
  readonly sent?: readonly string[];
  readonly subscribed?: readonly string[] | null;
  readonly received?: readonly string[];
  readonly frames?: readonly (readonly [number, string])[];
}

const folder = new URL('../fixtures/freqtrade-wire/', import.meta.url);
const load = (name: string): Capture => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

/** A request whose answer shows that all before it were answered. */
const LAST = { type: 'analyzed_df', data: { limit: 1, pair: 'LAST/USDT' } };
const isLast = (text: string) => text.includes('LAST/USDT');

/** What the stock producer of the captures had. */
async function stockLike() {
  const running = await runningProducer();
  running.producer.setWhitelist(['BTC/USDT', 'ETH/USDT'].map(parsePair));
  for (const pair of ['BTC/USDT', 'ETH/USDT']) running.publish(sampleFrame({ rows: 300 }), pair);
  return running;
}

async function answersTo(client: ScriptedConsumer, requests: readonly string[]): Promise<readonly string[]> {
  await client.opening;
  for (const request of requests) client.send(request);
  client.send(LAST);
  await client.untilMessage((message) => message.type === 'analyzed_df' && message.key.pair === 'LAST/USDT');
  return client.texts.filter((text) => !isLast(text));
}

/** What of a message does not depend on the producer's data: its members, key, and the labels of its rows. */
function structure(text: string): unknown {
  // The recorder cut long texts within the frame.
  const isCut = /\[\d+ chars\]$/.test(text);
  if (isCut) return { type: /"type":"(\w+)"/.exec(text)?.[1], key: /"key":(\[[^\]]*\])/.exec(text)?.[1] };
  const message = JSON.parse(text);
  if (message.type !== 'analyzed_df') return message;
  const { key, df, la } = message.data;
  const { columns, index, data } = JSON.parse(df['__value__']);
  return {
    members: [Object.keys(message), ['key', 'df', 'la'].every((name) => name in message.data)],
    key,
    type: df['__type__'],
    index,
    rows: data.length,
    isEmpty: columns.length === 0,
    isNever: la.startsWith('1970-01-01T00:00:00') && columns.length === 0,
    la: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00$/.test(la),
  };
}

const cutLike = (text: string, other: string): unknown =>
  /\[\d+ chars\]$/.test(other)
    ? { type: JSON.parse(text).type, key: JSON.stringify(JSON.parse(text).data.key) }
    : structure(text);

/** Requests after which stock says nothing, or goes away; ours says why, and stays. */
const BETTERED = new Set('20 21 22 22b 23 24 26 27 28b 29 30 35 36 37 40'.split(' '));

/** What stock did because of its own state at that moment: another whitelist, a failing one, data of other lengths. */
const OTHER_STATE = new Set('10 12 13 14 38 39 41 42 50 51'.split(' '));

const requests = readdirSync(folder)
  .filter((name) => /^\d/.test(name) && (load(name).sent?.length ?? 0) > 0)
  .map((name) => ({ name, number: name.split('_')[0] }))
  .filter(({ number }) => !OTHER_STATE.has(number));

describe('a stock client', () => {
  it.each(requests.filter(({ number }) => !BETTERED.has(number) && number !== '43'))(
    '$name has the answers of a stock producer',
    async ({ name }) => {
      await using running = await stockLike();
      await using client = scriptedConsumer({ port: running.port, token: TOKEN });
      const { sent = [], received = [] } = load(name);
      const answers = await answersTo(client, sent);
      expect(answers.map((text, i) => cutLike(text, received[i] ?? ''))).toEqual(received.map(structure));
    },
  );

  it.each(requests.filter(({ number }) => BETTERED.has(number)))(
    '$name is told what was wrong, and stays',
    async ({ name }) => {
      await using running = await stockLike();
      await using client = scriptedConsumer({ port: running.port, token: TOKEN });
      const { sent = [], received = [] } = load(name);
      expect(received).toEqual([]);
      const answers = await answersTo(client, sent);
      expect(answers.map((text) => JSON.parse(text))).toEqual([{ type: 'exception', data: expect.any(String) }]);
    },
  );

  it('that sends binary or nothing is told so, and stays', async () => {
    await using running = await stockLike();
    await using client = scriptedConsumer({ port: running.port, token: TOKEN });
    await client.opening;
    client.sendBinary(Buffer.from('{"type":"whitelist"}'));
    const answers = await answersTo(client, ['']);
    expect(answers.map((text) => JSON.parse(text).type)).toEqual(['exception', 'exception']);
  });

  it('that sends a frame where none belongs, on which stock says nothing, is answered', async () => {
    await using running = await stockLike();
    await using client = scriptedConsumer({ port: running.port, token: TOKEN });
    const { sent = [], received = [] } = load('39_dataframe_in_request.json');
    expect(received).toEqual([]);
    expect(await answersTo(client, sent)).toEqual(['{"type":"whitelist","data":["BTC/USDT","ETH/USDT"]}']);
  });

  it('with its captured first requests gets the whitelist and every frame, then rows and candles', async () => {
    await using running = await stockLike();
    await using client = scriptedConsumer({ port: running.port, token: TOKEN });
    const first = (load('60_emc_requests.json').frames ?? []).map(([, text]) => text);
    const answers = await answersTo(client, first);
    expect(answers.map((text) => JSON.parse(text).type)).toEqual(['whitelist', 'analyzed_df', 'analyzed_df']);
    running.publish(sampleFrame({ rows: 301 }));
    await client.untilTexts(answers.length + 2);
    const row = client.texts.at(-1) ?? '';
    expect(structure(row)).toMatchObject({ key: ['BTC/USDT', '5m', 'spot'], index: [300], rows: 1 });
  });

  it.each(['07_broadcast_analyzed_df.json', '08_broadcast_new_candle.json', '09_broadcast_whitelist.json'])(
    '%s: hears the same of a new candle or whitelist',
    async (name) => {
      await using running = await runningProducer();
      running.producer.setWhitelist(['BTC/USDT', 'ETH/USDT'].map(parsePair));
      running.publish(sampleFrame({ rows: 299 }));
      await using client = scriptedConsumer({ port: running.port, token: TOKEN });
      const { subscribed = [], received = [] } = load(name);
      await answersTo(client, [JSON.stringify({ type: 'subscribe', data: subscribed })]);
      if (name.startsWith('09')) {
        running.producer.setWhitelist(['BTC/USDT', 'ETH/USDT', 'XRP/USDT:USDT'].map(parsePair));
      } else running.publish(sampleFrame({ rows: 300 }));
      await client.untilTexts(1 + received.length);
      expect(client.texts.filter((text) => !isLast(text)).map(structure)).toEqual(received.map(structure));
    },
  );

  it('that replaces its subscription hears only what it asked for last', async () => {
    await using running = await stockLike();
    await using client = scriptedConsumer({ port: running.port, token: TOKEN });
    const { sent = [], received = [] } = load('43_resubscribe_replaces.json');
    await answersTo(client, sent);
    running.publish(sampleFrame({ rows: 301 }));
    await client.untilTexts(1 + received.length);
    expect(client.texts.filter((text) => !isLast(text))).toEqual(received);
  });
});
