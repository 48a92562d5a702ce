#!/usr/bin/env python3
"""Makes onnxruntime-gpu's wheel small enough to carry to a machine that can download nothing, and restores it there.

usage: carry_onnxruntime.py pack WHEEL OUT [--sm 90]
       carry_onnxruntime.py unpack PACKED SITE

Most of the wheel is machine code for GPUs of other generations. `pack` keeps one generation's. In the CUDA
provider's library the section .nv_fatbin holds containers, each with one entry per generation: a header and a
payload compressed with zstd. Payloads of other generations are left out; those kept travel decompressed, in one
stream, so that xz finds what they have in common. `unpack` compresses them again to the very same bytes and puts
them in their places. The restored library is the wheel's, byte for byte, except that payloads of other generations are
zeros; headers and offsets stay, and the CUDA driver picks the entry that fits the card as before.

OUT/python.xz holds what only Python needs; without that file `unpack` restores the libraries alone.

`pack` checks every payload: that it compresses again to the same bytes, and that the restored library differs
from the wheel's nowhere else. `unpack` checks SHA-256. Both need the package zstandard (1.5's level 19 is what the
CUDA compiler used); `pack` puts its module for the wheel's Python beside the rest if --zstandard names its wheel.
"""
import argparse
import hashlib
import json
import lzma
import multiprocessing
import shutil
import struct
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

PROVIDER = "onnxruntime/capi/libonnxruntime_providers_cuda.so"
LEFT_OUT = ("providers_tensorrt", "/transformers/", "/tools/", "/quantization/", "/datasets/", "ThirdPartyNotices")
MAGIC, ELF = 0xBA55ED50, 2
CONTAINER = struct.Struct("<IHHQ")  # magic, version, size of this header, size of the entries
ENTRY = struct.Struct("<HHIQIIHHIIIQQQ")  # kind, …, header size, payload size, compressed size, …, sm, …, real size
LEVEL = 19


class Payload(NamedTuple):
    """Where an entry's payload lies: padded size, compressed size and real size, and for which GPU."""
    sm: int
    start: int
    size: int
    compressed: int
    real: int


def section(library, name):
    """The bounds of an ELF section."""
    offset, = struct.unpack_from("<Q", library, 40)
    size, count, names = struct.unpack_from("<HHH", library, 58)
    headers = [struct.unpack_from("<IIQQQQ", library, offset + i * size) for i in range(count)]
    text = headers[names][4]
    for header in headers:
        start = text + header[0]
        if library[start:library.index(b"\0", start)] == name.encode():
            return header[4], header[4] + header[5]
    raise ValueError(f"the library has no section {name}")


def payloads(library):
    """All entries of all containers in .nv_fatbin."""
    at, end = section(library, ".nv_fatbin")
    while at < end:
        magic, _, header, size = CONTAINER.unpack_from(library, at)
        if magic != MAGIC:  # containers are aligned to eight bytes
            at += 8
            continue
        at, last = at + header, at + header + size
        while at < last:
            kind, _, header, size, compressed, _, _, _, sm, _, _, _, _, real = ENTRY.unpack_from(library, at)
            if kind != ELF or not compressed:
                raise ValueError(f"an entry at {at} is not compressed machine code")
            yield Payload(sm, at + header, size, compressed, real)
            at += header + size


def decompressed(piece):
    import zstandard
    return zstandard.ZstdDecompressor().decompress(piece)


def compressed(piece):
    import zstandard
    return zstandard.ZstdCompressor(level=LEVEL).compress(piece)


def xz(path, data, x86=False):
    """Writes data, compressed as far as xz can."""
    filters = [{"id": lzma.FILTER_X86}] if x86 else []
    filters.append({"id": lzma.FILTER_LZMA2, "preset": 9, "dict_size": 512 << 20, "nice_len": 128})
    path.write_bytes(lzma.compress(data, check=lzma.CHECK_CRC32, filters=filters))
    print(f"{path.name}: {len(data) / 1e6:.1f} MB in {path.stat().st_size / 1e6:.1f} MB")


def kept_files(wheel):
    """The wheel's files without those that running a model does not need."""
    return {name: wheel.read(name) for name in wheel.namelist()
            if not name.endswith("/") and not any(part in name for part in LEFT_OUT)}


def pack(arguments):
    arguments.out.mkdir(parents=True, exist_ok=True)
    files = kept_files(zipfile.ZipFile(arguments.wheel))
    library = files.pop(PROVIDER)
    entries = list(payloads(library))
    kept = [entry for entry in entries if entry.sm == arguments.sm]
    originals = [library[entry.start:entry.start + entry.compressed] for entry in kept]
    with multiprocessing.Pool() as pool:
        pieces = pool.map(decompressed, originals)
        same = [a == b for a, b in zip(pool.imap(compressed, pieces, 8), originals)]
    if not all(same):
        raise SystemExit(f"{same.count(False)} payloads compress to other bytes here: use another zstandard")

    pruned, rest, at = bytearray(library), [], 0
    for entry in entries:
        if entry.sm != arguments.sm:
            pruned[entry.start:entry.start + entry.size] = bytes(entry.size)
        rest.append(library[at:entry.start])
        at = entry.start + entry.size
    rest.append(library[at:])
    check(library, pruned, entries, arguments.sm)

    libraries = {name: data for name, data in files.items() if "/lib" in name} | {PROVIDER: b"".join(rest)}
    parts = {"libraries": libraries, "python": {name: data for name, data in files.items() if name not in libraries}}
    index = {"sha256": hashlib.sha256(pruned).hexdigest(),
             "entries": [[e.start, e.size, e.real if e.sm == arguments.sm else 0] for e in entries],
             "parts": {part: {name: len(data) for name, data in files.items()} for part, files in parts.items()}}
    (arguments.out / "index.json").write_text(json.dumps(index))
    for part, files in parts.items():
        xz(arguments.out / f"{part}.xz", b"".join(files.values()), x86=True)
    xz(arguments.out / "cubins.xz", b"".join(pieces))
    shutil.copy(__file__, arguments.out)
    if arguments.zstandard:
        with zipfile.ZipFile(arguments.zstandard) as wheel:
            for name in wheel.namelist():
                if name.endswith(".py") and "cffi" not in name or "backend_c." in name and name.endswith(".so"):
                    wheel.extract(name, arguments.out)


def check(library, pruned, entries, sm):
    """That nothing but payloads of other generations has changed, and those kept are ELF files."""
    at = 0
    for entry in entries:
        assert pruned[at:entry.start] == library[at:entry.start]
        at = entry.start + entry.size
        assert entry.sm != sm or pruned[entry.start:at] == library[entry.start:at]
        assert entry.sm == sm or not any(pruned[entry.start:at])
    assert pruned[at:] == library[at:] and len(pruned) == len(library)
    assert list(payloads(pruned)) == entries
    print(f"{len(entries)} entries, {sum(e.sm == sm for e in entries)} for sm_{sm} kept; the rest of the library is as it was")


def unpack(arguments):
    sys.path.insert(0, str(arguments.packed))
    index = json.loads((arguments.packed / "index.json").read_text())
    with multiprocessing.Pool() as pool:
        parts = {part: pool.apply_async(read_xz, [arguments.packed / f"{part}.xz"]) for part in index["parts"]
                 if (arguments.packed / f"{part}.xz").exists()}
        stream, at, pieces = read_xz(arguments.packed / "cubins.xz"), 0, []
        for _, _, real in index["entries"]:
            pieces.append(stream[at:at + real])
            at += real
        payloads = pool.map(compressed_or_nothing, pieces, 4)
        for part, data in parts.items():
            write_files(arguments.site, index["parts"][part], data.get())
    provider = arguments.site / PROVIDER
    library = restored(provider.read_bytes(), index["entries"], payloads)
    if hashlib.sha256(library).hexdigest() != index["sha256"]:
        raise SystemExit("the restored library is not the one that was packed: its SHA-256 differs")
    provider.write_bytes(library)


def write_files(site, sizes, data):
    """Cuts a part into its files; that of the CUDA provider still lacks its payloads."""
    at = 0
    for name, size in sizes.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(data[at:at + size])
        at += size


def read_xz(path):
    return lzma.decompress(path.read_bytes())


def compressed_or_nothing(piece):
    return compressed(piece) if piece else b""


def restored(rest, entries, payloads):
    """The library: what was kept of it, with the payloads in their places."""
    parts, at, gone = [], 0, 0
    for (start, size, _), payload in zip(entries, payloads):
        parts += [rest[at - gone:start - gone], payload, bytes(size - len(payload))]
        at, gone = start + size, gone + size
    return b"".join([*parts, rest[at - gone:]])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    packing = commands.add_parser("pack")
    packing.add_argument("wheel", type=Path)
    packing.add_argument("out", type=Path)
    packing.add_argument("--sm", type=int, default=90, help="the GPU generation to keep")
    packing.add_argument("--zstandard", type=Path, help="zstandard's wheel for the Python that unpacks")
    packing.set_defaults(run=pack)
    unpacking = commands.add_parser("unpack")
    unpacking.add_argument("packed", type=Path)
    unpacking.add_argument("site", type=Path)
    unpacking.set_defaults(run=unpack)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
