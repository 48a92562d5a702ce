"""Writes the schemas of custom resources from the definitions in a Go module: KIND.GROUP.VERSION.json, strict.

    definitions.py MODULE.json FOLDER

MODULE.json is what `go mod download -json` says of the module.
"""
import json
import pathlib
import sys

import yaml

FILES = [
    "config/crd/bases/keda.sh_scaledobjects.yaml",
    "config/crd/full/serving.kserve.io_inferenceservices.yaml",
    "config/crd/full/serving.kserve.io_servingruntimes.yaml",
    "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml",
    "config/core/300-resources/service.yaml",
]


def strict(schema):
    """The same, but without properties that it does not name: the cluster would drop them in silence."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: strict(part) for key, part in schema.items()}
    names = result.get("properties")
    open_ended = result.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in result
    if isinstance(names, dict) and not open_ended and result.get("type") == "object":
        result["additionalProperties"] = False
    if result.get("x-kubernetes-int-or-string"):
        result.pop("type", None)
    return result


def main(module, folder):
    root = pathlib.Path(json.loads(pathlib.Path(module).read_text())["Dir"])
    written = 0
    for file in filter(pathlib.Path.exists, (root / name for name in FILES)):
        definition = yaml.load(file.read_text(), yaml.CSafeLoader)
        spec = definition["spec"]
        for version in spec["versions"]:
            schema = strict(version["schema"]["openAPIV3Schema"])
            if "properties" in schema:
                # Of the API server itself, which every object has.
                schema["properties"].update(apiVersion={}, kind={}, metadata={})
            name = f"{spec['names']['kind']}.{spec['group']}.{version['name']}.json"
            (pathlib.Path(folder) / name).write_text(json.dumps(schema))
            written += 1
    if not written:
        sys.exit(f"definitions.py: {root} has none of {FILES}")


main(*sys.argv[1:])
