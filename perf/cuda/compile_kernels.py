#!/usr/bin/env python3
"""Compiles src/main/cuda to PTX, which a card's driver compiles further.

usage: compile_kernels.py SOURCES FOLDER      (src/main/cuda, src/main/resources/io/inkstream/engine/kernel)

NVRTC of CUDA 12.2 (pip install nvidia-cuda-nvrtc-cu12==12.2.140) makes PTX that drivers from 535 on take; compute_80 is
the first generation that knows bfloat16, compute_89 the first that makes floats of 8 bits, compute_70 the first whose
cards are joined as those that are measured. The first line of each file holds the source's SHA-256, which a test compares.
"""
import ctypes
import hashlib
import sys
from pathlib import Path

FILES = {
    "fused.ptx": ("fused.cu", [b"--gpu-architecture=compute_80"]),
    "fused_float8.ptx": ("fused.cu", [b"--gpu-architecture=compute_89", b"--define-macro=FLOAT8"]),
    "pull.ptx": ("pull.cu", [b"--gpu-architecture=compute_70"]),
}


def library():
    from nvidia import cuda_nvrtc
    return ctypes.CDLL(str(Path(list(cuda_nvrtc.__path__)[0]) / "lib/libnvrtc.so.12"))


def main():
    sources, folder = map(Path, sys.argv[1:])
    for file, (source, options) in FILES.items():
        compile_to(sources / source, folder / file, [b"--std=c++17", *options])


def compile_to(source, target, options):
    text = source.read_bytes()
    nvrtc, program, size = library(), ctypes.c_void_p(), ctypes.c_size_t()
    nvrtc.nvrtcCreateProgram(ctypes.byref(program), text, source.name.encode(), 0, None, None)
    failed = nvrtc.nvrtcCompileProgram(program, len(options), (ctypes.c_char_p * len(options))(*options))
    nvrtc.nvrtcGetProgramLogSize(program, ctypes.byref(size))
    log = ctypes.create_string_buffer(size.value)
    nvrtc.nvrtcGetProgramLog(program, log)
    print(log.value.decode(), end="", file=sys.stderr)
    if failed:
        sys.exit(1)
    nvrtc.nvrtcGetPTXSize(program, ctypes.byref(size))
    ptx = ctypes.create_string_buffer(size.value)
    nvrtc.nvrtcGetPTX(program, ptx)
    lines = [line.rstrip() for line in ptx.value.decode().splitlines()]
    target.write_text(f"// of {source.name}, SHA-256 {hashlib.sha256(text).hexdigest()}\n" + "\n".join(lines).strip() + "\n")


if __name__ == "__main__":
    main()
