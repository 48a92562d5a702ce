"""Pictures that are sent along: as one file, several, with a mask, as JSON, by stream."""

import base64
import io
import json

import pytest
from conftest import extras
from openai import BadRequestError
from PIL import Image
from pictures import decoded
from raw import fetch, form


def png(mode="RGB", size=(64, 48)):
    file = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(file, "PNG")
    file.seek(0)
    file.name = "picture.png"
    return file


@pytest.fixture
def edit(quick):
    """A request that ends at once, without its picture."""
    return {**quick, "prompt": "a green apple"}


def test_one_picture_is_drawn_anew(client, edit):
    answer = client.images.edit(**edit, image=png())
    picture = decoded(answer.data[0].b64_json)
    assert (picture.format, picture.size) == ("PNG", (64, 64))
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens


def test_a_list_of_one_is_drawn_anew(client, edit):
    assert client.images.edit(**edit, image=[png()]).data[0].b64_json


def test_bytes_without_a_name_are_found_by_what_they_are(client, edit):
    file = io.BytesIO()
    Image.open(png()).save(file, "WEBP")
    assert client.images.edit(**edit, image=file.getvalue()).data[0].b64_json


def test_a_mask_leaves_what_it_covers(client, edit):
    mask = Image.new("RGBA", (64, 48), (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), (0, 0, 32, 48))
    file = io.BytesIO()
    mask.save(file, "PNG")
    assert client.images.edit(**edit, image=png(), mask=file.getvalue()).data[0].b64_json


def test_seed_strength_and_n(client, edit):
    asked = extras(edit, seed=7, strength=0.9)
    first = client.images.edit(**asked, image=png(), n=2)
    again = client.images.edit(**asked, image=png())
    assert [image.seed for image in first.data] == [7, 8]
    assert decoded(again.data[0].b64_json).tobytes() == decoded(first.data[0].b64_json).tobytes()


def test_a_parameter_that_is_an_object(client, edit):
    asked = extras(edit, enable_cache_dit=True, cache_dit_params={"max_warmup_steps": 1})
    assert client.images.edit(**asked, image=png()).data[0].b64_json


def test_events_are_those_of_an_edit(client, edit):
    events = list(client.images.edit(**edit, image=png(), stream=True, partial_images=1))
    assert [event.type for event in events] == ["image_edit.partial_image", "image_edit.completed"]
    assert decoded(events[-1].b64_json).size == (64, 64)


def test_a_variation(client, quick):
    asked = {key: value for key, value in quick.items() if key != "prompt"}
    assert len(client.images.create_variation(**asked, image=png(), n=2).data) == 2


def test_json_with_a_data_url(client, edit):
    url = "data:image/png;base64," + base64.b64encode(png().getvalue()).decode()
    body = {"prompt": "a green apple", "images": [{"image_url": url}], "size": "64x64", "num_inference_steps": 2}
    assert client.post("/images/edits", body=body, cast_to=dict)["data"][0]["b64_json"]


def test_what_is_no_picture_is_refused(client, edit):
    with pytest.raises(BadRequestError) as refused:
        client.images.edit(**edit, image=b"GIF89a")
    assert refused.value.param == "image"
    assert "PNG, JPEG or WebP" in refused.value.message


def test_the_task_image_to_image_of_sglangs_benchmark(url):
    """What `bench_serving --task image-to-image` of SGLang 0.5.23 asks for, in its order, and sends, byte for byte: a form of
    aiohttp's with the model that the server names, texts with a type of their own, what its `--extra-body` says as Python
    writes it, and a JPEG as octets. It wants a 200 and counts `data`."""
    root = url.removesuffix("/v1")
    fetch(root + "/health")
    model = json.loads(fetch(root + "/v1/model_info")[1])["model_path"]
    file = io.BytesIO()
    Image.new("RGB", (100, 100), color="red").save(file, "JPEG")
    fields = {"model": model, "prompt": "A moving cat", "response_format": "b64_json", "n": "2", "size": "64x64"}
    fields |= {"num_inference_steps": "2", "seed": "7", "enable_cache_dit": "True"}

    answer = form(url + "/images/edits", fields, "dummy_image.jpg", file.getvalue())

    assert [decoded(picture["b64_json"]).size for picture in answer["data"]] == [(64, 64), (64, 64)]
