"""Pictures as they come out of an answer."""

import base64
import io

from PIL import Image


def decoded(b64_json):
    """The whole picture; raises for damage."""
    return opened(base64.b64decode(b64_json, validate=True))


def opened(data):
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture
