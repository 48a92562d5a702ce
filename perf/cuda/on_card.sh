#!/bin/sh
# Unpacks what was carried to a machine with an H100, CUDA 13 and torch 2.11, makes the snapshot, and measures.
#
#   perf/cuda/on_card.sh prepare CARRIED WORK [make_snapshot.py's options]
#   perf/cuda/on_card.sh measure WORK OUT [run.py's options]
#
# CARRIED holds what carry_onnxruntime.py (in ort), carry_inkstream.py (pocket.tar.xz, and java) and `inkstream export`
# (graphs.tar.xz) made; the folder java may be missing. WORK is a new folder below /dev/shm, which is made as large as the
# snapshot needs where that is allowed. `. WORK/environment` makes Python and Java find what was unpacked, and
# ONNX Runtime the CUDA libraries that came with torch; WORK/ink is Inkstream's launcher there. What an earlier
# `prepare` has left in WORK is used again.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

cuda_libraries() {
  python3 - << 'PYTHON'
import glob
import os
import torch

packages = os.path.dirname(os.path.dirname(torch.__file__))
folders = {os.path.dirname(file) for file in glob.glob(f"{packages}/nvidia/*/lib/lib*.so*")}
print(":".join([*sorted(folders), "/usr/local/cuda/lib64"]))
PYTHON
}

prepare() {
  carried=$1
  work=$2
  shift 2
  mount -o remount,size=100G /dev/shm 2> /dev/null || echo "the size of /dev/shm stays as it is"
  mkdir -p "$work"
  unpacking=
  if [ ! -d "$work/site" ]; then
    python3 "$carried/ort/carry_onnxruntime.py" unpack "$carried/ort" "$work/site" > "$work/unpack.log" 2>&1 &
    unpacking=$!
  fi
  for archive in "$carried"/*.tar.xz "$carried"/java/*.tar.xz; do
    if [ -f "$archive" ]; then
      python3 -m tarfile --filter fully_trusted -e "$archive" "$work"
    fi
  done
  if [ ! -d "$work/snapshot" ]; then
    python3 "$here/../make_snapshot.py" "$work/snapshot" --pocket "$work/pocket" "$@"
  fi
  if [ -n "$unpacking" ] && ! wait "$unpacking"; then
    cat "$work/unpack.log"
    exit 1
  fi
  cat > "$work/environment" << ENVIRONMENT
export PYTHONPATH=$work/site
export LD_LIBRARY_PATH=$(cuda_libraries)\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}
export ONNXRUNTIME=$work/site/onnxruntime/capi
export JAVA_HOME=$work/java
export INKSTREAM_ONNXRUNTIME_LIBRARY=$work/site/onnxruntime/capi
ENVIRONMENT
  cat > "$work/ink" << INK
#!/bin/sh
. $work/environment
exec $work/java/bin/java --enable-native-access=ALL-UNNAMED -jar $work/inkstream/quarkus-app/quarkus-run.jar "\$@"
INK
  chmod +x "$work/ink"
  du -sh "$work"/*
  nvidia-smi --query-gpu=name,driver_version,memory.total,memory.used --format=csv,noheader || true
}

measure() {
  work=$1
  out=$2
  shift 2
  PYTHONPATH=$work/site python3 "$here/run.py" "$work/snapshot" "$work/graphs" "$out" "$@"
}

case ${1:-} in
  prepare) shift; prepare "$@" ;;
  measure) shift; measure "$@" ;;
  *) sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
