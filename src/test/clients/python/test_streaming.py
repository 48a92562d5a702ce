"""Streams, as the client reads them."""

import openai
import pytest
from conftest import extras
from inkstream import MODEL
from models import POISON
from pictures import decoded
from raw import opened as raw_opened
from raw import stream as raw_stream

KEYS = {"b64_json", "created_at", "size", "quality", "background", "output_format"}


@pytest.mark.parametrize("partial_images", [0, 1, 3])
def test_partial_images_come_before_the_picture(client, quick, partial_images):
    request = extras(quick, num_inference_steps=12)
    events = list(client.images.generate(**request, stream=True, partial_images=partial_images))
    partials, last = events[:-1], events[-1]
    assert [event.type for event in partials] == ["image_generation.partial_image"] * partial_images
    assert [event.partial_image_index for event in partials] == list(range(partial_images))
    assert last.type == "image_generation.completed"
    for event in events:
        assert KEYS <= event.model_dump().keys()
        assert decoded(event.b64_json).size == (64, 64)


def test_the_picture_is_the_one_that_no_stream_gives(client, quick):
    request = extras(quick, seed=7, num_inference_steps=6)
    *_, last = client.images.generate(**request, stream=True, partial_images=3)
    alone = client.images.generate(**request, response_format="b64_json")
    assert decoded(last.b64_json).tobytes() == decoded(alone.data[0].b64_json).tobytes()


def test_completed_has_usage_and_a_seed(client, quick):
    (completed,) = client.images.generate(**quick, stream=True)
    assert completed.usage.total_tokens == completed.usage.input_tokens + completed.usage.output_tokens
    assert completed.usage.input_tokens_details.text_tokens >= 0
    assert completed.seed >= 0


def test_null_partial_images_are_none(client, quick):
    events = list(client.images.generate(**quick, stream=True, partial_images=None))
    assert [event.type for event in events] == ["image_generation.completed"]


@pytest.mark.parametrize("output_format", ["png", "jpeg", "webp"])
def test_events_keep_the_format(client, quick, output_format):
    events = list(client.images.generate(**quick, stream=True, partial_images=1, output_format=output_format))
    assert {event.output_format for event in events} == {output_format}
    assert {decoded(event.b64_json).format for event in events} == {output_format.upper()}


def test_each_of_three_pictures_says_which_it_is(client, quick):
    events = list(client.images.generate(**quick, stream=True, n=3, partial_images=1))
    completed = [event for event in events if event.type == "image_generation.completed"]
    assert sorted(event.image_index for event in completed) == [0, 1, 2]
    assert len({event.b64_json for event in completed}) == 3
    assert {event.image_index for event in events} == {0, 1, 2}


def test_more_partial_images_than_steps_end_all_the_same(client, quick):
    events = list(client.images.generate(**extras(quick, num_inference_steps=1), stream=True, partial_images=3))
    assert events[-1].type == "image_generation.completed"
    assert len(events) <= 4


def test_heartbeats_come_while_steps_take_their_time(url):
    with raw_opened(url, size="512x512", num_inference_steps=10_000) as answer:
        lines = iter(answer.readline, b"")
        assert next(line for line in lines if b"heartbeat" in line) == b": heartbeat\n"


def test_heartbeats_are_no_events(client, quick):
    """One a second; this picture takes several."""
    request = {**extras(quick, num_inference_steps=100), "size": "512x512"}
    events = list(client.images.generate(**request, stream=True, partial_images=1))
    assert [event.type.rsplit(".")[-1] for event in events] == ["partial_image", "completed"]


def test_frames_hold_nothing_that_breaks_a_client(url):
    _, lines = raw_stream(url, size="64x64", num_inference_steps=8, partial_images=2)
    assert {line.split(":")[0] for line in lines if line} <= {"", "event", "data"}
    blocks = [block.split("\n") for block in "\n".join(lines).strip().split("\n\n")]
    for block in blocks:
        if not all(line.startswith(":") for line in block):
            assert [line.split(":")[0] for line in block if not line.startswith(":")] == ["event", "data"]
    assert '"error":null' not in "".join(lines).replace(" ", "")


def test_headers_keep_proxies_from_holding_it_back(url):
    headers, _ = raw_stream(url, size="64x64", num_inference_steps=2)
    assert headers["content-type"].startswith("text/event-stream")
    assert headers["cache-control"] == "no-cache"
    assert headers["x-accel-buffering"] == "no"


def test_no_progress_unless_asked(client, quick):
    types = {event.type for event in client.images.generate(**extras(quick, num_inference_steps=8), stream=True)}
    assert types == {"image_generation.completed"}


def test_progress_when_asked(client, quick):
    request = extras(quick, num_inference_steps=8, stream_progress=True)
    events = list(client.images.generate(**request, stream=True))
    progress = [event for event in events if event.type == "image_generation.progress"]
    steps = [event.step for event in progress if getattr(event, "step", None) is not None]
    assert steps == sorted(steps) and steps
    assert {event.steps for event in progress if getattr(event, "step", None) is not None} == {8}
    assert events[-1].type == "image_generation.completed"


@pytest.mark.parametrize("preview", ["none", "fast", "full"])
def test_progress_with_a_preview(client, quick, preview):
    request = extras(quick, num_inference_steps=8, stream_progress=True, preview=preview)
    events = list(client.images.generate(**request, stream=True))
    previews = [each for event in events for each in getattr(event, "previews", None) or []]
    assert bool(previews) == (preview != "none")
    for each in previews:
        decoded(each["b64_json"])


def test_a_failure_in_the_middle_is_an_api_error(client, quick):
    request = {**extras(quick, stream_progress=True), "prompt": POISON}
    stream = client.images.generate(**request, stream=True)
    assert stream.response.status_code == 200
    with pytest.raises(openai.APIError) as error:
        list(stream)
    assert error.value.type == "server_error"
    assert set(error.value.body) == {"message", "type", "param", "code"}


def test_the_model_field_may_be_left_out(client, quick):
    assert quick.pop("model") == MODEL
    assert list(client.images.generate(**quick, stream=True))[-1].type == "image_generation.completed"


def test_a_request_id_comes_back(client, quick):
    for stream in False, True:
        raw = client.images.with_raw_response.generate(**quick, stream=stream, extra_headers={"x-request-id": "mine"})
        assert raw.headers["x-request-id"] == "mine"
