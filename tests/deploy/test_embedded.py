"""The embedded services start, keep their data, and end with whoever started them."""

import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from cordillera import embedded
from deploy.launch.place import PYTHONPATH

pytestmark = pytest.mark.services

STARTS_BOTH_AND_DIES = """
import os, sys
from pathlib import Path
from cordillera import embedded
embedded.start_postgres(Path(sys.argv[1]) / "postgres", durable=False)
embedded.start_valkey(Path(sys.argv[1]) / "valkey")
os.kill(os.getpid(), 9)
"""


def test_postgresql_keeps_its_data_between_starts(tmp_path: Path) -> None:
    with embedded.postgres(tmp_path, durable=False) as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'señal' AS word")
    with embedded.postgres(tmp_path, durable=False) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT upper(word) FROM kept").fetchone() == ("SEÑAL",)


def test_postgresql_starts_where_the_path_is_too_long_for_a_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    with embedded.postgres(deep, durable=False) as url, psycopg.connect(url) as connection:
        assert connection.info.server_version >= 150000


def test_postgresql_wants_the_password(tmp_path: Path) -> None:
    with embedded.postgres(tmp_path, durable=False) as url:
        password = (tmp_path / "password").read_text()
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url.replace(password, "wrong"))


def test_valkey_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    with embedded.valkey(tmp_path) as url, redis.from_url(url) as client:
        client.rpush("queue", "task")
    with embedded.valkey(tmp_path) as url, redis.from_url(url) as client:
        assert client.lpop("queue") == b"task"


def test_postgresql_starts_again_at_once_after_it_was_killed(tmp_path: Path) -> None:
    with embedded.postgres(tmp_path) as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        with psycopg.connect(url):
            embedded.kill(tmp_path)
            assert embedded.start_postgres(tmp_path) == url
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_valkey_starts_again_at_the_address_it_had(tmp_path: Path) -> None:
    with embedded.valkey(tmp_path) as url, redis.from_url(url) as client:
        client.set("kept", "one")
        assert client.execute_command("WAITAOF", 1, 0, 60_000)[0] == 1
        embedded.kill(tmp_path)
        assert embedded.start_valkey(tmp_path) == url
        assert client.get("kept") == b"one"


def test_valkey_takes_another_port_when_its_own_is_taken(tmp_path: Path) -> None:
    with embedded.valkey(tmp_path) as url:
        pass
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int((tmp_path / "port").read_text())))
        taken.listen()
        with embedded.valkey(tmp_path) as other, redis.from_url(other) as client:
            assert other != url
            assert client.ping()


def test_a_service_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    thread = threading.Thread(target=embedded.start_valkey, args=[tmp_path])
    thread.start()
    thread.join()
    time.sleep(0.2)
    assert embedded.running() == {tmp_path: True}
    embedded.stop(tmp_path)


def test_passwords_are_their_owners_alone(tmp_path: Path) -> None:
    with embedded.valkey(tmp_path):
        assert (tmp_path / "password").stat().st_mode & 0o777 == 0o600


def test_services_end_when_their_starter_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STARTS_BOTH_AND_DIES, str(tmp_path)]
    died = subprocess.run(command, env={"PYTHONPATH": PYTHONPATH}, check=False)
    assert died.returncode == -9
    deadline = time.monotonic() + 20
    while still := _processes_of(tmp_path):
        assert time.monotonic() < deadline, still
        time.sleep(0.1)


def test_a_service_that_cannot_start_says_where_its_log_is(tmp_path: Path) -> None:
    (tmp_path / "appendonlydir").write_text("in the way")
    with pytest.raises(embedded.ServiceError, match="log"):
        embedded.start_valkey(tmp_path)


def _processes_of(folder: Path) -> list[str]:
    found = []
    for process in psutil.process_iter(["status", "cmdline", "cwd"]):
        told = " ".join(process.info["cmdline"] or []) + str(process.info["cwd"])
        if str(folder) in told and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(told)
    return found
