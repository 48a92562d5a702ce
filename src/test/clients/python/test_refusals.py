"""What is refused, as the client's typed exceptions."""

import os

import pytest
from conftest import extras
from inkstream import RUNNING, metric, server_info
from models import POISON
from openai import (
    AuthenticationError,
    BadRequestError,
    InternalServerError,
    NotFoundError,
    OpenAI,
    RateLimitError,
)


@pytest.mark.parametrize("n", [0, 11, -1])
def test_n_must_be_1_to_10(client, quick, n):
    assert refused(client, {**quick, "n": n}).param == "n"


def test_a_prompt_of_32001_characters_is_too_long(client, quick):
    refusal = refused(client, {**quick, "prompt": "a" * 32_001})
    assert refusal.param == "prompt"
    assert "32" in refusal.message


def test_a_prompt_of_32000_characters_is_drawn(client, quick):
    assert client.images.generate(**{**quick, "prompt": "a" * 32_000}).data[0].b64_json


def test_characters_are_counted_not_bytes(client, quick):
    assert client.images.generate(**{**quick, "prompt": "苹" * 32_000}).data[0].b64_json


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("size", "wide"),
        ("size", "0x64"),
        ("size", "-64x64"),
        ("size", "99999x99999"),
        ("size", "8x8"),
        ("quality", "best"),
        ("response_format", "file"),
        ("output_format", "gif"),
        ("output_compression", 101),
        ("output_compression", -1),
        ("background", "blue"),
        ("moderation", "strict"),
        ("style", "wild"),
    ],
)
def test_a_bad_value_names_its_field(client, quick, field, value):
    assert refused(client, {**quick, field: value}).param == field


@pytest.mark.parametrize("partial_images", [-1, 4])
def test_partial_images_must_be_0_to_3(client, quick, partial_images):
    assert refused(client, {**quick, "stream": True, "partial_images": partial_images}).param == "partial_images"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("num_inference_steps", 0),
        ("num_inference_steps", 10_001),
        ("true_cfg_scale", -1),
        ("seed", "one"),
        ("seed", []),
        ("width", 0),
        ("max_sequence_length", 0),
        ("preview", "huge"),
        ("cache_dit_params", {"no_such_key": 1}),
    ],
)
def test_a_bad_extra_names_its_field(client, quick, field, value):
    param = refused(client, extras(quick, **{field: value})).param
    assert param.split(".")[0] == field


def test_a_refused_stream_is_an_http_error(client, quick):
    assert refused(client, {**quick, "stream": True, "n": 11}).param == "n"


def test_another_model_is_not_found(client, quick):
    with pytest.raises(NotFoundError) as error:
        client.images.generate(**{**quick, "model": "dall-e-3"})
    assert_all_keys(error.value)
    assert (error.value.code, error.value.param) == ("model_not_found", "model")
    with pytest.raises(NotFoundError) as error:
        client.models.retrieve("dall-e-3")
    assert error.value.code == "model_not_found"


def test_a_wrong_key_and_no_key_are_refused(full_url, quick):
    for key in "sk-wrong", "", os.environ["INKSTREAM_FULL_KEY"] + "x":
        with OpenAI(api_key=key or "x", base_url=full_url, max_retries=0) as client:
            headers = {} if key else {"Authorization": ""}
            with pytest.raises(AuthenticationError) as error:
                client.images.generate(**quick, extra_headers=headers)
            assert_all_keys(error.value)
            assert error.value.code == "invalid_api_key"


def test_the_right_key_is_let_in(keyed, quick):
    assert keyed.images.generate(**quick).data[0].b64_json


def test_metrics_and_probes_need_no_key(full_url):
    root = full_url.removesuffix("/v1")
    assert metric(root, RUNNING) == 0


def test_a_full_queue_says_when_to_come_again(keyed, quick, slow):
    with keyed.images.generate(**extras(slow, stream_progress=True), stream=True) as running:
        next(iter(running))
        with pytest.raises(RateLimitError) as error:
            keyed.images.generate(**quick)
    assert_all_keys(error.value)
    assert error.value.type == "rate_limit_error"
    assert int(error.value.response.headers["retry-after"]) >= 1


def test_a_full_queue_refuses_a_stream_before_it_begins(keyed, quick, slow):
    with keyed.images.generate(**extras(slow, stream_progress=True), stream=True) as running:
        next(iter(running))
        with pytest.raises(RateLimitError):
            keyed.images.generate(**quick, stream=True)


def test_a_failed_picture_is_a_server_error_that_nobody_repeats(client, quick):
    with pytest.raises(InternalServerError) as error:
        client.images.generate(**{**quick, "prompt": POISON})
    assert_all_keys(error.value)
    assert error.value.type == "server_error"
    assert error.value.response.headers["x-should-retry"] == "false"


def test_the_server_draws_on_after_a_failure(client, quick):
    with pytest.raises(InternalServerError):
        client.images.generate(**{**quick, "prompt": POISON})
    assert client.images.generate(**quick).data[0].b64_json


def refused(client, request):
    with pytest.raises(BadRequestError) as error:
        client.images.generate(**request)
    assert_all_keys(error.value)
    assert error.value.type == "invalid_request_error"
    return error.value


def assert_all_keys(error):
    assert set(error.body) == {"message", "type", "param", "code"}
    assert error.body["message"]
