#!/usr/bin/env python3
"""Says whether a process's other card goes on when a kernel traps on one of them.

usage: trapped_card.py [--apart]

Two cards, of which each reaches the other's memory, unless --apart. Prints JSON, what calls return by their names in
CUDA: work on each card before the trap, after it, and a new context of each after the old ones have been reset.
"""
import ctypes
import json
import sys

TRAP = b".version 7.0\n.target sm_70\n.address_size 64\n.visible .entry lose()\n{\n\ttrap;\n\tret;\n}\n"
BYTES = 1 << 20

driver = ctypes.CDLL("libcuda.so.1")


def result(name, *arguments):
    error = getattr(driver, name)(*arguments)
    text = ctypes.c_char_p()
    driver.cuGetErrorName(error, ctypes.byref(text))
    return text.value.decode()


def require(name, *arguments):
    if (error := result(name, *arguments)) != "CUDA_SUCCESS":
        sys.exit(f"{name}: {error}")


def work(context, memory):
    """What a copy and its end return."""
    result("cuCtxSetCurrent", context)
    return [result("cuMemsetD8_v2", memory, 1, ctypes.c_size_t(BYTES)), result("cuCtxSynchronize")]


def main():
    require("cuInit", 0)
    contexts, memories = [ctypes.c_void_p(), ctypes.c_void_p()], [ctypes.c_uint64(), ctypes.c_uint64()]
    for card in range(2):
        require("cuDevicePrimaryCtxRetain", ctypes.byref(contexts[card]), card)
        require("cuCtxSetCurrent", contexts[card])
        require("cuMemAlloc_v2", ctypes.byref(memories[card]), ctypes.c_size_t(BYTES))
    if "--apart" not in sys.argv:
        for card in range(2):
            require("cuCtxSetCurrent", contexts[card])
            require("cuCtxEnablePeerAccess", contexts[1 - card], 0)
    before = [work(context, memory) for context, memory in zip(contexts, memories)]
    module, function = ctypes.c_void_p(), ctypes.c_void_p()
    require("cuCtxSetCurrent", contexts[1])
    require("cuModuleLoadData", ctypes.byref(module), TRAP)
    require("cuModuleGetFunction", ctypes.byref(function), module, b"lose")
    trap = [result("cuLaunchKernel", function, 1, 1, 1, 1, 1, 1, 0, None, None, None), result("cuCtxSynchronize")]
    after = [work(context, memory) for context, memory in zip(contexts, memories)]
    resets = [[result("cuDevicePrimaryCtxReset_v2", card), result("cuDevicePrimaryCtxRetain", ctypes.byref(ctypes.c_void_p()), card)]
              for card in range(2)]
    print(json.dumps({"before": before, "trap": trap, "after": after, "reset": resets}))


if __name__ == "__main__":
    main()
