/** What the type checker must accept and refuse about strategies. Checked by `npm run types` alone, never run. */
import type { AnyFrame, Frame, Numbers, Strings } from 'candlecast/frame';
import {
  type AnyStrategy,
  type DataProvider,
  defineStrategy,
  type InformativeColumns,
  mergeInformativePair,
  type ProducerColumns,
} from 'candlecast/strategy';
import type { Candles, Timeframe } from '../../src/market/index.ts';

/* oxlint-disable typescript/no-unnecessary-type-parameters -- they are what is checked */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<_T extends true>(): void;

declare const candles: Candles;
declare const unknownFrame: AnyFrame;
declare const dp: DataProvider;
declare const timeframe: Timeframe;

export const producer = defineStrategy({
  timeframe: '5m',
  informativePairs: () => [
    ['BTC/USDT', '1h'],
    ['ETH/USDT', '1h', 'spot'],
  ],
  informative: {
    '1h': (candles) => candles.with({ rsi: candles.columns.close }),
    '1d': (candles, { pair, dp }) => candles.with({ ema: dp.getPairDataframe(pair).columns.close }),
  },
  populateIndicators(candles, { informative }) {
    const hourly: Numbers = informative['1h'].columns.rsi;
    // @ts-expect-error the daily frame's column
    void informative['1h'].columns.ema;
    // @ts-expect-error no such informative timeframe
    void informative['4h'];
    // @ts-expect-error candles have no RSI yet
    void candles.columns.rsi;
    return candles.with({ rsi: hourly, note: candles.label(() => null) });
  },
  populateEntryTrend(frame) {
    const { rsi } = frame.columns;
    const note: Strings = frame.columns.note;
    // @ts-expect-error misspelt
    void frame.columns.rsl;
    // @ts-expect-error misspelt
    void frame.last('rsl');
    return frame.with({ enter_long: frame.flag((i) => rsi[i] > 3 && note[i] === null) });
  },
  populateExitTrend(frame) {
    const { rsi, enter_long } = frame.columns;
    // @ts-expect-error misspelt
    void frame.columns.enter_lnog;
    return frame.with({ exit_long: frame.flag((i) => rsi[i] > 3 && enter_long[i] === 1) });
  },
});

const withoutExits = defineStrategy({
  timeframe: '5m',
  populateIndicators(candles, { informative }) {
    // @ts-expect-error it defines no informative frames
    void informative['1h'];
    return candles.with({ rsi: candles.columns.close });
  },
  populateEntryTrend: (frame) => frame.with({ enter_long: frame.flag((i) => frame.columns.rsi[i] > 3) }),
});

// Any strategy is a strategy.
export const strategies: readonly AnyStrategy[] = [producer, withoutExits];

// The columns of a strategy's frames are known to who reads them.
type Candle = 'date' | 'open' | 'high' | 'low' | 'close' | 'volume';
same<Equal<keyof ProducerColumns<typeof producer>, Candle | 'rsi' | 'note' | 'enter_long' | 'exit_long'>>();
same<Equal<keyof ProducerColumns<typeof withoutExits>, Candle | 'rsi' | 'enter_long'>>();
same<Equal<ProducerColumns<typeof producer>['note'], 'string'>>();
same<Equal<keyof InformativeColumns<typeof producer, '1d'>, Candle | 'ema'>>();
same<Equal<keyof InformativeColumns<typeof producer, '1h'>, Candle | 'rsi'>>();

const received = dp.getProducerDf<typeof producer>('BTC/USDT', { columns: ['rsi', 'note'] });
// @ts-expect-error the producer has no such column
dp.getProducerDf<typeof producer>('BTC/USDT', { columns: ['rsl'] });
// @ts-expect-error a missing frame has no age
void received.ageMs;
// @ts-expect-error whether there is a frame must be looked at before its columns are known
received.frame satisfies Frame<ProducerColumns<typeof producer>>;
if (received.status === 'missing') {
  same<Equal<typeof received.reason, string>>();
} else {
  same<Equal<typeof received.frame.columns.rsi, Numbers>>();
  // @ts-expect-error misspelt
  void received.frame.columns.rsl;
}
const hourly = dp.getProducerDf<InformativeColumns<typeof producer, '1h'>>('BTC/USDT', { timeframe: '1h' });
if (hourly.status === 'live') same<Equal<typeof hourly.frame.columns.rsi, Numbers>>();
// Of an unknown producer, any column may be asked for.
const stranger = dp.getProducerDf('BTC/USDT', { columns: ['whatever'] });
if (stranger.status !== 'missing') void stranger.frame.columns.whatever;

// Merged columns have their new names, and kinds that can be missing.
declare const frame: Frame<ProducerColumns<typeof producer>>;
const byTimeframe = mergeInformativePair(candles, frame, { timeframe: '5m', informativeTimeframe: '1h' });
same<Equal<typeof byTimeframe.columns.rsi_1h, Numbers>>();
same<Equal<typeof byTimeframe.columns.close, Numbers>>();
// @ts-expect-error another timeframe
void byTimeframe.columns.rsi_5m;
const options = { timeframe, informativeTimeframe: timeframe, appendTimeframe: false, suffix: 'default' } as const;
const bySuffix = mergeInformativePair(candles, frame, options);
same<Equal<typeof bySuffix.columns.note_default, Strings>>();
same<Equal<(typeof bySuffix)['schema']['enter_long_default'], 'float64'>>();
same<Equal<(typeof bySuffix)['schema']['date_default'], 'timestamp'>>();
// @ts-expect-error misspelt
void bySuffix.columns.rsl_default;
// @ts-expect-error the informative column has a suffix
void bySuffix.columns.rsi;
const ofUnknown = mergeInformativePair(candles, unknownFrame, options);
void ofUnknown.columns.anything_default;
void ofUnknown.with({ enter_long: ofUnknown.flag(() => true) }).columns.anything_default;
// @ts-expect-error another suffix
void ofUnknown.columns.anything_5m;
// A timeframe known only at run time.
void mergeInformativePair(candles, frame, { timeframe, informativeTimeframe: timeframe }).columns.rsi_1h;

// A strategy that forgets to return, waits, or has a setting that is none.
defineStrategy({
  timeframe: '5m',
  // @ts-expect-error nothing is returned
  populateIndicators(candles) {
    candles.with({ rsi: candles.columns.close });
  },
  populateEntryTrend: (frame) => frame,
});
defineStrategy({
  timeframe: '5m',
  // @ts-expect-error a promise is returned
  populateIndicators: async (candles) => Promise.resolve(candles),
  populateEntryTrend: (frame) => frame,
});
defineStrategy({
  timeframe: '5m',
  // @ts-expect-error freqtrade's spelling
  can_short: true,
  populateIndicators: (candles: Candles) => candles,
  populateEntryTrend: (frame: Candles) => frame,
});
// @ts-expect-error the timeframe is missing
defineStrategy({ populateIndicators: (candles: Candles) => candles, populateEntryTrend: (frame: Candles) => frame });

// Of two returns with different columns, those that both have are known.
defineStrategy({
  timeframe: '5m',
  populateIndicators(candles, { dp, pair }) {
    const producer = dp.getProducerDf<typeof withoutExits>(pair);
    if (producer.status === 'missing') return candles.with({ rsi_x: candles.columns.close });
    return mergeInformativePair(candles, producer.frame, { timeframe: '5m', informativeTimeframe: '5m', suffix: 'x' });
  },
  populateEntryTrend(frame) {
    const { rsi_x } = frame.columns;
    // @ts-expect-error only the merged frame has it
    void frame.columns.enter_long_x;
    return frame.with({ enter_long: frame.flag((i) => rsi_x[i] < 30) });
  },
});
