"""Captions as token ids: Qwen-Image's prompt template, whose 34 tokens before the caption the pipeline drops."""
import re
import numpy as np
from tokenizers import Tokenizer

TEMPLATE = ("<|im_start|>system\nDescribe the image by detailing the color, shape, size, texture, quantity, text, spatial relationships "
            "of the objects and background:<|im_end|>\n<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n")
SKIP, TEXT = 34, 40   # tokens of the template that are dropped, and at most kept behind them


class Captions:
    def __init__(self, tokenizer_json):
        self.tokenizer = Tokenizer.from_file(tokenizer_json)
        self.pad = self.tokenizer.token_to_id("<|endoftext|>")
        self.vocabulary = self.tokenizer.get_vocab_size()

    def ids(self, caption):
        """All tokens, the template's included."""
        return self.tokenizer.encode(TEMPLATE.format(caption)).ids

    def batch(self, captions):
        """-> (ids [n, 74] padded at the end, lengths [n] without the dropped tokens), int16"""
        ids, lengths = np.full((len(captions), SKIP + TEXT), self.pad, np.int16), np.zeros(len(captions), np.int16)
        for i, caption in enumerate(captions):
            e = self.ids(caption)[:SKIP + TEXT]
            ids[i, :len(e)] = e; lengths[i] = len(e) - SKIP
        return ids, lengths

    def pieces(self):
        """The pieces of one to six lower-case letters, whose spelling a model must learn to write words."""
        return sorted({p.lstrip("Ġ") for p in self.tokenizer.get_vocab() if re.fullmatch("Ġ?[a-z]{1,6}", p)})
