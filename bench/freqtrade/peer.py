"""What both processes of freqtrade's share: their lines of input and output, their frames, their clock."""

import hashlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pyarrow.feather
from pandas import DataFrame, Series, isna

Handlers = dict[str, Callable[[dict], dict]]

TEXT_COLUMN = "enter_tag"


def now() -> float:
    """Milliseconds of the machine's own clock, which all its processes share."""
    return time.monotonic_ns() / 1e6


def read_settings() -> dict:
    return json.loads(sys.stdin.readline())


def serve(ready: dict, handlers: Handlers) -> None:
    """Answers line by line until the input ends."""
    answering = {"clock": lambda _: {"ms": now()}, "usage": usage, **handlers}
    tell(ready)
    while line := sys.stdin.readline():
        order = json.loads(line)
        tell(answering[order["do"]](order))


def usage(_: dict) -> dict:
    return {"cpuMs": time.process_time() * 1000, "rss": psutil.Process().memory_info().rss}


def tell(answer: dict) -> None:
    print(json.dumps(answer), flush=True)


def read_frames(settings: dict) -> list[DataFrame]:
    """The frame of each pair, with the types that freqtrade's own have."""
    folder = Path(settings["folder"])
    return [pyarrow.feather.read_feather(folder / f"{i}.arrow") for i in range(len(settings["pairs"]))]


def window(frame: DataFrame, first: int, rows: int) -> DataFrame:
    """Some rows as a frame of their own, labelled from 0."""
    part = frame.iloc[first : first + rows]
    part.index = range(len(part))
    return part


def numbers(column: Series) -> np.ndarray:
    """As doubles; dates in milliseconds."""
    if column.dtype.kind == "M":
        return column.dt.as_unit("ms").astype("int64").to_numpy().astype("float64")
    return column.to_numpy(dtype="float64", na_value=np.nan)


def texts(column: Series) -> list[str | None]:
    return [None if isna(value) else value for value in column]


def digest(frames: list[DataFrame]) -> str:
    """SHA-256 over names and values, as the programs in TypeScript compute it."""
    found = hashlib.sha256()
    for frame in frames:
        for name, column in frame.items():
            found.update(f"{name}\n".encode())
            if name == TEXT_COLUMN:
                text = json.dumps(texts(column), separators=(",", ":"), ensure_ascii=False)
                found.update(f"{text}\n".encode())
            else:
                values = numbers(column)
                found.update(np.where(np.isnan(values), np.nan, values).astype("<f8").tobytes())
    return found.hexdigest()


def compare(held: DataFrame, expected: DataFrame) -> dict:
    """How many cells there are, differ, and cannot be compared; the largest difference of two numbers."""
    if list(held.columns) != list(expected.columns) or len(held) != len(expected):
        raise ValueError(f"{len(held)} rows of {list(held.columns)}")
    total = {"cells": 0, "different": 0, "misfits": 0, "worst": 0.0}
    for name in expected.columns:
        total["cells"] += len(expected)
        if name == TEXT_COLUMN:
            wrong = sum(a != b for a, b in zip(texts(held[name]), texts(expected[name]), strict=True))
            total["different"] += wrong
            total["misfits"] += wrong
            continue
        found, right = numbers(held[name]), numbers(expected[name])
        equal = (found == right) | (np.isnan(found) & np.isnan(right))
        differences = np.abs(found - right)[~equal]
        total["different"] += len(differences)
        total["misfits"] += int(np.isnan(differences).sum())
        total["worst"] = max([total["worst"], *differences[~np.isnan(differences)].tolist()])
    return total
