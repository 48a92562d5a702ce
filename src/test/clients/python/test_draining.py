"""A server that is told to stop while clients wait for it."""

import os
import signal

import openai
import pytest
from conftest import extras
from inkstream import Server
from openai import OpenAI


@pytest.fixture
def server():
    with Server(os.environ["INKSTREAM_MODEL"], INKSTREAM_HTTP_GRACEFUL_SHUTDOWN_TIMEOUT="1") as server:
        yield server


def test_a_running_stream_is_told_and_the_server_ends(server, slow):
    with OpenAI(api_key="EMPTY", base_url=server.url, max_retries=0) as client:
        stream = client.images.generate(**extras(slow, stream_progress=True), stream=True)
        events = iter(stream)
        next(events)
        server.process.send_signal(signal.SIGTERM)
        with pytest.raises(openai.APIError) as error:
            list(events)
    assert error.value.type == "server_error"
    assert server.process.wait(120) in (0, 143)
