export { lastRow } from './analysis.ts';
export { Bot, type BotOptions } from './bot.ts';
export { BotError, type BotErrorCode, botErrors } from './bot-error.ts';
export type { BotEvent, FrameState } from './bot-event.ts';
