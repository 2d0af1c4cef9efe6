"""The launchers' parts: forms, processes, stamps, and trouble told in sentences."""

import os
import socket
import sys
import time
from pathlib import Path

import psutil
import pytest

from deploy.launch import bootstrap, demo, python, suite
from deploy.launch.place import Stamp, digest
from deploy.launch.processes import Processes
from deploy.launch.say import Trouble
from deploy.launch.visitor import Page

PAGE = """
<form method="post" action="/send/"><input type="hidden" name="token" value="t">
<input name="title" value="Coil"><input type="checkbox" name="to" value="MX" checked>
<input type="checkbox" name="to" value="CA"><select name="tlp"><option value="GREEN">
<option value="AMBER" selected></select><textarea name="summary">
Two lines</textarea><button name="go">Send</button></form><form action="/search/"></form>
"""
PARENT = "import subprocess, time; subprocess.Popen(['sleep', '60']); time.sleep(60)"


def test_a_form_is_sent_as_a_browser_would_send_it() -> None:
    form = Page(200, "http://here/page/", PAGE).form("/send/")
    assert form.filled({}) == [
        ("token", "t"),
        ("title", "Coil"),
        ("to", "MX"),
        ("tlp", "AMBER"),
        ("summary", "Two lines"),
    ]


def test_a_field_can_be_filled_with_several_values() -> None:
    form = Page(200, "http://here/page/", PAGE).form("/send/")
    assert [v for n, v in form.filled({"to": ["CA", "US"]}) if n == "to"] == ["CA", "US"]


def test_a_missing_form_is_named_with_those_there_are() -> None:
    with pytest.raises(LookupError, match=r"no form for /approve/.*/send/, /search/"):
        Page(200, "http://here/page/", PAGE).form("/approve/")


@pytest.mark.services
def test_stopping_leaves_no_process_behind(tmp_path: Path) -> None:
    processes = Processes(tmp_path, os.environ)
    processes.start("parent", sys.executable, "-c", PARENT)
    me, deadline = psutil.Process(), time.monotonic() + 60
    while not (born := [c for c in me.children(recursive=True) if c.name() == "sleep"]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    processes.stop()
    assert psutil.wait_procs(born, timeout=60)[1] == []


@pytest.mark.services
def test_a_process_that_ends_by_itself_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    processes = Processes(tmp_path, os.environ)
    processes.start("worker", sys.executable, "-c", "print('out of paper'); raise SystemExit(3)")
    processes._running["worker"].wait(60)
    with pytest.raises(Trouble, match=r"worker process ended .*exit 3(.|\n)*out of paper"):
        processes.check()


def test_a_taken_port_is_told_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Trouble, match="--port"):
            demo._refuse_taken(taken.getsockname()[1])


def test_a_folder_runs_one_demo_at_a_time(tmp_path: Path) -> None:
    with (
        demo._only_one(tmp_path),
        pytest.raises(Trouble, match=f"process {os.getpid()}"),
        demo._only_one(tmp_path),
    ):
        pass


def test_an_unwritable_folder_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(Trouble, match="cannot be written to"):
        bootstrap._refuse_unwritable(tmp_path)


def test_an_old_python_without_a_newer_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(python.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer; this is 3\.9"):
        python.find()


def test_a_failed_installation_is_told_by_its_reason() -> None:
    output = "Collecting x\nERROR: No matching distribution found for x\n"
    assert bootstrap._last(output) == "ERROR: No matching distribution found for x"


def test_a_step_is_done_again_only_when_its_source_changed(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_text("one")
    Stamp(tmp_path / "stamp", digest([source])).set()
    assert Stamp(tmp_path / "stamp", digest([source])).fits()
    source.write_text("two")
    assert not Stamp(tmp_path / "stamp", digest([source])).fits()


def test_chaos_runs_every_scene_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAOS", "")
    assert suite._chaos(["tests/audit", "-x"]) == ["tests/audit", "-x"]
    assert os.environ["CHAOS"] == ""
    assert suite._chaos(["--chaos", "-x"]) == ["tests/chaos", "-n", "0", "-x"]
    assert os.environ["CHAOS"] == "long"


def test_the_tests_keep_what_python_has_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("SECRET_KEY", "the caller's")
    monkeypatch.delenv("DATA_DIR", raising=False)
    monkeypatch.delenv("CHROMIUM", raising=False)
    given = suite._environment(tmp_path, {"CHROMIUM": "/a/browser"})
    assert "PYTHONDONTWRITEBYTECODE" not in given
    assert given["SECRET_KEY"] == "the caller's"
    assert (given["DATA_DIR"], given["CHROMIUM"]) == (str(tmp_path), "/a/browser")


def test_without_a_browser_its_tests_are_left_out_beside_the_callers_choice() -> None:
    assert suite._without_browser(["-m", "services"]) == ["-m", "(services) and not browser"]
    assert suite._without_browser(["tests/desk"]) == ["tests/desk", "-m", "not browser"]
