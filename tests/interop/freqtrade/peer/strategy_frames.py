"""Frames as strategies leave them, made with pandas itself so that their types are its own.

Each function gives the candles `first` to `first + rows - 1` of one endless series: what a candle holds depends on its number and
the seed alone, so a later window goes on where an earlier one ended."""

import numpy as np
import pandas as pd

START = "2026-01-05"  # a Monday, as candles of a week begin
STEPS = {"5m": "5min", "1h": "1h", "1d": "1D", "1w": "7D", "1M": "MS"}
ESCAPED = ['ema "x" / \\ é 漢', "line\nbreak\ttab", "\u2028 \U0001f680", "", "120", "null", "NaN", "</script>", " 1.0"]


def candles(first, rows, seed=0, timeframe="5m"):
    """Dates and prices, and nothing else."""
    end = first + rows
    dates = pd.date_range(START, periods=end, freq=STEPS[timeframe], tz="UTC")[first:]
    close = 100 * np.exp(np.cumsum(noise(end, seed, "close")) / 500)
    open_ = np.append(100.0, close[:-1])
    frame = pd.DataFrame({"date": dates, "open": open_[first:]})
    frame["high"] = np.maximum(open_, close)[first:] * 1.001
    frame["low"] = np.minimum(open_, close)[first:] * 0.999
    frame["close"] = close[first:]
    frame["volume"] = np.abs(noise(end, seed, "volume")[first:]) * 1e3
    return frame


def noise(end, seed, name):
    """A normal value for each candle before `end`; those of fewer candles are the first of those of more."""
    return np.random.default_rng([seed, *name.encode()]).normal(size=end)


def documented(first, rows, seed=0, timeframe="5m"):
    """As in freqtrade's documentation: indicators, entries set with `loc`, which leaves gaps, and tags beside them."""
    whole = candles(0, first + rows, seed, timeframe)
    change = whole["close"].diff()
    gain, loss = change.clip(lower=0).rolling(14).mean(), -change.clip(upper=0).rolling(14).mean()
    whole["rsi"] = 100 - 100 / (1 + gain / loss)
    typical = (whole["high"] + whole["low"] + whole["close"]) / 3
    whole["bb_middleband"] = typical.rolling(20).mean()
    deviation = typical.rolling(20).std(ddof=0)
    whole["bb_lowerband"] = whole["bb_middleband"] - 2 * deviation
    whole["bb_upperband"] = whole["bb_middleband"] + 2 * deviation
    whole["tema"] = whole["close"].ewm(span=9, adjust=False).mean()
    whole.loc[whole["rsi"] < 45, ["enter_long", "enter_tag"]] = (1, "rsi_low")
    whole.loc[whole["rsi"] > 55, "exit_long"] = 1
    whole.loc[whole["rsi"] > 70, "exit_tag"] = "120"
    return whole.iloc[first:].reset_index(drop=True)


def analyzed(frame):
    """Candles with what a strategy makes of them. No value depends on later candles, or on where a window begins."""
    close, volume = frame["close"], frame["volume"]
    change = close.diff()
    gain, loss = change.clip(lower=0), -change.clip(upper=0)
    frame["rsi"] = 100 - 100 / (1 + gain.ewm(alpha=1 / 14).mean() / loss.ewm(alpha=1 / 14).mean())
    for span in (9, 21, 55):
        frame[f"ema_{span}"] = close.ewm(span=span, adjust=False).mean()
    frame["macd"] = close.ewm(span=12).mean() - close.ewm(span=26).mean()
    frame["macd_signal"] = frame["macd"].ewm(span=9).mean()
    middle, deviation = close.rolling(20).mean(), close.rolling(20).std(ddof=0)
    frame["bb_lowerband"], frame["bb_middleband"], frame["bb_upperband"] = middle - 2 * deviation, middle, middle + 2 * deviation
    frame["atr"] = (frame["high"] - frame["low"]).rolling(14).mean()
    frame["highest"], frame["lowest"] = frame["high"].rolling(48).max(), frame["low"].rolling(48).min()
    frame["volume_mean"] = volume.rolling(30).mean()
    frame["obv"] = (np.sign(change.fillna(0)) * volume).cumsum()
    frame["%-change"] = change / close
    frame["date_1h"] = frame["date"].dt.floor("1h")
    frame["count"] = np.arange(len(frame))
    frame["is_up"] = change > 0
    frame["regime"] = np.where(frame["ema_9"] > frame["ema_21"], "bull/↑", "bear/↓")
    frame.loc[frame["rsi"] < 30, ["enter_long", "enter_tag"]] = (1, "120")
    frame.loc[frame["rsi"] > 70, ["exit_long", "exit_tag"]] = (1, "rsi_high")
    return frame


def awkward(first, rows, seed=0, timeframe="5m"):
    """Every name and value that is hard to carry. Which of its columns have gaps does not depend on the window."""
    frame = candles(first, rows, seed, timeframe)
    number = np.arange(first, first + rows)
    normal = {name: noise(first + rows, seed, name)[first:] for name in ("%-feature", "&-target", "float32")}
    frame["%-feature-period_14"] = normal["%-feature"]
    frame["&-target"] = normal["&-target"]
    frame["größe/漢 \"x\" \\"] = normal["&-target"] * 7
    frame["nan_at_times"] = np.where(number % 5 == 0, np.nan, normal["%-feature"])
    frame["infinite"] = np.choose(number % 4, [np.inf, -np.inf, np.nan, 0.5])
    frame["no_number"] = np.nan
    frame["nothing"] = pd.Series([None] * rows, dtype="object")
    frame["small"] = normal["%-feature"] * 10.0 ** -(number % 18)
    frame["large"] = normal["%-feature"] * 10.0 ** (number % 30)
    frame["largest"] = np.where(number % 2 == 0, 1e300, -5e-324)
    frame["whole_float"] = (number % 3).astype("float64")
    frame["minus_zero"] = np.where(number % 2 == 0, -0.0, -1e-11)
    frame["float32"] = normal["float32"].astype("float32")
    frame["tiny_int"] = (number % 3 - 1).astype("int8")
    frame["huge"] = number.astype("int64") + 2**62
    frame["huge_at_times"] = np.where(number % 7 == 0, 2**53 + 1, 7)
    frame["unsigned"] = number.astype("uint64") + np.uint64(2**63)
    frame["date_1h"] = frame["date"].dt.floor("1h").where(pd.Series(number % 6 != 0))
    frame["date_1d"] = frame["date"].dt.floor("1D")
    frame["opened_at"] = frame["date"] - pd.Timedelta("7min")
    frame["closed_at"] = frame["opened_at"].where(pd.Series(number % 4 != 0))
    frame["close_time"] = frame["close"]
    frame["timestamp"] = number + 1_700_000_000
    frame["timestamp_of_it"] = normal["&-target"]
    frame["modified"] = number
    frame["is_up"] = number % 3 == 0
    frame["is_up_or_none"] = pd.Series([None if each % 4 == 0 else bool(each % 3) for each in number], dtype="object")
    frame["nullable"] = pd.array([None if each % 5 == 0 else each for each in number.tolist()], dtype="Int64")
    frame["nullable_flag"] = pd.array([None if each % 5 == 0 else each % 2 == 0 for each in number.tolist()], dtype="boolean")
    frame["category"] = pd.Categorical([["bull", "bear"][each % 2] for each in number])
    frame["mixed"] = pd.Series([["bull", 1, 2.5, True, None, 3.0][each % 6] for each in number], dtype="object")
    frame["text"] = [ESCAPED[each % len(ESCAPED)] for each in number]
    frame["digits"] = [str(each % 200) for each in number]
    frame["enter_long"] = (number % 5 == 0).astype("int64")
    frame["exit_long"] = np.where(number % 5 == 1, 1.0, np.nan)
    frame["enter_short"] = np.nan
    frame["enter_tag"] = pd.Series([str(each) if each % 5 == 0 else None for each in number], dtype="object")
    frame["exit_tag"] = pd.Series([None] * rows, dtype="object")
    frame[7] = number
    return frame.rename(columns={"tiny_int": "twice", "whole_float": "twice", "nothing": "twice.1", "huge": "twice"})


def turning(first, rows, turn, seed=0, timeframe="5m"):
    """Columns that turn into something else at the candle `turn`: the types of all their rows are other ones from there on."""
    frame = candles(first, rows, seed, timeframe)
    number = np.arange(first, first + rows)
    late = pd.Series(number >= turn)
    frame["count"] = 0
    frame["flag"] = True
    frame["text"] = pd.Series([None] * rows, dtype="object")
    frame["when"] = frame["date"].where(late)
    frame["date_4h"] = frame["date"].dt.floor("4h").where(late)
    frame["number"] = pd.Series(number.astype("float64")).where(late)
    frame["whole"] = pd.Series([int(each) if each >= turn else None for each in number], dtype="object")
    frame["is_late"] = pd.Series([True if each >= turn else None for each in number], dtype="object")
    frame["enter_long"] = pd.Series(1.0, index=frame.index).where(late)
    frame["enter_tag"] = pd.Series([None] * rows, dtype="object")
    frame["exit_tag"] = pd.Series(["" if each < turn else "7" for each in number], dtype="object")
    if bool(late.any()):
        frame["count"] = np.where(late, 0.5, 0.0)
        frame["flag"] = pd.Series([None if each else True for each in late], dtype="object")
        frame.loc[late, "text"] = "120"
        frame.loc[late, "enter_tag"] = "120"
    return frame


def resent(first, rows, more, seed=0, timeframe="5m"):
    """The documented frame with another close in its newest row: a candle that came again, corrected."""
    frame = documented(first, rows, seed, timeframe)
    frame.loc[rows - 1, "close"] += more
    return frame


def renewed(first, rows, seed=0, timeframe="5m"):
    """The documented frame of a strategy that another version has replaced: new columns, and other numbers in an old one."""
    frame = documented(first, rows, seed, timeframe)
    frame["rsi"] = frame["rsi"] / 2
    frame.insert(6, "atr", (frame["high"] - frame["low"]).rolling(1).mean())
    frame["regime"] = "bull"
    return frame


def columns_only(first=0, rows=0, seed=0, timeframe="5m"):
    """A frame that has columns and no rows."""
    return documented(0, 30, seed, timeframe).iloc[:0]
