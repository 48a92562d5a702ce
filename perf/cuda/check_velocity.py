#!/usr/bin/env python3
"""Compares a velocity that `inkstream bench device --inputs … --output …` wrote with the one run.py wrote.

usage: check_velocity.py EXPECTED OURS      (both plain float32: WORK/velocity.f32, and the other)
"""
import sys

import numpy as np

expected, ours = (np.fromfile(path, "<f4").astype(np.float64) for path in sys.argv[1:])
print(f"{ours.size} numbers, finite: {np.isfinite(ours).all()}, relative L2 distance: "
      f"{np.linalg.norm(ours - expected) / np.linalg.norm(expected):.3e}")
