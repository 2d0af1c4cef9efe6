"""Several nodes on one machine: chosen by name, started together, ended alone or together."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import psutil
import pytest

from cordillera.embedded import free_ports
from deploy.launch.node import Node
from deploy.launch.nodes import Nodes
from deploy.launch.place import ROOT
from deploy.launch.processes import Processes
from deploy.launch.say import Trouble


def three(folder: Path) -> Nodes:
    ports = free_ports(9)
    return Nodes.three(folder, list(zip(*[iter(ports)] * 3, strict=True)))


def test_three_nodes_host_one_party_each_in_folders_of_their_own(tmp_path: Path) -> None:
    nodes = three(tmp_path)
    assert [node.hosted for node in nodes] == [("US",), ("MX",), ("CA",)]
    assert nodes["mx"].data == tmp_path / "mx"
    assert nodes.hosting("CA") is nodes["ca"]
    assert len({node.password for node in nodes}) == 1


def test_what_takes_long_is_done_at_all_nodes_at_once(tmp_path: Path) -> None:
    meeting = threading.Barrier(3, timeout=60)
    three(tmp_path).together(lambda node: meeting.wait())


def test_trouble_at_one_node_ends_the_wait_at_the_others(tmp_path: Path) -> None:
    nodes = three(tmp_path)
    begun = threading.Event()

    def act(node: Node) -> None:
        if node.name == "us":
            assert begun.wait(60)
            raise Trouble("out of paper")
        node.processes = Processes(tmp_path, {})
        begun.set()
        node._await(lambda: False, "web")

    with pytest.raises(Trouble, match="out of paper"):
        nodes.together(act)


@pytest.mark.services
def test_a_nodes_services_come_back_where_they_were(tmp_path: Path) -> None:
    nodes = three(tmp_path)
    node = nodes["ca"]
    try:
        node.start_services()
        before = node.environment
        for service in ("postgres", "valkey"):
            node.kill_service(service)
            node.start_service(service)
        node.check()
        node.stop()
        assert not (node.data / "environment").exists()
        node.start_services()
        assert node.environment == before
        assert (before["HOSTED_PARTIES"], before["COOKIE_PREFIX"]) == ("CA", "ca_")
    finally:
        nodes.stop()


@pytest.mark.services
def test_a_process_is_killed_with_what_it_started_and_starts_again(tmp_path: Path) -> None:
    processes = Processes(tmp_path, {"PATH": "/usr/bin:/bin"})
    processes.start("worker", "/bin/sh", "-c", "echo here; sleep 60 & wait")
    deadline = threading.Event()
    while not processes.log("worker").read_text():
        assert not deadline.wait(0.05)
    mine = [c for c in psutil.Process().children(recursive=True) if c.name() == "sleep"]
    processes.kill("worker")
    assert psutil.wait_procs(mine, timeout=60)[1] == []
    processes.check()
    processes.start_again("worker")
    processes.check()
    processes.stop()


def manage(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """./deploy/manage as it would be in a clone at `root`, where Python only shows what it gets."""
    (root / "deploy").mkdir(exist_ok=True)
    (root / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
    (root / "deploy" / "manage").write_text((ROOT / "deploy" / "manage").read_text())
    python = root / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\necho "$HOSTED_PARTIES: $*"\n')
    python.chmod(0o755)
    command = ["bash", str(root / "deploy" / "manage"), *arguments]
    return subprocess.run(command, text=True, capture_output=True, check=False)


def running(root: Path, *names: str) -> None:
    for name in names:
        folder = root / ".var" / name
        folder.mkdir(parents=True)
        (folder / "environment").write_text(f"HOSTED_PARTIES={name.upper()}\n")


def test_a_command_goes_to_the_node_that_is_named(tmp_path: Path) -> None:
    running(tmp_path, "us", "mx")
    done = manage(tmp_path, "--node", "mx", "party", "list")
    assert done.stdout == f"MX: {tmp_path}/manage.py party list\n"


def test_a_command_to_one_of_several_nodes_must_say_which(tmp_path: Path) -> None:
    running(tmp_path, "us", "mx")
    done = manage(tmp_path, "party", "list")
    assert (done.returncode, done.stdout) == (1, "")
    assert "--node mx|us party list" in done.stderr


def test_the_only_node_need_not_be_named(tmp_path: Path) -> None:
    running(tmp_path, "hub")
    assert manage(tmp_path, "party", "list").stdout.startswith("HUB: ")


def test_a_command_without_a_running_node_says_what_to_start(tmp_path: Path) -> None:
    done = manage(tmp_path, "party", "list")
    assert done.returncode == 1
    assert "start ./deploy/demo first" in done.stderr
