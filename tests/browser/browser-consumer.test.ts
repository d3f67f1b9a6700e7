import { expect, it } from 'vitest';
import { z } from 'zod';
import { Frame, type AnyFrame, timestamps } from '../../src/frame/index.ts';
import type { ProducerOptions } from '../../src/producer/index.ts';
import { sampleFrame } from '../../src/testing/index.ts';
import { runningProducer, TOKEN } from '../e2e/wire-scene.ts';
import { describeInChromium } from './chromium.ts';
import { sceneInChromium } from './scene-in-chromium.ts';
import type { PageSession } from './dev-tools.ts';
import { cellsOf } from './page/cells-of.ts';

const SAMPLE = sampleFrame({ rows: 1000 });

describeInChromium('the browser build', (launch) => {
  const there = sceneInChromium(launch);

  /** A producer that lets our pages in. */
  const producer = (limits: ProducerOptions = {}, listenPort = 0) =>
    runningProducer({ settings: { listenPort, corsOrigins: [there.scene.pages.origin] }, limits });
  const openPage = () => there.chromium.open(`${there.scene.pages.origin}/page/index.html`);
  const connect = (page: PageSession, port: number, more: object = {}) =>
    page.evaluate(
      `scene.open(${JSON.stringify({ url: `ws://127.0.0.1:${port}`, wsToken: TOKEN, sleepTimeMs: 250, ...more })})`,
    );
  /** What the page has, at the time when the last candle has closed. */
  const cells = (page: PageSession, { length, columns }: AnyFrame, pair = 'BTC/USDT') =>
    page.evaluate(`scene.cells('${pair}', '5m', ${Number(columns['date'][length - 1]) + 300_000})`);
  const live = (frame: AnyFrame) => ({ status: 'live', ...cellsOf(frame) });

  it('holds what the producer has, cell by cell, as candles come', async () => {
    await using source = await producer();
    source.publish(SAMPLE.head(500));
    const page = await openPage();
    await connect(page, source.port);
    await page.evaluate(`scene.next('update')`);
    expect(await cells(page, SAMPLE.head(500))).toEqual(live(SAMPLE.head(500)));
    for (const rows of [501, 502, 503]) {
      source.publish(SAMPLE.head(rows));
      await page.evaluate(`scene.next('update')`);
      expect(await cells(page, SAMPLE.head(rows))).toEqual(live(SAMPLE.head(rows)));
    }
    const other = SAMPLE.head(504).with({
      awkward: Float64Array.from({ length: 504 }, (_, row) => (row % 2 === 0 ? -0 : row / 3)),
    });
    source.publish(other, 'ETH/USDT');
    await page.evaluate(`scene.next('update', ({ key }) => key.pair === 'ETH/USDT')`);
    expect(await cells(page, other, 'ETH/USDT')).toEqual(live(other));
    expect(page.uncaught).toEqual([]);
  });

  it.each([
    { way: 'in rows, as to stock consumers', options: { streams: false } },
    { way: 'in a stream', compressBelowBytesPerSecond: 0 },
    { way: 'in a stream that is compressed', compressBelowBytesPerSecond: Infinity },
  ])('sees every kind of value as it is $way', async ({ options = {}, compressBelowBytesPerSecond = 0 }) => {
    // A small window, so that the producer soon knows how fast the connection is.
    await using source = await producer({ compressBelowBytesPerSecond, snapshotWindowBytes: 32 * 1024 });
    const before = SAMPLE.head(900);
    source.publish(before, 'ETH/USDT');
    const page = await openPage();
    await page.evaluate(`{
      globalThis.inflated = 0;
      globalThis.DecompressionStream = class extends DecompressionStream {
        constructor(format) {
          super(format);
          inflated += 1;
        }
      };
    }`);
    await connect(page, source.port, options);
    await page.evaluate(`scene.next('update')`);
    expect(await cells(page, before, 'ETH/USDT')).toEqual(live(before));
    source.publish(SAMPLE);
    await page.evaluate(`scene.next('update')`);
    expect(await cells(page, SAMPLE)).toEqual(live(SAMPLE));
    expect(await page.evaluate(`inflated`)).toBe(compressBelowBytesPerSecond > 0 ? 2 : 0);
  });

  it('compares values that are hard to carry', () => {
    const columns = cellsOf(SAMPLE).columns.map(({ kind, cells }) => ({ kind, cells: new Set(cells) }));
    for (const [kind, text] of [
      ['float64', 'NaN'],
      ['float64', '-0'],
      ['float64', '-Infinity'],
      ['float64', '5e-324'],
      ['int64', `${2n ** 53n + 1n}n`],
      ['timestamp', 'NaN'],
      ['bool', 'true'],
      ['string', 'null'],
      ['string', String.raw`"tag 5 \"ü/\""`],
    ]) {
      expect(
        columns.some((column) => column.kind === kind && column.cells.has(text)),
        `${kind} ${text}`,
      ).toBe(true);
    }
  });

  it('connects again when the producer has restarted, and holds its frames of then', async () => {
    const first = await producer();
    first.publish(SAMPLE.head(300));
    const page = await openPage();
    await connect(page, first.port);
    await page.evaluate(`scene.next('update')`);
    await first.stop();
    expect(await page.evaluate(`scene.next('disconnected')`)).toMatchObject({
      cause: 'closed',
      reason: expect.stringContaining('the connection was closed with code 1012'),
    });
    expect(await cells(page, SAMPLE.head(300))).toMatchObject({ status: 'stale', rows: 300 });
    expect(await page.evaluate(`scene.next('disconnected')`)).toMatchObject({
      cause: 'unreachable',
      reason: expect.stringContaining(`nothing answers at 127.0.0.1:${first.port} (or it refused the token`),
    });
    await using second = await producer({}, first.port);
    const other = sampleFrame({ rows: 200, seed: 'after the restart' });
    second.publish(other);
    await page.evaluate(`scene.next('update')`);
    expect(await cells(page, other)).toEqual(live(other));
    expect(page.uncaught).toEqual([]);
  });

  it('sees what changes in the past, in a copy that is proved', async () => {
    await using source = await producer();
    source.publish(SAMPLE.head(500));
    const page = await openPage();
    await connect(page, source.port);
    await page.evaluate(`scene.next('stream', ({ condition }) => condition === 'live')`);
    const repainted = SAMPLE.head(501).with({
      awkward: Float64Array.from({ length: 501 }, (_, row) => (row % 100 === 7 ? -0 : SAMPLE.numbers('awkward')[row])),
    });
    source.publish(repainted);
    expect(await page.evaluate(`scene.next('update', ({ frame }) => frame.length === 501)`)).toMatchObject({
      change: 'appended',
    });
    expect(await cells(page, repainted)).toEqual(live(repainted));
  });

  it('is refused where the page may not connect', async () => {
    await using source = await runningProducer();
    const page = await openPage();
    await connect(page, source.port);
    expect(await page.evaluate(`scene.next('disconnected')`)).toMatchObject({
      cause: 'unreachable',
      reason: expect.stringContaining("this page's origin"),
    });
    expect(source.lines).toContainEqual(expect.stringMatching(`CORS_origins.*${there.scene.pages.origin}`));
  });

  it('tells of a refused token what browsers tell, and not the token', async () => {
    await using source = await producer();
    const page = await openPage();
    await connect(page, source.port, { wsToken: 'a wrong token' });
    const event = await page.evaluate(`scene.next('disconnected')`);
    expect(event).toMatchObject({ cause: 'unreachable', reason: expect.stringContaining('refused the token') });
    expect(JSON.stringify(event)).not.toContain('wrong');
  });

  it('drops a message that is too long, and asks for the rows that fit', async () => {
    await using source = await producer();
    source.publish(SAMPLE);
    const page = await openPage();
    // Proved copies come in parts, of which none is so long.
    await connect(page, source.port, { messageSizeLimitBytes: 60_000, streams: false });
    expect(await page.evaluate(`scene.next('resync')`)).toMatchObject({ why: 'too-long' });
    await page.evaluate(`scene.next('update')`);
    const held = z.looseObject({ rows: z.number() }).parse(await cells(page, SAMPLE));
    expect(held.rows).toBeGreaterThan(50);
    expect(held.rows).toBeLessThan(1000);
    expect(held).toMatchObject(cellsOf(SAMPLE.tail(held.rows)));
  });

  it('runs in a worker', async () => {
    await using source = await producer();
    source.publish(Frame.of({ date: timestamps([0, 300_000]), close: [1, -0] }));
    const page = await openPage();
    const work = `
      import { connect } from '${there.scene.pages.origin}/dist/browser/index.js';
      const client = connect({ url: 'ws://127.0.0.1:${source.port}', wsToken: ${JSON.stringify(TOKEN)} });
      for await (const { frame } of client.updates()) postMessage(Array.from(frame.numbers('close')));`;
    const heard = page.evaluate(`new Promise((resolve, reject) => {
      const source = URL.createObjectURL(new Blob([${JSON.stringify(work)}], { type: 'text/javascript' }));
      const worker = new Worker(source, { type: 'module' });
      worker.onmessage = ({ data }) => resolve(data.map((value) => [value, Object.is(value, -0)]));
      worker.onerror = ({ message }) => reject(new Error(message));
    })`);
    expect(await heard).toEqual([
      [1, false],
      [0, true],
    ]);
  });
});
