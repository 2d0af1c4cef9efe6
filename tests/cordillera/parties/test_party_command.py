"""`manage.py party`: what the operator does at the shell, and what it tells him."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from cordillera.parties import actions, keys
from cordillera.parties.models import Officer, Party, Unit
from tests.conftest import Cast

ADD = (
    "add",
    "ZZ",
    "--country=Zedland",
    "--administration=Zedland Customs",
    "--short-name=ZC",
    "--time-zone=America/Toronto",
)


def party(*words: str) -> str:
    out = io.StringIO()
    call_command("party", *words, stdout=out)
    return out.getvalue()


def test_a_party_is_added_with_its_key_unit_and_first_administrator(
    db: Any, monkeypatch: Any, log_of: Any
) -> None:
    assert "party key make ZZ" in party(*ADD)
    said = party("key", "make", "ZZ")
    assert keys.signing_key("ZZ").kid in said
    party("unit", "ZZ", "Border Office")
    monkeypatch.setattr("sys.stdin", io.StringIO("seven-plain-words\n"))
    party("officer", "ZZ", "zz.admin", "--name=A", "--role=administrator", "--password-stdin")
    assert Officer.objects.get(username="zz.admin").check_password("seven-plain-words")
    assert Unit.objects.get().name == "Border Office"
    assert {e.actor_name for e in log_of("ZZ")} == {"operator"}
    assert "1 officers, 0 system accounts, 1 units" in party("list")


def test_a_weak_password_adds_nothing(parties: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError, match="password"):
        party("officer", "US", "us.x", "--name=A", "--role=officer", "--password-stdin")
    assert not Officer.objects.filter(username="us.x").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("key", "make", "US"), "rotate it instead"),
        (("rescue", "nobody"), "no account 'nobody'"),
        (("key", "rotate", "QQ"), "no Party 'QQ'"),
        (("unit", "QQ", "x"), "no Party 'QQ'"),
        (("key", "reseal", "--old=/nowhere/key"), "No such file"),
        (("add", "us", *ADD[2:]), "capital letters"),
        (("add", "US", *ADD[2:]), "exists already"),
        (("add", "QQ", *ADD[2:5], "--time-zone=Mars"), "time zone"),
    ],
)
def test_a_mistake_is_a_sentence(parties: Any, words: tuple[str, ...], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        party(*words)
    assert Party.objects.count() == 3


def test_the_last_administrator_is_let_in_again(cast: Cast, monkeypatch: Any, log_of: Any) -> None:
    actions.deactivate(officer=cast.admin)
    monkeypatch.setattr("sys.stdin", io.StringIO("seven-plain-words\n"))
    party("rescue", "us.admin", "--password-stdin")
    cast.admin.refresh_from_db()
    assert cast.admin.is_active
    assert cast.admin.check_password("seven-plain-words")
    assert log_of("US", "password:set")[-1].actor_name == "operator"


def test_the_help_teaches(capsys: Any) -> None:
    with pytest.raises(SystemExit):
        party("--help")
    assert "A new node begins like this" in capsys.readouterr().out
