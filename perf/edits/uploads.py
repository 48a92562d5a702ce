#!/usr/bin/env python3
"""What forms with pictures of 50 MB take of a server's memory: the most that it has resident while one comes and its pictures
are looked at, above what it had before.

usage: uploads.py URL PID      of a server with a small heap, for example INKSTREAM_JAVA_OPTS=-Xmx64m ./inkstream serve

Each picture is a small PNG with a private chunk of 50 MB. More than one is refused by a model that draws one anew, when all have
come and have been looked at.
"""
import http.client
import struct
import sys
import time
import urllib.parse
import zlib

url, pid = urllib.parse.urlparse(sys.argv[1]), int(sys.argv[2])
LARGEST = 50 << 20


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def picture():
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0))
    tail = chunk(b"IDAT", zlib.compress(bytes(64 * (1 + 3 * 64)))) + chunk(b"IEND", b"")
    return head + chunk(b"inKs", bytes(LARGEST - len(head) - len(tail) - 12)) + tail


def resident(peak):
    field = "VmHWM" if peak else "VmRSS"
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith(field))


def form(pictures, contents):
    for name, value in (("prompt", "a"), ("size", "64x64"), ("num_inference_steps", "1")):
        yield f'--XX\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    for _ in range(pictures):
        yield b'--XX\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n'
        for at in range(0, len(contents), 1 << 16):
            yield contents[at:at + (1 << 16)]
        yield b"\r\n"
    yield b"--XX--\r\n"


contents = picture()
print("| pictures of 50 MB | answer | before, MB | most, MB | more, MB | wall s |")
print("|---:|---:|---:|---:|---:|---:|")
for pictures in (1, 1, 4, 16):
    with open(f"/proc/{pid}/clear_refs", "w") as refs:
        refs.write("5")
    before, start = resident(False), time.time()
    connection = http.client.HTTPConnection(url.hostname, url.port)
    connection.request("POST", "/v1/images/edits", form(pictures, contents),
                       {"Content-Type": "multipart/form-data; boundary=XX"}, encode_chunked=True)
    answer = connection.getresponse()
    answer.read()
    most = resident(True)
    print(f"| {pictures} | {answer.status} | {before:.0f} | {most:.0f} | {most - before:.0f} | {time.time() - start:.1f} |",
          flush=True)
