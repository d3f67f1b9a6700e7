export { lastRow } from './analysis.ts';
export { Bot } from './bot.ts';
export { BotError } from './bot-error.ts';
export type { BotEvent } from './bot-event.ts';
export { timeThroughCcxt } from './create-exchange.ts';
