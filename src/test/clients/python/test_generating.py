"""Pictures, and all fields at their defaults."""

from urllib.parse import urljoin

import pytest
from conftest import extras
from inkstream import MODEL
from pictures import decoded, opened
from raw import fetch


def test_b64_json_is_a_picture_of_the_size_asked_for(client, quick):
    answer = client.images.generate(**quick, response_format="b64_json")
    picture = decoded(answer.data[0].b64_json)
    assert (picture.format, picture.size) == ("PNG", (64, 64))
    assert answer.created > 1_600_000_000
    assert answer.size == "64x64"
    assert answer.output_format == "png"


def test_usage_has_openais_fields(client, quick):
    usage = client.images.generate(**quick).usage
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens
    assert usage.input_tokens_details.text_tokens + usage.input_tokens_details.image_tokens == usage.input_tokens


def test_sglangs_extras_are_readable(client, quick):
    answer = client.images.generate(**quick)
    assert answer.id
    assert answer.inference_time_s > 0
    assert answer.peak_memory_mb > 0
    assert answer.data[0].revised_prompt == "a red apple"


def test_url_is_fetched_with_its_type(client, quick, url):
    answer = client.images.generate(**quick, response_format="url", output_format="webp")
    assert answer.data[0].b64_json is None
    headers, content = fetch(urljoin(url, answer.data[0].url))
    assert headers["content-type"] == "image/webp"
    assert opened(content).size == (64, 64)


def test_each_of_three_urls_is_a_picture_of_its_own(client, quick, url):
    answer = client.images.generate(**quick, n=3, response_format="url")
    contents = {fetch(urljoin(url, image.url))[1] for image in answer.data}
    assert len(contents) == 3


def test_three_pictures_differ_and_each_can_be_drawn_again(client, quick):
    answer = client.images.generate(**quick, n=3, response_format="b64_json")
    assert len({image.b64_json for image in answer.data}) == 3
    for image in answer.data:
        again = client.images.generate(**extras(quick, seed=image.seed), response_format="b64_json")
        assert decoded(again.data[0].b64_json).tobytes() == decoded(image.b64_json).tobytes()


def test_a_list_of_seeds_is_one_for_each_picture(client, quick):
    answer = client.images.generate(**extras(quick, seed=[7, 7]), n=2, response_format="b64_json")
    first, second = (decoded(image.b64_json) for image in answer.data)
    assert first.tobytes() == second.tobytes()
    assert [image.seed for image in answer.data] == [7, 7]


@pytest.mark.parametrize("output_format", ["png", "jpeg", "webp"])
def test_every_format(client, quick, output_format):
    answer = client.images.generate(**quick, output_format=output_format, output_compression=50)
    assert decoded(answer.data[0].b64_json).format == output_format.upper()
    assert answer.output_format == output_format


NULLABLE = [
    "model",
    "n",
    "quality",
    "response_format",
    "output_format",
    "output_compression",
    "stream",
    "partial_images",
    "size",
    "moderation",
    "background",
    "style",
]


@pytest.mark.parametrize("field", NULLABLE)
def test_null_is_the_default(client, quick, field):
    answer = client.images.generate(**{**quick, field: None})
    assert len(answer.data) == 1


EXTRAS = [
    "user",
    "width",
    "height",
    "seed",
    "negative_prompt",
    "guidance_scale",
    "true_cfg_scale",
    "max_sequence_length",
    "enable_cache_dit",
    "cache_dit_params",
    "stream_progress",
    "preview",
    "extra_body",
    "extra_params",
]


@pytest.mark.parametrize("field", EXTRAS)
def test_null_is_the_default_of_an_extra(client, quick, field):
    answer = client.images.generate(**extras(quick, **{field: None}))
    assert len(answer.data) == 1


def test_all_fields_null_at_once(client, quick):
    fields = {**quick, **dict.fromkeys(NULLABLE), "size": "64x64"}
    assert len(client.images.generate(**extras(fields, **dict.fromkeys(EXTRAS))).data) == 1


def test_all_of_openais_fields_at_once(client, quick):
    answer = client.images.generate(
        **quick,
        n=1,
        quality="high",
        response_format="b64_json",
        output_format="png",
        output_compression=100,
        moderation="low",
        background="opaque",
        style="natural",
        user="somebody",
    )
    assert decoded(answer.data[0].b64_json).size == (64, 64)


def test_extras_inside_extra_params(client, quick):
    request = {**quick, "extra_body": {"extra_params": {"num_inference_steps": 2, "seed": 7}}}
    assert client.images.generate(**request).data[0].seed == 7


def test_auto_is_the_models_own_size(client, quick):
    answer = client.images.generate(**{**quick, "size": "auto"})
    assert "x".join(map(str, decoded(answer.data[0].b64_json).size)) == answer.size


def test_a_size_off_the_grid_is_cut_to_it(client, quick):
    """README: sizes are cut to multiples of 16, and the answer says what was drawn."""
    answer = client.images.generate(**{**quick, "size": "1000x1000", "extra_body": {"num_inference_steps": 1}})
    assert decoded(answer.data[0].b64_json).size == (992, 992)
    assert answer.size == "992x992"


def test_models_are_listed_and_read(client):
    assert [model.id for model in client.models.list()] == [MODEL]
    assert client.models.retrieve(MODEL).id == MODEL
