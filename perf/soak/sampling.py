"""What a server holds, from outside, again and again."""

import os
import re
import subprocess
import time
from pathlib import Path

MB = 1024  # kilobytes


class Sampler:
    """Takes samples of a Java process started with -XX:NativeMemoryTracking=summary."""

    def __init__(self, pid, metrics):
        self.pid = pid
        self.metrics = metrics
        self.jcmd = Path(os.readlink(f"/proc/{pid}/exe")).parent / "jcmd"
        self.began = time.monotonic()

    def sample(self, collect):
        """Figures by name, in MB and pieces. After a full collection, if asked for, also those that it makes comparable."""
        figures = {"seconds": round(time.monotonic() - self.began)}
        if collect:
            figures |= self._collected()
        status = Path(f"/proc/{self.pid}/status").read_text()
        figures["resident"] = kilobytes(status, "VmRSS") / MB
        figures["resident, anonymous"] = kilobytes(status, "RssAnon") / MB
        figures["threads"] = int(re.search(r"^Threads:\s+(\d+)", status, re.M).group(1))
        figures["open files"] = len(os.listdir(f"/proc/{self.pid}/fd"))
        return figures | self.metrics()

    def threads(self):
        """What each thread is doing, with the deadlocks that the Java machine finds."""
        return self._ask("Thread.print", "-l")

    def _collected(self):
        self._ask("GC.run")
        native = {f"native: {name.lower()}": size for name, size in parts(self._ask("VM.native_memory", "summary")).items()}
        return {"heap after a collection": used_heap(self._ask("GC.heap_info"))} | native

    def _ask(self, *words):
        return subprocess.run([self.jcmd, str(self.pid), *words], check=True, capture_output=True, text=True, timeout=120).stdout


def kilobytes(status, name):
    return int(re.search(rf"^{name}:\s+(\d+) kB", status, re.M).group(1))


def used_heap(info):
    """Of all generations, in MB."""
    sizes = re.findall(r"^.*\btotal .*\bused (\d+)K", info, re.M)
    if not sizes:
        raise ValueError(f"no sizes in GC.heap_info: {info}")
    return sum(map(int, sizes)) / MB


def parts(summary):
    """What the Java machine has committed, in MB, by its part of -XX:NativeMemoryTracking."""
    found = re.findall(r"^-\s+(.+?) \(reserved=\d+KB, committed=(\d+)KB", summary, re.M)
    return {name: int(size) / MB for name, size in found}
