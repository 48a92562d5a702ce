"""Starts the servers, runs the suites against them, and adds up; `run` has installed what they need."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path

CLIENTS = Path(__file__).resolve().parent
sys.path.insert(0, str(CLIENTS / "python"))

from inkstream import HOME, RUNNING, QUEUED, WEBHOOK_SECRET, Server, metric, wait_until  # noqa: E402
from models import editing, poisoned  # noqa: E402

BIN = Path(sys.executable).parent
REPORTS = HOME / "target/clients"
API_KEY = "sk-clients"
NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(x[0-9a-fA-F]{1,2}|[0-9]{1,2});")


def maven():
    """The JUnit tests that call Python or other builds of ONNX Runtime; packages the server on the way."""
    return subprocess.call(
        [
            HOME / "inkstream",
            "test",
            "--no-transfer-progress",
            "-Dtest=GraphExportPythonTest,HostProviderTest,OpenVinoGoldenTest",
            "-Dit.test=ServeIT",
            "-Dsurefire.failIfNoSpecifiedTests=false",
        ]
    )


def python():
    command = [BIN / "pytest", "-p", "no:cacheprovider", f"--junitxml={REPORTS}/python.xml", "-ra"]
    return subprocess.call([*command, CLIENTS / "python"])


def node(modules):
    folder = REPORTS / "node"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(CLIENTS / "node", folder)
    return tested(folder, modules)


def java_client():
    """Where OpenAI's Java client and what it needs lie."""
    with tempfile.NamedTemporaryFile("r") as path:
        command = ["mvn", "-q", "-B", "-f", HOME, "dependency:build-classpath", f"-Dmdep.outputFile={path.name}"]
        subprocess.run([*command, "-DincludeScope=test"], check=True)
        return path.read().strip()


def browser(modules):
    """The studio in chromium; without one, only its types are checked, and the tests are skipped."""
    os.environ["INKSTREAM_CLIENT_CLASSPATH"] = java_client()
    folder = REPORTS / "browser"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(CLIENTS / "browser", folder)
    shutil.copy(CLIENTS / "node/client.mjs", folder)
    shutil.copytree(HOME / "src/main/resources/io/inkstream/server/studio/page", folder / "page")
    with tempfile.TemporaryDirectory(prefix="inkstream-clients-") as models, Server(editing(models)) as server:
        os.environ["INKSTREAM_EDIT_URL"] = server.url
        return tested(folder, modules)


def tested(folder, modules):
    """Modules are found from the tests' own folder, so tests and packages come together in one."""
    (folder / "node_modules").symlink_to(modules)
    reporters = ["spec", "stdout", "junit", f"{folder}.xml"]
    command = [modules / ".bin/node", "--test", "--test-concurrency=1", "--test-force-exit"]
    for kind, destination in zip(reporters[::2], reporters[1::2]):
        command += [f"--test-reporter={kind}", f"--test-reporter-destination={destination}"]
    return subprocess.call([*command, *sorted(folder.glob("*.test.mjs"))])


def schemathesis():
    script = CLIENTS / "schemathesis/run.sh"
    return subprocess.call([script, os.environ["INKSTREAM_OPEN_URL"], BIN])


def afterwards(*roots):
    """Whatever the clients did, no job is left in a server."""
    for root in roots:
        for gauge in RUNNING, QUEUED:
            wait_until(f"{gauge} is 0", lambda: metric(root, gauge) == 0)
    return 0


def counts(report):
    """Passed, failed and skipped tests of a JUnit report, of which failures may hold what XML may not."""
    cases = list(xml.fromstring(NO_XML.sub("?", report.read_text(encoding="utf-8", errors="replace"))).iter("testcase"))
    failed = sum(1 for case in cases if case.find("failure") is not None or case.find("error") is not None)
    skipped = sum(1 for case in cases if case.find("skipped") is not None)
    return len(cases) - failed - skipped, failed, skipped


def run(name, suite):
    """Passed, failed, skipped. A suite without a report counts as one test."""
    report = REPORTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    print(f"\n== {name}", flush=True)
    try:
        code = suite()
    except (AssertionError, OSError) as failure:
        print(f"{name}: {type(failure).__name__}: {failure}", flush=True)
        code = 1
    passed, failed, skipped = counts(report) if report.exists() else (0, 0, 0)
    if code == 0 and passed == 0:
        return 1, failed, skipped
    return passed, failed if code == 0 or failed else 1, skipped


def against_servers(suites):
    """Two servers: an open one, and one with a key, no queue, and room for one waiting job."""
    with tempfile.TemporaryDirectory(prefix="inkstream-clients-") as folder:
        model = poisoned(folder)
        opened = ["--heartbeat-interval", "1", "--output-path", f"{folder}/kept"]
        opened += ["--webhook-secret", WEBHOOK_SECRET, "--webhook-allowed-networks", "loopback"]
        keyed = ["--api-key", API_KEY, "--max-queued-requests", "0", "--max-queued-jobs", "1"]
        with (
            Server(model, *opened) as server,
            Server(model, *keyed) as full,
        ):
            os.environ["INKSTREAM_MODEL"] = str(model)
            os.environ["INKSTREAM_OPEN_URL"] = server.url
            os.environ["INKSTREAM_FULL_URL"] = full.url
            os.environ["INKSTREAM_FULL_KEY"] = API_KEY
            os.environ["INKSTREAM_PICTURES"] = str(HOME / "src/test/resources/pictures")
            results = [run(name, suite) for name, suite in suites.items()]
            results.append(run("afterwards", lambda: afterwards(server.root, full.root)))
        return results


def main():
    parser = argparse.ArgumentParser(prog="./inkstream test --clients", description=__doc__)
    parser.add_argument("--node-modules", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help="maven, python, node, browser, schemathesis; default: all")
    arguments = parser.parse_args()
    suites = {
        "maven": maven,
        "python": python,
        "node": lambda: node(arguments.node_modules),
        "browser": lambda: browser(arguments.node_modules),
        "schemathesis": schemathesis,
    }
    unknown = set(arguments.suites) - set(suites)
    if unknown:
        parser.error(f"unknown suite {', '.join(sorted(unknown))}: must be of {', '.join(suites)}")
    chosen = {name: suite for name, suite in suites.items() if name in (arguments.suites or suites)}
    REPORTS.mkdir(parents=True, exist_ok=True)
    results = [run("maven", chosen.pop("maven"))] if "maven" in chosen else []
    if chosen:
        results += against_servers(chosen)
    passed, failed, skipped = map(sum, zip(*results))
    print(f"\nclients: {passed} passed, {failed} failed, {skipped} skipped", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
