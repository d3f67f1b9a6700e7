import { connect, type ConsumerEvent } from '../../../../src/consumer/index.ts';
import { type AnyFrame, emptyFrame } from '../../../../src/frame/index.ts';
import { atEnd } from './at-end.ts';

/** An entry that a bot has told. */
export interface Entry {
  readonly pair: string;
  /** The strategy's, which names the candle. */
  readonly tag: string;
}

/** What a bot tells whoever connects to its message websocket. */
export interface ObservedBot {
  /** Its analyzed frame as it was told last: that of a Candlecast bot to the bit, that of a stock bot to ten decimals. */
  readonly frame: (pair: string) => AnyFrame;
  readonly entries: readonly Entry[];
  /** What went wrong with the connection or the messages. */
  readonly troubles: readonly string[];
}

/** Connects to a bot, stock or ours, until the tests are over. */
export function observeBot(port: number, wsToken: string): ObservedBot {
  const entries: Entry[] = [];
  const troubles: string[] = [];
  const frames = new Map<string, AnyFrame>();
  const onEvent = (event: ConsumerEvent) => {
    if (event.type === 'update') frames.set(event.key.pair, event.frame);
    if (event.type === 'trouble' || event.type === 'disconnected') troubles.push(event.reason);
    if (event.type === 'announcement' && event.topic === 'entry') {
      entries.push({ pair: String(event.fields.pair), tag: String(event.fields.enter_tag) });
    }
  };
  const client = connect({ host: '127.0.0.1', port, wsToken, topics: ['entry'], sleepTimeMs: 1000, onEvent });
  atEnd(() => client.close());
  return { frame: (pair) => frames.get(pair) ?? emptyFrame, entries, troubles };
}
