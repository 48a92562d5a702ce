#!/usr/bin/env python3
"""usage: make_calibrators.py

Writes taylorseer.json, dmd.json and names.json beside this file: what cache-dit's calibrators forecast for made-up
residuals of a batch of two samples, and the names that it gives to settings. Needs the packages of
../goldens/requirements.txt.
"""
import json, logging, os
import numpy as np
import torch

logging.disable(logging.WARNING)
torch.set_num_threads(1)
import cache_dit
from cache_dit import DBCacheConfig, DMDCalibratorConfig, TaylorSeerCalibratorConfig
from cache_dit.caching.cache_contexts.calibrators import Calibrator
from cache_dit.summary import CacheStats, strify

HERE = os.path.dirname(os.path.abspath(__file__))
SHAPE = (2, 3, 4)  # samples, tokens, features


def numbers(t):
    return [float(v) for v in t.reshape(-1)]


def replay(config, schedule, residual):
    """schedule: C computes, H forecasts. The state is made by the first update, after that step began."""
    calibrator, steps = Calibrator(config), []
    for step, what in enumerate(schedule):
        calibrator.mark_step_begin()
        if what == "C":
            y = residual(step)
            calibrator.update(y, name="stream")
            steps.append({"computed": numbers(y)})
        else:
            steps.append({"forecast": numbers(calibrator.approximate(name="stream"))})
    return steps


def wave(seed, noise=0.0):
    """Three damped modes in other directions for each sample, and noise."""
    g = torch.Generator().manual_seed(seed)
    draw = lambda: torch.randn(SHAPE, generator=g, dtype=torch.float64)
    a, b, c, d = draw(), draw(), draw(), draw()

    def at(step):
        n = torch.randn(SHAPE, generator=torch.Generator().manual_seed(1000 * seed + step), dtype=torch.float64)
        v = (3 * 0.97 ** step * a + 0.9 ** step * (np.cos(0.5 * step) * b + np.sin(0.5 * step) * c)
             + 0.5 * 0.7 ** step * d + noise * n)
        return v.to(torch.float32)
    return at


def taylor():
    schedules = {"regular": "CCCCHHHCHHHCHHHC", "warmup_of_one": "CHCHCHHCHH", "irregular": "CCHCCHHHHCHCCCCCHHH",
                 "twice_first": "CCHHHHCH"}
    return [{"name": f"{name}_order{order}", "order": order,
             "steps": replay(TaylorSeerCalibratorConfig(taylorseer_order=order), schedule, wave(order + 1, 0.1))}
            for name, schedule in schedules.items() for order in range(5)]


def dmd():
    mixed = "CCCCHHHCHHCHHCHHCHHH"
    constant = lambda step: torch.arange(1, 25, dtype=torch.float32).reshape(SHAPE) / 7
    second_zero = lambda step: wave(9)(step) * torch.tensor([1.0, 0.0]).reshape(2, 1, 1)
    exploding = lambda step: (torch.arange(1, 25, dtype=torch.float64).reshape(SHAPE) * 1e9 ** step).to(torch.float32)
    alternating = lambda step: wave(11)(step) * (-0.8) ** step
    cases = [("modes_of_noise_free_path", {}, mixed, wave(1)), ("noise", {}, mixed, wave(2, 0.01)),
             ("rank_1", {"rank": 1}, mixed, wave(3, 0.01)), ("rank_2", {"rank": 2}, mixed, wave(4, 0.01)),
             ("rank_above_window", {"rank": 9, "history": 5}, "CCCCCHHCHH", wave(5, 0.1)),
             ("ridge", {"ridge": 0.5}, mixed, wave(6, 0.01)), ("history_4", {"history": 4}, mixed, wave(7, 0.05)),
             ("history_3_never_fits", {"history": 3}, mixed, wave(7)), ("history_1", {"history": 1}, mixed, wave(7)),
             ("history_9", {"history": 9}, "CCCCCCCCCCHHHHHC", wave(8, 0.05)), ("low", {"svd_precision": "low"}, mixed, wave(1)),
             ("high", {"svd_precision": "high"}, mixed, wave(1)), ("constant", {}, mixed, constant),
             ("one_sample_zero", {}, mixed, second_zero), ("overflow_repeats_newest", {}, "CCCCHH", exploding),
             ("negative_eigenvalues", {}, "CCCCCHH", alternating),
             ("fraction_of_a_spacing", {}, "CHCHCHCHCHCHH", alternating)]
    return [{"name": name, **{"history": 6, "rank": 0, "ridge": 1e-8, "svd_precision": "medium", **settings},
             "steps": replay(DMDCalibratorConfig(**{"dmd_" + k: v for k, v in settings.items()}), schedule, residual)}
            for name, settings, schedule, residual in cases]


def names():
    def case(cached=0, calibrator=None, **settings):
        s = {"Fn_compute_blocks": 1, "Bn_compute_blocks": 0, "residual_diff_threshold": 0.24, "max_warmup_steps": 4,
             "warmup_interval": 1, "max_cached_steps": -1, "max_continuous_cached_steps": 3,
             "enable_separate_cfg": True, **settings}
        options = {"cache_config": DBCacheConfig(**s)}
        if calibrator: options["calibrator_config"] = calibrator
        stats = CacheStats(cache_options=options, accumulated_cached_steps=cached)
        c = None
        if isinstance(calibrator, TaylorSeerCalibratorConfig): c = {"order": calibrator.taylorseer_order}
        if isinstance(calibrator, DMDCalibratorConfig):
            c = {"history": calibrator.dmd_history, "svd_precision": calibrator.dmd_svd_precision}
        return {"settings": s, "calibrator": c, "cached": cached, "name": strify(stats)}

    mask = cache_dit.steps_mask(total_steps=28, mask_policy="fast")
    return [case(), case(cached=11), case(enable_separate_cfg=False), case(**{"residual_diff_threshold": 0.0}),
            case(residual_diff_threshold=1.0), case(residual_diff_threshold=1e-5), case(residual_diff_threshold=0.0001),
            case(residual_diff_threshold=1.25e-7), case(residual_diff_threshold=12.5), case(residual_diff_threshold=1e16),
            case(residual_diff_threshold=1e22), case(residual_diff_threshold=123456.0), case(residual_diff_threshold=3e-10),
            case(Fn_compute_blocks=8, max_warmup_steps=8, residual_diff_threshold=0.08, max_continuous_cached_steps=-1),
            case(Bn_compute_blocks=4, max_cached_steps=20, warmup_interval=2, max_continuous_cached_steps=0),
            case(steps_computation_mask=mask), case(steps_computation_mask=mask, steps_computation_policy="static", cached=15),
            *[case(calibrator=TaylorSeerCalibratorConfig(taylorseer_order=n), cached=n) for n in range(5)],
            *[case(calibrator=DMDCalibratorConfig(dmd_history=h, dmd_svd_precision=p), cached=2)
              for h, p in ((6, "medium"), (5, "low"), (8, "high"))]]


for name, cases in (("taylorseer", taylor()), ("dmd", dmd()), ("names", names())):
    with open(os.path.join(HERE, name + ".json"), "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
