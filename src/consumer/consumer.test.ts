import { describe, expect, it } from 'vitest';
import { manualClock, manualOpener } from '../testing/index.ts';
import { Consumer } from './consumer.ts';
import type { ProducerAddress } from './consumer-options.ts';

const address = (name: string, more: Partial<ProducerAddress> = {}): ProducerAddress => ({
  name,
  host: '127.0.0.1',
  port: 8080,
  wsToken: 'first',
  ...more,
});

function setup(...producers: readonly ProducerAddress[]) {
  const opener = manualOpener();
  const consumer = new Consumer({
    producers,
    openSocket: opener.openSocket,
    clock: manualClock(0),
    onEvent() {},
  });
  const speak = (link: number, ...pairs: readonly string[]) => {
    opener.links[link].open();
    opener.links[link].message(JSON.stringify({ type: 'whitelist', data: pairs }));
  };
  return { consumer, opener, speak };
}

describe('Consumer.setProducers', () => {
  it('keeps the connections of producers that stay, leaves the others, and joins new ones', () => {
    const { consumer, opener, speak } = setup(address('a'), address('b', { port: 8081 }));
    consumer.start();
    speak(0, 'BTC/USDT');
    consumer.setProducers([address('a'), address('c', { port: 8082 })]);
    expect(consumer.producerNames).toEqual(['a', 'c']);
    expect(opener.links.map(({ isClosed }) => isClosed)).toEqual([false, true, false]);
    expect(opener.links[2].target).toMatchObject({ url: expect.stringContaining(':8082/') });
    expect(consumer.isConnected('a')).toBe(true);
    expect(consumer.pairs('a')).toEqual(['BTC/USDT']);
  });

  it('connects anew with another token, and knows what it knew until the producer speaks again', () => {
    const { consumer, opener, speak } = setup(address('a'));
    consumer.start();
    speak(0, 'BTC/USDT');
    consumer.setProducers([address('a', { wsToken: 'second' })]);
    expect(opener.links.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    expect(opener.links[1].target).toMatchObject({ wsToken: 'second' });
    expect(consumer.pairs('a')).toEqual(['BTC/USDT']);
    speak(1, 'ETH/USDT');
    expect(consumer.pairs('a')).toEqual(['ETH/USDT']);
  });

  it('wants what the address that stands says, whatever stood before, over the connection that stands', () => {
    const { consumer, opener } = setup(address('a'));
    consumer.start();
    opener.link.open();
    const wanted = () =>
      opener.link.sent.map((text) => JSON.parse(text)).findLast(({ type }) => type === 'subscribe').candlecast.want;
    const subscriptions = () => opener.link.sent.filter((text) => text.includes('"subscribe"')).length;
    const [one, other] = [{ want: [{ tail: 10 }] }, { want: [{ tail: 20 }] }];
    for (const { want } of [one, other, one, other]) {
      consumer.setProducers([address('a', { want })]);
      expect(wanted()).toEqual(want);
    }
    const before = subscriptions();
    consumer.setProducers([address('a', other)]);
    expect(subscriptions()).toBe(before);
    consumer.setProducers([address('a')]);
    expect(wanted()).toEqual([{ tail: 1500 }]);
    expect(opener.links).toHaveLength(1);
  });

  it('forgets what it knew of another machine of the same name', () => {
    const { consumer, speak } = setup(address('a'));
    consumer.start();
    speak(0, 'BTC/USDT');
    consumer.setProducers([address('a', { host: '10.0.0.1' })]);
    expect(consumer.pairs('a')).toEqual([]);
  });

  it('connects to nobody before it was started, or after it was stopped', () => {
    const { consumer, opener } = setup(address('a'));
    consumer.setProducers([address('b')]);
    expect(opener.links).toEqual([]);
    consumer.start();
    consumer.stop();
    consumer.setProducers([address('c')]);
    expect(opener.links.length).toBe(1);
  });

  it('changes nothing where two have one name', () => {
    const { consumer, opener } = setup(address('a'));
    consumer.start();
    expect(() => consumer.setProducers([address('b'), address('b')])).toThrow(
      expect.objectContaining({ code: 'CONSUMER_DUPLICATE_PRODUCER' }),
    );
    expect(consumer.producerNames).toEqual(['a']);
    expect(opener.link.isClosed).toBe(false);
  });
});
