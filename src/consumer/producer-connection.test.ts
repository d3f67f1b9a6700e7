import { describe, expect, it } from 'vitest';
import { parsePair } from '../market/index.ts';
import { type ManualOpener, manualClock, manualOpener, sampleFrame, sampleKey } from '../testing/index.ts';
import type { Clock } from '../util/clock.ts';
import type { Logger } from '../util/logger.ts';
import { seededRandom } from '../util/random.ts';
import type { ConsumerEvent } from './consumer-event.ts';
import { Consumer } from './consumer.ts';
import type { ConsumerOptions } from './consumer-options.ts';
import type { ConsumerSocketEvents, OpenSocket, SocketEnd } from './consumer-socket.ts';

const token = 'a-secret:that/needs?encoding&more';
const producers = [{ name: 'default', host: 'producer.example', port: 8080, wsToken: token }];

interface Line {
  readonly level: string;
  readonly text: string;
}

class Scene {
  readonly clock = manualClock(1_000_000);
  readonly opener: ManualOpener = manualOpener();
  readonly events: ConsumerEvent[] = [];
  readonly lines: Line[] = [];
  readonly consumer: Consumer;
  onEvent: (event: ConsumerEvent) => void = () => {};

  constructor(options: ConsumerOptions & { readonly openSocket?: OpenSocket; readonly marketClock?: Clock } = {}) {
    const log = (level: string) => (text: string, fields?: object) =>
      void this.lines.push({ level, text: `${text} ${JSON.stringify(fields ?? {})}` });
    const logger: Logger = {
      debug: log('debug'),
      info: log('info'),
      warn: log('warn'),
      error: log('error'),
      child: () => logger,
    };
    this.consumer = new Consumer({
      producers,
      clock: this.clock,
      random: seededRandom('connections'),
      openSocket: this.opener.openSocket,
      logger,
      onEvent: (event) => {
        this.events.push(event);
        this.onEvent(event);
      },
      ...options,
    });
    this.consumer.start();
  }

  get isConnected(): boolean {
    return this.consumer.isConnected('default');
  }

  get last(): ConsumerEvent | undefined {
    return this.events.at(-1);
  }

  /** Ends the newest link and gives what is told of it. */
  end(end?: Partial<SocketEnd>): Extract<ConsumerEvent, { readonly type: 'disconnected' }> {
    this.opener.link.end(end);
    const { last } = this;
    if (last?.type !== 'disconnected') throw new Error(`told ${last?.type}`);
    return last;
  }

  /** Moves on to the next attempt. */
  retry(): void {
    const attempts = this.opener.links.length;
    const told = this.last;
    this.clock.advance(told?.type === 'disconnected' ? told.retryInMs : 0);
    expect(this.opener.links).toHaveLength(attempts + 1);
  }

  warnings(): string[] {
    return this.lines.filter(({ level }) => level === 'warn').map(({ text }) => text);
  }
}

const frameMessage = (rows: number) =>
  ({ type: 'analyzed_df', key: sampleKey(), frame: sampleFrame({ rows }), lastAnalyzed: 5 }) as const;

/** Shows that the producer is a stock one. */
const running = { type: 'status', fields: { status: 'running' } } as const;

describe('a connection', () => {
  it('goes where it is told, with the token apart from the address', () => {
    const { target } = new Scene().opener.link;
    expect(target).toEqual({
      url: 'ws://producer.example:8080/api/v1/message/ws',
      wsToken: token,
      mostBytes: 8 * 2 ** 20,
    });
    const opener = manualOpener();
    const secure = { name: 'v6', host: '::1', port: 1, secure: true, wsToken: '' };
    new Consumer({ producers: [secure], openSocket: opener.openSocket, onEvent() {}, clock: manualClock() }).start();
    expect(opener.link.target.url).toBe('wss://[::1]:1/api/v1/message/ws');
  });

  it('asks at once when it stands, and what comes is readable', () => {
    const scene = new Scene();
    expect(scene.isConnected).toBe(false);
    scene.opener.link.open();
    expect(scene.isConnected).toBe(true);
    expect(scene.opener.link.sent).toHaveLength(2);
    scene.opener.link.message(frameMessage(50));
    expect(scene.opener.link.sent).toHaveLength(3);
    expect(scene.events.map(({ type }) => type)).toEqual(['connected', 'update']);
    expect(scene.consumer.keys('default')).toEqual([sampleKey()]);
  });

  it('is not begun twice', () => {
    const scene = new Scene();
    scene.consumer.start();
    expect(scene.opener.links).toHaveLength(1);
  });
});

describe('silence', () => {
  it('is broken by a ping, and ends the connection where that is not answered', () => {
    const scene = new Scene({ waitTimeoutMs: 30_000, pingTimeoutMs: 5_000 });
    const { link } = scene.opener;
    link.open();
    scene.clock.advance(30_000);
    expect(link.pings).toBe(1);
    link.pong();
    scene.clock.advance(30_000);
    expect(link.pings).toBe(2);
    scene.clock.advance(5_000);
    expect(link.isClosed).toBe(true);
    expect(scene.isConnected).toBe(false);
    expect(scene.end({ reason: 'code 1006' }).reason).toBe('no answer to a ping within 5 s');
    expect(scene.warnings()).toHaveLength(1);
  });

  it('is not silence while messages come', () => {
    const scene = new Scene({ waitTimeoutMs: 30_000 });
    const { link } = scene.opener;
    link.open();
    for (let i = 0; i < 10; i++) {
      scene.clock.advance(29_000);
      link.message({ type: 'whitelist', pairs: [] });
    }
    expect(link.pings).toBe(0);
  });

  it('is forgotten by the next connection: its end has its own reason', () => {
    const scene = new Scene({ waitTimeoutMs: 30_000, pingTimeoutMs: 5_000 });
    scene.opener.link.open();
    scene.clock.advance(35_000);
    scene.end();
    scene.retry();
    scene.opener.link.open();
    expect(scene.end({ reason: 'closed with code 1012' }).reason).toBe('closed with code 1012');
  });
});

describe('attempts', () => {
  it('widen while nobody answers, within the bounds of jitter', () => {
    const scene = new Scene();
    for (let attempt = 1; attempt <= 15; attempt++) {
      const told = scene.end({ cause: 'unreachable', reason: 'ECONNREFUSED' });
      const middle = 10_000 * Math.min(6, 1.5 ** (attempt - 1));
      expect(told.attempt).toBe(attempt);
      expect(told.retryInMs).toBeGreaterThanOrEqual(0.75 * middle);
      expect(told.retryInMs).toBeLessThanOrEqual(1.25 * middle);
      scene.retry();
    }
  });

  it('are told in the log at the 1st, 2nd, 4th, 8th, …, and as an event each', () => {
    const scene = new Scene();
    for (let i = 0; i < 100; i++) {
      scene.end({ cause: 'unreachable', reason: 'ECONNREFUSED' });
      scene.retry();
    }
    expect(scene.events).toHaveLength(100);
    expect(scene.warnings().map((text) => JSON.parse(text.slice(text.indexOf('{'))).attempt)).toEqual([
      1, 2, 4, 8, 16, 32, 64,
    ]);
  });

  it('follow soon after a connection that had worked, and count from 1', () => {
    const scene = new Scene();
    for (let i = 0; i < 5; i++) {
      scene.end({ cause: 'unreachable' });
      scene.retry();
    }
    scene.opener.link.open();
    scene.clock.advance(5_000);
    const told = scene.end();
    expect(told.attempt).toBe(1);
    expect(told.retryInMs).toBeLessThan(1000);
    scene.retry();
    expect(scene.end().retryInMs).toBeGreaterThan(5_000);
  });

  it('widen too where the connection opens and breaks at once, or brings garbage', () => {
    const scene = new Scene();
    for (let attempt = 1; attempt <= 8; attempt++) {
      scene.opener.link.open();
      scene.clock.advance(attempt % 2 === 0 ? 10_000 : 10);
      for (let i = 0; i < 20; i++) scene.opener.link.message('garbage');
      expect(scene.opener.link.isClosed).toBe(true);
      const told = scene.end({ reason: 'code 1000' });
      expect(told.reason).toBe('it sent 20 messages in a row that could not be read');
      expect(told.attempt).toBe(attempt);
      scene.retry();
    }
  });

  it('never spin, with a sleep time of 0', () => {
    const scene = new Scene({ sleepTimeMs: 0 });
    const end = scene.clock.now() + 60_000;
    while (scene.clock.now() < end) {
      scene.opener.link.open();
      scene.end();
      scene.retry();
    }
    expect(scene.opener.links.length).toBeLessThan(100);
    expect(scene.opener.links.length).toBeGreaterThan(20);
  });

  it('go on where opening itself throws', () => {
    let calls = 0;
    const scene = new Scene({
      openSocket: () => {
        calls += 1;
        throw new Error('no such address');
      },
    });
    expect(scene.last).toMatchObject({ type: 'disconnected', reason: expect.stringContaining('no such address') });
    scene.clock.advance(1e6);
    expect(calls).toBeGreaterThan(10);
  });
});

describe('reasons', () => {
  it.each([
    ['unreachable', 'ECONNREFUSED', 'nothing answers at producer.example:8080 (ECONNREFUSED); is the producer running'],
    ['unauthorized', 'HTTP 403', 'producer.example:8080 refused the token; ws_token must be one of'],
    ['not-a-producer', 'HTTP 404', 'producer.example:8080 answers, but not with a message websocket (HTTP 404)'],
    ['closed', 'closed with code 1012', 'closed with code 1012'],
  ] as const)('%s', (cause, reason, text) => {
    const scene = new Scene();
    expect(scene.end({ cause, reason }).reason).toContain(text);
    const view = scene.consumer.view('default', sampleKey());
    expect(view).toMatchObject({ status: 'missing', reason: expect.stringContaining(text) });
  });

  it('never hold the token', () => {
    const scene = new Scene();
    scene.onEvent = () => {
      throw new Error('handler');
    };
    for (const cause of ['unreachable', 'unauthorized', 'not-a-producer', 'too-long', 'closed'] as const) {
      scene.opener.link.open();
      scene.opener.link.message('garbage');
      scene.end({ cause, reason: 'x' });
      scene.retry();
    }
    const all = JSON.stringify([scene.lines, scene.events]);
    expect(all).not.toContain(token);
    expect(all).not.toContain(encodeURIComponent(token));
  });
});

describe('a message that is too long and ends the connection', () => {
  const rowsAsked = (scene: Scene) => {
    scene.opener.link.message(running);
    return JSON.parse(scene.opener.link.sent[2]).data?.limit;
  };

  it('has fewer and fewer rows asked for, soon, and the setting named', () => {
    const scene = new Scene();
    const asked: number[] = [];
    for (;;) {
      scene.opener.link.open();
      asked.push(rowsAsked(scene));
      if (rowsAsked(scene) === 1) break;
      const told = scene.end({ cause: 'too-long' });
      expect(told.reason).toMatch(/longer than message_size_limit, 8 MB; asking for \d+ rows next/);
      expect(told.retryInMs).toBeLessThan(1000);
      scene.retry();
    }
    expect(asked).toEqual([1500, 750, 375, 187, 93, 46, 23, 11, 5, 2, 1]);
  });

  it('of one row is no cause to hurry', () => {
    const scene = new Scene({ initialCandleLimit: 1 });
    scene.opener.link.open();
    const told = scene.end({ cause: 'too-long' });
    expect(told.reason).toContain('message_size_limit, 8 MB; raise it');
    expect(told.retryInMs).toBeGreaterThan(5_000);
  });

  it('halves what a producer gives at most, where all was asked for', () => {
    const scene = new Scene({ initialCandleLimit: 0 });
    scene.opener.link.open();
    expect(rowsAsked(scene)).toBeUndefined();
    scene.end({ cause: 'too-long' });
    scene.retry();
    scene.opener.link.open();
    expect(rowsAsked(scene)).toBe(750);
  });
});

describe('a message that is too long and was passed over', () => {
  /** A scene whose newest socket can tell of such messages. */
  function withTooLong() {
    let events: ConsumerSocketEvents | undefined;
    const opener = manualOpener();
    const openSocket: OpenSocket = (target, told) => {
      events = told;
      return opener.openSocket(target, told);
    };
    const made = new Scene({ openSocket });
    opener.link.open();
    const passOver = (beginning: string, bytes = 12 * 2 ** 20) => events?.onTooLong({ bytes, beginning });
    const progress = () => events?.onProgress();
    return { scene: made, opener, passOver, progress };
  }

  const frameOfPair = (pair: string) => `{"type":"analyzed_df","data":{"key":["${pair}","5m","spot"],"df"`;

  it('leaves the connection where it is known what it was', () => {
    const { scene: made, passOver } = withTooLong();
    passOver(frameOfPair('BTC/USDT'));
    expect(made.isConnected).toBe(true);
    expect(made.events.map(({ type }) => type)).toEqual(['connected', 'trouble', 'resync']);
  });

  it('ends it where that cannot be told, and fewer rows are asked for from then on', () => {
    const { scene: made, opener, passOver } = withTooLong();
    passOver('nothing that is known');
    expect(made.isConnected).toBe(false);
    expect(made.consumer.view('default', sampleKey())?.reason).toContain('a message was too long');
    expect(opener.link.isClosed).toBe(true);
    opener.link.end({ reason: 'the connection was closed with code 1000' });
    expect(made.last).toMatchObject({ cause: 'too-long', reason: expect.stringContaining('asking for 750 rows next') });
  });

  it('ends it where it can be no message, or leads nowhere again and again, at widening intervals', () => {
    const { scene: made, opener, passOver } = withTooLong();
    for (let attempt = 1; attempt <= 8; attempt++) {
      made.clock.advance(10_000);
      if (attempt % 2 === 0) passOver('', 2 ** 30);
      else for (let i = 0; i < 20; i++) passOver('{"type":"status","data":"xxxxxxxxx');
      expect(opener.link.isClosed).toBe(true);
      opener.link.end({ reason: 'code 1000' });
      expect(made.last).toMatchObject({
        attempt,
        cause: 'closed',
        reason: expect.stringMatching(
          attempt % 2 === 0
            ? /^it sent what can be no message$/
            : /^it sent 20 messages in a row that were too long or could not be read; see message_size_limit$/,
        ),
      });
      const { clock } = made;
      clock.advance(made.last?.type === 'disconnected' ? made.last.retryInMs : 0);
      opener.link.open();
    }
  });

  it('is told of each frame once, across connections too, and no more after the end', () => {
    const { scene: made, opener, passOver } = withTooLong();
    const troubles = () => made.events.filter(({ type }) => type === 'trouble');
    passOver(frameOfPair('BTC/USDT'));
    passOver(frameOfPair('ETH/USDT'));
    opener.link.end();
    made.clock.advance(6_000);
    expect(troubles()).toEqual([
      { type: 'trouble', producer: 'default', reason: expect.stringContaining('BTC/USDT') },
      { type: 'trouble', producer: 'default', reason: expect.stringContaining('ETH/USDT') },
    ]);
    made.clock.advance(60_000);
    opener.link.open();
    for (const pair of ['BTC/USDT', 'ETH/USDT', 'XRP/USDT', 'ADA/USDT']) passOver(frameOfPair(pair));
    made.consumer.stop();
    made.clock.advance(60_000);
    expect(troubles()).toHaveLength(3);
    expect(made.clock.pendingTimers).toBe(0);
  });

  it('has the next connection ask all for what fits, where all are known to be limited', () => {
    const { scene: made, opener, passOver } = withTooLong();
    const again = () => {
      opener.link.end();
      made.clock.advance(60_000);
      opener.link.open();
      opener.link.message(running);
      return JSON.parse(opener.link.sent[2]).data;
    };
    opener.link.message({ type: 'whitelist', pairs: [parsePair('BTC/USDT'), parsePair('ETH/USDT')] });
    passOver(frameOfPair('BTC/USDT'));
    expect(again()).toEqual({ limit: 1500, pair: null });
    passOver(frameOfPair('BTC/USDT'));
    passOver(frameOfPair('ETH/USDT'));
    expect(again()).toEqual({ limit: 950, pair: null });
  });

  it('is a sign of life while it is on its way', () => {
    const { scene: made, opener, progress } = withTooLong();
    for (let i = 0; i < 100; i++) {
      made.clock.advance(299_000);
      progress();
    }
    expect(opener.link.pings).toBe(0);
    made.clock.advance(300_000);
    expect(opener.link.pings).toBe(1);
    progress();
    made.clock.advance(299_000);
    expect(made.isConnected).toBe(true);
  });
});

describe('stopping', () => {
  it('leaves no timer, no further attempt and no further event', () => {
    for (const before of ['connecting', 'open', 'waiting', 'pinged'] as const) {
      const scene = new Scene();
      const { link } = scene.opener;
      if (before !== 'connecting') link.open();
      if (before === 'waiting') link.end();
      if (before === 'pinged') scene.clock.advance(300_000);
      scene.consumer.stop();
      const told = scene.events.length;
      link.pong();
      link.message(frameMessage(50));
      link.binary(new Uint8Array(1));
      if (before === 'connecting') link.open();
      link.end();
      scene.clock.advance(1e9);
      expect(scene.clock.pendingTimers).toBe(0);
      expect(scene.opener.links).toHaveLength(1);
      expect(scene.events).toHaveLength(told);
      expect(scene.isConnected).toBe(false);
      expect(link.isClosed).toBe(before !== 'waiting');
      expect(scene.consumer.view('default', sampleKey())?.reason).toBe('the consumer has stopped');
    }
  });

  it.each(['connected', 'disconnected', 'update', 'whitelist', 'trouble'] as const)(
    'works from within "%s"',
    (type) => {
      const scene = new Scene();
      scene.onEvent = (event) => {
        if (event.type === type) scene.consumer.stop();
      };
      const { link } = scene.opener;
      link.open();
      link.message({ type: 'whitelist', pairs: [] });
      link.message('garbage');
      link.message(frameMessage(50));
      link.end();
      expect(scene.last?.type).toBe(type);
      expect(scene.clock.pendingTimers).toBe(0);
      expect(scene.consumer.view('default', sampleKey())?.reason).toBe('the consumer has stopped');
      scene.clock.advance(1e9);
      expect(scene.opener.links).toHaveLength(1);
    },
  );

  it('can be followed by another start, on which the old socket has no influence', () => {
    const scene = new Scene();
    const old = scene.opener.link;
    old.open();
    scene.consumer.stop();
    scene.consumer.start();
    scene.opener.link.open();
    old.message('garbage');
    old.end();
    expect(scene.isConnected).toBe(true);
    expect(scene.opener.links).toHaveLength(2);
    scene.opener.link.message(frameMessage(50));
    expect(scene.consumer.view('default', sampleKey())).toMatchObject({ frame: { length: 50 } });
  });
});

it('goes on when the handler of its events throws, and says so', () => {
  const scene = new Scene();
  scene.onEvent = () => {
    throw new Error('the handler is broken');
  };
  scene.opener.link.open();
  scene.opener.link.message(frameMessage(50));
  expect(scene.isConnected).toBe(true);
  expect(scene.consumer.view('default', sampleKey())).toMatchObject({ frame: { length: 50 } });
  const errors = scene.lines.filter(({ level }) => level === 'error').map(({ text }) => text);
  expect(errors[1]).toContain('what handles this consumer\'s events failed at "update": the handler is broken');
});

it('makes frames stale while it is away, and live when they come again', () => {
  const closed = Number(sampleFrame({ rows: 50 }).last('date')) + 300_000;
  const scene = new Scene({ marketClock: manualClock(closed) });
  const status = () => scene.consumer.view('default', sampleKey())?.reason;
  scene.opener.link.open();
  scene.opener.link.message(frameMessage(50));
  scene.end({ reason: 'the cable is cut' });
  expect(status()).toBe('producer "default" is not connected: the cable is cut');
  scene.retry();
  scene.opener.link.open();
  expect(status()).toBe('it has not come again since the connection was lost');
  scene.opener.link.message(frameMessage(50));
  expect(status()).toBeUndefined();
});
