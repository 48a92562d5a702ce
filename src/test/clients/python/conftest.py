"""Servers and clients for the tests. `suites.py` has started the servers."""

import os
import sys

import pytest
from openai import OpenAI

sys.path.insert(0, os.path.dirname(__file__))

from inkstream import MODEL, QUEUED, RUNNING, metric, wait_until  # noqa: E402


@pytest.fixture(scope="session")
def url():
    """The open server's, with a heartbeat every second."""
    return os.environ["INKSTREAM_OPEN_URL"]


@pytest.fixture(scope="session")
def full_url():
    """That of a server which wants a key and where nothing waits: one request runs, others are refused."""
    return os.environ["INKSTREAM_FULL_URL"]


@pytest.fixture
def client(url):
    with OpenAI(api_key="EMPTY", base_url=url, max_retries=0) as client:
        yield client
    idle(url)


@pytest.fixture
def keyed(full_url):
    with OpenAI(api_key=os.environ["INKSTREAM_FULL_KEY"], base_url=full_url, max_retries=0) as client:
        yield client
    idle(full_url)


def gauge(url, name):
    return metric(url.removesuffix("/v1"), name)


def idle(url):
    """Waits until nothing is drawn and nothing waits."""
    wait_until("nothing runs", lambda: gauge(url, RUNNING) == 0)
    wait_until("nothing waits", lambda: gauge(url, QUEUED) == 0)


@pytest.fixture
def quick():
    """A request that ends at once."""
    return {"model": MODEL, "prompt": "a red apple", "size": "64x64", "extra_body": {"num_inference_steps": 2}}


@pytest.fixture
def slow():
    """A request that takes minutes unless it is stopped."""
    return {"model": MODEL, "prompt": "a red apple", "size": "512x512", "extra_body": {"num_inference_steps": 10000}}


def extras(request, **more):
    """The same request with more extras."""
    return {**request, "extra_body": {**request["extra_body"], **more}}
