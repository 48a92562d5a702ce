"""Checks what lies below deploy/: one line for each thing checked, and exit code 1 if anything is wrong.

    check.py TOOLS [--write]
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import jsonschema
import kubernetes_validate
import yaml

import rules

TOOLS = pathlib.Path(sys.argv[1])
WRITE = "--write" in sys.argv
DEPLOY = pathlib.Path("deploy")
CHART = DEPLOY / "helm/inkstream"
KUBERNETES = "1.34.0"
RENDERED = {"inkstream.yaml": "bundled.yaml", "inkstream-gpu.yaml": "gpu-claim.yaml"}
REFUSED = {
    "replica=2": "replica",
    "model.source=ftp": "source",
    "model.source=pvc": "claimName",
    "gpu.enabled=true": "no model inside",
    "settings.INKSTREAM_API_KEY=secret": "INKSTREAM_API_KEY",
    "settings.ANYTHING=1": "ANYTHING",
    "keda.enabled=true,keda.minReplicas=0": "wakeQuery",
}

wrong = []


def check(what, faults):
    """Says whether all is well with a thing."""
    faults = list(faults)
    print(f"{'WRONG' if faults else 'ok   '} {what}", flush=True)
    for fault in faults:
        print(f"      {fault}")
    wrong.extend(faults)


def run(*command):
    """The faults that a tool finds: all that it says, if it fails."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    return (done.stdout + done.stderr).strip().splitlines() if done.returncode else []


def render(values, *more):
    command = [TOOLS / "helm", "template", "inkstream", CHART, "--kube-version", KUBERNETES, "--namespace", "default"]
    command += ["--values", CHART / "ci" / values, *more]
    return subprocess.run([str(word) for word in command], capture_output=True, text=True)


def documents(text):
    return [document for document in yaml.load_all(text, yaml.CSafeLoader) if document]


def schema_faults(resource):
    """What a cluster's API server would refuse or drop."""
    kind, group_version = resource["kind"], resource["apiVersion"]
    own = TOOLS / "crds" / f"{kind}.{group_version.replace('/', '.')}.json"
    named = f"{kind} {resource['metadata']['name']}"
    if not own.exists():
        group, _, version = group_version.rpartition("/")
        own = TOOLS / "crds" / f"{kind}.{group}.{version}.json"
    if own.exists():
        for error in jsonschema.Draft202012Validator(json.loads(own.read_text())).iter_errors(resource):
            yield f"{named}: {error.json_path}: {error.message[:300]}"
        return
    try:
        kubernetes_validate.validate(resource, KUBERNETES, strict=True)
    except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
        yield f"{named}: {str(error)[:300]}"


def resources(what, text):
    found = documents(text)
    faults = [fault for resource in found for fault in schema_faults(resource)]
    check(f"{what}: schemas", faults)
    if not faults:
        check(f"{what}: rules", (fault for resource in found for fault in rules.faults(resource)))
        check(f"{what}: queries", (fault for resource in found for fault in trigger_faults(resource)))


def chart():
    for values in sorted(path.name for path in (CHART / "ci").iterdir()):
        lint = [TOOLS / "helm", "lint", CHART, "--strict", "--quiet", "--kube-version", KUBERNETES]
        check(f"helm lint, {values}", run(*lint, "--values", CHART / "ci" / values))
        rendered = render(values)
        check(f"helm template, {values}", rendered.stderr.splitlines() if rendered.returncode else [])
        resources(values, rendered.stdout)
    for given, named in REFUSED.items():
        said = render("bundled.yaml", "--set", given)
        refused = said.returncode and named in said.stderr
        check(f"refused: {given}", [] if refused else [f"wanted a refusal that names {named}: {said.stderr}"])


def plain(text):
    """What Helm writes, without what only Helm needs."""
    ours = ("# Source:", "helm.sh/chart:", "app.kubernetes.io/managed-by:")
    kept = [line for line in text.splitlines() if not line.strip().startswith(ours)]
    head = "# Rendered from deploy/helm/inkstream by deploy/check.sh --write: change it there.\n"
    return head + "\n".join(kept) + "\n"


def kubernetes():
    for name, values in RENDERED.items():
        path, text = DEPLOY / "kubernetes" / name, plain(render(values).stdout)
        if WRITE:
            path.write_text(text)
        same = path.exists() and path.read_text() == text
        check(f"{path} is what the chart gives", [] if same else ["deploy/check.sh --write renders it anew"])


def others():
    for path in [*DEPLOY.glob("knative/*.yaml"), *DEPLOY.glob("kserve/*.yaml"), DEPLOY / "cloud-run.yaml"]:
        resources(path, path.read_text())
    compose = TOOLS / "python/bin/check-jsonschema"
    files = sorted(DEPLOY.glob("compose*.yaml"))
    check("compose files: schema", run(compose, "--builtin-schema", "vendor.compose-spec", *files))
    for path in files:
        check(f"{path}: rules", rules.compose_faults(yaml.safe_load(path.read_text()), DEPLOY))


def monitoring():
    promtool, folder = TOOLS / "promtool", DEPLOY / "prometheus"
    check("prometheus.yaml", run(promtool, "check", "config", folder / "prometheus.yaml"))
    check("alerts.yaml", run(promtool, "check", "rules", "--lint=all", "--lint-fatal", folder / "alerts.yaml"))
    check("alerts.yaml: what fires when", run(promtool, "test", "rules", folder / "alerts_test.yaml"))


    dashboard = json.loads((DEPLOY / "grafana/inkstream.json").read_text())
    check("grafana/inkstream.json: queries", (fault for query in expressions(dashboard) for fault in query_faults(query)))


def expressions(part):
    """Every query of a dashboard."""
    if isinstance(part, list):
        for inner in part:
            yield from expressions(inner)
    elif isinstance(part, dict):
        yield from [part["expr"]] if "expr" in part else []
        yield from expressions(list(part.values()))


def query_faults(query):
    return run(TOOLS / "promtool", "--experimental", "promql", "format", query.replace("$__rate_interval", "5m"))


def trigger_faults(resource):
    if resource["kind"] == "ScaledObject":
        for trigger in resource["spec"]["triggers"]:
            yield from query_faults(trigger["metadata"]["query"])


def words_faults(unit):
    """Directives that systemd does not know; the program need not be installed."""
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / unit.name
        copy.write_text(re.sub("(?m)^ExecStart=.*", "ExecStart=/bin/true", unit.read_text()))
        said = subprocess.run(["systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True, text=True)
        return (said.stdout + said.stderr).strip().splitlines()


def systemd():
    unit = DEPLOY / "systemd/inkstream.service"
    if not shutil.which("systemd-analyze"):
        print(f"NOT CHECKED {unit}: there is no systemd-analyze here")
        return
    check(f"{unit}: directives", words_faults(unit))
    check(f"{unit}: exposure 2.0 or less", run("systemd-analyze", "security", "--offline=true", "--threshold=20", unit))


def dockerfiles():
    files = sorted(pathlib.Path("src/main/docker").glob("Dockerfile.*"))
    # DL3002: the stage that builds runs as root, the one that is kept does not.
    # DL3008: a version of each Debian package would be gone with the next security update.
    hadolint = [TOOLS / "python/bin/hadolint", "--no-color", "--failure-threshold", "warning"]
    check("Dockerfiles", run(*hadolint, "--ignore", "DL3002", "--ignore", "DL3008", *files))


for part in (chart, kubernetes, others, monitoring, systemd, dockerfiles):
    part()
print(f"{len(wrong)} faults" if wrong else "all in order")
sys.exit(1 if wrong else 0)
