"""Clients that time out or close early: their jobs stop, and leave nothing behind."""

import threading

import openai
import pytest
from conftest import extras, gauge, idle
from inkstream import QUEUED, RUNNING, wait_until

STEP = "image_generation.progress"


def test_a_time_out_stops_the_job(client, url, slow):
    with pytest.raises(openai.APITimeoutError):
        client.with_options(timeout=1).images.generate(**slow)
    idle(url)


def test_closing_a_stream_early_stops_the_job(client, url, slow):
    with client.images.generate(**extras(slow, stream_progress=True), stream=True) as stream:
        assert next(iter(stream)).type == STEP
        assert gauge(url, RUNNING) == 1
    idle(url)


def test_closing_between_partial_images_stops_the_job(client, url, slow):
    request = extras(slow, num_inference_steps=1000, stream_progress=True)
    with client.images.generate(**{**request, "size": "64x64"}, stream=True, partial_images=3) as stream:
        first = next(event for event in stream if event.type != STEP)
        assert first.partial_image_index == 0
    idle(url)


def test_closing_in_the_queue_leaves_the_running_job_alone(client, url, slow):
    with client.images.generate(**extras(slow, stream_progress=True), stream=True) as running:
        events = iter(running)
        next(events)
        waiting = client.images.generate(**slow, stream=True)
        wait_until("it waits", lambda: gauge(url, QUEUED) == 1)
        waiting.close()
        wait_until("it waits no more", lambda: gauge(url, QUEUED) == 0)
        assert gauge(url, RUNNING) == 1
        assert next(events).type == STEP
    idle(url)


def test_a_time_out_in_the_queue_leaves_the_queue(client, url, slow):
    with client.images.generate(**extras(slow, stream_progress=True), stream=True) as running:
        next(iter(running))
        with pytest.raises(openai.APITimeoutError):
            client.with_options(timeout=1).images.generate(**slow)
        wait_until("it waits no more", lambda: gauge(url, QUEUED) == 0)
        assert gauge(url, RUNNING) == 1
    idle(url)


def test_the_next_in_line_draws_when_the_first_hangs_up(client, quick, slow):
    first = client.images.generate(**extras(slow, stream_progress=True), stream=True)
    next(iter(first))
    answers = []
    second = threading.Thread(target=lambda: answers.append(client.images.generate(**quick)))
    second.start()
    first.close()
    second.join(120)
    assert answers and answers[0].data[0].b64_json
