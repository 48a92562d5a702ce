#!/usr/bin/env python3
"""Starts an image of buildah's store as a container engine would, where none can run.

    deploy/run_image.py IMAGE [--user 12345] [--env NAME=VALUE …] [--volume FOLDER:/models …] [-- WORD …]

The image's entry point, environment and working folder; words replace its command. It runs as process 1 of its own
process namespace, as a user that the image does not know, in group 0, without capabilities, with the image's root mounted
read-only; /tmp and the image's volumes are empty and writable. The network is the machine's. Signals are passed on;
the exit code is the image's. For Linux and root.

It leaves out what an engine adds: cgroups and their limits, a network of its own, seccomp's filter, SELinux or AppArmor.
"""

import argparse
import ctypes
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

LIBC = ctypes.CDLL(None, use_errno=True)
NEW_MOUNTS, NEW_IPC, NEW_PROCESSES = 0x00020000, 0x08000000, 0x20000000
RDONLY, NOSUID, NODEV, NOEXEC, REMOUNT, BIND, RECURSIVE, PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
PARENT_DEATH_SIGNAL, NO_NEW_PRIVILEGES = 1, 38
CANNOT_START = 125


def call(name, *arguments):
    if getattr(LIBC, name)(*arguments) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}{arguments}: {os.strerror(error)}")


def mount(source, target, kind, flags, data=""):
    call("mount", str(source).encode(), str(target).encode(), kind.encode(), ctypes.c_ulong(flags), data.encode())


def buildah(*words):
    return subprocess.run(["buildah", *words], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


class Process:
    """What was started, with subprocess.Popen's words."""

    def __init__(self, pid, args):
        self.pid, self.args, self.returncode = pid, args, None

    def poll(self):
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout=float("inf")):
        end = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > end:
                raise TimeoutError(f"{self.args} does not end")
            time.sleep(0.01)
        return self.returncode

    def send_signal(self, number):
        os.kill(self.pid, number)

    def terminate(self):
        self.send_signal(signal.SIGTERM)


class Image:
    """An image that is unpacked and can be started, until it is closed."""

    def __init__(self, name):
        self.name = name
        self.container = buildah("from", "--pull-never", name)
        self.root = pathlib.Path(buildah("mount", self.container))
        self.config = json.loads(buildah("inspect", "--type", "image", name))["Docker"]["config"]

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        buildah("rm", self.container)

    def start(self, words=(), user=12345, environment=None, volumes=None, entrypoint=None, output=None):
        """Starts it; volumes are folders by the place they are mounted at."""
        words = [*(entrypoint or self.config["Entrypoint"]), *(words or ([] if entrypoint else self.config["Cmd"]))]
        variables = dict(pair.split("=", 1) for pair in self.config["Env"]) | (environment or {})
        ours = os.open("/proc/self/ns/pid", os.O_RDONLY)
        call("unshare", NEW_PROCESSES)
        try:
            child = os.fork()
            if child == 0:
                self._become(words, user, variables, volumes or {}, output)
        finally:
            call("setns", ours, NEW_PROCESSES)
            os.close(ours)
        return Process(child, [self.name, *words])

    def serve(self, port, words=(), **how):
        """The image's own command, with the port in $PORT as serverless platforms give it, quietly."""
        command = [*self.config["Cmd"], *words] if words else ()
        environment = {"PORT": str(port)} | how.pop("environment", {})
        with open(os.devnull, "wb") as nowhere:
            return self.start(command, environment=environment, output=nowhere.fileno(), **how)

    def _become(self, words, user, variables, volumes, output):
        try:
            if output is not None:
                os.dup2(output, 1)
                os.dup2(output, 2)
            call("unshare", NEW_MOUNTS | NEW_IPC)
            self._mount(volumes)
            os.chroot(self.root)
            os.chdir(self.config.get("WorkingDir") or "/")
            os.setgroups([])
            os.setresgid(0, 0, 0)
            os.setresuid(user, user, user)
            call("prctl", PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
            call("prctl", NO_NEW_PRIVILEGES, 1, 0, 0, 0)
            os.execve(words[0], words, variables)
        except BaseException as error:  # whatever it is, this is not the parent
            os.write(2, f"run_image: {error}\n".encode())
        os._exit(CANNOT_START)

    def _mount(self, volumes):
        mount("none", "/", "", RECURSIVE | PRIVATE)
        mount(self.root, self.root, "", BIND)
        mount("none", self.root, "", REMOUNT | BIND | RDONLY | NOSUID)
        mount("proc", self.root / "proc", "proc", NOSUID | NODEV | NOEXEC)
        mount("/dev", self.root / "dev", "", BIND | RECURSIVE)
        for place in ["/tmp", *(self.config.get("Volumes") or {})]:
            if place not in volumes:
                mount("tmpfs", self.root / place.lstrip("/"), "tmpfs", NOSUID | NODEV, "mode=1777")
        for place, folder in volumes.items():
            mount(folder, self.root / place.lstrip("/"), "", BIND)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("image")
    parser.add_argument("--user", type=int, default=12345)
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--volume", action="append", default=[], metavar="FOLDER:PLACE")
    parser.add_argument("words", nargs="*", metavar="WORD")
    options = parser.parse_args()
    environment = dict(pair.split("=", 1) for pair in options.env)
    volumes = {place: folder for folder, place in (volume.split(":") for volume in options.volume)}
    with Image(options.image) as image:
        process = image.start(options.words, options.user, environment, volumes)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda number, frame: process.send_signal(number))
        code = process.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
