#!/usr/bin/env python3
"""Writes files/*.gguf of tiny21 with the gguf package: the transformer with fused gate_up as converters leave it, the text encoder under llama.cpp's names. Q8_0 where rows are whole blocks, else BF16."""
import json, os, re, struct
import gguf, ml_dtypes, numpy as np
here = os.path.dirname(os.path.abspath(__file__))
LLAMA = {'self_attn.q_proj': 'attn_q', 'self_attn.k_proj': 'attn_k', 'self_attn.v_proj': 'attn_v', 'self_attn.o_proj': 'attn_output', 'self_attn.q_norm': 'attn_q_norm', 'self_attn.k_norm': 'attn_k_norm',
         'mlp.gate_proj': 'ffn_gate', 'mlp.up_proj': 'ffn_up', 'mlp.down_proj': 'ffn_down', 'input_layernorm': 'attn_norm', 'post_attention_layernorm': 'ffn_norm'}

def tensors(folder):
    out = {}
    for f in sorted(os.listdir(folder)):
        if not f.endswith('.safetensors'): continue
        d = open(f'{folder}/{f}', 'rb').read(); n = struct.unpack('<Q', d[:8])[0]
        for k, v in json.loads(d[8:8 + n]).items():
            if k != '__metadata__':
                a, b = v['data_offsets']; assert v['dtype'] == 'BF16'
                out[k] = np.frombuffer(d[8 + n + a:8 + n + b], ml_dtypes.bfloat16).reshape(v['shape']).astype(np.float32)
    return out

def write(path, arch, named):
    w = gguf.GGUFWriter(path, arch)
    for k, x in named.items():
        if x.ndim == 1: w.add_tensor(k, x)
        else:
            t = gguf.GGMLQuantizationType.Q8_0 if x.shape[1] % 32 == 0 else gguf.GGMLQuantizationType.BF16
            w.add_tensor(k, gguf.quants.quantize(x, t), raw_dtype=t)
    w.write_header_to_file(); w.write_kv_data_to_file(); w.write_tensors_to_file(); w.close()

def transformer():
    t = tensors(f'{here}/tiny21/transformer')
    for k in [k for k in t if k.endswith('.img_mlp.gate_layer.weight')]:
        base = k[:-len('gate_layer.weight')]
        t[base + 'gate_up.weight'] = np.concatenate([t.pop(k), t.pop(base + 'proj.weight')])
    return t

def text_encoder():
    out = {}
    for k, x in tensors(f'{here}/tiny21/text_encoder').items():
        m = re.fullmatch(r'model\.language_model\.layers\.(\d+)\.(.+)\.weight', k)
        if m: out[f'blk.{m[1]}.{LLAMA[m[2]]}.weight'] = x
        elif k == 'model.language_model.embed_tokens.weight': out['token_embd.weight'] = x
        elif k == 'model.language_model.norm.weight': out['output_norm.weight'] = x
    return out

os.makedirs(f'{here}/files', exist_ok=True)
write(f'{here}/files/transformer_q8_0.gguf', 'qwen_image21', transformer())
write(f'{here}/files/text_encoder_q8_0.gguf', 'qwen3vl', text_encoder())
