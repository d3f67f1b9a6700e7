import type { Consumer, CopyView } from '../consumer/index.ts';
import { emptyFrame } from '../frame/index.ts';
import {
  type AnalyzedFrame,
  type CandleType,
  type Candles,
  type Pair,
  type PairKey,
  pairKeyText,
  parsePair,
  parseTimeframe,
  type Timeframe,
} from '../market/index.ts';
import type {
  DataProvider,
  OwnAnalyzed,
  ProducerColumns,
  ProducerDfOptions,
  ProducerFrame,
} from '../strategy/index.ts';

/** Which producer's frame a strategy has read. */
export interface ProducerRead {
  readonly producer: string;
  readonly key: PairKey;
  /** Columns without which it counts as missing. */
  readonly columns: readonly string[];
}

/** `ProducerDfOptions`, whatever the columns. */
interface FrameRequest {
  readonly timeframe?: string;
  readonly candleType?: CandleType;
  readonly producerName?: string;
  readonly columns?: readonly string[];
}

/** What a bot's data provider reads from. */
export interface DataSources {
  readonly timeframe: Timeframe;
  readonly candleType: CandleType;
  readonly candles: (key: PairKey) => Candles;
  readonly analyzed: (key: PairKey) => AnalyzedFrame | undefined;
  readonly whitelist: () => readonly Pair[];
  /** Undefined where the bot consumes nothing. */
  readonly consumer: Consumer | undefined;
  readonly sendMsg: (text: string) => void;
}

/**
 * The data provider of a running bot. Notes which producers' frames are read, so that the bot knows what to wait for. Its frames
 * have memory of their own: what a strategy writes into one stays there.
 */
export class BotDataProvider implements DataProvider {
  readonly #sources: DataSources;
  #reads: Map<string, ProducerRead> | undefined;

  constructor(sources: DataSources) {
    this.#sources = sources;
  }

  /** Runs `work` and returns its result with the producers' frames that it read. */
  recordingReads<T>(work: () => T): { readonly result: T; readonly reads: readonly ProducerRead[] } {
    const reads = new Map<string, ProducerRead>();
    this.#reads = reads;
    try {
      return { result: work(), reads: [...reads.values()] };
    } finally {
      this.#reads = undefined;
    }
  }

  getPairDataframe(pair: string, timeframe?: string, candleType?: CandleType): Candles {
    return this.#sources.candles(this.#key(pair, timeframe, candleType)).detached();
  }

  getAnalyzedDataframe(pair: string, timeframe?: string): OwnAnalyzed {
    const analyzed = this.#sources.analyzed(this.#key(pair, timeframe));
    return { frame: analyzed?.frame.detached() ?? emptyFrame, lastAnalyzed: analyzed?.lastAnalyzed ?? 0 };
  }

  currentWhitelist(): readonly Pair[] {
    return this.#sources.whitelist();
  }

  getProducerPairs(producerName = 'default'): readonly Pair[] {
    return this.#sources.consumer?.pairs(producerName) ?? [];
  }

  getProducerDf<P = unknown>(
    pair: string,
    options: ProducerDfOptions<ProducerColumns<P>> = {},
  ): ProducerFrame<ProducerColumns<P>> {
    // Which columns a producer's frame has is the strategy's claim; `columns` is how it has the claim checked.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return this.#producerFrame(pair, options) as ProducerFrame<ProducerColumns<P>>;
  }

  #producerFrame(pair: string, options: FrameRequest): ProducerFrame {
    const { producerName: producer = 'default', columns = [] } = options;
    const read = { producer, key: this.#key(pair, options.timeframe, options.candleType), columns };
    this.#reads?.set(`${producer}|${pairKeyText(read.key)}|${columns.join()}`, read);
    const found = this.frameOf(read);
    return { ...found, frame: found.frame.detached() };
  }

  /** What a strategy gets that asks for it now. Does not count as reading. */
  frameOf({ producer, key, columns }: ProducerRead): ProducerFrame {
    const { consumer } = this.#sources;
    if (consumer === undefined) return missing('external_message_consumer is not enabled in the config');
    const view = consumer.view(producer, key);
    if (view === undefined) {
      const names = consumer.producerNames.map((name) => `"${name}"`).join(', ');
      return missing(`no producer is named "${producer}"; the config has ${names}`);
    }
    return withColumns(view, columns);
  }

  sendMsg(text: string): void {
    this.#sources.sendMsg(text);
  }

  #key(pair: string, timeframe?: string, candleType?: CandleType): PairKey {
    return {
      pair: parsePair(pair),
      timeframe: timeframe === undefined ? this.#sources.timeframe : parseTimeframe(timeframe),
      candleType: candleType ?? this.#sources.candleType,
    };
  }
}

function missing(reason: string): ProducerFrame {
  return { status: 'missing', reason, frame: emptyFrame, lastAnalyzed: 0 };
}

function withColumns(view: CopyView, columns: readonly string[]): ProducerFrame {
  if (view.status === 'missing') return view;
  const lacking = columns.filter((name) => !view.frame.has(name));
  if (lacking.length > 0) {
    return missing(`the producer's frame lacks ${lacking.join(', ')}; it has ${view.frame.names.join(', ')}`);
  }
  const { reason, ...rest } = view;
  return reason === undefined ? rest : { ...rest, reason };
}
