"""A snapshot that draws in no time, and fails when it is asked to: prompts with a `~` are poison."""

import json
import shutil
import struct
from pathlib import Path

from inkstream import HOME

TINY = HOME / "src/test/resources/goldens/tiny"
POISON = "~"
NAN_BF16 = b"\xc0\x7f"


def editing(folder):
    """A copy of the tiny model as one that joins pictures by instruction."""
    model = Path(folder, "model")
    shutil.copytree(TINY, model, copy_function=shutil.copyfile)
    index = model / "model_index.json"
    index.write_text(index.read_text().replace("QwenImagePipeline", "QwenImageEditPlusPipeline"))
    return model


def poisoned(folder):
    """A copy of the tiny model in which one token's embedding is no number."""
    model = Path(folder, "model")
    shutil.copytree(TINY, model, copy_function=shutil.copyfile)
    token = json.loads((model / "tokenizer/vocab.json").read_text())[POISON]
    with (model / "text_encoder/model.safetensors").open("r+b") as weights:
        header_bytes = struct.unpack("<Q", weights.read(8))[0]
        entry = json.loads(weights.read(header_bytes))["model.embed_tokens.weight"]
        assert entry["dtype"] == "BF16", entry
        width = entry["shape"][1]
        weights.seek(8 + header_bytes + entry["data_offsets"][0] + token * width * 2)
        weights.write(NAN_BF16 * width)
    return model
