import { accountIn } from './account-routes.ts';
import { type ApiCall, type RouteTable, type Scene, askedListings } from './api-call.ts';
import { fixedText } from './fixed.ts';
import { below } from './market-routes.ts';

/** What ccxt and freqtrade ask of Binance's wallet: the paper account's own where it has it, nothing otherwise. */
export const walletRoutes: RouteTable = below('/sapi/v1', {
  'GET system/status': { weight: 1, answer: () => ({ status: 0, msg: 'normal' }) },
  'GET account/status': { weight: 1, access: 'signed', answer: () => ({ data: 'Normal' }) },
  'GET account/apiRestrictions': { weight: 1, access: 'signed', answer: restrictions },
  'GET capital/config/getall': { weight: 10, access: 'signed', answer: coins },
  'GET asset/tradeFee': { weight: 1, access: 'signed', answer: tradeFees },
  'GET spot/delist-schedule': { weight: 100, access: 'key', answer: () => [] },
  'GET margin/allPairs': { weight: 1, access: 'key', answer: () => [] },
  'GET margin/isolated/allPairs': { weight: 10, access: 'key', answer: () => [] },
  'GET margin/allAssets': { weight: 1, access: 'key', answer: () => [] },
});

function restrictions(): object {
  return {
    ipRestrict: false,
    enableReading: true,
    enableSpotAndMarginTrading: true,
    enableFutures: false,
    enableMargin: false,
    enableWithdrawals: false,
  };
}

/** Every currency of the market. None can be deposited or withdrawn. */
async function coins(_call: ApiCall, scene: Scene): Promise<readonly object[]> {
  const assets = new Set(scene.listings.all.flatMap(({ market }) => [market.base, market.quote]));
  return accountIn(scene).at(({ balances }) => {
    const held = new Map(balances.map((balance) => [balance.asset, balance]));
    return [...new Set([...assets, ...held.keys()])].map((coin) => ({
      coin,
      name: coin,
      free: fixedText(held.get(coin)?.free ?? 0n),
      locked: fixedText(held.get(coin)?.locked ?? 0n),
      freeze: '0',
      withdrawing: '0',
      ipoing: '0',
      ipoable: '0',
      storage: '0',
      isLegalMoney: false,
      trading: true,
      depositAllEnable: false,
      withdrawAllEnable: false,
      networkList: [],
    }));
  });
}

function tradeFees(call: ApiCall, scene: Scene): readonly object[] {
  const account = accountIn(scene);
  return askedListings(call, scene).asked.map((listing) => {
    const { maker, taker } = account.feesOf(listing);
    return { symbol: listing.symbol, makerCommission: String(maker), takerCommission: String(taker) };
  });
}
