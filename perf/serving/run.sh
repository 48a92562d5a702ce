#!/bin/sh
# SGLang's own benchmark client, unchanged, against ./inkstream serve: 20 prompts at once.
#
# usage: perf/serving/run.sh [VENV] [flags of ./inkstream serve …]
#
# VENV (default: below ${XDG_CACHE_HOME:-~/.cache}) is made when it is missing; torch alone is gigabytes.
# PROMPTS, CONCURRENCY, SIZE (pixels of a side) and STEPS are variables. Exits non-zero unless every prompt was drawn.
set -eu

HERE=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
HOME_DIR=$(CDPATH='' cd -- "$HERE/../.." && pwd -P)
VENV=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/inkstream-sglang}
[ $# -eq 0 ] || shift
: "${PROMPTS:=20}" "${CONCURRENCY:=20}" "${SIZE:=256}" "${STEPS:=20}"

if [ ! -e "$VENV/complete" ]; then
  python3 -m venv "$VENV"
  "$VENV/bin/pip" install --quiet --no-cache-dir -r "$HERE/requirements.txt"
  # Its requirements are those of a GPU server; the client needs the few above.
  "$VENV/bin/pip" install --quiet --no-deps sglang==0.5.23
  touch "$VENV/complete"
fi

folder=$(mktemp -d)
trap 'kill "$server" 2> /dev/null || true; wait "$server" 2> /dev/null || true; rm -rf "$folder"' EXIT
"$HOME_DIR/inkstream" serve --port 0 "$@" > "$folder/log" 2>&1 &
server=$!
until url=$(grep -o 'Inkstream is ready: [^ ]*' "$folder/log"); do
  kill -0 "$server" 2> /dev/null || { cat "$folder/log" >&2; exit 1; }
  sleep 0.2
done
url=${url#Inkstream is ready: }

"$VENV/bin/python" -m sglang.multimodal_gen.benchmarks.bench_serving \
  --base-url "${url%/v1}" --task text-to-image --dataset random \
  --num-prompts "$PROMPTS" --max-concurrency "$CONCURRENCY" \
  --width "$SIZE" --height "$SIZE" --num-inference-steps "$STEPS" \
  --disable-tqdm --log-level WARNING | tee "$folder/table"
grep -q "Successful requests: *$PROMPTS/$PROMPTS" "$folder/table"
