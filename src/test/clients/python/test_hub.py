"""Inkstream and `huggingface_hub` share a cache: what one has fetched, the other finds, and they wait for each other."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fakehub import COMMIT, FakeHub
from inkstream import HOME, wait_until
from models import TINY

NAME = "Qwen/Qwen-Test"
WEIGHTS = "transformer/diffusion_pytorch_model-00001-of-00002.safetensors"


@pytest.fixture
def hub():
    with FakeHub(NAME, TINY) as hub:
        yield hub


@pytest.fixture
def environment(hub, tmp_path):
    names = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGING"))}
    return names | {"HF_HOME": str(tmp_path / "hf"), "HF_ENDPOINT": hub.url, "HF_HUB_DISABLE_XET": "1"}


def python(environment, code, **more):
    """What a program with `huggingface_hub` prints: it reads its variables once, when it is loaded."""
    command = [sys.executable, "-c", "import huggingface_hub as hub\n" + code]
    result = subprocess.run(command, env=environment | more, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def inkstream(environment, *words, **more):
    command = [HOME / "inkstream", *words]
    return subprocess.run(command, env=environment | more, capture_output=True, text=True, timeout=300)


def pull(environment):
    result = inkstream(environment, "pull", NAME)
    assert result.returncode == 0, result.stderr
    return Path(result.stdout.strip())


def test_python_finds_what_was_pulled(hub, environment):
    snapshot = pull(environment)
    offline = {"HF_HUB_OFFLINE": "1"}
    print_snapshot = f"print(hub.snapshot_download({NAME!r}, allow_patterns='transformer/*'))"
    assert python(environment, print_snapshot, **offline) == str(snapshot)
    weights = python(environment, f"print(hub.hf_hub_download({NAME!r}, {WEIGHTS!r}))", **offline)
    assert Path(weights).read_bytes() == (TINY / WEIGHTS).read_bytes()
    scan = "cache = hub.scan_cache_dir(); print(len(cache.warnings), [r.repo_id for r in cache.repos], [sorted(v.refs) for r in cache.repos for v in r.revisions])"
    assert python(environment, scan) == f"0 [{NAME!r}] [['main']]"


def test_python_takes_what_was_pulled_for_its_own_when_it_asks_the_hub(hub, environment):
    pull(environment)
    hub.requests.clear()
    python(environment, f"hub.hf_hub_download({NAME!r}, {WEIGHTS!r})")
    assert hub.requests and hub.gets() == []


def test_what_python_has_fetched_is_not_fetched_again(hub, environment):
    snapshot = python(environment, f"print(hub.snapshot_download({NAME!r}))")
    hub.requests.clear()
    assert str(pull(environment)) == snapshot
    assert hub.gets() == []
    inspected = inkstream(environment, "inspect", NAME, "--json", HF_HUB_OFFLINE="1")
    assert json.loads(inspected.stdout), inspected.stderr


def test_what_python_has_fetched_in_part_is_completed(hub, environment):
    python(environment, f"hub.snapshot_download({NAME!r}, allow_patterns='*.json')")
    hub.requests.clear()
    snapshot = pull(environment)
    assert any(path.endswith(WEIGHTS) for path in hub.gets())
    assert not any(path.endswith("model_index.json") for path in hub.gets())
    assert snapshot.name == COMMIT


def test_a_pull_waits_for_python_and_leaves_it_what_it_fetched(hub, environment, tmp_path):
    etag = hub.etag((TINY / WEIGHTS).read_bytes())
    lock = tmp_path / "hf/hub/.locks" / ("models--" + NAME.replace("/", "--")) / (etag + ".lock")
    lock.parent.mkdir(parents=True)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys\nfrom huggingface_hub.utils import WeakFileLock\n"
            "with WeakFileLock(sys.argv[1]):\n  print('held', flush=True)\n  sys.stdin.read()",
            str(lock),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    )
    assert holder.stdout.readline().strip() == b"held"
    log = tmp_path / "log"
    with log.open("wb") as err:
        pulling = subprocess.Popen([HOME / "inkstream", "pull", NAME], env=environment, stderr=err, stdout=err)
    wait_until("the pull waits", lambda: b"waits for another process that fetches " + WEIGHTS.encode() in log.read_bytes())
    assert not any(path.endswith(WEIGHTS) for path in hub.gets())
    holder.stdin.close()
    assert pulling.wait(120) == 0, log.read_text()
    assert any(path.endswith(WEIGHTS) for path in hub.gets())
    holder.wait()


def test_a_model_that_is_not_there_says_so(environment):
    result = inkstream(environment, "pull", "Qwen/Other")
    assert result.returncode == 4
    assert "Qwen/Other is not at" in result.stderr and result.stdout == ""


def test_offline_nothing_is_fetched(hub, environment):
    result = inkstream(environment, "pull", NAME, HF_HUB_OFFLINE="1")
    assert result.returncode == 4 and "HF_HUB_OFFLINE" in result.stderr
    result = inkstream(environment, "generate", "--model-path", NAME, "--prompt", "x", "--no-download")
    assert result.returncode == 4 and f"inkstream pull {NAME}" in result.stderr
    assert hub.requests == []


def test_generate_fetches_what_it_needs(hub, environment, tmp_path):
    picture = tmp_path / "x.png"
    words = ["--model-path", NAME, "--prompt", "x", "--width", "32", "--height", "32", "--num-inference-steps", "1"]
    result = inkstream(environment, "generate", *words, "--output", str(picture))
    assert result.returncode == 0, result.stderr
    assert picture.exists() and "files" in result.stderr
