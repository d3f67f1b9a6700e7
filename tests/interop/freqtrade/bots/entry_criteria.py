"""When these strategies enter: the criteria of freqtrade's documentation, loosened so that some pair of twenty does at nearly every candle."""

from pandas import DataFrame

from technical import qtpylib

RSI_LEVELS = (30, 40, 50, 60, 70)


def mark_entries(dataframe: DataFrame, *, rsi: str, tema: str) -> DataFrame:
    """Marks the rows where the RSI crosses above a level while the TEMA rises, each with a tag of its own: the candle's time."""
    crosses = qtpylib.crossed_above(dataframe[rsi], RSI_LEVELS[0])
    for level in RSI_LEVELS[1:]:
        crosses |= qtpylib.crossed_above(dataframe[rsi], level)
    enters = crosses & (dataframe[tema] > dataframe[tema].shift(1)) & (dataframe["volume"] > 0)
    dataframe.loc[enters, "enter_long"] = 1
    dataframe.loc[enters, "enter_tag"] = dataframe["date"].dt.strftime("rsi %Y-%m-%dT%H:%M:%SZ")
    return dataframe
