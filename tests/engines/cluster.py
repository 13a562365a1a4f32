"""A Spark cluster on this machine: a master and two workers, each a process of its own."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bihuan.base.analytics import missing_for_spark

WORKERS = 2
PATIENCE = 90
PR_SET_PDEATHSIG = 1
HERE = "127.0.0.1"
BRIEF = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""For processes that live for minutes: compile quickly rather than well."""
DEFAULTS = f"""
spark.driver.host {HERE}
spark.driver.bindAddress {HERE}
spark.driver.memory 768m
spark.executor.memory 512m
spark.executor.cores 1
spark.driver.extraJavaOptions {BRIEF}
spark.executor.extraJavaOptions {BRIEF}
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.sql.shuffle.partitions 2
spark.default.parallelism 2
spark.ui.enabled false
spark.ui.showConsoleProgress false
"""
QUIET = """
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c{1}: %m%n
"""


def why_not() -> str:
    """Return why no cluster can be started here, or nothing."""
    missing = missing_for_spark()
    return f"a Spark cluster needs {missing}" if missing else ""


@contextmanager
def spark_cluster() -> Iterator[str]:
    """Start a cluster, yield the address of its master, and stop all of it."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="spark-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        environment = _environment(folder)
        stack.enter_context(_environment_of_this_process(environment))
        port, page = _free_port(), _free_port()
        master = ["master.Master", "--host", HERE, "--port", str(port), "--webui-port", str(page)]
        stack.enter_context(_running(master, folder, environment))
        address = f"spark://{HERE}:{port}"
        for _ in range(WORKERS):
            of_one = ["--host", HERE, "--cores", "1", "--memory", "1g", "--webui-port", "0"]
            worker = ["worker.Worker", *of_one, address]
            stack.enter_context(_running(worker, folder, environment))
        _wait_for_workers(page, folder)
        yield address


def _environment(folder: Path) -> dict[str, str]:
    found = find_spec("pyspark")
    assert found is not None
    assert found.origin is not None
    conf = folder / "conf"
    conf.mkdir()
    (conf / "spark-defaults.conf").write_text(DEFAULTS, encoding="ascii")
    (conf / "log4j2.properties").write_text(QUIET, encoding="ascii")
    return {
        "SPARK_HOME": str(Path(found.origin).parent),
        "SPARK_CONF_DIR": str(conf),
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "SPARK_WORKER_DIR": str(folder / "work"),
        "SPARK_LOCAL_IP": HERE,
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": BRIEF,
        "SPARK_NO_DAEMONIZE": "1",
    }


@contextmanager
def _environment_of_this_process(values: Mapping[str, str]) -> Iterator[None]:
    """Have the driver find the same configuration, which it reads from the environment."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


@contextmanager
def _running(asked: list[str], folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Run a part of the cluster in a group of its own, so that all it starts ends with it."""
    command = [f"{environment['SPARK_HOME']}/bin/spark-class"]
    command += [f"org.apache.spark.deploy.{asked[0]}", *asked[1:]]
    with (folder / "cluster.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            start_new_session=True,
            preexec_fn=_end_with_the_tests,
        )
    try:
        yield
    finally:
        _end(process)


def _end_with_the_tests() -> None:
    """Have the kernel end this process when the one that runs the tests is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _end(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(timeout=15)
        except ProcessLookupError:
            process.wait()
            return
        except subprocess.TimeoutExpired:
            continue


def _wait_for_workers(page: int, folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if _workers_alive(page) == WORKERS:
            return
        time.sleep(0.2)
    log = (folder / "cluster.log").read_text(encoding="utf-8", errors="replace")
    raise TimeoutError(f"the cluster did not come up in {PATIENCE} s: {log[-2000:]}")


def _workers_alive(page: int) -> int:
    try:
        with urlopen(f"http://{HERE}:{page}/json/", timeout=5) as answer:
            told: dict[str, object] = json.load(answer)
    except (URLError, OSError, ValueError):
        return 0
    alive = told.get("aliveworkers")
    return alive if isinstance(alive, int) else 0


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind((HERE, 0))
        port: int = listening.getsockname()[1]
        return port
