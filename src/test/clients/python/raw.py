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
