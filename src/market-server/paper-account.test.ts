import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulatedExchange } from '../exchange/index.ts';
import { parsePair } from '../market/index.ts';
import { manualClock } from '../testing/manual-clock.ts';
import type { Clock } from '../util/clock.ts';
import { fixedOf, fixedText, times } from './fixed.ts';
import { MarketServerError } from './market-server-error.ts';
import { marketView } from './market-view.ts';
import { PaperAccount, parseBalances } from './paper-account.ts';
import { type OrderRequest, isOpen } from './paper-order.ts';
import { Refusal } from './refusal.ts';
import { listMarkets } from './symbols.ts';

const START = Date.UTC(2024, 1, 2, 3, 4, 30);
const pair = parsePair('BTC/USDT');

async function scene() {
  const clock = manualClock(START);
  const open = (at: Clock) => simulatedExchange({ seed: 8, pairs: [pair], clock: at });
  const exchange = open(clock);
  const balances = { USDT: '100000', BTC: '2' };
  const account = new PaperAccount(
    { apiKey: 'k', secret: 's', balances },
    { exchange, view: marketView(exchange, open) },
  );
  const [listing] = listMarkets(await exchange.fetchMarkets()).all;
  const [{ last }] = await exchange.fetchTickers();
  const order = (more: Partial<OrderRequest>): OrderRequest => ({
    listing,
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    price: fixedOf(last),
    amount: fixedOf(0.1),
    cost: undefined,
    clientOrderId: undefined,
    ...more,
  });
  return { clock, exchange, account, order, last };
}

describe('the paper account', () => {
  it('takes what it can at once and lets the rest of a limit order rest, or not', async () => {
    const { account, order, exchange } = await scene();
    const { asks } = await exchange.fetchOrderBook(pair, { limit: 1 });
    const [price, amount] = [fixedOf(asks[0][0]), fixedOf(asks[0][1]) + fixedOf(0.5)];
    const place = (more: Partial<OrderRequest>) =>
      account.at(async (ledger) => {
        const { status, filled, locked } = await ledger.place(order({ price, amount, ...more }));
        return [status, filled, locked];
      });
    const atOnce = fixedOf(asks[0][1]);
    expect(await place({})).toEqual(['PARTIALLY_FILLED', atOnce, times(price, fixedOf(0.5))]);
    expect(await place({ timeInForce: 'FOK' })).toEqual(['EXPIRED', 0n, 0n]);
    await expect(place({ type: 'LIMIT_MAKER' })).rejects.toThrow(Refusal);
    await expect(place({ amount: fixedOf(50) })).rejects.toThrow('insufficient balance');
  });

  it('lets the rest of an order that must not wait go', async () => {
    const { account, order, exchange } = await scene();
    const { bids } = await exchange.fetchOrderBook(pair, { limit: 1 });
    const [price, amount] = [fixedOf(bids[0][0]), fixedOf(2)];
    const sold = await account.at((ledger) => ledger.place(order({ side: 'SELL', price, amount, timeInForce: 'IOC' })));
    const expected = fixedOf(Math.min(2, bids[0][1]));
    expect([sold.status, sold.filled, sold.locked]).toEqual([expected === amount ? 'FILLED' : 'EXPIRED', expected, 0n]);
  });

  it('never holds less than nothing, and every trade adds up', async () => {
    const side = fc.constantFrom('BUY' as const, 'SELL' as const);
    const step = fc.record({
      side,
      type: fc.constantFrom('LIMIT' as const, 'MARKET' as const),
      offset: fc.double({ min: 0.97, max: 1.03, noNaN: true }),
      amount: fc.integer({ min: 1, max: 3000 }),
      minutes: fc.integer({ min: 0, max: 90 }),
      cancels: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
        const { account, order, last, clock } = await scene();
        for (const { side, type, offset, amount, minutes, cancels } of steps) {
          const price = type === 'LIMIT' ? fixedOf(Math.round(last * offset)) : undefined;
          const request = order({ side, type, price, amount: fixedOf(amount / 1000) });
          await account.at((ledger) => ledger.place(request)).catch((error) => expect(error).toBeInstanceOf(Refusal));
          clock.advance(minutes * 60_000);
          if (cancels) {
            await account.at((ledger) => {
              const oldest = ledger.orders.find(isOpen);
              if (oldest !== undefined) ledger.cancel(oldest);
            });
          }
        }
        await account.at(({ balances, orders, trades }) => {
          const held = new Map(balances.map((balance) => [balance.asset, balance]));
          const expected = { USDT: fixedOf(100_000), BTC: fixedOf(2) };
          for (const { order, price, amount, commission, commissionAsset } of trades) {
            const sign = order.request.side === 'BUY' ? 1n : -1n;
            expected.BTC += sign * amount;
            expected.USDT -= sign * times(price, amount);
            if (commissionAsset === 'BTC') expected.BTC -= commission;
            else expected.USDT -= commission;
          }
          for (const asset of ['USDT', 'BTC'] as const) {
            const { free = 0n, locked = 0n } = held.get(asset) ?? {};
            expect(free >= 0n && locked >= 0n).toBe(true);
            expect(fixedText(free + locked)).toBe(fixedText(expected[asset]));
            const wants = asset === 'USDT' ? 'BUY' : 'SELL';
            const setAside = orders.filter((order) => isOpen(order) && order.request.side === wants);
            expect(locked).toBe(setAside.reduce((sum, order) => sum + order.locked, 0n));
          }
        });
      }),
      { numRuns: 30 },
    );
  });

  it('refuses balances that are none', () => {
    expect(parseBalances(['USDT:1000', 'BTC:0.5'])).toEqual({ USDT: '1000', BTC: '0.5' });
    for (const text of ['USDT', ':5', 'USDT:-5', 'USDT:x', 'USDT:']) {
      expect(() => parseBalances([text])).toThrow(MarketServerError);
    }
  });
});
