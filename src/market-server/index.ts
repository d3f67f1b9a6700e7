export { type FaultPlan, faultNames, parseFaults } from './fault-plan.ts';
export { planText, struckText } from './fault-text.ts';
export {
  type MarketServer,
  type MarketServerAddress,
  type MarketServerOptions,
  createMarketServer,
} from './market-server.ts';
export { MarketServerError } from './market-server-error.ts';
export { type MarketPace, type OpenedMarket, openRecordedMarket, openSimulatedMarket } from './open-market.ts';
export { parseBalances } from './paper-account.ts';
