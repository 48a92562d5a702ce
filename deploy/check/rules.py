"""What no schema says: how the server must be run, and what the restricted profile of pods asks."""

OWN_END_SECONDS = 15  # after requests' time to end: docs/operating.md
CLOUD_RUN_END_SECONDS = 10
# 54 GiB of weights at 50 MiB a second, and a first picture.
LOAD_SECONDS = 54 * 1024 // 50 + 60
PROBES = {
    "startupProbe": "/q/health/started",
    "livenessProbe": "/q/health/live",
    "readinessProbe": "/q/health/ready",
}


def faults(resource):
    """The faults of a resource that has a pod; nothing of others."""
    spec = resource.get("spec", {})
    template = spec.get("template", {})
    if resource["kind"] == "Deployment":
        yield from pod_faults(template["spec"])
        yield from end_faults(template["spec"])
        if spec["progressDeadlineSeconds"] <= window(server(template["spec"])["startupProbe"]):
            yield "progressDeadlineSeconds is over before the start may be"
        if template["metadata"]["labels"].items() < spec["selector"]["matchLabels"].items():
            yield "the selector misses the pods"
    elif resource["kind"] == "Service" and template:
        yield from serverless_faults(template, is_cloud_run(template))
    elif resource["kind"] == "ServingRuntime":
        yield from container_faults(server(spec))


def is_cloud_run(template):
    return any(name.startswith("run.googleapis.com/") for name in template["metadata"]["annotations"])


def serverless_faults(template, cloud_run):
    pod, given = template["spec"], variables(server(template["spec"]))
    if pod["containerConcurrency"] != int(given["INKSTREAM_MAX_QUEUED_REQUESTS"]) + 1:
        yield "containerConcurrency must be the requests that wait and the one that is drawn"
    if "PORT" in given:
        yield "PORT is the platform's to say"
    timeout = int(given["INKSTREAM_HTTP_GRACEFUL_SHUTDOWN_TIMEOUT"])
    if cloud_run and timeout >= CLOUD_RUN_END_SECONDS:
        yield f"Cloud Run kills {CLOUD_RUN_END_SECONDS} s after the signal"
    if not cloud_run:
        yield from container_faults(server(pod))
        if timeout + OWN_END_SECONDS > pod["timeoutSeconds"]:
            yield "Knative kills timeoutSeconds after the signal"


def server(pod):
    return pod["containers"][0]


def pod_faults(pod):
    if pod.get("automountServiceAccountToken") is not False:
        yield "the pod has a token of its service account"
    security = pod["securityContext"]
    if not security.get("runAsNonRoot") or security.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        yield "the pod may be root, or has no seccomp profile"
    for container in [*pod["containers"], *pod.get("initContainers", [])]:
        yield from container_faults(container)
    for name, path in PROBES.items():
        if server(pod)[name]["httpGet"]["path"] != path:
            yield f"{name} must ask {path}"
    if "INKSTREAM_MODEL_PATH" in variables(server(pod)) and window(server(pod)["startupProbe"]) < LOAD_SECONDS:
        yield f"startupProbe gives up before {LOAD_SECONDS} s"


def container_faults(container):
    security = container["securityContext"]
    if security.get("allowPrivilegeEscalation") is not False or security["capabilities"]["drop"] != ["ALL"]:
        yield f"{container.get('name')}: may gain privileges"
    if security.get("readOnlyRootFilesystem") is not True:
        yield f"{container.get('name')}: its root can be written to"
    names = [entry["name"] for entry in container.get("env", [])]
    if len(names) != len(set(names)):
        yield f"{container.get('name')}: a variable twice in {names}"
    mounted = [mount["mountPath"] for mount in container.get("volumeMounts", [])]
    if "/tmp" not in mounted:
        yield f"{container.get('name')}: /tmp cannot be written to"


def end_faults(pod):
    wait = server(pod).get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
    timeout = int(variables(server(pod))["INKSTREAM_HTTP_GRACEFUL_SHUTDOWN_TIMEOUT"])
    if pod["terminationGracePeriodSeconds"] != wait + timeout + OWN_END_SECONDS:
        yield f"terminationGracePeriodSeconds must be {wait + timeout + OWN_END_SECONDS}"


def variables(container):
    return {entry["name"]: entry.get("value") for entry in container.get("env", [])}


def window(probe):
    return probe["periodSeconds"] * probe["failureThreshold"]


def compose_faults(compose, folder):
    """Files that it mounts must be there, and so must volumes and services that it names."""
    for name, service in compose["services"].items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith(".") and not (folder / source).exists():
                yield f"{name}: {source} is not there"
            if not source.startswith((".", "/", "$")) and source not in compose.get("volumes", {}):
                yield f"{name}: {source} is no volume"
        for other in service.get("depends_on", {}):
            if other not in compose["services"]:
                yield f"{name}: {other} is no service"
