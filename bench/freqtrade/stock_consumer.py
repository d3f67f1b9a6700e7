"""freqtrade's own external message consumer and data provider, which tells when each frame could be read."""

import logging
from threading import Event

from pandas import DataFrame

from freqtrade.data.dataprovider import DataProvider
from freqtrade.enums import CandleType, RunMode
from freqtrade.rpc.external_message_consumer import ExternalMessageConsumer

import peer

TIMEFRAME = "5m"
PRODUCER = "default"


class NotingProvider(DataProvider):
    """Notes when the frame of each pair was taken."""

    def __init__(self, config: dict, pairs: list[str]) -> None:
        super().__init__(config, None)
        self._pairs = pairs
        self._least = 0
        self._readable_at: dict[str, float] = {}
        self._whole = Event()

    def _add_external_df(self, pair: str, dataframe: DataFrame, *args, **kwargs) -> tuple[bool, int]:
        taken = super()._add_external_df(pair, dataframe, *args, **kwargs)
        if taken[0] and len(dataframe) >= self._least:
            self._readable_at[pair] = peer.now()
            if len(self._readable_at) == len(self._pairs):
                self._whole.set()
        return taken

    def await_every_pair(self, least: int) -> None:
        """From now on: frames of at least so many new rows."""
        self._whole.clear()
        self._readable_at = {}
        self._least = least

    def readable_at(self) -> list[float]:
        self._whole.wait()
        return [self._readable_at[pair] for pair in self._pairs]


def config_of(ws_token: str, port: int) -> dict:
    address = {"name": PRODUCER, "host": "127.0.0.1", "port": port, "secure": False, "ws_token": ws_token}
    return {
        "runmode": RunMode.DRY_RUN,
        "timeframe": TIMEFRAME,
        "candle_type_def": CandleType.SPOT,
        "external_message_consumer": {"enabled": True, "producers": [address]},
    }


def main() -> None:
    logging.basicConfig(level=logging.ERROR)
    settings = peer.read_settings()
    pairs, rows = settings["pairs"], settings["rows"]
    provider: NotingProvider | None = None
    consumer: ExternalMessageConsumer | None = None

    def connect(order: dict) -> dict:
        nonlocal provider, consumer
        config = config_of(settings["wsToken"], order["port"])
        provider = NotingProvider(config, pairs)
        provider.await_every_pair(rows)
        start = peer.now()
        consumer = ExternalMessageConsumer(config, provider)
        return {"ms": max(provider.readable_at()) - start}

    def expect(_: dict) -> dict:
        provider.await_every_pair(1)
        return {}

    def verify(order: dict) -> dict:
        total = {"cells": 0, "different": 0, "misfits": 0, "worst": 0.0}
        for pair, frame in zip(pairs, peer.read_frames(settings), strict=True):
            held, _ = provider.get_producer_df(pair, TIMEFRAME, CandleType.SPOT)
            found = peer.compare(held, peer.window(frame, order["candle"], rows))
            total["worst"] = max(total["worst"], found["worst"])
            for what in ("cells", "different", "misfits"):
                total[what] += found[what]
        return total

    handlers = {
        "connect": connect,
        "expect": expect,
        "follow": lambda _: {"readableAt": provider.readable_at()},
        "verify": verify,
    }
    try:
        peer.serve({}, handlers)
    finally:
        if consumer is not None:
            consumer.shutdown()


main()
