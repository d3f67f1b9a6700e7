import type { Ticker } from '../exchange/index.ts';
import { type TimestampMs, timeframeMs } from '../market/index.ts';
import { type Scene, serverTime } from './api-call.ts';
import { bookTickerMessage, klineMessage, klineOf, miniTickerMessage, tickerMessage } from './stream-messages.ts';
import type { Stream } from './stream-names.ts';
import type { StreamSession } from './stream-session.ts';
import type { Listing, Section } from './symbols.ts';

/** Candles that are looked at again at most in each round, for those that a fault made wrong. */
const MOST_CANDLES = 500;

type TickerMap = ReadonlyMap<string, Ticker>;

/** Tells sessions what is new in the market. One round after the other; what a round reads is read once for all sessions. */
export class StreamPump {
  readonly #scene: Scene;
  #lastRound: TimestampMs | undefined;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** One round: everything that is new to somebody now. */
  async round(sessions: Iterable<StreamSession>): Promise<void> {
    const { exchange, faults } = this.#scene;
    const now = exchange.clock.now();
    const passedMs = now - (this.#lastRound ?? now);
    this.#lastRound = now;
    const all = [...sessions];
    if (all.length === 0 || faults.isQuiet) return;
    const reads = new RoundReads(this.#scene, passedMs);
    for (const session of all) {
      for (const stream of session.streams) await this.#tell(session, stream, reads);
    }
  }

  async #tell(session: StreamSession, stream: Stream, reads: RoundReads): Promise<void> {
    const { section } = session.target;
    const time = serverTime(this.#scene);
    const send = (data: object) => {
      session.send(stream.name, data);
      if (this.#scene.faults.duplicates(stream.name)) session.send(stream.name, data);
    };
    if (stream.kind === 'kline') {
      const rows = await reads.klines(section, stream);
      for (const row of session.untold(stream.name, rows)) send(klineMessage(stream.listing, row, time));
    } else if (stream.kind === 'bookTicker') {
      send(await reads.bookTicker(stream.listing, time));
    } else if (stream.kind === 'allBookTickers') {
      for (const listing of this.#scene.listings.of(section)) send(await reads.bookTicker(listing, time));
    } else if (stream.kind === 'ticker' || stream.kind === 'miniTicker') {
      const ticker = (await reads.tickers(section)).get(stream.listing.market.pair);
      const message = stream.kind === 'ticker' ? tickerMessage : miniTickerMessage;
      if (ticker !== undefined) send(message(stream.listing, ticker, time));
    } else {
      send(await this.#allTickers(section, stream.kind, reads, time));
    }
  }

  async #allTickers(
    section: Section,
    kind: 'allTickers' | 'allMiniTickers',
    reads: RoundReads,
    time: TimestampMs,
  ): Promise<readonly object[]> {
    const tickers = await reads.tickers(section);
    const message = kind === 'allTickers' ? tickerMessage : miniTickerMessage;
    return this.#scene.listings.of(section).flatMap((listing) => {
      const ticker = tickers.get(listing.market.pair);
      return ticker === undefined ? [] : [message(listing, ticker, time)];
    });
  }
}

type KlineStream = Extract<Stream, { kind: 'kline' }>;
type KlineRow = ReturnType<typeof klineOf>;

/** What one round has read of the market. */
class RoundReads {
  readonly #scene: Scene;
  readonly #passedMs: number;
  readonly #klines = new Map<string, Promise<readonly KlineRow[]>>();
  readonly #tickers = new Map<Section, Promise<TickerMap>>();
  readonly #books = new Map<Listing, Promise<object>>();

  constructor(scene: Scene, passedMs: number) {
    this.#scene = scene;
    this.#passedMs = passedMs;
  }

  klines(section: Section, stream: KlineStream): Promise<readonly KlineRow[]> {
    return once(this.#klines, `${section} ${stream.name}`, () => this.#readKlines(section, stream));
  }

  /** The candles since the last round, those that a fault may still hold back or change, and the open one. */
  async #readKlines(section: Section, { listing, timeframe }: KlineStream): Promise<readonly KlineRow[]> {
    const { desk, faults } = this.#scene;
    const spanMs = this.#passedMs + faults.longestCandleFaultMs;
    const limit = Math.min(MOST_CANDLES, Math.ceil(spanMs / timeframeMs(timeframe)) + 2);
    const candles = await desk.candles({ pair: listing.market.pair, timeframe, candleType: section }, { limit });
    return candles.map((candle) => klineOf(listing, timeframe, candle));
  }

  tickers(section: Section): Promise<TickerMap> {
    return once(this.#tickers, section, async () => {
      const pairs = this.#scene.listings.of(section).map(({ market }) => market.pair);
      const tickers = await this.#scene.exchange.fetchTickers({ pairs });
      return new Map(tickers.map((ticker) => [ticker.pair, ticker]));
    });
  }

  bookTicker(listing: Listing, time: TimestampMs): Promise<object> {
    return once(this.#books, listing, async () => {
      const book = await this.#scene.exchange.fetchOrderBook(listing.market.pair, { limit: 1 });
      return bookTickerMessage(listing, book, time);
    });
  }
}

function once<Key, Value>(known: Map<Key, Promise<Value>>, key: Key, read: () => Promise<Value>): Promise<Value> {
  const there = known.get(key);
  if (there !== undefined) return there;
  const made = read();
  known.set(key, made);
  return made;
}
