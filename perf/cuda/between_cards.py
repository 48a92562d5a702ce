#!/usr/bin/env python3
"""Measures copies from one card to another as lanes that share rows make them, by the CUDA runtime alone.

usage: between_cards.py [--rows 2080] [--columns 3072] [--lanes 2,4] [--rounds 200]

Card 0 pulls from card 1, after a mark there, as `DeviceDriver.pull` does: rows of one tensor's columns into a tensor
of their own (a block's queries, keys, values), rows into some columns (what attention made), and one piece, which is
how weights come. bf16. Prints JSON, a line for each shape: GB/s, and microseconds of the host for a copy. What comes
is compared with what was there.
"""
import argparse
import ctypes
import json
import time

HOST_TO_DEVICE, DEVICE_TO_HOST, ANYWHERE = 1, 2, 4
NON_BLOCKING, WITHOUT_TIMING = 1, 2
NUMBER_BYTES = 2


class Cuda:
    def __init__(self):
        for name in ("libcudart.so.13", "libcudart.so.12"):
            try:
                self.library = ctypes.CDLL(name)
                break
            except OSError:
                continue
        else:
            raise SystemExit("no libcudart.so.13 or .12 in LD_LIBRARY_PATH")
        self.library.cudaGetErrorString.restype = ctypes.c_char_p

    def call(self, name, *arguments):
        error = getattr(self.library, name)(*arguments)
        if error:
            raise SystemExit(f"{name} failed: {self.library.cudaGetErrorString(error).decode()} ({error})")

    def get(self, name, *rest):
        out = ctypes.c_void_p()
        self.call(name, ctypes.byref(out), *rest)
        return ctypes.c_void_p(out.value or 0)

    def number(self, name, *rest):
        out = ctypes.c_int()
        self.call(name, ctypes.byref(out), *rest)
        return out.value

    def on(self, card):
        self.call("cudaSetDevice", card)
        return self


def copies(rows, columns, lanes):
    """Of each shape: bytes from row to row there and here, of a row, and how many rows."""
    part = columns // lanes
    whole, own = columns * NUMBER_BYTES, part * NUMBER_BYTES
    mine = rows * 2 // lanes
    return {
        "heads of a lane's rows": (own, whole, own, mine),
        "rows of a lane's heads": (whole, own, own, mine),
        "one piece": (own * mine, own * mine, own * mine, 1),
    }


def measure(cuda, shape, rounds):
    to_pitch, from_pitch, width, rows = shape
    wanted = bytes((i * 31 + 7) % 251 for i in range(from_pitch)) * rows
    there = cuda.on(1).get("cudaMalloc", ctypes.c_size_t(len(wanted)))
    theirs = cuda.get("cudaStreamCreateWithFlags", NON_BLOCKING)
    mark = cuda.get("cudaEventCreateWithFlags", WITHOUT_TIMING)
    cuda.call("cudaMemcpy", there, wanted, ctypes.c_size_t(len(wanted)), HOST_TO_DEVICE)
    here = cuda.on(0).get("cudaMalloc", ctypes.c_size_t(to_pitch * rows))
    ours = cuda.get("cudaStreamCreateWithFlags", NON_BLOCKING)
    begin, end = cuda.get("cudaEventCreate"), cuda.get("cudaEventCreate")

    def pull():
        cuda.call("cudaMemcpy2DAsync", here, ctypes.c_size_t(to_pitch), there, ctypes.c_size_t(from_pitch),
                  ctypes.c_size_t(width), ctypes.c_size_t(rows), ANYWHERE, ours)

    cuda.on(1).call("cudaEventRecord", mark, theirs)
    cuda.on(0).call("cudaStreamWaitEvent", ours, mark, 0)
    pull()
    cuda.call("cudaStreamSynchronize", ours)
    cuda.call("cudaEventRecord", begin, ours)
    start = time.perf_counter()
    for _ in range(rounds):
        pull()
    host = time.perf_counter() - start
    cuda.call("cudaEventRecord", end, ours)
    cuda.call("cudaStreamSynchronize", ours)
    took = ctypes.c_float()
    cuda.call("cudaEventElapsedTime", ctypes.byref(took), begin, end)

    came = ctypes.create_string_buffer(to_pitch * rows)
    cuda.call("cudaMemcpy", came, here, ctypes.c_size_t(len(came)), DEVICE_TO_HOST)
    for row in (0, rows - 1):
        assert came.raw[row * to_pitch:][:width] == wanted[row * from_pitch:][:width], f"row {row} is another"
    for memory, card in ((here, 0), (there, 1)):
        cuda.on(card).call("cudaFree", memory)
    return {"bytes": width * rows, "row_bytes": width, "GB_s": round(rounds * width * rows / took.value / 1e6, 1),
            "host_us": round(host / rounds * 1e6, 1)}


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1][7:])
    parser.add_argument("--rows", type=int, default=2080, help="of half a picture and its text")
    parser.add_argument("--columns", type=int, default=3072)
    parser.add_argument("--lanes", default="2,4")
    parser.add_argument("--rounds", type=int, default=200)
    arguments = parser.parse_args()
    cuda = Cuda()
    cards = cuda.number("cudaGetDeviceCount")
    if cards < 2:
        raise SystemExit(f"there are {cards} cards, must be 2 or more")
    joined = cuda.number("cudaDeviceCanAccessPeer", 0, 1) == 1
    for reached in (False, True) if joined else (False,):
        if reached:
            cuda.on(0).call("cudaDeviceEnablePeerAccess", 1, 0)
        for lanes in map(int, arguments.lanes.split(",")):
            for name, shape in copies(arguments.rows, arguments.columns, lanes).items():
                result = {"copy": name, "lanes": lanes, "by": "the cards" if reached else "the driver's choice"}
                print(json.dumps(result | measure(cuda, shape, arguments.rounds)), flush=True)
    print(json.dumps({"joined": joined}))


if __name__ == "__main__":
    main()
