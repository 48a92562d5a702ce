"""What lies on the wire, without a client's reading of it."""

import json
import urllib.request


def fetch(url):
    """Headers and content."""
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.headers, answer.read()


def stream(url, **body):
    """Headers and lines of a streamed generation."""
    with opened(url, **body) as answer:
        return answer.headers, answer.read().decode().split("\n")


def opened(url, **body):
    """The answer of a streamed generation, whose lines come as they are sent."""
    request = urllib.request.Request(
        url + "/images/generations",
        json.dumps({"prompt": "a red apple", "stream": True, **body}).encode(),
        {"Content-Type": "application/json", "Accept": "application/json"},
    )
    return urllib.request.urlopen(request, timeout=120)


def form(url, fields, filename, picture):
    """The JSON answer to a form with a picture, as aiohttp writes one."""
    text = "--{0}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name=\"{1}\"\r\n\r\n{2}\r\n"
    file = "--{0}\r\nContent-Type: application/octet-stream\r\nContent-Disposition: form-data; name=\"image\"; filename=\"{1}\"\r\n\r\n"
    boundary = "8c8e26ffd43f404b8908cf022f8172ad"
    body = "".join(text.format(boundary, *field) for field in fields.items()) + file.format(boundary, filename)
    request = urllib.request.Request(
        url,
        body.encode() + picture + f"\r\n--{boundary}--\r\n".encode(),
        {"Content-Type": f"multipart/form-data; boundary={boundary}", "Accept": "*/*"},
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)
