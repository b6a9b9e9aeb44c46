#!/usr/bin/python3
"""What coget does in the benchmark, as one would write it with aiohttp:
asyncio.gather's order over a semaphore, but with a bounded number of tasks
ahead of the oldest, so that a list of any length can be read.

usage: gather.py [--to records|null|files] [--cacert FILE] [--retry]
                 SLOTS <URLS

records: NDJSON with the bodies on stdout; null: bodies are discarded; files:
each body to a file in the working directory, named as the end of its URL.
"""

import argparse
import asyncio
import collections
import json
import os.path
import ssl
import sys
import time

import aiohttp


async def take(options, response, record):
    """Does with the body what is asked; its length."""
    if options.to == "records":
        record["body"] = await response.text("utf-8")
        return len(record["body"].encode())
    size = 0
    if options.to == "files":
        with open(os.path.basename(record["input"]), "wb", 0) as file:
            async for chunk in response.content.iter_any():
                size += file.write(chunk)
        return size
    async for chunk in response.content.iter_any():
        size += len(chunk)
    return size


async def attempt(options, session, record):
    start = time.monotonic()
    record["attempts"] += 1
    try:
        async with session.get(record["input"]) as response:
            record["response_code"] = response.status
            record["content_type"] = response.headers.get("Content-Type")
            record["size_download"] = await take(options, response, record)
            ok = response.status < 400
            record["outcome"] = "ok" if ok else "http_error"
    except (aiohttp.ClientError, OSError) as error:
        record["outcome"] = "network_error"
        record["errormsg"] = repr(error)
    record["time_total"] = time.monotonic() - start


async def fetch(options, session, semaphore, index, url):
    record = {"index": index, "input": url, "attempts": 0}
    async with semaphore:
        await attempt(options, session, record)
        while options.retry and record["attempts"] < 4 and (
            record["outcome"] == "network_error"
            or record["response_code"] >= 500
        ):
            await asyncio.sleep(1)
            await attempt(options, session, record)
    return record


async def main(options):
    failed = False
    waiting = collections.deque()  # tasks, the oldest first

    async def write_oldest():
        nonlocal failed
        record = await waiting.popleft()
        failed = failed or record["outcome"] != "ok"
        if options.to == "records":
            sys.stdout.write(json.dumps(record) + "\n")

    semaphore = asyncio.Semaphore(options.slots)
    trusted = options.cacert and ssl.create_default_context(
        cafile=options.cacert
    )
    connector = aiohttp.TCPConnector(limit=options.slots, ssl=trusted or None)
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=None),
        auto_decompress=False,
        read_bufsize=1 << 17,
    ) as session:
        for index, line in enumerate(sys.stdin):
            waiting.append(
                asyncio.create_task(
                    fetch(options, session, semaphore, index, line.strip())
                )
            )
            if len(waiting) > 10 * options.slots:
                await write_oldest()
        while waiting:
            await write_oldest()
    return 1 if failed else 0


parser = argparse.ArgumentParser()
parser.add_argument("--to", default="records")
parser.add_argument("--cacert")
parser.add_argument("--retry", action="store_true")
parser.add_argument("slots", type=int)
sys.exit(asyncio.run(main(parser.parse_args())))
