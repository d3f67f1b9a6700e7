import { describe, expect, it } from 'vitest';
import { parsePair } from '../market/index.ts';
import { fixedText } from './fixed.ts';
import { readOrder } from './paper-order.ts';
import { RequestParameters } from './request-parameters.ts';
import type { Listing } from './symbols.ts';

const market = {
  pair: parsePair('BTC/USDT'),
  base: 'BTC',
  quote: 'USDT',
  candleTypes: ['spot'],
  isActive: true,
  pricePrecision: 0.1,
  amountPrecision: 0.001,
  limits: { cost: { min: 5 }, amount: { max: 100 } },
} as const;

const read = (values: Readonly<Record<string, string>>, isActive = true) => {
  const listing: Listing = { symbol: 'BTCUSDT', section: 'spot', market: { ...market, isActive } };
  const given = { side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '1', price: '100', ...values };
  return readOrder(new RequestParameters(new URLSearchParams(given)), listing);
};

describe('an order', () => {
  it('is read', () => {
    const order = read({ newClientOrderId: 'x-1' });
    expect(order).toMatchObject({
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      clientOrderId: 'x-1',
      cost: undefined,
    });
    expect([order.price ?? 0n, order.amount ?? 0n].map(fixedText)).toEqual(['100', '1']);
    const market = read({ type: 'MARKET', quoteOrderQty: '50.5', quantity: '', price: '' });
    expect(fixedText(market.cost ?? 0n)).toBe('50.5');
    expect([market.amount, market.price]).toEqual([undefined, undefined]);
  });

  it.each([
    [{ side: '' }, -1102],
    [{ side: 'HOLD' }, -1100],
    [{ type: 'STOP_LOSS' }, -1104],
    [{ timeInForce: '' }, -1102],
    [{ quantity: '' }, -1102],
    [{ price: '' }, -1102],
    [{ quantity: '-1' }, -1100],
    [{ quantity: '1e3' }, -1100],
    [{ newClientOrderId: 'with space' }, -1100],
  ])('%j is refused with %d', (values, code) => {
    expect(() => read(values)).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    [{ quantity: '0.0015' }, 'LOT_SIZE'],
    [{ quantity: '0' }, 'LOT_SIZE'],
    [{ quantity: '100.001' }, 'LOT_SIZE'],
    [{ price: '100.05' }, 'PRICE_FILTER'],
    [{ price: '0' }, 'PRICE_FILTER'],
    [{ quantity: '0.049' }, 'NOTIONAL'],
    [{ type: 'MARKET', quoteOrderQty: '4.99' }, 'NOTIONAL'],
  ])('%j does not pass the filter %s', (values, filter) => {
    expect(() => read(values)).toThrow(`Filter failure: ${filter}`);
  });

  it('is refused while a market is not traded', () => {
    expect(() => read({}, false)).toThrow('Market is closed');
  });
});
