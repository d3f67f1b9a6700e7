"""The producer of freqtrade's documentation, of candles of a minute."""

import talib.abstract as ta
from entry_criteria import mark_entries
from pandas import DataFrame
from technical import qtpylib

from freqtrade.strategy import IStrategy


class ProducerStrategy(IStrategy):
    """Computes everything itself, in the ordinary way. Whoever listens gets the frame with the entries marked."""

    INTERFACE_VERSION = 3

    timeframe = "1m"
    startup_candle_count = 200
    # Far away: what was entered is held until the bot ends.
    minimal_roi = {"0": 100.0}
    stoploss = -0.99

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        bands = qtpylib.bollinger_bands(qtpylib.typical_price(dataframe), window=20, stds=2)
        dataframe["rsi"] = ta.RSI(dataframe, timeperiod=14)
        dataframe["bb_lowerband"] = bands["lower"]
        dataframe["bb_middleband"] = bands["mid"]
        dataframe["bb_upperband"] = bands["upper"]
        dataframe["tema"] = ta.TEMA(dataframe, timeperiod=9)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        return mark_entries(dataframe, rsi="rsi", tema="tema")

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        return dataframe
