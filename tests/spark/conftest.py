"""A cluster of Spark on this machine alone: a master and two workers, stopped at the end; and the cases it counts."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import duckdb
import pytest
from pyspark import SparkContext
from pyspark.find_spark_home import _find_spark_home

ROWS = 1_000_000
HOST = "127.0.0.1"
PATIENCE = 60

CASES = f"""
SELECT opened, CASE WHEN i % 7 <> 0 THEN opened + to_seconds(CAST(hash(i, 3) % 2600000 AS BIGINT) - 3600) END AS closed,
       CAST(opened AS DATE) AS day,
       'agency-' || lpad(CAST(hash(i, 1) % 400 AS VARCHAR), 3, '0') AS agency,
       ['phone', 'mail', 'web', ''][CAST(1 + hash(i, 2) // 4096 % 4 AS BIGINT)] AS channel,
       CAST(hash(i, 4) % 11 AS INTEGER) AS score,
       CAST(CAST(hash(i, 5) % 100000 AS BIGINT) / 100 AS DECIMAL(12, 2)) AS amount
FROM (SELECT i, CASE WHEN i % 1000 <> 1 THEN TIMESTAMP '2025-08-20 08:00:00' + to_seconds(i * 12000000 // {ROWS}) END
      AS opened FROM range({ROWS}) t(i))
"""

LOG_CASES = 60_000
# What happened to cases, four events each, some out of order; and when some of them stood still. Of two in one instant
# a file's later line comes later, of a server's table what the rows say decides: where both are asked, these agree. So
# no two events but an "Assigned" and its "Closed" share an instant: seconds past a multiple of four tell the others.
LOG = f"""
SELECT 'c' || number AS number,
       TIMESTAMP '2025-08-20 08:00:00' + to_seconds(number * 12000000 // {LOG_CASES} // 4 * 4
         + turn * 4 * CAST(hash(number, turn) % 22500 AS BIGINT) + turn) AS moment,
       ['New', 'Assigned', CASE WHEN number % 5 = 0 THEN 'Closed' ELSE 'Waiting' END, 'Closed'][1 + place] AS state,
       'agency-' || lpad(CAST(hash(i, 1) % 400 AS VARCHAR), 3, '0') AS agency
FROM (SELECT i, i % {LOG_CASES} AS number, i // {LOG_CASES} AS place,
             CASE WHEN i % 50 = 0 AND i // {LOG_CASES} = 3 THEN 1 ELSE i // {LOG_CASES} END AS turn
      FROM range({4 * LOG_CASES}) t(i))
"""
WAITS = f"""
SELECT 'c' || (i * 3) AS number, since, CASE WHEN i % 11 <> 0 THEN since + to_seconds(hash(i, 6) % 200000) END AS until
FROM (SELECT i, TIMESTAMP '2025-08-20 06:00:00' + to_seconds(i * 3 * 12000000 // {LOG_CASES} + i % 40000) AS since
      FROM range({LOG_CASES // 3}) t(i))
"""


@pytest.fixture(scope="session")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the cases, the log of events and the pauses, as Parquet and as CSV."""
    folder = tmp_path_factory.mktemp("cases")
    with duckdb.connect() as engine:
        engine.execute(f"COPY ({CASES}) TO '{folder}/cases.parquet' (FORMAT parquet)")
        engine.execute(f"COPY ({CASES}) TO '{folder}/cases.csv' (FORMAT csv, HEADER, FORCE_QUOTE (agency, channel))")
        for name, query in (("log", LOG), ("waits", WAITS)):
            engine.execute(f"COPY ({query}) TO '{folder}/{name}.parquet' (FORMAT parquet)")
            engine.execute(f"COPY ({query}) TO '{folder}/{name}.csv' (FORMAT csv, HEADER)")
    return folder


def free_port() -> int:
    with socket.socket() as held:
        held.bind((HOST, 0))
        port: int = held.getsockname()[1]
        return port


def wait_for(log: Path, sign: str, times: int) -> None:
    until = time.monotonic() + PATIENCE
    while log.read_text().count(sign) < times:
        assert time.monotonic() < until, log.read_text()[-3000:]
        time.sleep(0.2)


def stop_driver() -> None:
    """Ends the Java process of this process' own sessions, which otherwise outlives the test by a while."""
    if (gateway := SparkContext._gateway) is not None:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(PATIENCE)


@pytest.fixture(scope="session")
def spark_master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the master of a cluster with two workers of one core."""
    folder, address = tmp_path_factory.mktemp("spark"), f"spark://{HOST}:{free_port()}"
    home = _find_spark_home()
    with ExitStack() as running:
        # For the session in the test's own process too: without it Spark listens beyond this machine.
        running.enter_context(pytest.MonkeyPatch.context()).setenv("SPARK_LOCAL_IP", HOST)
        environment = {**os.environ, "SPARK_HOME": home, "SPARK_DAEMON_MEMORY": "256m"}

        def start(name: str, kind: str, *arguments: str) -> Path:
            log = folder / f"{name}.log"
            command = [f"{home}/bin/spark-class", f"org.apache.spark.deploy.{kind}", "--host", HOST, *arguments]
            process = subprocess.Popen(
                [*command, "--webui-port", "0"] if kind.startswith("master") else command,
                stdout=running.enter_context(log.open("w")), stderr=subprocess.STDOUT, env=environment, cwd=folder,
            )  # fmt: skip
            running.callback(process.wait, PATIENCE)
            running.callback(process.terminate)
            return log

        log = start("master", "master.Master", "--port", address.rpartition(":")[2])
        wait_for(log, "I have been elected leader", 1)
        for name in ("worker-1", "worker-2"):
            room = ["--cores", "1", "--memory", "1g", "--webui-port", "0", "--work-dir", str(folder / name)]
            start(name, "worker.Worker", *room, address)
        wait_for(log, "Registering worker", 2)
        running.callback(stop_driver)
        yield address
