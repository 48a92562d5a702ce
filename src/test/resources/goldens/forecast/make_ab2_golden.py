#!/usr/bin/env python3
"""Adams-Bashforth 2 with steps of any lengths, in numpy: writes ab2.json beside this file."""
import json, os
import numpy as np
rng = np.random.default_rng(9)
sigmas = np.array([1, .93, .81, .8, .42, .05, 0], np.float32)
x = rng.standard_normal(8).astype(np.float32)
v = rng.standard_normal((6, 8)).astype(np.float32)
out = dict(sigmas=sigmas.tolist(), start=x.tolist(), velocities=v.tolist(), latents=[])
x = x.astype(np.float64)
h = np.diff(sigmas.astype(np.float64))
for i in range(6):
    slope = 0 if i == 0 else (v[i].astype(np.float64) - v[i - 1]) / h[i - 1]
    x = x + h[i] * (v[i] + h[i] / 2 * slope)
    out["latents"].append(x.tolist())
json.dump(out, open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "ab2.json"), "w"), indent=1)
