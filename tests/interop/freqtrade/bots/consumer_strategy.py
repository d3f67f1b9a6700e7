"""The consumer of freqtrade's documentation, and one that consumes such a consumer."""

from entry_criteria import mark_entries
from pandas import DataFrame

from freqtrade.strategy import IStrategy, merge_informative_pair


class ConsumerStrategy(IStrategy):
    """Decides as its producer does, from the producer's columns: it computes no indicators."""

    INTERFACE_VERSION = 3

    timeframe = "1m"
    startup_candle_count = 200
    # A producer's rows come after the candle: look again until they are there.
    process_only_new_candles = False
    minimal_roi = {"0": 100.0}
    stoploss = -0.99

    # What the producer's columns are called here in the end.
    suffix = "default"
    # The producer's own names of what is decided on.
    rsi = "rsi"
    tema = "tema"

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        produced, _ = self.dp.get_producer_df(metadata["pair"])
        if produced.empty or self.rsi not in produced or metadata["pair"] not in self.dp.get_producer_pairs():
            dataframe[[f"{self.rsi}_{self.suffix}", f"{self.tema}_{self.suffix}"]] = 0
            return dataframe
        return merge_informative_pair(
            dataframe, produced, self.timeframe, self.timeframe, append_timeframe=False, suffix=self.suffix
        )

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        return mark_entries(dataframe, rsi=f"{self.rsi}_{self.suffix}", tema=f"{self.tema}_{self.suffix}")

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        return dataframe


class ChainStrategy(ConsumerStrategy):
    """Consumes a consumer: decides on columns that were merged once already."""

    suffix = "chain"
    rsi = "rsi_default"
    tema = "tema_default"
