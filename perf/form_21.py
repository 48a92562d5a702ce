"""What a snapshot of Qwen-Image-2.1 consists of: names, shapes and configurations, for make_snapshot.py.

The published model has 32 blocks of 32 heads of 128, Qwen3-VL-8B's width (4096) and 36 layers, and a VAE of 96 channels
(its decoder of 144) that makes 16 x 16 pixels of a latent. Its widths follow from the arguments, the VAE's depth does not.
"""
import json

HEAD_DIM, TIME = 128, 256
LEVELS, DOUBLED = [1, 2, 4, 8, 8], [False, True, True, True]  # of the VAE; over which of its levels time is halved, too
SIGMAS = [1.0, 0.978453, 0.95418, 0.926626, 0.89508, 0.845148, 0.704534, 0.414568]
CLASSES = {"processor": ("transformers", "Qwen3VLProcessor"), "scheduler": ("diffusers", "FlowMatchEulerDiscreteScheduler"),
           "text_encoder": ("transformers", "Qwen3VLForConditionalGeneration"),
           "transformer": ("diffusers", "QwenImage21Transformer2DModel"), "vae": ("diffusers", "AutoencoderKLQwenImage21")}


def weight(name, *shape):
    return {f"{name}.weight": list(shape)}


def biased(name, outputs, *inputs):
    return weight(name, outputs, *inputs) | {f"{name}.bias": [outputs]}


def transformer(blocks, dim, context, channels):
    shapes = weight("img_in", dim, channels) | weight("txt_in.text_norm", context)
    shapes |= weight("txt_in.in_layer", dim, context) | weight("txt_in.out_layer", dim, dim)
    shapes |= weight("time_text_embed.timestep_embedder.linear_1", dim, TIME)
    shapes |= weight("time_text_embed.timestep_embedder.linear_2", dim, dim) | weight("modulation.1", 4 * dim, dim)
    for number in range(blocks):
        block = f"transformer_blocks.{number}"
        for name in ("to_q", "to_k", "to_v", "to_out.0"):
            shapes |= weight(f"{block}.attn.{name}", dim, dim)
        for name in ("norm_q", "norm_k"):
            shapes |= weight(f"{block}.attn.{name}", HEAD_DIM)
        for name in ("proj", "gate_layer"):
            shapes |= weight(f"{block}.img_mlp.{name}", 3 * dim, dim)
        shapes |= weight(f"{block}.img_mlp.out", dim, 3 * dim)
    return shapes | weight("norm_out.linear", dim, dim) | weight("proj_out", channels, dim)


def transformer_config(blocks, heads, context, channels):
    return {"_class_name": "QwenImage21Transformer2DModel", "_diffusers_version": "0.37.0.dev0", "patch_size": 1,
            "in_channels": channels, "out_channels": channels, "num_layers": blocks, "attention_head_dim": HEAD_DIM,
            "num_attention_heads": heads, "context_in_dim": context, "mlp_ratio": 3, "axes_dims_rope": [16, 56, 56],
            "eps": 1e-6, "causal_condition": True}


def text_encoder(config):
    text, eyes = config["text_config"], config["vision_config"]
    hidden, inner, head = text["hidden_size"], text["intermediate_size"], text["head_dim"]
    queries, keys = text["num_attention_heads"] * head, text["num_key_value_heads"] * head
    shapes = weight("model.language_model.embed_tokens", text["vocab_size"], hidden)
    for number in range(text["num_hidden_layers"]):
        layer = f"model.language_model.layers.{number}"
        for name, outputs, inputs in (("q_proj", queries, hidden), ("k_proj", keys, hidden), ("v_proj", keys, hidden),
                                      ("o_proj", hidden, queries)):
            shapes |= weight(f"{layer}.self_attn.{name}", outputs, inputs)
        shapes |= weight(f"{layer}.self_attn.q_norm", head) | weight(f"{layer}.self_attn.k_norm", head)
        shapes |= weight(f"{layer}.mlp.gate_proj", inner, hidden) | weight(f"{layer}.mlp.up_proj", inner, hidden)
        shapes |= weight(f"{layer}.mlp.down_proj", hidden, inner)
        shapes |= weight(f"{layer}.input_layernorm", hidden) | weight(f"{layer}.post_attention_layernorm", hidden)
    return shapes | weight("model.language_model.norm", hidden) | vision(eyes)


def vision(config):
    hidden, inner, out = config["hidden_size"], config["intermediate_size"], config["out_hidden_size"]
    merged = hidden * config["spatial_merge_size"] ** 2
    patch = config["patch_size"]
    shapes = biased("model.visual.patch_embed.proj", hidden, config["in_channels"], config["temporal_patch_size"], patch, patch)
    shapes |= weight("model.visual.pos_embed", config["num_position_embeddings"], hidden)
    for number in range(config["depth"]):
        block = f"model.visual.blocks.{number}"
        shapes |= biased(f"{block}.attn.qkv", 3 * hidden, hidden) | biased(f"{block}.attn.proj", hidden, hidden)
        shapes |= biased(f"{block}.mlp.linear_fc1", inner, hidden) | biased(f"{block}.mlp.linear_fc2", hidden, inner)
        shapes |= biased(f"{block}.norm1", hidden) | biased(f"{block}.norm2", hidden)
    mergers = [("merger", hidden)]
    mergers += [(f"deepstack_merger_list.{i}", merged) for i in range(len(config["deepstack_visual_indexes"]))]
    for name, normed in mergers:
        shapes |= biased(f"model.visual.{name}.norm", normed)
        shapes |= biased(f"model.visual.{name}.linear_fc1", merged, merged) | biased(f"model.visual.{name}.linear_fc2", out, merged)
    return shapes


def text_encoder_config(pocket, hidden, layers, vocab):
    """Qwen3-VL-8B's, or as much of it as the arguments ask for."""
    words = json.loads((pocket / "text_encoder/config.json").read_text())
    heads = hidden // HEAD_DIM
    text = {"model_type": "qwen3_vl_text", "vocab_size": vocab or words["vocab_size"], "hidden_size": hidden,
            "intermediate_size": 3 * hidden, "num_hidden_layers": layers, "num_attention_heads": heads,
            "num_key_value_heads": max(1, heads // 4), "head_dim": HEAD_DIM, "hidden_act": "silu", "rms_norm_eps": 1e-6,
            "rope_theta": 5000000, "attention_bias": False,
            "rope_scaling": {"mrope_interleaved": True, "mrope_section": [24, 20, 20], "rope_type": "default"}}
    eyes = {"model_type": "qwen3_vl", "depth": 27, "hidden_size": 1152, "intermediate_size": 4304, "num_heads": 16,
            "in_channels": 3, "patch_size": 16, "temporal_patch_size": 2, "spatial_merge_size": 2, "out_hidden_size": hidden,
            "num_position_embeddings": 2304, "hidden_act": "gelu_pytorch_tanh", "deepstack_visual_indexes": [8, 16, 24]}
    tokens = {name: words[name] for name in ("image_token_id", "video_token_id", "vision_start_token_id", "vision_end_token_id")}
    return {"architectures": ["Qwen3VLForConditionalGeneration"], "model_type": "qwen3_vl", "dtype": "bfloat16",
            "tie_word_embeddings": False, "text_config": text, "vision_config": eyes, **tokens}


def gamma(name, channels, axes=3):
    return {f"{name}.gamma": [channels] + [1] * axes}


def residual(name, inputs, outputs):
    shapes = gamma(f"{name}.norm1", inputs) | biased(f"{name}.conv1", outputs, inputs, 3, 3)
    shapes |= gamma(f"{name}.norm2", outputs) | biased(f"{name}.conv2", outputs, outputs, 3, 3)
    return shapes | (biased(f"{name}.conv_shortcut", outputs, inputs, 1, 1) if inputs != outputs else {})


def middle(name, channels):
    shapes = residual(f"{name}.resnets.0", channels, channels) | residual(f"{name}.resnets.1", channels, channels)
    attention = f"{name}.attentions.0"
    return (shapes | gamma(f"{attention}.norm", channels, 2) | biased(f"{attention}.to_qkv", 3 * channels, channels, 1, 1)
            | biased(f"{attention}.proj", channels, channels, 1, 1))


def vae(base, decoder_base, z, pixels=4):
    into = [base] + [base * n for n in LEVELS]
    out = [decoder_base * n for n in [LEVELS[-1], *LEVELS[::-1]]]
    shapes = biased("encoder.conv_in", base, pixels, 3, 3) | middle("encoder.mid_block", into[-1])
    for level, (inputs, outputs) in enumerate(zip(into, into[1:])):
        block = f"encoder.down_blocks.{level}"
        shapes |= residual(f"{block}.resnets.0", inputs, outputs) | residual(f"{block}.resnets.1", outputs, outputs)
        if level < len(DOUBLED):
            shapes |= biased(f"{block}.downsampler.resample.1", outputs, outputs, 3, 3)
    shapes |= gamma("encoder.norm_out", into[-1]) | biased("encoder.conv_out", 2 * z, into[-1], 3, 3)
    shapes |= biased("quant_conv", 2 * z, 2 * z, 1, 1) | biased("post_quant_conv", z, z, 1, 1)
    shapes |= biased("decoder.conv_in", out[0], z, 3, 3) | middle("decoder.mid_block", out[0])
    for level, (inputs, outputs) in enumerate(zip(out, out[1:])):
        block = f"decoder.up_blocks.{level}"
        for number in range(3):
            shapes |= residual(f"{block}.resnets.{number}", outputs if number else inputs, outputs)
        if level < len(DOUBLED):
            shapes |= biased(f"{block}.upsampler.resample.1", outputs, outputs, 3, 3)
    return shapes | gamma("decoder.norm_out", out[-1]) | biased("decoder.conv_out", pixels, out[-1], 3, 3)


def vae_config(base, decoder_base, z):
    return {"_class_name": "AutoencoderKLQwenImage21", "_diffusers_version": "0.37.0.dev0", "base_dim": base,
            "decoder_base_dim": decoder_base, "z_dim": z, "dim_mult": LEVELS, "num_res_blocks": 2, "attn_scales": [],
            "temperal_downsample": DOUBLED, "dropout": 0.0, "is_residual": True, "in_channels": 4, "out_channels": 4,
            "patch_size": None, "scale_factor_temporal": 8, "scale_factor_spatial": 16, "latents_mean": [0.0] * z,
            "latents_std": [1.0] * z}


def model_index(turbo):
    index = {"_class_name": "QwenImage21Pipeline", "_diffusers_version": "0.37.0.dev0"}
    return index | {part: list(names) for part, names in CLASSES.items()} | ({"sample_sigmas": SIGMAS} if turbo else {})


def scheduler(pocket, turbo):
    config = json.loads((pocket / "scheduler/scheduler_config.json").read_text())
    return config | ({"use_dynamic_shifting": False, "shift_terminal": None} if turbo else {})


def add_picture_tokens(tokenizer):
    """What stands for a picture in a prompt: the pocket model's tokenizer, which sees none, does not know it."""
    whole, config = (json.loads((tokenizer / name).read_text()) for name in ("tokenizer.json", "tokenizer_config.json"))
    for content in ("<|vision_start|>", "<|vision_end|>", "<|image_pad|>"):
        token = dict(whole["added_tokens"][-1], id=whole["added_tokens"][-1]["id"] + 1, content=content)
        whole["added_tokens"].append(token)
        config["added_tokens_decoder"][str(token["id"])] = {k: v for k, v in token.items() if k != "id"}
    for name, value in (("tokenizer.json", whole), ("tokenizer_config.json", config)):
        (tokenizer / name).write_text(json.dumps(value, indent=2) + "\n")
