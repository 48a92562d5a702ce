#!/bin/sh
# Asks a running server everything that its description allows, and much that it does not.
#
#   run.sh BASE_URL PYTHON_VENV_BIN      for example http://127.0.0.1:30000 /path/to/venv/bin
#
# INKSTREAM_SCHEMATHESIS_EXAMPLES sets the examples of each route (60).
set -eu

base=${1%/}
base=${base%/v1}
bin=$2
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
# It remembers failures in the folder where it runs.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
SCHEMATHESIS_HOOKS=$here/bounds.py PYTHONDONTWRITEBYTECODE=1 \
  "$bin/schemathesis" --config-file "$here/schemathesis.toml" run "$base/q/openapi?format=json" \
  --url "$base" --phases examples,coverage,fuzzing,stateful --no-color \
  --max-examples "${INKSTREAM_SCHEMATHESIS_EXAMPLES:-60}"
