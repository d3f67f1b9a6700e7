import { fixedText, times } from './fixed.ts';
import type { PaperOrder, PaperTrade } from './paper-order.ts';

/** An order as Binance gives it. */
export function orderRow(order: PaperOrder): object {
  const { request } = order;
  return {
    ...orderCore(order),
    stopPrice: '0',
    icebergQty: '0',
    time: order.time,
    updateTime: order.updateTime,
    isWorking: true,
    origQuoteOrderQty: fixedText(request.cost ?? 0n),
  };
}

/** An order as the answer to placing it. */
export function placedRow(order: PaperOrder): object {
  return {
    ...orderCore(order),
    transactTime: order.time,
    fills: order.trades.map((trade) => ({
      price: fixedText(trade.price),
      qty: fixedText(trade.amount),
      commission: fixedText(trade.commission),
      commissionAsset: trade.commissionAsset,
      tradeId: trade.id,
    })),
  };
}

/** An order as the answer to cancelling it. */
export function cancelledRow(order: PaperOrder): object {
  const { clientOrderId } = order;
  return { ...orderCore(order), origClientOrderId: clientOrderId, transactTime: order.updateTime };
}

function orderCore({ id, clientOrderId, request, amount, filled, cost, status, time }: PaperOrder) {
  return {
    symbol: request.listing.symbol,
    orderId: id,
    orderListId: -1,
    clientOrderId,
    price: fixedText(request.price ?? 0n),
    origQty: fixedText(amount),
    executedQty: fixedText(filled),
    cummulativeQuoteQty: fixedText(cost),
    status,
    timeInForce: request.timeInForce,
    type: request.type,
    side: request.side,
    workingTime: time,
    selfTradePreventionMode: 'NONE',
  };
}

/** A trade as `myTrades` has it. */
export function myTradeRow(trade: PaperTrade): object {
  const { order } = trade;
  return {
    symbol: order.request.listing.symbol,
    id: trade.id,
    orderId: order.id,
    orderListId: -1,
    price: fixedText(trade.price),
    qty: fixedText(trade.amount),
    quoteQty: fixedText(times(trade.price, trade.amount)),
    commission: fixedText(trade.commission),
    commissionAsset: trade.commissionAsset,
    time: trade.time,
    isBuyer: order.request.side === 'BUY',
    isMaker: trade.isMaker,
    isBestMatch: true,
  };
}
