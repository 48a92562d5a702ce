#!/usr/bin/env python3
"""Measures copies from one card to another as lanes that share rows make them, by the CUDA runtime alone.

usage: between_cards.py [--rows 4160] [--columns 3072] [--lanes 2,4] [--rounds 200]

Card 0 pulls from card 1, after a mark there, as `DeviceDriver.pull` does: rows of one tensor's columns into a tensor
of their own (a block's queries, keys, values), rows into some columns (what attention made), and one piece, which is
how weights come. bf16. Prints JSON, a line for each shape: GB/s, and microseconds of the host for a copy. What comes
is compared with what was there.

Then all that a lane pulls when it meets the others, from them and itself, on as many cards as there are lanes and on
all of them at once: by the library's copies, and by our kernel (pull.ptx). Microseconds of the first card and of the
host, and what comes from others in GB/s.
"""
import argparse
import ctypes
import json
import time
from pathlib import Path

PTX = Path(__file__).parents[2] / "src/main/resources/io/inkstream/engine/kernel/pull.ptx"
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
    mine = rows // lanes
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


class Copy(ctypes.Structure):  # as in pull.cu
    _fields_ = [(name, ctypes.c_uint64) for name in ("to", "source", "to_pitch", "source_pitch")]
    _fields_ += [("pieces", ctypes.c_uint32), ("rows", ctypes.c_uint32)]


class Kernel:
    """pull.ptx in the current card's context."""

    def __init__(self):
        self.driver, self.function, module = ctypes.CDLL("libcuda.so.1"), ctypes.c_void_p(), ctypes.c_void_p()
        self.call("cuModuleLoadData", ctypes.byref(module), PTX.read_bytes())
        self.call("cuModuleGetFunction", ctypes.byref(self.function), module, b"pull")

    def call(self, name, *arguments):
        if error := getattr(self.driver, name)(*arguments):
            raise SystemExit(f"{name} failed ({error})")

    def pull(self, copies, stream):
        parameter = (Copy * 24)(*copies)
        address = ctypes.c_void_p(ctypes.addressof(parameter))
        self.call("cuLaunchKernel", self.function, 64, len(copies), 1, 256, 1, 1, 0, stream, ctypes.byref(address), None)


class Lane:
    def __init__(self, cuda, card, bytes_):
        cuda.on(card)
        self.cuda, self.card = cuda, card
        self.source, self.to = (cuda.get("cudaMalloc", ctypes.c_size_t(bytes_)) for _ in range(2))
        self.stream = cuda.get("cudaStreamCreateWithFlags", NON_BLOCKING)
        self.begin, self.end = cuda.get("cudaEventCreate"), cuda.get("cudaEventCreate")
        cuda.call("cudaMemset", self.source, card + 1, ctypes.c_size_t(bytes_))
        cuda.call("cudaDeviceSynchronize")
        self.kernel = Kernel()

    def by_library(self, copies):
        for copy in copies:
            self.cuda.call("cudaMemcpy2DAsync", ctypes.c_void_p(copy.to), ctypes.c_size_t(copy.to_pitch),
                           ctypes.c_void_p(copy.source), ctypes.c_size_t(copy.source_pitch),
                           ctypes.c_size_t(copy.pieces * 16), ctypes.c_size_t(copy.rows), ANYWHERE, self.stream)

    def by_kernel(self, copies):
        self.kernel.pull(copies, self.stream)


def meeting(lanes, number, heads, rows, part):
    """What a lane pulls from each of them: queries, keys, values of its heads, or its rows of their heads."""
    tensors, whole = (3, part * len(lanes)) if heads else (1, part * len(lanes))
    copies = []
    for at, lane in enumerate(lanes):
        for i in range(tensors):
            if heads:
                to, source = lanes[number].to.value + (i * len(lanes) + at) * rows * part, lane.source.value + i * rows * whole
                copies.append(Copy(to, source + number * part, part, whole, part // 16, rows))
            else:
                source = lane.source.value + number * rows * part
                copies.append(Copy(lanes[number].to.value + at * part, source, whole, part, part // 16, rows))
    return copies


def measure_meeting(cuda, lanes, heads, rows, part, how, rounds):
    wanted = [meeting(lanes, number, heads, rows, part) for number in range(len(lanes))]
    host = 0.0
    for warm in (True, False):
        for lane, copies in zip(lanes, wanted, strict=True):
            cuda.on(lane.card).call("cudaEventRecord", lane.begin, lane.stream)
            start = time.perf_counter()
            for _ in range(5 if warm else rounds):
                getattr(lane, how)(copies)
            host = time.perf_counter() - start
            cuda.call("cudaEventRecord", lane.end, lane.stream)
        for lane in lanes:
            cuda.on(lane.card).call("cudaStreamSynchronize", lane.stream)
    took = ctypes.c_float()
    cuda.on(lanes[0].card).call("cudaEventElapsedTime", ctypes.byref(took), lanes[0].begin, lanes[0].end)
    last = wanted[0][-1]
    came = ctypes.create_string_buffer(last.pieces * 16)
    cuda.call("cudaMemcpy", came, ctypes.c_void_p(last.to + (last.rows - 1) * last.to_pitch), ctypes.c_size_t(len(came)), DEVICE_TO_HOST)
    assert came.raw == bytes([lanes[-1].card + 1]) * len(came), "the last row is another"
    others = sum(copy.pieces * 16 * copy.rows for copy in wanted[0]) * (len(lanes) - 1) / len(lanes)
    return {"us": round(took.value / rounds * 1e3, 1), "GB_s": round(others * rounds / took.value / 1e6, 1),
            "host_us": round(host / rounds * 1e6, 1)}


def join(cuda, cards):
    for here in range(cards):
        for there in range(cards):
            if here != there and (here, there) != (0, 1):  # which is done
                cuda.on(here).call("cudaDeviceEnablePeerAccess", there, 0)


def measure_meetings(cuda, arguments, count):
    rows, part = arguments.rows // count, arguments.columns * NUMBER_BYTES // count
    lanes = [Lane(cuda, card, 3 * arguments.rows * arguments.columns * NUMBER_BYTES) for card in range(count)]
    for heads in (True, False):
        for how in ("by_library", "by_kernel"):
            result = {"meeting": "queries, keys, values" if heads else "what attention made", "lanes": count, "by": how[3:]}
            print(json.dumps(result | measure_meeting(cuda, lanes, heads, rows, part, how, arguments.rounds)), flush=True)
    for lane in lanes:
        cuda.on(lane.card).call("cudaFree", lane.source)
        cuda.call("cudaFree", lane.to)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1][7:])
    parser.add_argument("--rows", type=int, default=4160, help="of a picture and its text")
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
    if joined:
        join(cuda, cards)
        for lanes in map(int, arguments.lanes.split(",")):
            if lanes <= cards:
                measure_meetings(cuda, arguments, lanes)


if __name__ == "__main__":
    main()
