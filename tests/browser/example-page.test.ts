import { expect, it } from 'vitest';
import { type AnyFrame, Frame, ints, timestamps } from '../../src/frame/index.ts';
import { runningProducer, TOKEN } from '../e2e/wire-scene.ts';
import { describeInChromium } from './chromium.ts';
import { sceneInChromium } from './scene-in-chromium.ts';
import type { PageSession } from './dev-tools.ts';

const START = Date.UTC(2026, 0, 5);

/** Candles of 5 minutes with these closes, and a signal in the last one. */
function candles(closes: readonly number[]): AnyFrame {
  return Frame.of({
    date: timestamps(closes.map((_, row) => START + row * 300_000)),
    close: Float64Array.from(closes),
    enter_long: ints(closes.map((_, row) => (row === closes.length - 1 ? 1 : 0))),
    enter_tag: closes.map((_, row) => (row === closes.length - 1 ? 'tag <b>' : null)),
  });
}

describeInChromium('the example page', (launch) => {
  const there = sceneInChromium(launch);

  const openPage = () => there.chromium.open(`${there.scene.pages.origin}/examples/browser/index.html`);
  const connect = (page: PageSession, url: string, token = TOKEN) =>
    page.evaluate(`{
      const form = document.querySelector('form');
      form.elements.url.value = ${JSON.stringify(url)};
      form.elements.token.value = ${JSON.stringify(token)};
      form.querySelector('button').click();
    }`);
  /** Resolves when an expression holds, looked at whenever the page changes. */
  const until = (page: PageSession, isSo: string) =>
    page.evaluate(`new Promise((resolve) => {
      const look = () => {
        if (!(${isSo})) return;
        observer.disconnect();
        resolve();
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
      look();
    })`);
  const rows = (page: PageSession) =>
    page.evaluate(
      `Array.from(document.querySelectorAll('tbody tr'), (row) => Array.from(row.cells, (cell) => cell.textContent))`,
    );
  const state = (page: PageSession) => page.evaluate(`document.querySelector('#state').textContent`);

  it('shows a row for each pair, and what becomes of it', async () => {
    await using source = await runningProducer({ settings: { corsOrigins: [there.scene.pages.origin] } });
    source.publish(candles([4, 5]), 'ETH/USDT');
    source.publish(candles([60_000, 59_400.5]), 'BTC/USDT');
    const page = await openPage();
    await connect(page, `ws://127.0.0.1:${source.port}`);
    await until(page, `document.querySelectorAll('tbody tr').length === 2`);
    const signal = 'enter long (tag <b>)';
    expect(await rows(page)).toEqual([
      ['BTC/USDT 5m', '2026-01-05 00:05', '59,400.5', '−1.00 %', signal, '2', 'stale'],
      ['ETH/USDT 5m', '2026-01-05 00:05', '5', '+25.00 %', signal, '2', 'stale'],
    ]);
    expect(await state(page)).toBe('Connected: 1 pair on the whitelist.');

    source.publish(candles([4, 5, 5]), 'ETH/USDT');
    await until(page, `document.querySelectorAll('tbody tr')[1].cells[5].textContent === '3'`);
    expect(await rows(page)).toEqual([
      ['BTC/USDT 5m', '2026-01-05 00:05', '59,400.5', '−1.00 %', signal, '2', 'stale'],
      ['ETH/USDT 5m', '2026-01-05 00:10', '5', '0.00 %', signal, '3', 'stale'],
    ]);

    await source.stop();
    await until(page, `document.querySelector('#state').className === 'trouble'`);
    expect(await state(page)).toContain('the connection was closed with code 1012');
    expect(await page.evaluate(`document.querySelector('tbody .stale').title`)).toContain('is not connected');
    expect(page.uncaught).toEqual([]);
  });

  it('says what is wrong with an address, and begins anew with another', async () => {
    await using source = await runningProducer({ settings: { corsOrigins: [there.scene.pages.origin] } });
    source.publish(candles([1, 2]));
    const page = await openPage();
    await connect(page, 'ftp://127.0.0.1');
    expect(await state(page)).toBe('url: expected an address that begins with wss, ws, https or http, found "ftp:"');
    await connect(page, `http://127.0.0.1:${source.port}`);
    await until(page, `document.querySelectorAll('tbody tr').length === 1`);
    expect(await page.evaluate(`document.querySelector('#empty').hidden`)).toBe(true);
    await connect(page, `http://127.0.0.1:${source.port}`, 'a wrong token');
    await until(page, `document.querySelector('#state').className === 'trouble'`);
    expect(await state(page)).toContain('refused the token');
    expect(await rows(page)).toEqual([]);
    expect(page.uncaught).toEqual([]);
  });
});
