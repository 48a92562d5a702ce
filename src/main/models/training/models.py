"""The three networks of the pocket model in plain PyTorch, with the parameter names of the published Qwen-Image layout.

The VAE is the single-frame (2-D) twin of the causal 3-D autoencoder: `vae_state_3d` widens its kernels for saving.
"""
import math
import torch, torch.nn as nn, torch.nn.functional as F


# ---------------------------------------------------------------- VAE
class RMS(nn.Module):
    def __init__(s, d): super().__init__(); s.gamma = nn.Parameter(torch.ones(d, 1, 1)); s.scale = d ** .5
    def forward(s, x):   # one pass for the norm: the tensors of the largest canvas are what the VAE's time goes to
        norm = torch.linalg.vector_norm(x, dim=1, keepdim=True, dtype=torch.float32).clamp_min(1e-12)
        return x * (s.scale / norm).to(x.dtype) * s.gamma.to(x.dtype)


class Res(nn.Module):
    def __init__(s, i, o):
        super().__init__()
        s.norm1, s.conv1, s.norm2, s.conv2 = RMS(i), nn.Conv2d(i, o, 3, padding=1), RMS(o), nn.Conv2d(o, o, 3, padding=1)
        s.conv_shortcut = nn.Conv2d(i, o, 1) if i != o else nn.Identity()
    def forward(s, x): return s.conv2(F.silu(s.norm2(s.conv1(F.silu(s.norm1(x)))))) + s.conv_shortcut(x)


class Attn(nn.Module):
    def __init__(s, d): super().__init__(); s.norm, s.to_qkv, s.proj = RMS(d), nn.Conv2d(d, 3 * d, 1), nn.Conv2d(d, d, 1)
    def forward(s, x):
        b, c, h, w = x.shape
        q, k, v = s.to_qkv(s.norm(x)).reshape(b, 1, 3 * c, h * w).transpose(2, 3).chunk(3, -1)
        o = F.scaled_dot_product_attention(q, k, v)
        return x + s.proj(o.transpose(2, 3).reshape(b, c, h, w))


class Mid(nn.Module):
    def __init__(s, d): super().__init__(); s.attentions = nn.ModuleList([Attn(d)]); s.resnets = nn.ModuleList([Res(d, d), Res(d, d)])
    def forward(s, x): return s.resnets[1](s.attentions[0](s.resnets[0](x)))


class Down(nn.Module):
    def __init__(s, d): super().__init__(); s.resample = nn.Sequential(nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(d, d, 3, stride=2))
    def forward(s, x): return s.resample(x)


class Up(nn.Module):
    def __init__(s, d): super().__init__(); s.resample = nn.Sequential(nn.Upsample(scale_factor=2., mode="nearest-exact"), nn.Conv2d(d, d // 2, 3, padding=1))
    def forward(s, x): return s.resample(x)


class Encoder(nn.Module):
    def __init__(s, d, z, mult, n):
        super().__init__()
        dims = [d * u for u in [1] + mult]
        s.conv_in = nn.Conv2d(3, dims[0], 3, padding=1)
        blocks = []
        for i, (a, b) in enumerate(zip(dims[:-1], dims[1:])):
            for _ in range(n): blocks.append(Res(a, b)); a = b
            if i != len(mult) - 1: blocks.append(Down(b))
        s.down_blocks, s.mid_block = nn.ModuleList(blocks), Mid(b)
        s.norm_out, s.conv_out = RMS(b), nn.Conv2d(b, z, 3, padding=1)
    def forward(s, x):
        x = s.conv_in(x)
        for f in s.down_blocks: x = f(x)
        return s.conv_out(F.silu(s.norm_out(s.mid_block(x))))


class UpBlock(nn.Module):
    def __init__(s, i, o, n, up):
        super().__init__()
        s.resnets = nn.ModuleList([Res(i if k == 0 else o, o) for k in range(n + 1)])
        s.upsamplers = nn.ModuleList([Up(o)]) if up else None
    def forward(s, x):
        for f in s.resnets: x = f(x)
        return s.upsamplers[0](x) if s.upsamplers is not None else x


class Decoder(nn.Module):
    def __init__(s, d, z, mult, n):
        super().__init__()
        dims = [d * u for u in [mult[-1]] + mult[::-1]]
        s.conv_in, s.mid_block = nn.Conv2d(z, dims[0], 3, padding=1), Mid(dims[0])
        s.up_blocks = nn.ModuleList([UpBlock(a // 2 if i else a, b, n, i != len(mult) - 1) for i, (a, b) in enumerate(zip(dims[:-1], dims[1:]))])
        s.norm_out, s.conv_out = RMS(dims[-1]), nn.Conv2d(dims[-1], 3, 3, padding=1)
    def forward(s, z):
        x = s.mid_block(s.conv_in(z))
        for f in s.up_blocks: x = f(x)
        return s.conv_out(F.silu(s.norm_out(x)))


class Vae(nn.Module):
    def __init__(s, base=24, z=16, mult=(1, 2, 4, 4), n=2):
        super().__init__()
        s.config = dict(base_dim=base, z_dim=z, dim_mult=list(mult), num_res_blocks=n, attn_scales=[], temperal_downsample=[False, True, True], dropout=0.0)
        s.encoder, s.quant_conv = Encoder(base, 2 * z, list(mult), n), nn.Conv2d(2 * z, 2 * z, 1)
        s.post_quant_conv, s.decoder = nn.Conv2d(z, z, 1), Decoder(base, z, list(mult), n)
    def encode(s, x): return s.quant_conv(s.encoder(x)).chunk(2, 1)   # mean, logvar
    def decode(s, z): return s.decoder(s.post_quant_conv(z))


def vae_state_3d(vae):
    """The 2-D weights as the published 3-D ones: a 3x3 kernel becomes the last temporal slice of a 3x3x3 kernel."""
    out = {}
    for k, v in vae.state_dict().items():
        v = v.detach().float().cpu()
        if k.endswith("gamma"):
            v = v[:, None] if "attentions" not in k else v
        elif k.endswith("weight") and ".resample." not in k and "attentions" not in k:
            v = torch.cat([torch.zeros_like(v[:, :, None])] * 2 + [v[:, :, None]], 2) if v.shape[-1] == 3 else v[:, :, None]
        out[k] = v.contiguous()
    for side, blocks in (("encoder", vae.encoder.down_blocks), ("decoder", vae.decoder.up_blocks)):
        flags = iter(vae.config["temperal_downsample"] if side == "encoder" else vae.config["temperal_downsample"][::-1])
        for i, b in enumerate(blocks):
            r, p = (b, f"encoder.down_blocks.{i}") if isinstance(b, Down) else (b.upsamplers[0], f"decoder.up_blocks.{i}.upsamplers.0") if getattr(b, "upsamplers", None) is not None else (None, None)
            if r is not None and next(flags):   # temporal convolutions: unused by single frames
                d = r.resample[1].weight.shape[1]
                o = d if side == "encoder" else 2 * d
                out[p + ".time_conv.weight"], out[p + ".time_conv.bias"] = torch.zeros(o, d, 3, 1, 1), torch.zeros(o)
    return out


# ---------------------------------------------------------------- text encoder (Qwen2.5-VL language model)
class RMSNorm(nn.Module):
    def __init__(s, d, eps=1e-6): super().__init__(); s.weight = nn.Parameter(torch.ones(d)); s.eps = eps
    def forward(s, x):
        y = x.float()
        return (y * torch.rsqrt(y.pow(2).mean(-1, keepdim=True) + s.eps)).to(x.dtype) * s.weight.to(x.dtype)


class TextLayer(nn.Module):
    def __init__(s, d, heads, kv, ff):
        super().__init__()
        hd = d // heads; s.heads, s.kv, s.hd = heads, kv, hd
        s.self_attn = nn.ModuleDict(dict(q_proj=nn.Linear(d, heads * hd), k_proj=nn.Linear(d, kv * hd), v_proj=nn.Linear(d, kv * hd), o_proj=nn.Linear(heads * hd, d, bias=False)))
        s.mlp = nn.ModuleDict(dict(gate_proj=nn.Linear(d, ff, bias=False), up_proj=nn.Linear(d, ff, bias=False), down_proj=nn.Linear(ff, d, bias=False)))
        s.input_layernorm, s.post_attention_layernorm = RMSNorm(d), RMSNorm(d)
    def forward(s, x, cos, sin):
        b, l, _ = x.shape
        y, a = s.input_layernorm(x), s.self_attn
        sp = lambda t, n: t.view(b, l, n, s.hd).transpose(1, 2)
        rot = lambda t: t * cos + torch.cat([-t[..., s.hd // 2:], t[..., :s.hd // 2]], -1) * sin
        q, k, v = rot(sp(a.q_proj(y), s.heads)), rot(sp(a.k_proj(y), s.kv)), sp(a.v_proj(y), s.kv)
        k, v = (t.repeat_interleave(s.heads // s.kv, 1) for t in (k, v))
        x = x + a.o_proj(F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(b, l, -1))
        y, m = s.post_attention_layernorm(x), s.mlp
        return x + m.down_proj(F.silu(m.gate_proj(y)) * m.up_proj(y))


class TextEncoder(nn.Module):
    def __init__(s, vocab, d=256, layers=4, heads=4, kv=2, ff=704, theta=1e6):
        super().__init__()
        s.embed_tokens, s.norm = nn.Embedding(vocab, d), RMSNorm(d)
        s.layers = nn.ModuleList([TextLayer(d, heads, kv, ff) for _ in range(layers)])
        s.hd, s.theta = d // heads, theta
    def forward(s, ids):
        x = s.embed_tokens(ids)
        f = torch.outer(torch.arange(ids.shape[1], device=ids.device).float(), 1. / s.theta ** (torch.arange(0, s.hd, 2, device=ids.device).float() / s.hd))
        f = torch.cat([f, f], -1)
        cos, sin = f.cos().to(x.dtype), f.sin().to(x.dtype)
        for l in s.layers: x = l(x, cos, sin)
        return s.norm(x)


# ---------------------------------------------------------------- MMDiT
def rope_angles(gh, gw, text_len, axes, theta=10000.):
    """-> (image angles [gh*gw, hd/2], text angles [text_len, hd/2]); image axes are centred on zero."""
    fr = lambda pos, d: torch.outer(pos.float(), 1. / theta ** (torch.arange(0, d, 2).float() / d))
    ys, xs = torch.arange(gh) - (gh - gh // 2), torch.arange(gw) - (gw - gw // 2)
    img = torch.cat([fr(torch.zeros(gh * gw), axes[0]), fr(ys.repeat_interleave(gw), axes[1]), fr(xs.repeat(gh), axes[2])], -1)
    t = torch.arange(text_len) + max(gh // 2, gw // 2)
    return img, torch.cat([fr(t, a) for a in axes], -1)


MASKED, EXTRA = -40_000., 8


def attend(q, k, v, keys):
    """Attention [B,H,S,hd] over the keys that count: keys [B,S] bool, or None for all.

    A mask argument would switch the flash kernel off. Eight more channels of a head, one in the query and a large
    negative number in the keys that do not count, say the same.
    """
    if keys is None: return F.scaled_dot_product_attention(q, k, v)
    hd = q.shape[-1]
    off = torch.where(keys, 0., MASKED * hd ** .5 / EXTRA).to(k.dtype)[:, None, :, None].expand(-1, k.shape[1], -1, EXTRA)
    o = F.scaled_dot_product_attention(F.pad(q, (0, EXTRA), value=1.), torch.cat([k, off], -1), F.pad(v, (0, EXTRA)), scale=hd ** -.5)
    return o[..., :hd]


class Attention(nn.Module):
    def __init__(s, d, hd):
        super().__init__()
        s.h, s.hd = d // hd, hd
        for n in ("to_q", "to_k", "to_v", "add_q_proj", "add_k_proj", "add_v_proj", "to_add_out"): setattr(s, n, nn.Linear(d, d))
        s.to_out = nn.ModuleList([nn.Linear(d, d)])
        for n in ("norm_q", "norm_k", "norm_added_q", "norm_added_k"): setattr(s, n, RMSNorm(hd))
    def forward(s, x, t, keys, cos, sin):
        b, lt = t.shape[:2]
        sp = lambda y: y.view(b, -1, s.h, s.hd)
        def rot(y):   # adjacent pairs are (real, imaginary)
            a, c = y.float().unflatten(-1, (-1, 2)).unbind(-1)
            return torch.stack([a * cos - c * sin, a * sin + c * cos], -1).flatten(-2).to(y.dtype)
        q = rot(torch.cat([s.norm_added_q(sp(s.add_q_proj(t))), s.norm_q(sp(s.to_q(x)))], 1))
        k = rot(torch.cat([s.norm_added_k(sp(s.add_k_proj(t))), s.norm_k(sp(s.to_k(x)))], 1))
        v = torch.cat([sp(s.add_v_proj(t)), sp(s.to_v(x))], 1)
        o = attend(q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2), keys).transpose(1, 2).flatten(2)
        return s.to_out[0](o[:, lt:]), s.to_add_out(o[:, :lt])


class FF(nn.Module):
    def __init__(s, d):
        super().__init__(); p = nn.Module(); p.proj = nn.Linear(d, 4 * d)
        s.net = nn.ModuleList([p, nn.Identity(), nn.Linear(4 * d, d)])
    def forward(s, x): return s.net[2](F.gelu(s.net[0].proj(x), approximate="tanh"))


class Block(nn.Module):
    def __init__(s, d, hd):
        super().__init__()
        s.attn, s.img_mlp, s.txt_mlp = Attention(d, hd), FF(d), FF(d)
        s.img_mod, s.txt_mod = nn.Sequential(nn.SiLU(), nn.Linear(d, 6 * d)), nn.Sequential(nn.SiLU(), nn.Linear(d, 6 * d))
    def forward(s, x, t, c, keys, cos, sin):
        ln = lambda y, sh, sc: F.layer_norm(y, y.shape[-1:], eps=1e-6) * (1 + sc) + sh
        i = s.img_mod(c)[:, None].chunk(6, -1); w = s.txt_mod(c)[:, None].chunk(6, -1)
        a, b = s.attn(ln(x, i[0], i[1]), ln(t, w[0], w[1]), keys, cos, sin)
        x = x + i[2] * a; t = t + w[2] * b
        return x + i[5] * s.img_mlp(ln(x, i[3], i[4])), t + w[5] * s.txt_mlp(ln(t, w[3], w[4]))


class Transformer(nn.Module):
    def __init__(s, d=192, hd=64, layers=14, axes=(16, 24, 24), text_dim=256, channels=64):
        super().__init__()
        s.config = dict(patch_size=2, in_channels=channels, out_channels=channels // 4, num_layers=layers, attention_head_dim=hd, num_attention_heads=d // hd,
                        joint_attention_dim=text_dim, guidance_embeds=False, axes_dims_rope=list(axes))
        s.axes = axes
        e = nn.Module(); e.timestep_embedder = nn.Module()
        e.timestep_embedder.linear_1, e.timestep_embedder.linear_2 = nn.Linear(256, d), nn.Linear(d, d)
        s.time_text_embed, s.txt_norm = e, RMSNorm(text_dim)
        s.img_in, s.txt_in = nn.Linear(channels, d), nn.Linear(text_dim, d)
        s.transformer_blocks = nn.ModuleList([Block(d, hd) for _ in range(layers)])
        s.norm_out = nn.Module(); s.norm_out.linear = nn.Linear(d, 2 * d)
        s.proj_out = nn.Linear(d, channels)
        for b in s.transformer_blocks:
            for m in (b.img_mod[1], b.txt_mod[1]): nn.init.zeros_(m.weight); nn.init.zeros_(m.bias)
        for m in (s.norm_out.linear, s.proj_out): nn.init.zeros_(m.weight); nn.init.zeros_(m.bias)
    def forward(s, x, t, keys, sigma, cos, sin):
        """x [B,N,64], t [B,L,text_dim], keys [B,L+N] bool (which tokens count) or None, sigma [B]; cos, sin [L+N,1,hd/2] -> velocity [B,N,64]"""
        f = torch.exp(-math.log(10000.) * torch.arange(128, device=x.device).float() / 128)
        a = 1000. * sigma.float()[:, None] * f
        e = s.time_text_embed.timestep_embedder
        c = e.linear_2(F.silu(e.linear_1(torch.cat([a.cos(), a.sin()], -1).to(s.img_in.weight.dtype))))
        x, t = s.img_in(x), s.txt_in(s.txt_norm(t))
        for b in s.transformer_blocks: x, t = b(x, t, c, keys, cos, sin)
        sc, sh = s.norm_out.linear(F.silu(c))[:, None].chunk(2, -1)
        return s.proj_out(F.layer_norm(x, x.shape[-1:], eps=1e-6) * (1 + sc) + sh)


def pack(z):   # [B,16,h,w] -> [B,h/2*w/2,64]
    b, c, h, w = z.shape
    return z.view(b, c, h // 2, 2, w // 2, 2).permute(0, 2, 4, 1, 3, 5).reshape(b, h * w // 4, c * 4)


def unpack(x, h, w):   # -> [B,16,h,w]
    b, _, c = x.shape
    return x.view(b, h // 2, w // 2, c // 4, 2, 2).permute(0, 3, 1, 4, 2, 5).reshape(b, c // 4, h, w)
