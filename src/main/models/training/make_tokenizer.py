"""Trains the pocket model's byte-level BPE (Qwen2 form) and writes the tokenizer/ folder."""
import json, os, random, re, sys
from tokenizers import Tokenizer, models, pre_tokenizers, decoders, normalizers, trainers, AddedToken, Regex
from captions import TEMPLATE
from scenes import Composer

PAT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def main(emoji, fonts, out, vocab=2000):
    c = Composer(emoji, fonts)
    r = random.Random(0)
    corpus = []
    for _ in range(30000):
        cap = re.sub(r'"[^"]*"', '""', c.sample(r, (64, 64) if r.random() < .5 else (256, 256))[0])
        corpus.append(re.sub(r"text: .*", "text:", cap))
    for it in c.items:
        corpus += [it["name"], " " + it["name"]] * 20
    plain = TEMPLATE.replace("<|im_start|>", "").replace("<|im_end|>", "")
    corpus += [plain.format("")] * 20000
    t = Tokenizer(models.BPE(unk_token=None, byte_fallback=False))
    t.normalizer = normalizers.NFC()
    t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(PAT), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    t.decoder = decoders.ByteLevel()
    tr = trainers.BpeTrainer(vocab_size=vocab, min_frequency=2, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    t.train_from_iterator(corpus, tr)
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    t.add_special_tokens([AddedToken(s, special=True, normalized=False) for s in special])
    os.makedirs(out, exist_ok=True)
    t.save(out + "/tokenizer.json")
    m = json.load(open(out + "/tokenizer.json"))["model"]
    json.dump(m["vocab"], open(out + "/vocab.json", "w"), ensure_ascii=False)
    open(out + "/merges.txt", "w").write("#version: 0.2\n" + "\n".join(" ".join(x) if isinstance(x, list) else x for x in m["merges"]) + "\n")
    ids = {s: t.token_to_id(s) for s in special}
    json.dump({"added_tokens_decoder": {str(i): {"content": s, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": True} for s, i in ids.items()},
               "add_prefix_space": False, "additional_special_tokens": special[1:], "bos_token": None, "clean_up_tokenization_spaces": False,
               "eos_token": "<|im_end|>", "errors": "replace", "model_max_length": 131072, "pad_token": "<|endoftext|>", "split_special_tokens": False,
               "tokenizer_class": "Qwen2Tokenizer", "unk_token": None}, open(out + "/tokenizer_config.json", "w"), indent=2)
    n = len(t.encode(TEMPLATE.split("{}")[0]).ids)
    print("vocab", t.get_vocab_size(), "template tokens", n)
    assert n == 34, t.encode(TEMPLATE.split("{}")[0]).tokens
    for s in ['a red apple to the left of a dog face on a blue background', 'a logo with bold large text: "SGL Diffusion" in red']:
        e = t.encode(s); print(len(e.ids), e.tokens)


if __name__ == "__main__":
    main(*sys.argv[1:4])
