"""Data frames as lists of columns that JSON carries whole: {"name", "dtype", "values"}.

Floats that JSON lacks are "NaN", "Infinity" and "-Infinity", integers beyond 2^53 text, times epoch milliseconds or null. In columns
of objects, numbers are {"number": …}, those among the texts too, with "integer" where they are whole ones to Python."""

import math

import numpy as np
import pandas as pd

LARGEST_EXACT = 2**53


def columns_of(frame):
    """A frame's columns, duplicates included, in order."""
    return [column_of(str(name), frame.iloc[:, place]) for place, name in enumerate(frame.columns)]


def column_of(name, series):
    dtype = str(series.dtype)
    if dtype.startswith("datetime64"):
        times = series.dt.tz_localize(None) if series.dt.tz is not None else series
        values = [None if time is pd.NaT else int(pd.Timestamp(time).value // 1_000_000) for time in times]
    elif dtype.startswith("float"):
        values = [number_text(value) for value in series.tolist()]
    elif dtype.startswith(("int", "uint")):
        values = [integer(value) for value in series.tolist()]
    else:
        values = [cell(value) for value in series.tolist()]
    return {"name": name, "dtype": dtype, "values": values}


def cell(value):
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool | str):
        return value
    if isinstance(value, float):
        return {"number": number_text(value)}
    if isinstance(value, int):
        return {"number": integer(value), "integer": True}
    if isinstance(value, pd.Timestamp):
        return {"time": int(value.value // 1_000_000)}
    return {"other": repr(value)}


def number_text(value):
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def integer(value):
    return value if -LARGEST_EXACT <= value <= LARGEST_EXACT else str(value)


def frame_of(columns, first_label=0):
    """The frame of such columns. dtypes: float64, int64, bool, object, datetime64[ms, UTC]."""
    series = [series_of(column) for column in columns]
    frame = pd.concat(series, axis=1) if series else pd.DataFrame()
    frame.columns = [column["name"] for column in columns]
    frame.index = pd.RangeIndex(first_label, first_label + len(frame))
    return frame


def series_of(column):
    dtype, values = column["dtype"], column["values"]
    if dtype.startswith("datetime64"):
        return pd.Series(pd.to_datetime(values, unit="ms", utc=True))
    if dtype == "float64":
        return pd.Series([float(value) for value in values], dtype="float64")
    if dtype == "int64":
        return pd.Series([int(value) for value in values], dtype="int64")
    if dtype == "bool":
        return pd.Series(values, dtype="bool")
    return pd.Series([float(value["number"]) if isinstance(value, dict) else value for value in values], dtype="object")
