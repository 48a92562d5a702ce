"""Writes rows of hard texts with the ids and the decoded text that transformers gives them.

    python make_fuzz.py TOKENIZER_FOLDER ROWS OUT.json [SEED]

fuzz-qwen.json: src/main/models/qwen-image/tokenizer 300 fuzz-qwen.json (tokenizers 0.23.3, transformers 5.23.0).
"""
import json
import random
import sys

from transformers import Qwen2Tokenizer

HAND = [
    "", " ", "  ", "\t", "\r\n", " \r\n ", "\n \n", "a  b", "a \u3000b", "a\u0085\u0085b", "\u00a0\u00a0x",
    "\u2028\u2029x", "  \u200b x", "\ufeffx", "'\u017f", "x'\u017fy", "'S'T'RE'VE'M'LL'D", "it'\u017f we'Re",
    "'\u212a", "don\u2019t", "A\u030a \u212b \u00c5", "e\u0301\u0316\u0302", "\u0344", "\u1e9b\u0323",
    "\uac00\u11a8", "\u1100\u1161\u11a8", "\u0958 \u0915\u093c", "\u2126 \u2124", "\ufb01 \ufb06 '\ufb06",
    "<tool_call>\u0338", "<\u0338tool_call>", "<tool_call></tool_call>x", "<|im_start|><|im_start|", "<|im_<|im_end|>end|>",
    " <|im_end|> ", "\n<|im_end|>\n", "<|endoftext|>'s", "a\u0301<|im_end|>\u0301a", "<|IM_END|>", "{}", "{0} {prompt}",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467", "\U0001f44d\U0001f3fd", "\U0001f1e9\U0001f1ea", "\u0664\u0665 \u2167 \u00bd 12345",
    "\U0001d400\U0001d7d8", "\U00020000\U0002f800", "\x00\x01\x7f\x80", "\ufffd\ufffe\uffff", "\U0010ffff \ue000",
    "a" * 300, "ab" * 200, "\u0301" * 40, "\n" * 33, " " * 70 + "x", " \t" * 20 + "\n" + " " * 9,
]
RANGES = [
    (0x20, 0x7E), (0x20, 0x7E), (0x61, 0x7A), (0x30, 0x39), (0xA0, 0xFF), (0x100, 0x24F), (0x300, 0x36F), (0x370, 0x3FF),
    (0x400, 0x4FF), (0x590, 0x5F4), (0x600, 0x6FF), (0x900, 0x97F), (0xE00, 0xE5B), (0x1100, 0x11FF), (0x1E00, 0x1EFF),
    (0x1F00, 0x1FFE), (0x2000, 0x206F), (0x2100, 0x218B), (0x2460, 0x24FF), (0x3000, 0x30FF), (0x4E00, 0x9FA5),
    (0xAC00, 0xD7A3), (0xF900, 0xFAD9), (0xFB00, 0xFB4F), (0xFF01, 0xFFEE), (0x1D400, 0x1D7FF), (0x1F300, 0x1F64F),
    (0x1F3FB, 0x1F3FF), (0x20000, 0x2A6D6), (0x2F800, 0x2FA1D), (0xE0100, 0xE01EF), (0x0, 0x1F), (0x7F, 0x9F),
]
SPACES = [" ", " ", " ", "\n", "\n", "\r\n", "\r", "\t", "\x0b", "\x0c", "\x85", "\xa0", "\u1680", "\u2003", "\u2028",
          "\u2029", "\u202f", "\u205f", "\u3000", "\u200b", "\u180e", "\ufeff"]
CUTS = ["'s", "'T", "'rE", "'ve", "'M", "'lL", "'d", "'\u017f", "'", "\u2019s"]


def text(rng, added):
    parts = []
    while len(parts) < rng.randint(1, 24):
        kind = rng.random()
        low, high = rng.choice(RANGES)
        run = lambda n: "".join(chr(rng.randint(low, high)) for _ in range(rng.randint(1, n)))
        if kind < 0.45:
            parts.append(run(6))
        elif kind < 0.60:
            parts.append("".join(rng.choice(SPACES) for _ in range(rng.randint(1, 5))))
        elif kind < 0.70:
            parts.append(rng.choice(CUTS))
        elif kind < 0.80:
            parts.append(rng.choice(added))
        elif kind < 0.85:
            token = rng.choice(added)
            parts.append(token[: rng.randint(1, len(token))])
        elif kind < 0.92:
            parts.append(rng.choice(["the", " Photo", "lighting", "HDR", "\u4e00\u5e45\u753b", " \u043a\u043e\u0442", "8k", "--ar"]))
        else:
            parts.append("".join(chr(rng.choice([0x301, 0x316, 0x323, 0x338, 0x327, 0x5B0, 0x3099, 0x93C])) for _ in range(rng.randint(1, 4))))
    return "".join(parts)


def main(folder, rows, out, seed="1"):
    tokenizer = Qwen2Tokenizer.from_pretrained(folder)
    rng = random.Random(int(seed))
    added = sorted(tokenizer.get_added_vocab())
    texts = HAND + [text(rng, added) for _ in range(int(rows) - len(HAND))]
    answers = []
    for t in texts:
        ids = tokenizer(t, add_special_tokens=False)["input_ids"]
        cut = ids[1::2]  # half of the ids: bytes that are no UTF-8
        answers.append({"text": t, "ids": ids, "decoded": tokenizer.decode(ids), "cut_decoded": tokenizer.decode(cut)})
    with open(out, "w", encoding="ascii") as f:
        f.write("[\n" + ",\n".join(json.dumps(a) for a in answers) + "\n]\n")


main(*sys.argv[1:])
