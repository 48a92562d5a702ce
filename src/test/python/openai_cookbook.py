#!/usr/bin/env python3
"""Draws one picture through the official OpenAI client, as SGLang's cookbook does.

usage: openai_cookbook.py BASE_URL MODEL OUT.png        (BASE_URL ends in /v1)

Exits non-zero, with one line that says why, when anything is off.
"""
import argparse
import base64
import struct
import sys
from pathlib import Path

from openai import OpenAI, OpenAIError

PNG = b"\x89PNG\r\n\x1a\n"


def generate(base_url, model):
    client = OpenAI(api_key="EMPTY", base_url=base_url)
    response = client.images.generate(
        model=model,
        prompt="A logo With Bold Large text: SGL Diffusion",
        n=1,
        response_format="b64_json",
    )
    if len(response.data or []) != 1:
        raise ValueError(f"asked for one image, got {len(response.data or [])}")
    if not response.data[0].b64_json:
        raise ValueError("the image has no b64_json")
    return base64.b64decode(response.data[0].b64_json, validate=True)


def picture_size(image):
    """Width and height of a whole PNG file."""
    if not image.startswith(PNG) or image[12:16] != b"IHDR" or image[-8:-4] != b"IEND":
        raise ValueError(f"not a whole PNG: {len(image)} bytes that begin {image[:8]!r}")
    return struct.unpack(">II", image[16:24])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base_url")
    parser.add_argument("model")
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    try:
        image = generate(arguments.base_url, arguments.model)
        width, height = picture_size(image)
    except (OpenAIError, ValueError) as failure:
        sys.exit(f"{type(failure).__name__}: {failure}")
    arguments.out.write_bytes(image)
    print(f"{arguments.out}: {width}x{height}, {len(image)} bytes")


if __name__ == "__main__":
    main()
