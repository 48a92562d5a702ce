"""What a server holds: read from outside, after a full collection."""

import os
import re
import subprocess
from pathlib import Path


def held(pid):
    """Open files, threads, live heap and resident memory of a Java process."""
    histogram = jcmd(pid, "GC.class_histogram")
    status = Path(f"/proc/{pid}/status").read_text()
    return {
        "open files": len(os.listdir(f"/proc/{pid}/fd")),
        "threads": int(re.search(r"Threads:\s+(\d+)", status).group(1)),
        "heap after a collection (MB)": round(total_bytes(histogram) / 1e6, 1),
        "jobs on the heap": instances(histogram, "io.inkstream.server.jobs.ImageJob"),
        "resident (MB)": round(int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1000),
    }


def jcmd(pid, command):
    java_home = Path(os.readlink(f"/proc/{pid}/exe")).parent
    return subprocess.run([java_home / "jcmd", str(pid), command], check=True, capture_output=True, text=True).stdout


def total_bytes(histogram):
    return int(re.search(r"^Total\s+\d+\s+(\d+)", histogram, re.M).group(1))


def instances(histogram, name):
    line = re.search(rf"^\s*\d+:\s+(\d+)\s+\d+\s+{re.escape(name)}(?:\s|$)", histogram, re.M)
    return int(line.group(1)) if line else 0
