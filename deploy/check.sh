#!/usr/bin/env bash
# Checks all that lies below deploy/, without a cluster: chart, manifests, compose file, alerts, unit, Dockerfiles.
#
#   deploy/check.sh            checks
#   deploy/check.sh --write    renders deploy/kubernetes anew from the chart, and checks
#
# Needs Go 1.26 and Python 3.11. Their packages are fetched once, to ${XDG_CACHE_HOME:-~/.cache}/inkstream-deploy and to
# Go's own cache; afterwards nothing is.
set -euo pipefail
cd "$(dirname "$0")/.."

helm=helm.sh/helm/v3/cmd/helm@v3.22.0
promtool=github.com/prometheus/prometheus/cmd/promtool@v0.316.0
# Whose archives have the definitions of their resources.
modules=(
  github.com/kedacore/keda/v2@v2.18.3
  github.com/kserve/kserve@v0.15.2
  github.com/prometheus-operator/prometheus-operator@v0.85.0
  knative.dev/serving@v0.51.0
)

fail() {
  echo "deploy/check.sh: $1" >&2
  exit 1
}

for tool in go python3; do
  command -v "$tool" > /dev/null || fail "$tool not found, needed for the tools that check"
done

tools=${XDG_CACHE_HOME:-$HOME/.cache}/inkstream-deploy
versions=$(printf '%s\n' "$helm" "$promtool" "${modules[@]}" | cat - deploy/check/requirements.txt)
if [ "$(cat "$tools/versions" 2> /dev/null)" != "$versions" ]; then
  echo "fetching the tools that check…"
  rm -rf "$tools"
  mkdir -p "$tools/crds"
  python3 -m venv "$tools/python"
  "$tools/python/bin/pip" --quiet --disable-pip-version-check install -r deploy/check/requirements.txt ||
    fail "the packages of deploy/check/requirements.txt could not be installed, see above"
  for module in "${modules[@]}"; do
    GOFLAGS='' go mod download -json "$module" > "$tools/module.json" || fail "$module could not be fetched"
    "$tools/python/bin/python" -B deploy/check/definitions.py "$tools/module.json" "$tools/crds"
  done
  # Without the cloud services that Prometheus can discover and without debug symbols: some minutes less.
  GOBIN=$tools CGO_ENABLED=0 GOFLAGS='' go install -ldflags='-s -w' "$helm" || fail "helm could not be built"
  GOBIN=$tools CGO_ENABLED=0 GOFLAGS='' go install -ldflags='-s -w' -tags remove_all_sd "$promtool" ||
    fail "promtool could not be built"
  printf '%s' "$versions" > "$tools/versions"
fi

exec "$tools/python/bin/python" -B deploy/check/check.py "$tools" "$@"
