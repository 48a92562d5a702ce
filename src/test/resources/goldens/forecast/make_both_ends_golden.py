#!/usr/bin/env python3
"""Final latents of the second forecast laboratory's closed loops, for two prompts of the pocket model.

usage: make_both_ends_golden.py LABORATORY SNAPSHOT OUT

LABORATORY is the folder with core.py, pol.py, pc.py and proposal.py. Embeddings come from ../pocket. Needs torch, numpy,
safetensors. Writes OUT/both_ends.safetensors ([tokens, 64] each) and OUT/both_ends.json."""
import json, os, sys, tempfile

laboratory, snapshot, out = (os.path.abspath(path) for path in sys.argv[1:4])
here = os.path.dirname(os.path.abspath(__file__))
os.environ.update(POCKET=snapshot, LABDATA=tempfile.mkdtemp())
sys.path.insert(0, laboratory)
import torch
from safetensors.torch import load_file, save_file

CASES = [("a red apple", 42, "apple_20"), ("a dog face on a blue background", 43, "dog_20_default_cache")]
embeds = {}
for prompt, _, name in CASES:
    golden = load_file(f"{here}/../pocket/{name}.safetensors")
    embeds[prompt], embeds[" "] = golden["cond.prompt_embeds"][0], golden["uncond.prompt_embeds"][0]
torch.save(embeds, f"{os.environ['LABDATA']}/embeds.pt")

import proposal
from pc import MC, MC_K, Net, damp_span, init, mc_published, run_guard, sigmas, sim, sim_pc

prompts, noise = [case[0] for case in CASES], init([case[1] for case in CASES])


def record(N):
    """A run of all steps, as the laboratory keeps it."""
    s, net, x = torch.tensor(sigmas(N)), Net(prompts), noise
    r = dict(N=N, s=s, g=4.0, px=(256, 256), prompts=prompts, x=[x], V=[], C=[], U=[])
    for t in range(N):
        V, C, U = net.eval(x, s[t])
        x = x + float(s[t + 1] - s[t]) * V
        for key, value in zip(("x", "V", "C", "U"), (x, V, C, U)):
            r[key].append(value)
    return {key: torch.stack(value) if isinstance(value, list) and key != "prompts" else value for key, value in r.items()}


tensors, facts = {}, {}


def keep(name, x, **what):
    facts[name] = what
    for case, latents in zip(CASES, x):
        tensors[f"{name}.{case[2].split('_')[0]}"] = latents.contiguous()


twenty, fifty = record(20), record(50)
for r, K, theta in ((twenty, 10, 0.0), (fifty, 17, 1.0)):
    C = proposal.both_ends(r["N"], K)
    keep(f"both_ends_{r['N']}_{K}", sim_pc(r, C, theta, fac=damp_span), computed=C)
x, _, masks, errors = run_guard(fifty, proposal.both_ends(50, 17), 0.01, theta="d")
keep("guarded_50_17_001", x, tolerance=0.01, masks=masks, errors=errors)
keep("mean_cache_50_10", sim(fifty, MC[10], mc_published(MC[10], MC_K[10])), computed=MC[10])
del tensors["mean_cache_50_10.dog"]
save_file(tensors, f"{out}/both_ends.safetensors")
json.dump(facts, open(f"{out}/both_ends.json", "w"), indent=1)
