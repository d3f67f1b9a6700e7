"""Calls methods of ccxt's binance, a line of JSON each: first the settings, then [method, arguments]."""

import asyncio
import json
import sys

import ccxt
import ccxt.pro


def answer(value):
    print(json.dumps(value, default=str), flush=True)


def failure(error):
    names = [each.__name__ for each in type(error).__mro__]
    return {"error": names, "message": str(error)}


async def serve(settings):
    is_pro = settings.pop("pro", False)
    exchange = (ccxt.pro if is_pro else ccxt).binance(settings)
    lines = iter(sys.stdin.readline, "")
    try:
        while line := await asyncio.to_thread(next, lines, ""):
            method, arguments = json.loads(line)
            try:
                result = getattr(exchange, method)(*arguments)
                answer({"result": await result if asyncio.iscoroutine(result) else result})
            except Exception as error:  # what went wrong is an answer too
                answer(failure(error))
    finally:
        if is_pro:
            await exchange.close()


asyncio.run(serve(json.loads(sys.stdin.readline())))
