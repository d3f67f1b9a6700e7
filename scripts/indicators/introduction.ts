/** What the text tells of the measurements. */
export interface PageFacts {
  readonly count: number;
  /** How many indicators are equal to their oracle to the bit. */
  readonly exact: number;
  readonly cases: number;
  /** The version of Python's TA-Lib that the other column compares with. */
  readonly talib08: string;
  /** How many of `all` TA-Lib indicators that version computes to the same bits. */
  readonly equal: number;
  readonly all: number;
  readonly changedDefaults: readonly string[];
}

/** All that stands before the tables. */
export function introduction(facts: PageFacts): string {
  return `# Indicators

<!-- Written by \`npm run docs\` from the indicators and their fixtures; the text stands in scripts/indicators/introduction.ts. Change those. -->

${facts.count} indicators: TA-Lib's, under TA-Lib's names, and those of freqtrade's qtpylib and \`technical\` that TA-Lib lacks or computes
otherwise. On a terminal, \`candlecast list-indicators\` shows the same, and \`candlecast list-indicators macd\` one of them in full.

## Calling one

\`\`\`ts
import { atr, bbands, macd, rsi } from 'candlecast/indicators';
\`\`\`

An indicator is a function of whole columns. One that is computed from a single series takes that series; one that needs several columns of
the candles takes the candles, or anything else whose \`columns\` have the names it needs; and one that compares two series takes both.

<!-- setup: import { atr, bbands, correl, macd, rsi } from 'candlecast/indicators'; import type { Candles } from 'candlecast'; declare const candles: Candles; -->
\`\`\`ts
const { close, high, low } = candles.columns;

const strength = rsi(close, 14);
const range = atr(candles);
const alike = correl(high, low, 30);
const { upper, lower } = bbands(close, { timePeriod: 20, nbDevUp: 2.5 });
const { macd: line, macdSignal } = macd(close);

const last = close.length - 1;
const isCheap = strength[last] < 30 && close[last] < lower[last];
\`\`\`

- **The result has a row for each row of the input**, in a \`Float64Array\`: \`result[i]\` belongs to candle \`i\`. An indicator with several
  outputs gives an object with a column each, under the names in the tables below.
- **A \`timePeriod\` that is the only parameter is given by itself**, everything else as an object. What is left out has its default. A value out of
  range, or a parameter that does not exist, is an \`IndicatorError\` that names what would be right.
- **Results are to be read only**, and the type checker says so: a bot goes on from the columns of the candle before, and many frames share
  their memory. \`Float64Array.from(result)\` is yours to write to.
- **Rows without a value are NaN**, at the head until enough candles came. Comparisons with NaN are false, so a rule written as
  \`rsi[i] < 30\` does nothing there. Whole-number outputs (all patterns, and \`htTrendmode\`) have 0 instead, as in TA-Lib.
- **Rows at the head that are NaN in any input are left out**: the computation begins with the first complete row, as in Python's TA-Lib, so
  indicators can be computed from indicators. What a NaN further on does is the indicator's own affair, and the same as in TA-Lib.
  Where no row is complete there is no value at all; Python's TA-Lib computes the last row even then.
- **The lookback** is how many rows, from the first complete one on, have no complete value. It is a function, because it depends on the
  parameters: \`rsi.lookback(14)\` is 14, \`macd.lookback()\` is 33.

In a strategy, columns go into the frame:

<!-- setup: import { defineStrategy } from 'candlecast'; import { cdlHammer, macd, rsi } from 'candlecast/indicators'; -->
\`\`\`ts
export default defineStrategy({
  timeframe: '5m',
  startupCandleCount: 40,

  populateIndicators(candles) {
    const { close } = candles.columns;
    const { macd: line, macdSignal } = macd(close);
    return candles.with({ rsi: rsi(close), macd: line, macdsignal: macdSignal, hammer: cdlHammer(candles) });
  },

  populateEntryTrend(frame) {
    const { hammer, macd, macdsignal, rsi } = frame.columns;
    return frame.with({ enter_long: frame.flag((i) => hammer[i] > 0 && rsi[i] < 30 && macd[i] > macdsignal[i]) });
  },
});
\`\`\`

## One candle at a time

\`stream\` takes the same parameters and then row after row. Its values are those of the batch, to the bit, and each costs the same however
many rows came before.

<!-- setup: import { atr, rsi } from 'candlecast/indicators'; declare const closed: { high: number; low: number; close: number }[]; declare const open: { high: number; low: number; close: number }; -->
\`\`\`ts
const strength = rsi.stream(14);
const range = atr.stream(14);
for (const { high, low, close } of closed) {
  strength.update(close);
  range.update({ high, low, close });
}
// The open candle: what the values would be if it closed now. The streams stay as they are.
const now = [strength.peek(open.close), range.peek(open)];
// A stream in the same state that lives on its own.
const other = range.copy();
other.update(open);
\`\`\`

## All of them by their descriptions

Every indicator tells its \`name\`, \`title\`, \`source\`, \`inputs\`, \`outputs\` and \`parameters\` with defaults and ranges. \`indicators\` lists them
all, \`indicatorGroups\` by group.

\`\`\`ts
import { indicators } from 'candlecast/indicators';

for (const { name, parameters } of indicators) {
  const text = Object.entries(parameters).map(([key, parameter]) => \`\${key} = \${parameter.default}\`);
  console.log(\`\${name}: \${text.join(', ')}\`);
}
\`\`\`

## Porting from Python

| Python | here |
|---|---|
| \`ta.RSI\`, \`ta.PLUS_DI\`, \`ta.HT_SINE\` | lower case, a capital after each underscore: \`rsi\`, \`plusDi\`, \`htSine\` |
| \`ta.CDLHAMMER\`, \`ta.CDL3WHITESOLDIERS\` | a capital at each word: \`cdlHammer\`, \`cdl3WhiteSoldiers\` |
| \`ta.VAR\` | \`variance\`, since \`var\` is a word of the language |
| \`ta.RSI(dataframe)\`, \`ta.EMA(dataframe['rsi'], timeperiod=9)\` | \`rsi(close)\`, \`ema(rsi(close), 9)\`: the series is always named |
| \`ta.ATR(dataframe, timeperiod=14)\` | \`atr(candles, 14)\` |
| \`ta.MACD(dataframe, fastperiod=12)\` | \`macd(close, { fastPeriod: 12 })\` |
| \`timeperiod\`, \`nbdevup\`, \`fastk_period\`, \`slowd_matype\`, \`vfactor\` | \`timePeriod\`, \`nbDevUp\`, \`fastKPeriod\`, \`slowDMaType\`, \`vFactor\` |
| \`matype=0\` to \`8\` | \`maType: 'sma'\`, \`'ema'\`, \`'wma'\`, \`'dema'\`, \`'tema'\`, \`'trima'\`, \`'kama'\`, \`'mama'\`, \`'t3'\` |
| \`macd['macdsignal']\`, \`stoch['slowk']\`, \`aroon['aroonup']\` | \`.macdSignal\`, \`.slowK\`, \`.aroonUp\` |
| \`ta.BBANDS(…)['upperband']\` | \`.upper\`, \`.middle\`, \`.lower\` |
| \`qtpylib.bollinger_bands(qtpylib.typical_price(dataframe), window=20, stds=2)\` | \`bollingerBands(typicalPrice(candles), { window: 20, stds: 2 })\`, with \`lower\`, \`middle\`, \`upper\` |
| \`qtpylib.crossed_above(dataframe['rsi'], 30)\` | \`crossedAbove(rsi, 30)\` for a column, \`crossedAbove(rsi, 30, i)\` for row \`i\` |
| \`dataframe['rsi'].shift(1)\`, \`.iloc[-1]\` | \`rsi[i - 1]\`, \`rsi[rsi.length - 1]\` |

TA-Lib's unstable period and its candle settings are at their defaults, as in freqtrade.

Of TA-Lib's functions these are not here: 39 of its 61 candlestick patterns, \`ACCBANDS\`, \`AVGDEV\`, \`IMI\`, \`MAVP\`, \`MAXINDEX\`, \`MININDEX\`,
\`MINMAXINDEX\`, and the arithmetic (\`ADD\`, \`SQRT\` and the like), for which JavaScript has its own.

## Which numbers

**TA-Lib's are those of TA-Lib 0.6**, as Python's TA-Lib 0.6.8 gives them (its C library is 0.6.4): the same operations in the same order, so
that most columns are equal to the bit and not merely close. One version had to be chosen, since TA-Lib's own versions differ from each other:
0.4 takes everything under 1e-8 for zero, so that its RSI is 0 and its bands have no width for low prices, and 0.8 has other defaults. Where 0.6 has
a weakness of its own, such as a NaN that never leaves an average again, it is kept.

**Python's TA-Lib ${facts.talib08}** is what \`pip\` installs today with freqtrade 2026.9. Of the ${facts.all} TA-Lib indicators here it computes ${facts.equal} to the same bits
in all cases; the last column of the tables says how far it is from 0.6 on the others: the largest error on ordinary prices and on extreme
ones (1e-9, 1e12, spikes, constants), relative to the largest value of the column, and the reason. Its defaults differ in these:

${facts.changedDefaults.map((text) => `- ${text}`).join('\n')}

**Those of qtpylib and \`technical\`** are held to what these packages give on pandas. Where pandas carries rounding errors along a column, the
indicator is the one nearer to the exact result, and the error is what lies between the two.

**The errors are measured** when this page is written, over all ${facts.cases} committed cases in
[tests/fixtures/indicators/](../tests/fixtures/indicators/SOURCES.md): random walks, coarse ticks, prices of 1e-9 and 1e12, constants, spikes,
gaps of NaN, infinities, and fewer rows than the lookback, each at several settings. ${facts.exact} of ${facts.count} indicators are equal to the bit in all of
them. An error is relative to the largest value of its row.

## The indicators
`;
}

/** All that stands behind the tables. */
export const closing = `How fast they are, beside other libraries, stands in [benchmarks.md](benchmarks.md#indicators). How to add one is told in
[CONTRIBUTING.md](../CONTRIBUTING.md#adding-an-indicator).
`;
