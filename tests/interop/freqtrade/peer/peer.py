"""freqtrade's own DataProvider, with its ExternalMessageConsumer and its ApiServer around it: half a stock bot, as either end of a
connection or as both at once, told what to do by calls, a line of JSON each. The first line holds settings."""

import json
import logging
import os
import signal
import socket
import sys
import time
import traceback
from datetime import datetime, timedelta, timezone
from unittest.mock import MagicMock

import freqtrade
import pandas as pd
import strategy_frames
from cells import columns_of, frame_of
from freqtrade.data.dataprovider import DataProvider
from freqtrade.enums import CandleType, RunMode
from freqtrade.misc import dataframe_to_json, json_to_dataframe
from freqtrade.persistence import init_db
from freqtrade.rpc import RPC
from freqtrade.rpc.api_server import ApiServer
from freqtrade.rpc.api_server.ws.message_stream import MessageStream
from freqtrade.rpc.external_message_consumer import ExternalMessageConsumer
from freqtrade.strategy import merge_informative_pair

MOST_LOG_LINES = 10_000
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

# What is used of freqtrade's classes that is theirs alone: their methods, and what they set.
INTERNALS = {
    DataProvider: (
        *("_emit_df", "_set_cached_df"),
        *("_DataProvider__rpc", "_DataProvider__cached_pairs", "_DataProvider__producer_pairs_df"),
    ),
    ExternalMessageConsumer: ("send_producer_request", "_channel_streams", "_loop"),
    MessageStream: ("_waiter",),
}


def check_internals():
    """Ends the process with what is missing, so that a new release is told from a broken test."""
    for owner, names in INTERNALS.items():
        missing = [name for name in names if not hasattr(owner, name) and name not in owner.__init__.__code__.co_names]
        if missing:
            used = ", ".join(missing)
            sys.exit(f"freqtrade {freqtrade.__version__} has no {used} in {owner.__name__}: {__file__} needs what takes its place")


class NotedLog(logging.Handler):
    """Keeps what freqtrade logs until it is asked for."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        del self.lines[: len(self.lines) + 1 - MOST_LOG_LINES]
        message = record.getMessage()
        if record.exc_info:
            message += "\n" + "".join(traceback.format_exception(*record.exc_info))
        self.lines.append({"level": record.levelname, "logger": record.name, "message": message})

    def take(self):
        lines, self.lines = self.lines, []
        return lines


class Peer:
    """What can be called. A key is [pair, timeframe, candle type]; times are epoch milliseconds."""

    def __init__(self, settings):
        self.log = NotedLog()
        root = logging.getLogger()
        root.setLevel(settings.get("log_level", "INFO"))
        root.addHandler(self.log)
        self.config = {
            "timeframe": "5m",
            "candle_type_def": CandleType.SPOT,
            "runmode": RunMode.DRY_RUN,
            "dry_run": True,
            "stake_currency": "USDT",
            "strategy": "Peer",
            "bot_name": "peer",
            "exchange": {"name": "binance"},
            **settings.get("config", {}),
        }
        self.dp = DataProvider(self.config, None)
        self.consumer = None
        self.api = None
        self.whitelist = []
        self.held = {}
        self.recordings = {}

    # As a consumer

    def connect(self, section):
        """Starts a consumer with these settings of `external_message_consumer`."""
        self.config["external_message_consumer"] = {"enabled": True, **section}
        self.consumer = ExternalMessageConsumer(self.config, self.dp)

    def disconnect(self):
        if self.consumer is not None:
            self.consumer.shutdown()
            self.consumer = None

    def listens(self, producer="default"):
        """Whether the consumer is connected and sends what it asks for: requests of its first second and a half are lost."""
        stream = self.consumer and self.consumer._channel_streams.get(producer)
        return bool(stream and stream._waiter._callbacks)

    def ask(self, request, producer="default"):
        """Sends a request behind those that the consumer has yet to send."""
        self.consumer._loop.call_soon_threadsafe(self.consumer.send_producer_request, producer, request)

    def producer_pairs(self, producer="default"):
        return self.dp.get_producer_pairs(producer)

    def copy(self, key, producer="default"):
        """The copy of a producer's frame, as a strategy gets it."""
        pair, timeframe, candle_type = key
        frame, analyzed = self.dp.get_producer_df(pair, timeframe, CandleType(candle_type), producer)
        return {"columns": columns_of(frame), "rows": len(frame), "lastAnalyzed": round(analyzed.timestamp() * 1000)}

    def extents(self, producer="default"):
        """Of every copy: how many rows, and the dates of the first and the last."""
        frames = self.dp._DataProvider__producer_pairs_df.get(producer, {})
        return [
            {
                "key": [pair, timeframe, str(candle_type)],
                "rows": len(frame),
                "first": milliseconds(frame["date"].iloc[0]),
                "last": milliseconds(frame["date"].iloc[-1]),
            }
            for (pair, timeframe, candle_type), (frame, _) in list(frames.items())
        ]

    def read(self, text):
        """What freqtrade's own reader makes of a frame's text."""
        return columns_of(json_to_dataframe(text))

    def merged(self, own, text, timeframe):
        """What a strategy gets that merges a frame's text with its own columns, as freqtrade's documentation does."""
        options = {"append_timeframe": False, "suffix": "default"}
        frame = merge_informative_pair(frame_of(own), json_to_dataframe(text), timeframe, timeframe, **options)
        return columns_of(frame)

    # As a producer

    def serve(self, section, whitelist):
        """Starts an API server with these settings of `api_server`, for a bot with this whitelist. Returns once it listens."""
        server = {"enabled": True, "listen_ip_address": "127.0.0.1", "username": "user", "password": "a password"}
        server |= {"jwt_secret_key": "only for this test, and long enough", "CORS_origins": [], "verbosity": "error"}
        self.config["api_server"] = server | section
        self.whitelist = whitelist
        init_db("sqlite://")
        bot = MagicMock()
        bot.config = self.config
        bot.active_pair_whitelist = self.whitelist
        bot.dataprovider = self.dp
        bot.strategy.timeframe = self.config["timeframe"]
        self.api = ApiServer(self.config)
        self.api.add_rpc_handler(RPC(bot))
        self.dp._DataProvider__rpc = self.api
        await_listening(section["listen_port"])

    def stop_serving(self):
        if self.api is not None:
            self.api.cleanup()
            self.api = None

    def set_whitelist(self, pairs):
        """Another whitelist from now on, told to the consumers as a bot does at each of its refreshes."""
        self.whitelist[:] = pairs
        self.send({"type": "whitelist", "data": pairs})

    def hold(self, key, columns, first_label=0):
        """Holds a frame as analyzed, without telling anyone. `first_label` is the index label of its first row."""
        self._keep(key, frame_of(columns, first_label))

    def publish(self, key, columns, first_label=0, new_candle=True):
        """Holds a frame as analyzed and tells of it as a bot does after its analysis: its last row."""
        self.hold(key, columns, first_label)
        self.emit(key, new_candle)

    def make(self, key, maker, options, first_label=0):
        """Holds a frame that a function of `strategy_frames` makes, without telling anyone."""
        frame = getattr(strategy_frames, maker)(timeframe=key[1], **options)
        frame.index = frame.index + first_label
        self._keep(key, frame)

    def record(self, key, columns):
        """Takes candles to play, and analyzes them all. A strategy of a window of them would have the same values in each row that
        it is the last of; those before it would change with every candle, which a stock producer never tells."""
        self.recordings[key_of(key)] = strategy_frames.analyzed(frame_of(columns))

    def play(self, end, rows, emits=True):
        """Holds of every recording the `rows` rows before `end`, as a bot does when a candle has closed, and tells of it."""
        for pair_key, recording in self.recordings.items():
            self._keep(pair_key, recording.iloc[end - rows : end].reset_index(drop=True))
            if emits:
                self.dp._emit_df(pair_key, self.held[pair_key], True)

    def recorded(self, key):
        """All of a recording."""
        return {"columns": columns_of(self.recordings[key_of(key)])}

    def emit(self, key, new_candle=True):
        """Tells of the frame that is held once more."""
        pair_key = key_of(key)
        self.dp._emit_df(pair_key, self.held[pair_key], new_candle)

    def drop(self, key):
        """Forgets an analyzed frame."""
        del self.held[key_of(key)]
        self.dp._DataProvider__cached_pairs.pop(key_of(key), None)

    def held_frame(self, key):
        """What is held, as freqtrade holds it."""
        frame, analyzed = self.dp._DataProvider__cached_pairs[key_of(key)]
        return {"columns": columns_of(frame), "rows": len(frame), "lastAnalyzed": exact_milliseconds(analyzed)}

    def names_on_arrival(self, key):
        """What freqtrade itself would name the columns of a frame that came over the wire."""
        held = self.held[key_of(key)]
        # Of zeros: pandas 2.2 at times fails to read times among which some are missing, and their names are all that is asked.
        bare = pd.DataFrame([[0] * len(held.columns)], columns=held.columns)
        return [str(name) for name in json_to_dataframe(dataframe_to_json(bare)).columns]

    def written(self, values, dtype):
        """The cells of such a column as freqtrade writes them."""
        text = dataframe_to_json(frame_of([{"name": "value", "dtype": dtype, "values": values}]))
        return text[text.index('"data":[[') + len('"data":[[') : -len("]]}")].split("],[")

    def follow(self, timeframe, candle_type):
        """The bot trades this timeframe from now on: what a request for frames is answered with."""
        self.config["timeframe"] = timeframe
        self.config["candle_type_def"] = CandleType(candle_type)

    def send(self, message):
        """Sends any message to those who subscribed to its type."""
        self.api.send_msg(message)

    def _keep(self, key, frame):
        pair, timeframe, candle_type = pair_key = key_of(key)
        self.held[pair_key] = frame
        self.dp._set_cached_df(pair, timeframe, frame, candle_type)

    # Of the process

    def take_log(self):
        """What was logged since the last call."""
        return self.log.take()

    def set_log_level(self, name, level):
        """What of a logger is noted from now on."""
        logging.getLogger(name).setLevel(level)

    def pid(self):
        return os.getpid()

    def close(self):
        self.disconnect()
        self.stop_serving()


def milliseconds(time):
    return None if time is pd.NaT else round(time.timestamp() * 1000)


def exact_milliseconds(time):
    """With the microseconds that a time has at most."""
    return (time - EPOCH) // timedelta(microseconds=1) / 1000


def key_of(key):
    pair, timeframe, candle_type = key
    return (pair, timeframe, CandleType(candle_type))


def await_listening(port, seconds=30):
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def main():
    # Who ends a terminal's tests ends this by its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    check_internals()
    peer = Peer(json.loads(sys.stdin.readline()))
    answers = sys.stdout
    # Answers are alone on standard output, whatever libraries print.
    sys.stdout = sys.stderr
    try:
        for line in sys.stdin:
            method, arguments = json.loads(line)
            try:
                answer = {"result": getattr(peer, method)(*arguments)}
            except Exception as error:  # what went wrong is an answer too
                answer = {"error": [each.__name__ for each in type(error).__mro__], "message": str(error)}
            print(json.dumps(answer), file=answers, flush=True)
        peer.close()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    # Threads of freqtrade that have not ended keep nobody waiting.
    os._exit(0)


if __name__ == "__main__":
    main()
