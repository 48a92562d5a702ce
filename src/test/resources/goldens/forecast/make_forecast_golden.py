#!/usr/bin/env python3
"""Final latents of the forecast laboratory's closed loops, for two prompts of the pocket model.

usage: make_forecast_golden.py LABORATORY SNAPSHOT OUT

LABORATORY is the folder with lab.py, sim.py, multi.py, plan.py and policy_*.json; embeddings come from ../pocket.
Needs torch, numpy, safetensors. Writes OUT/forecast.safetensors ([tokens, 64] each) and OUT/forecast.json."""
import json, os, sys, tempfile, types
lab_dir, snapshot, out = (os.path.abspath(p) for p in sys.argv[1:4])
here = os.path.dirname(os.path.abspath(__file__))
# lab.py reads the snapshot from ../../models/qwen-image-pocket, and embeddings from ./data.
home = tempfile.mkdtemp()
work = f"{home}/reference/forecast-lab"
os.makedirs(f"{work}/data"); os.makedirs(f"{home}/models")
os.symlink(snapshot, f"{home}/models/qwen-image-pocket")
os.chdir(work)
sys.path.insert(0, lab_dir)
# Used by sim.py's other policies only.
sys.modules["offline"] = types.SimpleNamespace(tau=lambda *_: None, lagrange=None)
import torch
from safetensors.torch import load_file, save_file

CASES = [("a red apple", 42, "apple_20"), ("a dog face on a blue background", 43, "dog_20_default_cache")]
embeds = {}
for prompt, _, name in CASES:
    golden = load_file(f"{here}/../pocket/{name}.safetensors")
    embeds[prompt], embeds[" "] = golden["cond.prompt_embeds"][0], golden["uncond.prompt_embeds"][0]
torch.save(embeds, "data/embeds.pt")

from multi import Den, damp2_weights, init, power_mask, run_adapt, run_coef
from sim import run
from lab import sigmas

den, noise = Den([c[0] for c in CASES]), init([c[1] for c in CASES])
tensors, facts = {}, {}

def keep(name, x, **what):
    facts[name] = what
    for case, latents in zip(CASES, x):
        tensors[f"{name}.{case[2].split('_')[0]}"] = latents.contiguous()

C = power_mask(20, 10)
keep("power_law_20_10", run_coef(den, noise, 20, C, damp2_weights(20, C))[0], steps=20, computed=C)
table = json.load(open(f"{lab_dir}/policy_20_10_v2.json"))
W = [[w.get(str(k), 0.0) for k in range(80)] for w in table["W"]]
keep("calibrated_20_10", run_coef(den, noise, 20, table["C"], W)[0], steps=20, computed=table["C"])
x, _, bits = run_adapt(den, noise, 20, 0.04)
keep("adaptive_20_004", x, steps=20, tolerance=0.04, masks=bits)
keep("ab2_10", run(den, noise, 10, dict(kind="ab2"))[0], steps=10)

# Two closed loops for policies B and A, one each for the others.
for name in ("calibrated_20_10.dog", "adaptive_20_004.dog", "ab2_10.dog"):
    del tensors[name]
save_file(tensors, f"{out}/forecast.safetensors")
facts["cases"] = [dict(name=n.split("_")[0], prompt=p, seed=s) for p, s, n in CASES]
facts["sigmas_20"] = [float(s) for s in sigmas(20)]
facts["sigmas_50"] = [float(s) for s in sigmas(50)]
json.dump(facts, open(f"{out}/forecast.json", "w"), indent=1)
