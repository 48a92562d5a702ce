#!/usr/bin/env python3
"""Golden pictures for tiny21 / tiny21-turbo, fp32 on CPU.
Steps follow diffusers main's QwenImage21Pipeline.__call__ (commit 0a1f3676, read through the code index); the network classes are
DiffSynth 2.1.12's QwenImage21DiT / QwenImage21VAE (PyPI), transformers' Qwen3VLForConditionalGeneration and diffusers' FlowMatchEulerDiscreteScheduler."""
import sys, json, os, math
sys.dont_write_bytecode = True
sys.path.insert(0, '.')
import numpy as np, torch
from safetensors.torch import load_file, save_file
from PIL import Image
from meta import load
from transformers import Qwen2Tokenizer, Qwen3VLForConditionalGeneration
from diffusers import FlowMatchEulerDiscreteScheduler
import transformers, diffusers
torch.set_grad_enabled(False); torch.set_num_threads(1)
D, V = load()
SYS = "<|im_start|>system\nComprehend and analyze the provided prompt.<|im_end|>\n"
def sd(d):
    o = {}
    for f in sorted(os.listdir(d)):
        if f.endswith('.safetensors'): o.update(load_file(f"{d}/{f}"))
    return {k: v.float() for k, v in o.items()}
def cfg(p): return {k: v for k, v in json.load(open(p)).items() if not k.startswith('_')}
class Pipe:
    def __init__(s, root):
        s.root = root; s.index = json.load(open(f"{root}/model_index.json"))
        s.tok = Qwen2Tokenizer.from_pretrained(f"{root}/processor")
        s.te = Qwen3VLForConditionalGeneration.from_pretrained(f"{root}/text_encoder", dtype=torch.float32).eval()
        c = cfg(f"{root}/transformer/config.json"); s.dit = D.QwenImage21DiT(**c).eval(); s.dit.load_state_dict(sd(f"{root}/transformer"), strict=True)
        c = cfg(f"{root}/vae/config.json"); s.vc = c; s.vae = V.QwenImage21VAE(**c).eval()
        m = s.vae.load_state_dict(sd(f"{root}/vae"), strict=False); assert not m.unexpected_keys and all('latents_' in k for k in m.missing_keys), m
        s.sched = FlowMatchEulerDiscreteScheduler.from_pretrained(f"{root}/scheduler")
        s.drop = len(s.tok(SYS).input_ids)
    def encode(s, prompts):
        txt = [SYS + f"<|im_start|>user\n{p or ' '}<|im_end|>\n<|im_start|>assistant\n" for p in prompts]
        e = s.tok(txt, padding=True, padding_side='left', return_tensors='pt')
        pre = []
        h = s.te.model.language_model.norm.register_forward_hook(lambda m, a, o: a[0])
        try: out = s.te(input_ids=e.input_ids, attention_mask=e.attention_mask, output_hidden_states=True)
        finally: h.remove()
        hs = [x[m.bool()][s.drop:] for x, m in zip(out.hidden_states[-1], e.attention_mask)]
        n = max(len(x) for x in hs)
        emb = torch.stack([torch.cat([x, x.new_zeros(n - len(x), x.shape[1])]) for x in hs])
        mask = torch.stack([torch.arange(n) < len(x) for x in hs])
        return emb, (None if mask.all() else mask), e
    def __call__(s, prompts, neg, cfgs, W, H, steps, seed, kv=True, dbg=None):
        G = dbg if dbg is not None else {}
        emb, mask, e = s.encode(prompts); G['cond.input_ids'] = e.input_ids.int(); G['cond.attention_mask'] = e.attention_mask.int(); G['cond.prompt_embeds'] = emb
        if mask is not None: G['cond.prompt_embeds_mask'] = mask.to(torch.uint8)
        docfg = cfgs > 1 and neg is not None
        if docfg:
            nemb, nmask, ne = s.encode([neg] * len(prompts)); G['uncond.input_ids'] = ne.input_ids.int(); G['uncond.prompt_embeds'] = nemb
        B = len(prompts); C = s.dit.img_in.in_features; h, w = 2 * (H // 32), 2 * (W // 32)
        g = torch.Generator('cpu').manual_seed(seed)
        lat = torch.randn((B, 1, C, h, w), generator=g).view(B, C, h * w).transpose(1, 2); G['init_latents'] = lat.clone()
        sig = s.index.get('sample_sigmas') or np.linspace(1.0, 1 / steps, steps)
        c = s.sched.config; m_ = (c.max_shift - c.base_shift) / (c.max_image_seq_len - c.base_image_seq_len); mu = h * w * m_ + c.base_shift - m_ * c.base_image_seq_len
        s.sched.set_timesteps(sigmas=sig, mu=mu); s.sched.set_begin_index(0)
        G['sigmas'] = s.sched.sigmas.clone().float(); G['timesteps'] = s.sched.timesteps.clone().float(); G['mu'] = torch.tensor([mu], dtype=torch.float64)
        shapes = [[(1, h, w)]] * B; nb = len(s.dit.transformer_blocks)
        ck = [{} for _ in range(nb)] if kv else None; uk = [{} for _ in range(nb)] if kv else None
        def run(x, t, em, mk, cache):
            im = torch.zeros(em.shape[:2], dtype=torch.bool); im = torch.cat([im, torch.ones(B, h * w // 4, dtype=torch.bool)], 1)
            return s.dit(hidden_states=x, timestep=t, encoder_hidden_states=em, encoder_hidden_states_mask=mk, img_shapes=shapes, img_mask=im, kv_cache=cache)[:, -h * w:]
        NC, NU, L = [], [], []
        hooks = []
        if dbg is not None:
            def cap(n):
                def f(mod, a, o):
                    if 'debug.' + n not in G: G['debug.' + n] = (o if isinstance(o, torch.Tensor) else o[0]).clone()
                return f
            for n, mod in [('img_in', s.dit.img_in), ('txt_in', s.dit.txt_in), ('txt_norm', s.dit.txt_in.text_norm), ('time_proj', s.dit.time_text_embed.time_proj), ('temb', s.dit.time_text_embed),
                           ('modulation', s.dit.modulation), ('norm_out', s.dit.norm_out), ('block0.attn', s.dit.transformer_blocks[0].attn), ('block0.mlp', s.dit.transformer_blocks[0].img_mlp)] + \
                          [(f'block{i}', b) for i, b in enumerate(s.dit.transformer_blocks)]: hooks.append(mod.register_forward_hook(cap(n)))
            def rope(mod, a, o):
                if 'debug.rope' not in G: G['debug.rope'] = torch.view_as_real(o).clone()
            hooks.append(s.dit.pos_embed.register_forward_hook(rope))
        for t in s.sched.timesteps:
            ts = t.expand(B).to(lat.dtype) / 1000
            v = run(lat, ts, emb, mask, ck); NC.append(v)
            if docfg:
                u = run(lat, ts, nemb, nmask, uk); NU.append(u); v = u + cfgs * (v - u)
            lat = s.sched.step(v, t, lat, return_dict=False)[0]; L.append(lat.clone())
        for x in hooks: x.remove()
        G['noise_pred_cond'] = torch.stack(NC); G['latents'] = torch.stack(L)
        if NU: G['noise_pred_uncond'] = torch.stack(NU)
        z = lat.transpose(1, 2).reshape(B, C, 1, h, w)
        z = z * torch.tensor(s.vc['latents_std']).view(1, C, 1, 1, 1) + torch.tensor(s.vc['latents_mean']).view(1, C, 1, 1, 1); G['vae_latents'] = z
        if dbg is not None:
            dec = s.vae.decoder; hk = []
            for n, mod in [('vae.post_quant', s.vae.post_quant_conv), ('vae.conv_in', dec.conv_in), ('vae.mid', dec.mid_block)] + [(f'vae.up{i}', b) for i, b in enumerate(dec.up_blocks)]: hk.append(mod.register_forward_hook(cap(n)))
        img = s.vae._decode(z)[:, :, 0]
        if dbg is not None:
            for x in hk: x.remove()
        G['decoded'] = img
        u8 = (img * .5 + .5).clamp(0, 1).permute(0, 2, 3, 1).numpy(); u8 = (u8 * 255).round().astype('uint8'); G['image'] = torch.from_numpy(u8)
        return u8
CASES = {
 'base_4step_cfg3_rgba': dict(root='tiny21', prompts=['a red fox in the snow, photorealistic'], neg='blurry, low quality', cfgs=3.0, W=96, H=64, steps=4, seed=7),
 'base_3step_nocfg_batch2': dict(root='tiny21', prompts=['一只猫在雪地里奔跑', 'a cat'], neg=None, cfgs=1.0, W=64, H=96, steps=3, seed=11),
 'turbo_8step_160x96': dict(root='tiny21-turbo', prompts=['a city at night with rain'], neg=None, cfgs=1.0, W=160, H=96, steps=8, seed=(1 << 33) + 5)}
if __name__ == '__main__':
    idx = {'made_with': {'torch': torch.__version__, 'transformers': transformers.__version__, 'diffusers (scheduler only)': diffusers.__version__, 'diffsynth': '2.1.12'}, 'cases': {}}
    for n, c in CASES.items():
        p = Pipe(c['root']); G = {}; u8 = p(**{k: v for k, v in c.items() if k != 'root'}, dbg=G)
        H2 = {}; p(**{k: v for k, v in c.items() if k != 'root'}, kv=False, dbg=H2)
        d = (G['latents'] - H2['latents']).abs().max().item()
        os.makedirs('out', exist_ok=True); save_file({k: v.contiguous() for k, v in G.items() if 'DEBUG' in os.environ or not k.startswith('debug.')}, f'out/{n}.safetensors')
        for i, x in enumerate(u8): Image.fromarray(x, 'RGBA').save(f'out/{n}.{i}.png')
        idx['cases'][n] = {**c, 'drop': p.drop, 'kv_vs_nokv_latents_maxdiff': d, 'sigmas': G['sigmas'].tolist(), 'tensors': {k: list(v.shape) for k, v in G.items()},
                           'clamped': (G['decoded'].abs() >= 1).float().mean().item()}
        print(n, u8.shape, 'kv diff', d, 'std', G['decoded'].std().item(), 'clamped', idx['cases'][n]['clamped'], G['sigmas'].tolist())
    json.dump(idx, open('out/index.json', 'w'), indent=1, ensure_ascii=False)
