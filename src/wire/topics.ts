/** Everything that a consumer can subscribe to: freqtrade's message types. */
export const topics = [
  'status',
  'warning',
  'exception',
  'startup',
  'entry',
  'entry_fill',
  'entry_cancel',
  'exit',
  'exit_fill',
  'exit_cancel',
  'protection_trigger',
  'protection_trigger_global',
  'strategy_msg',
  'whitelist',
  'analyzed_df',
  'new_candle',
] as const;

export type Topic = (typeof topics)[number];

/** Topics whose messages keep their fields beside `type`, without `data`: what happens to the bot and its trades. */
export type EventTopic = Exclude<Topic, 'exception' | 'whitelist' | 'analyzed_df' | 'new_candle'>;

/** Whether text is a topic. */
export function isTopic(text: string): text is Topic {
  return (topics as readonly string[]).includes(text);
}

/** Whether a topic's messages keep their fields beside `type`. */
export function isEventTopic(topic: Topic): topic is EventTopic {
  return topic !== 'exception' && topic !== 'whitelist' && topic !== 'analyzed_df' && topic !== 'new_candle';
}
