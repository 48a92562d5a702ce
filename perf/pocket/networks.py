"""The pocket model's networks in plain PyTorch, from a snapshot or from the folder that training writes."""
import json
import math
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

ROOT = Path(__file__).resolve().parents[2]
for place in (ROOT / "src/main/models/training", Path(__file__).resolve().parent):   # the second: carried elsewhere, with models.py beside it
    if (place / "models.py").exists():
        sys.path.insert(0, str(place))
        break
from models import TextEncoder, Transformer, Vae, pack, rope_angles, unpack  # noqa: E402

TEMPLATE = ("<|im_start|>system\nDescribe the image by detailing the color, shape, size, texture, quantity, text, spatial relationships "
            "of the objects and background:<|im_end|>\n<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n")
SKIP = 34
SNAPSHOT = ROOT / "src/main/models/qwen-image-pocket"


def floats(*files):
    return {k: v.float() for f in files for k, v in load_file(str(f)).items()}


def vae_state_2d(state):
    """The published 3-D weights as the 2-D ones that single frames use: the last temporal slice of each kernel."""
    out = {}
    for k, v in state.items():
        if "time_conv" not in k:
            v = v.squeeze(1) if k.endswith("gamma") and v.ndim == 4 else v
            out[k] = v[:, :, -1] if v.ndim == 5 else v
    return out


class Checkpoint:
    """`text`, `transformer` and `vae` in float32, with what turns prompts into tokens and latents into pictures."""

    def __init__(self, folder, device="cpu", tokenizer=None):
        folder, self.device = Path(folder), device
        snapshot = (folder / "model_index.json").exists()
        if snapshot:
            text = {k.removeprefix("model."): v for k, v in floats(folder / "text_encoder/model.safetensors").items() if not k.startswith("visual.")}
            vae = vae_state_2d(floats(folder / "vae/diffusion_pytorch_model.safetensors"))
            transformer = floats(*sorted((folder / "transformer").glob("*.safetensors")))
            config = {p: json.loads((folder / p / "config.json").read_text()) for p in ("transformer", "vae")}
        else:
            text, vae = floats(folder / "text_encoder.safetensors"), floats(folder / "vae2d.safetensors")
            transformer = floats(*sorted(folder.glob("transformer-*.safetensors")))
            config = json.loads((folder / "config.json").read_text())
        self.tokenizer = Tokenizer.from_file(str(tokenizer or (folder if snapshot else SNAPSHOT) / "tokenizer/tokenizer.json"))
        vocabulary, width = text["embed_tokens.weight"].shape
        layers = 1 + max(int(k.split(".")[1]) for k in text if k.startswith("layers."))
        self.text = self.filled(TextEncoder(vocabulary, width, layers, ff=text["layers.0.mlp.gate_proj.weight"].shape[0]), text)
        c = config["transformer"]
        head = c["attention_head_dim"]
        self.transformer = self.filled(Transformer(c["num_attention_heads"] * head, head, c["num_layers"], tuple(c["axes_dims_rope"]), c["joint_attention_dim"], c["in_channels"]), transformer)
        c = config["vae"]
        self.vae = self.filled(Vae(c["base_dim"], c["z_dim"], tuple(c["dim_mult"]), c["num_res_blocks"]), vae)
        self.mean, self.std = (torch.tensor(c[k], device=device)[None, :, None, None] for k in ("latents_mean", "latents_std"))

    def filled(self, network, state):
        network.load_state_dict(state)
        return network.eval().requires_grad_(False).to(self.device)

    def tokens(self, prompt):
        return self.tokenizer.encode(TEMPLATE.format(prompt)).ids

    def embeddings(self, ids):
        """Token ids [B, L], all of one length -> [B, L - 34, width]."""
        return self.text(ids)[:, SKIP:]

    def angles(self, h, w, length):
        """-> cosines and sines for text of the given length and then an h x w canvas of latents."""
        image, text = rope_angles(h // 2, w // 2, length, self.transformer.axes)
        angle = torch.cat([text, image])[:, None].to(self.device)
        return angle.cos(), angle.sin()

    def latents(self, pictures):
        """[B, 3, H, W] in -1..1 -> normalised latents [B, 16, H / 8, W / 8]."""
        return (self.vae.encode(pictures)[0] - self.mean) / self.std

    def pictures(self, packed, h, w):
        """Packed latents -> [B, H, W, 3] bytes."""
        y = self.vae.decode(unpack(packed.float(), h, w) * self.std + self.mean).float().clamp(-1, 1)
        return ((y.permute(0, 2, 3, 1) + 1) * 127.5).round().byte().cpu().numpy()


def sigmas(steps, tokens):
    """The scheduler's times for so many image tokens: shifted, and stretched so that the last step is 0.02."""
    m = (0.9 - 0.5) / (8192 - 256)
    shift = math.exp(m * tokens + 0.5 - m * 256)
    s = torch.linspace(1, 1 / steps, steps, dtype=torch.float64)
    s = shift / (shift + (1 / s - 1))
    s = 1 - (1 - s) * ((1 - 0.02) / (1 - s[-1]))
    return torch.cat([s, s.new_zeros(1)]).float()
