"""What lies on the wire, without a client's reading of it."""

import json
import urllib.request


def fetch(url):
    """Headers and content."""
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.headers, answer.read()


def stream(url, **body):
    """Headers and lines of a streamed generation."""
    request = urllib.request.Request(
        url + "/images/generations",
        json.dumps({"prompt": "a red apple", "stream": True, **body}).encode(),
        {"Content-Type": "application/json", "Accept": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        return answer.headers, answer.read().decode().split("\n")
