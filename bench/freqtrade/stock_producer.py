"""freqtrade's own API server and data provider, emitting frames when it is told to."""

import logging
from collections.abc import Callable
from unittest.mock import MagicMock

from pandas import DataFrame

from freqtrade.data.dataprovider import DataProvider
from freqtrade.enums import CandleType, RunMode
from freqtrade.persistence import init_db
from freqtrade.rpc import RPC
from freqtrade.rpc.api_server import ApiServer, api_ws

import peer

TIMEFRAME = "5m"
SPOT = CandleType.SPOT


class Senders:
    """Stands where a bot has its RPCManager: hands each message to the API server."""

    def __init__(self) -> None:
        self.server: ApiServer | None = None

    def send_msg(self, message: dict) -> None:
        self.server.send_msg(message)


class CountedChannels:
    """Stands where the message endpoint makes a channel of each connection, and counts them."""

    def __init__(self, create_channel: Callable) -> None:
        self._create_channel = create_channel
        self.count = 0

    def __call__(self, *args, **kwargs):
        self.count += 1
        return self._create_channel(*args, **kwargs)


def config_of(ws_token: str) -> dict:
    return {
        "runmode": RunMode.DRY_RUN,
        "dry_run": True,
        "timeframe": TIMEFRAME,
        "candle_type_def": SPOT,
        "trading_mode": "spot",
        "stake_currency": "USDT",
        "api_server": {
            "enabled": True,
            "listen_ip_address": "127.0.0.1",
            "listen_port": 0,
            "username": "user",
            "password": "none of anyone's business",
            "jwt_secret_key": "long enough to be taken for a secret of its own",
            "ws_token": ws_token,
        },
    }


def main() -> None:
    logging.basicConfig(level=logging.ERROR)
    settings = peer.read_settings()
    pairs, rows = settings["pairs"], settings["rows"]
    frames = peer.read_frames(settings)
    config = config_of(settings["wsToken"])
    init_db("sqlite://")
    channels = api_ws.create_channel = CountedChannels(api_ws.create_channel)
    senders = Senders()
    provider = DataProvider(config, None, rpc=senders)
    bot = MagicMock()
    bot.config = config
    bot.active_pair_whitelist = pairs
    bot.dataprovider = provider
    server = ApiServer(config)
    server.add_rpc_handler(RPC(bot))
    windows: list[DataFrame] = []

    def prepare(order: dict) -> dict:
        # In memory of their own, as those of a new analysis are.
        windows[:] = [peer.window(frame, order["candle"], rows).copy() for frame in frames]
        return {}

    def emit(_: dict) -> dict:
        emitted_at = []
        for pair, frame in zip(pairs, windows, strict=True):
            provider._set_cached_df(pair, TIMEFRAME, frame, SPOT)
            emitted_at.append(peer.now())
            provider._emit_df((pair, TIMEFRAME, SPOT), frame, True)
        return {"emittedAt": emitted_at}

    senders.server = server
    port = server._server.servers[0].sockets[0].getsockname()[1]
    handlers = {
        "digest": lambda _: {"digest": peer.digest(frames)},
        "prepare": prepare,
        "emit": emit,
        "connections": lambda _: {"connections": channels.count},
    }
    try:
        peer.serve({"port": port}, handlers)
    finally:
        server.cleanup()


main()
