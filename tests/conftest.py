"""The standing cast, and the database as the running application sees it.

Tests connect as the database's owner; around each test body the connection takes the runtime role,
so that row-level security binds the tests as it binds the application.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created
from hypothesis import settings as hypothesis

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from tests import emptying
from tests.migrated import Migrated
from tests.once import lately, once, scene
from tests.turn import turn

# A machine that is busy with other tests is slow: no time limit per example.
hypothesis.register_profile("cordillera", deadline=None)
hypothesis.load_profile("cordillera")
emptying.quickly()
#: Minutes on nodes of their own, with little for a processor to do.
LONGEST = ("tests/chaos/", "tests/tamper/", "tests/deploy/")
DATABASE = {"db", "transactional_db", "live_server"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, in one worker: whoever is done earlier takes of what is left to it."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    # Nodes that a test starts have servers of their own.
    if not DATABASE & set(getattr(item, "fixturenames", DATABASE)):
        return (yield)
    with turn(alone=item.get_closest_marker("alone") is not None):
        return (yield)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the tables that tests have made (`record_property("table", …)`)."""
    for report in terminalreporter.getreports("passed"):
        for name, text in report.user_properties:
            if name == "table":
                terminalreporter.write_line(f"\n{text}")


PASSWORD = "correct-horse-battery-staple"


def take_runtime_role(**kwargs: Any) -> None:
    with kwargs["connection"].cursor() as cursor:
        cursor.execute(f'SET ROLE "{settings.DATABASE_RUNTIME_ROLE}"')


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Before the test database is dropped: send away what server threads have left connected."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Migrated:
    return Migrated(tmp_path_factory.mktemp("migrated"))


@pytest.fixture(scope="session", autouse=True)
def django_test_environment_settings(request: pytest.FixtureRequest) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.MFA_REQUIRED = False
    settings.EXCHANGE_APART = False  # tests speak with the application itself


@pytest.fixture(autouse=True)
def runtime_role(request: pytest.FixtureRequest) -> Iterator[None]:
    """SET ROLE for the test body, in this connection and in those of server threads."""
    wanted = DATABASE & set(request.fixturenames)
    if not wanted:
        yield
        return
    request.getfixturevalue("db" if wanted == {"db"} else "transactional_db")
    take_runtime_role(connection=connection)
    connection_created.connect(take_runtime_role)
    with scene.watched():
        yield
    connection_created.disconnect(take_runtime_role)
    if connection.connection is not None and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


@dataclass
class Cast:
    """Officers by the part they play about a record that US releases to MX."""

    originator: Any
    colleague: Any
    recipient: Any
    outsider: Any
    auditor: Any
    admin: Any
    analyst: Any

    def identity(self, part: str) -> Identity:
        return Identity.of(getattr(self, part))


PARTS = {
    "originator": ("US", "us.officer", ["officer"], "en"),
    "colleague": ("US", "us.supervisor", ["officer", "supervisor"], "en"),
    "recipient": ("MX", "mx.officer", ["officer"], "es"),
    "outsider": ("CA", "ca.officer", ["officer", "supervisor", "analyst"], "fr"),
    "auditor": ("MX", "mx.auditor", ["auditor"], "es"),
    "admin": ("US", "us.admin", ["administrator"], "en"),
    "analyst": ("MX", "mx.analyst", ["analyst"], "es"),
}
PARTIES = {
    "US": (
        "United States",
        "Estados Unidos",
        "États-Unis",
        "U.S. Customs and Border Protection",
        "CBP",
    ),
    "MX": ("Mexico", "México", "Mexique", "Agencia Nacional de Aduanas de México", "ANAM"),
    "CA": ("Canada", "Canadá", "Canada", "Canada Border Services Agency", "CBSA"),
}


@pytest.fixture
def parties(db: None) -> dict[str, Any]:
    """The three Parties, each with a signing key."""
    return host(*PARTIES)


def host(*codes: str) -> dict[str, Any]:
    """These Parties, hosted here with their keys."""
    return dict(once(f"Parties {codes}", lambda: {code: _host(code) for code in codes}))


def _host(code: str) -> Any:
    from cordillera.parties.keys import make_signing_key
    from cordillera.parties.models import Party

    en, es, fr, administration, short = PARTIES[code]
    made = Party.objects.create(
        code=code,
        country_names={"en": en, "es": es, "fr": fr},
        administration=administration,
        short_name=short,
    )
    make_signing_key(code)
    return made


@pytest.fixture
def cast(parties: dict[str, Any]) -> Cast:
    return gather()


def gather() -> Cast:
    """The cast, where the Parties are there already."""
    made: Cast = once("the cast", _gather)
    return made


def _gather() -> Cast:
    from cordillera.parties.models import Officer

    made = {}
    for part, (party, username, roles, language) in PARTS.items():
        officer = Officer(
            username=username,
            name=username.replace(".", " ").title(),
            email=f"{username}@example.org",
            party_id=party,
            roles=roles,
            language=language,
            listed=True,
        )
        officer.set_password(PASSWORD)
        officer.save()
        made[part] = officer
    return Cast(**made)


def alert_body(**changes: Any) -> dict[str, Any]:
    """A complete offence alert."""
    return {
        "title": {"en": "Galvanised coil declared as Mexican"},
        "original_language": "en",
        "summary": "Stencils on the coils match mill certificates from elsewhere.",
        "typology": ["origin_fraud"],
        "legal_basis": ["USMCA-7.25.7"],
        "priority": "high",
        "observed": "2026-11-12T15:40:00Z",
        "location": {"place": "USLRD"},
        "goods": [{"hs": "721049", "description_declared": "Steel coil"}],
        "conveyances": [{"type": "container", "mode": "1", "number": "ZXQU1004828"}],
        "requested_action": {"code": "specific_check", "text": "Match the containers."},
        **changes,
    }


def alert_handling(*audience: str, **changes: Any) -> dict[str, Any]:
    """Complete handling, released to `audience`."""
    return {
        "audience": list(audience),
        "tlp": "AMBER",
        "codes": ["H1"],
        "purpose": "customs_enforcement",
        "onward_disclosure": "originator_consent",
        "evaluation": {"source": "A", "information": "2"},
        "review_on": "2027-05-13",
        "expires_on": "2027-11-13",
        **changes,
    }


@pytest.fixture
def draft_alert(cast: Cast) -> Any:
    """A complete draft of the US officer, meant for MX alone."""
    return lately("a draft", lambda: _draft(cast))


def _draft(cast: Cast) -> Any:
    from sharing.records import actions

    with acting_as(cast.identity("originator")):
        return actions.draft(
            kind="offence_alert",
            by=cast.identity("originator"),
            body=alert_body(),
            handling=alert_handling("MX"),
        )


def released(cast: Cast, record: Any) -> Any:
    """`record`, submitted by the originator and approved by the colleague."""
    from sharing.records import actions

    with acting_as(cast.identity("originator")):
        actions.submit(record=record, by=cast.identity("originator"))
    with acting_as(cast.identity("colleague")):
        record.refresh_from_db()
        return actions.approve(record=record, by=cast.identity("colleague"))


@pytest.fixture
def alert(cast: Cast, draft_alert: Any) -> Any:
    """An offence alert that US released to MX; CA has nothing of it."""
    return lately("its release", lambda: released(cast, draft_alert))
