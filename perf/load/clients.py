"""Clients of a load: each asks for one streamed picture after the other, some hang up on the way."""

import asyncio
import base64
import collections
import json
import random
import zlib

PROMPTS = ["a red apple", "a panda in snow", "two hamburgers on a blue plate"]
EARLY = 0.3
# What a refused client waits at most, whatever it was told: the load must not die down.
LONGEST_PAUSE = 1.0


class Tally(collections.Counter):
    """What came of the requests, and every answer that was not what had been asked for."""

    def __init__(self):
        super().__init__()
        self.wrong = []
        self.seconds = []


async def client(number, host, port, end, tally):
    """Asks until the loop's clock says `end`."""
    chance = random.Random(number)
    clock = asyncio.get_running_loop().time
    request = 0
    while clock() < end:
        request += 1
        seed = number * 1_000_000 + request
        began = clock()
        outcome, pause = await attempt(chance, host, port, seed, tally)
        tally[outcome] += 1
        if outcome == "completed":
            tally.seconds.append(clock() - began)
        await asyncio.sleep(pause)


async def attempt(chance, host, port, seed, tally):
    """One request. What came of it, and how long to wait before the next."""
    patience = chance.randrange(0, 6) if chance.random() < EARLY else None
    body = {
        "prompt": chance.choice(PROMPTS),
        "size": "64x64",
        "num_inference_steps": 6,
        "seed": seed,
        "stream": True,
        "partial_images": chance.randrange(0, 4),
        "stream_progress": True,
        "preview": chance.choice(["none", "fast"]),
    }
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(http(host, body))
        await writer.drain()
        status, headers = await head(reader)
        if status == 429:
            return "refused", min(float(headers["retry-after"]), LONGEST_PAUSE) * chance.random()
        if status != 200:
            return wrong(tally, f"seed {seed}: HTTP {status}"), 0
        return await read(reader, body, patience, tally), 0
    except (OSError, asyncio.IncompleteReadError) as failure:
        return wrong(tally, f"seed {seed}: {failure!r}"), 0
    finally:
        writer.close()


async def read(reader, body, patience, tally):
    """Reads a stream to its end, or hangs up after some events."""
    events = []
    async for kind, data in server_sent_events(reader):
        events.append((kind, data))
        if patience is not None and len(events) > patience:
            return "hung up"
    kinds = [kind for kind, _ in events]
    last_kind, last = events[-1] if events else ("nothing", {})
    if last_kind != "image_generation.completed" or kinds.count(last_kind) != 1:
        return wrong(tally, f"seed {body['seed']}: {kinds} {last if last_kind == 'error' else ''}")
    if last["seed"] != body["seed"] or not drawn_from(last["b64_json"], body):
        return wrong(tally, f"seed {body['seed']}: the picture of seed {last['seed']}")
    return "completed"


def wrong(tally, what):
    tally.wrong.append(what)
    return "wrong"


def drawn_from(b64_json, body):
    """Whether a PNG is whole and the settings in it are those asked for."""
    png = base64.b64decode(b64_json)
    at, texts = 8, b""
    while at < len(png):
        length, kind = int.from_bytes(png[at : at + 4]), png[at + 4 : at + 8]
        content = png[at + 8 : at + 8 + length]
        if zlib.crc32(kind + content) != int.from_bytes(png[at + 8 + length : at + 12 + length]):
            return False
        texts += content if kind in (b"tEXt", b"iTXt") else b""
        at += 12 + length
    return f"Seed: {body['seed']}".encode() in texts and body["prompt"].encode() in texts


def http(host, body):
    content = json.dumps(body).encode()
    head = f"POST /v1/images/generations HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


async def head(reader):
    lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
    return int(lines[0].split()[1]), headers


async def server_sent_events(reader):
    """Type and data of each event of a chunked answer; comments are passed over."""
    waiting = b""
    while size := int(await reader.readline(), 16):
        waiting += await reader.readexactly(size)
        await reader.readexactly(2)
        *frames, waiting = waiting.split(b"\n\n")
        for frame in frames:
            fields = dict(line.split(b": ", 1) for line in frame.split(b"\n") if not line.startswith(b":"))
            if fields:
                yield fields[b"event"].decode(), json.loads(fields[b"data"])
