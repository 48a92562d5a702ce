#!/usr/bin/env python3
"""Packs Inkstream and a Java runtime for it, to carry to a machine that has no JDK and can download nothing.

usage: carry_inkstream.py runtime JDK OUT         writes OUT/java.tar.xz
       carry_inkstream.py program PROJECT OUT     writes OUT/inkstream.tar.xz, after a build
       carry_inkstream.py libraries PROJECT OUT   writes OUT/libraries.tar.xz: ONNX Runtime for the CPU
       carry_inkstream.py pocket PROJECT OUT      writes OUT/pocket.tar.xz

The runtime is linked from a JDK 25 with the modules that Inkstream uses. The program is target/quarkus-app with its jars
stored instead of deflated, since xz then finds far more; of ONNX Runtime's jar the libraries are left out: those of
this platform (target/onnxruntime) are packed by themselves, and are needed only for what runs on the CPU. The pocket model's small parts are what make_snapshot.py makes a
snapshot from: everything but its weights, of the VAE's only the header. To run the program where it is unpacked:

    java/bin/java --enable-native-access=ALL-UNNAMED -Donnxruntime.native.path=inkstream/onnxruntime \\
        -jar inkstream/quarkus-app/quarkus-run.jar generate --model-path …
"""
import argparse
import io
import lzma
import struct
import subprocess
import tarfile
import tempfile
import zipfile
from pathlib import Path

MODULES = ("java.base,java.compiler,java.instrument,java.logging,java.management,java.naming,java.net.http,java.prefs,"
           "java.rmi,java.security.jgss,java.security.sasl,java.sql,java.transaction.xa,java.xml,jdk.crypto.ec,jdk.jfr,"
           "jdk.management,jdk.net,jdk.unsupported,jdk.zipfs")
NATIVE = "ai/onnxruntime/native/"


def archive(path):
    filters = [{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2, "preset": 9, "dict_size": 128 << 20}]
    return tarfile.open(fileobj=lzma.LZMAFile(path, "w", filters=filters), mode="w")


def add(tar, name, data):
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    tar.addfile(entry, io.BytesIO(data))


def stored(path):
    """A jar's bytes with everything stored, and without ONNX Runtime's libraries."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as jar, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as plain:
        for entry in jar.infolist():
            if not entry.is_dir() and not entry.filename.startswith(NATIVE):
                plain.writestr(zipfile.ZipInfo(entry.filename, entry.date_time), jar.read(entry))
    return out.getvalue()


def header(path):
    """A safetensors file up to where the tensors begin."""
    with open(path, "rb") as file:
        length = file.read(8)
        return length + file.read(struct.unpack("<Q", length)[0])


def runtime(arguments):
    with tempfile.TemporaryDirectory() as folder:
        linked = Path(folder) / "java"
        subprocess.run([arguments.source / "bin/jlink", "--add-modules", MODULES, "--strip-debug", "--no-header-files",
                        "--no-man-pages", "--compress=zip-0", "--output", linked], check=True)
        with archive(arguments.out / "java.tar.xz") as tar:
            tar.add(linked, "java")


def program(arguments):
    app = arguments.source / "target/quarkus-app"
    with archive(arguments.out / "inkstream.tar.xz") as tar:
        for file in sorted(path for path in app.rglob("*") if path.is_file() and path.suffix != ".aot"):
            add(tar, f"inkstream/quarkus-app/{file.relative_to(app)}", stored(file) if file.suffix == ".jar" else file.read_bytes())


def libraries(arguments):
    with archive(arguments.out / "libraries.tar.xz") as tar:
        tar.add(arguments.source / "target/onnxruntime", "inkstream/onnxruntime")


def pocket(arguments):
    folder = arguments.source / "src/main/models/qwen-image-pocket"
    with archive(arguments.out / "pocket.tar.xz") as tar:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = f"pocket/{file.relative_to(folder)}"
            if file.suffix == ".safetensors" and file.parent.name == "vae":
                add(tar, name, header(file))
            elif file.suffix == ".json" or file.parent.name == "tokenizer":
                add(tar, name, file.read_bytes())


COMMANDS = {"runtime": runtime, "program": program, "libraries": libraries, "pocket": pocket}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=COMMANDS)
    parser.add_argument("source", type=Path, help="the JDK, or the project")
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    COMMANDS[arguments.what](arguments)
    for file in sorted(arguments.out.glob("*.tar.xz")):
        print(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
