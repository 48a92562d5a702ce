#!/usr/bin/env python3
"""Starts an image of deploy/test-images.sh as its users do, and asks whether it keeps what docs/deploy.md promises.

    deploy/check_image.py jvm|native|cuda

As a user that the image does not know, group 0, read-only root: it listens on $PORT, becomes ready, draws, keeps a
picture in /data, takes a model from /models, is healthy to Docker's check, ends with 0 at its stop signal, and says in one line
what it lacks. Prints the layers' sizes and the seconds until it listens, is ready, has drawn.
"""

import base64
import json
import pathlib
import signal
import sys
import tempfile

HOME = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOME / "perf/startup"))
from run_image import Image, buildah  # noqa: E402
from server import ORDER, PATIENCE, Server  # noqa: E402

POCKET = HOME / "src/main/models/qwen-image-pocket"
PNG = b"\x89PNG\r\n\x1a\n"
NO_DEVICE = 5


def require(condition, what):
    if not condition:
        sys.exit(f"check_image: {what}")
    print(f"   {what}: yes", flush=True)


def layers(image):
    """Megabytes of each layer, the base's first, with what made it."""
    described = json.loads(buildah("inspect", "--type", "image", image.name))
    sizes = [layer["size"] / 1e6 for layer in json.loads(described["Manifest"])["layers"]]
    print("   layers, MB unpacked: " + ", ".join(f"{size:.0f}" for size in sizes) + f"; {sum(sizes):.0f} in all")


def configured(image):
    config = image.config
    require(config["User"] == "10001:0", "its user is a number, in group 0")
    require(set(config["Volumes"]) == {"/models", "/data"}, "its volumes are /models and /data")
    require("30000/tcp" in config["ExposedPorts"], "it exposes its port")
    require(config["StopSignal"] == "SIGTERM", "its stop signal is SIGTERM")
    require(config["Labels"]["org.opencontainers.image.title"] == "Inkstream", "it has OCI's labels")


def output_of(image, **how):
    """The exit code of a short command, and what it says."""
    with tempfile.TemporaryFile() as file:
        code = image.start(output=file.fileno(), **how).wait(PATIENCE)
        file.seek(0)
        return code, file.read().decode()


def first_picture(image, how):
    server = Server(lambda port, words: image.serve(port, words, **how))
    listening = server.until(server.accepts)
    print(f"   {listening:.2f} s until it listens, {server.until(server.draws):.2f} until the first picture", flush=True)
    require(server.stop() == 0, "it ends with 0")


def life(image, how):
    server = Server(lambda port, words: image.serve(port, words, **how))
    print(f"   {server.until(server.is_ready):.2f} s until it is ready", flush=True)
    status, body = server.ask("POST", "/v1/images/generations", ORDER)
    require(status == 200 and base64.b64decode(json.loads(body)["data"][0]["b64_json"]).startswith(PNG), "it draws")
    status, body = server.ask("POST", "/v1/images/generations", ORDER | {"response_format": "url"})
    link = json.loads(body)["data"][0]["url"]
    require(server.ask("GET", "/" + link.split("/", 3)[3])[1].startswith(PNG), "a picture under a link is a picture")
    code, said = output_of(image, entrypoint=image.config["Healthcheck"]["Test"][1:], environment={"PORT": str(server.port)})
    require(code == 0, f"Docker's health check is content{said and ', and says ' + said}")
    server.process.send_signal(signal.SIGTERM)
    require(server.process.wait(PATIENCE) == 0, "SIGTERM ends it with 0")


def main():
    kind = sys.argv[1]
    with Image(f"inkstream:{kind}") as image:
        layers(image)
        configured(image)
        on_processor = {"INKSTREAM_DEVICE": "cpu"} if kind == "cuda" else {}
        model = {"volumes": {"/models": POCKET}}
        if kind != "native":
            code, said = output_of(image, words=["--version"], environment={"INKSTREAM_JAVA_OPTS": "-XX:AOTMode=on"})
            require(code == 0, f"Java takes its ahead-of-time cache{'' if code == 0 else ': ' + said}")
        if kind == "cuda":
            code, said = output_of(image, **model)
            require(code == NO_DEVICE and said.count("\n") == 1, f"without a card it says so in one line: {said.strip()}")
        own = {"environment": on_processor} | (model if kind == "cuda" else {})
        first_picture(image, own)
        life(image, own)
        first_picture(image, model | {"user": 10001, "environment": {"INKSTREAM_MODEL_PATH": "/models"} | on_processor})


if __name__ == "__main__":
    main()
