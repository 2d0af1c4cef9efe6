"""The demo's Parties, units and officers. All persons are fictitious."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings

from cordillera.access.identity import Identity
from cordillera.parties.actions.accounts import create_officer
from cordillera.parties.actions.parties import create_party, create_unit
from cordillera.parties.keys import make_signing_key
from cordillera.parties.models import Officer, Party, Unit

PARTIES = (
    {
        "code": "US",
        "country_names": {"en": "United States", "es": "Estados Unidos", "fr": "États-Unis"},
        "administration": "U.S. Customs and Border Protection",
        "short_name": "CBP",
        "time_zone": "America/Chicago",
    },
    {
        "code": "MX",
        "country_names": {"en": "Mexico", "es": "México", "fr": "Mexique"},
        "administration": "Agencia Nacional de Aduanas de México",
        "short_name": "ANAM",
        "time_zone": "America/Monterrey",
    },
    {
        "code": "CA",
        "country_names": {"en": "Canada", "es": "Canadá", "fr": "Canada"},
        "administration": "Canada Border Services Agency",
        "short_name": "CBSA",
        "time_zone": "America/Toronto",
    },
)


@dataclass(frozen=True)
class Person:
    username: str
    name: str
    roles: tuple[str, ...]
    language: str
    time_zone: str
    unit: str
    port: str = ""

    @property
    def party(self) -> str:
        return self.username[:2].upper()


PEOPLE = (
    Person(
        "us.officer",
        "R. Whitlock",
        ("officer",),
        "en",
        "America/Chicago",
        "Laredo Port of Entry",
        "USLRD",
    ),
    Person(
        "us.supervisor",
        "D. Marsh",
        ("officer", "supervisor"),
        "en",
        "America/New_York",
        "National Targeting Center – Cargo",
    ),
    Person(
        "us.analyst",
        "T. Okafor",
        ("analyst",),
        "en",
        "America/New_York",
        "National Targeting Center – Cargo",
    ),
    Person(
        "us.auditor", "L. Brandt", ("auditor",), "en", "America/New_York", "Office of Oversight"
    ),
    Person(
        "us.admin",
        "K. Novak",
        ("administrator",),
        "en",
        "America/New_York",
        "Office of Information Technology",
    ),
    Person(
        "mx.officer",
        "R. Peña",
        ("officer",),
        "es",
        "America/Monterrey",
        "Aduana de Nuevo Laredo",
        "MXNLD",
    ),
    Person(
        "mx.supervisor",
        "A. Robledo",
        ("officer", "supervisor"),
        "es",
        "America/Mexico_City",
        "DG Investigación Aduanera",
    ),
    Person(
        "mx.analyst",
        "J. Cervantes",
        ("analyst",),
        "es",
        "America/Mexico_City",
        "Unidad de Análisis",
    ),
    Person(
        "mx.auditor",
        "M. Ibarra",
        ("auditor",),
        "es",
        "America/Mexico_City",
        "Órgano Interno de Control",
    ),
    Person(
        "mx.admin",
        "E. Solís",
        ("administrator",),
        "es",
        "America/Mexico_City",
        "DG Tecnologías de la Información",
    ),
    Person(
        "ca.officer",
        "C. Tremblay",
        ("officer",),
        "fr",
        "America/Toronto",
        "Bureau de Montréal",
        "CAMTR",
    ),
    Person(
        "ca.supervisor",
        "N. Fraser",
        ("officer", "supervisor"),
        "en",
        "America/Vancouver",
        "Intelligence – Pacific Region",
    ),
    Person(
        "ca.analyst",
        "S. Gagnon",
        ("analyst",),
        "fr",
        "America/Toronto",
        "Cellule d'analyse conjointe",
    ),
    Person(
        "ca.auditor",
        "H. Singh",
        ("auditor",),
        "fr",
        "America/Toronto",
        "Vérification interne et évaluation des programmes",
    ),
    Person(
        "ca.admin",
        "B. Lavoie",
        ("administrator",),
        "fr",
        "America/Toronto",
        "Direction générale de l'informatique",
    ),
)
#: Contacts whom other Parties may name in a TLP:RED record.
LISTED = ("officer", "supervisor", "analyst")


def hosted() -> list[str]:
    """The demo's Parties that this node hosts."""
    return [str(p["code"]) for p in PARTIES if p["code"] in settings.HOSTED_PARTIES]


def make_parties(codes: Collection[str]) -> None:
    for party in PARTIES:
        if party["code"] in codes:
            create_party(**party)  # type: ignore[arg-type]
            make_signing_key(str(party["code"]))


def make_officers(password: str, codes: Collection[str]) -> None:
    for person in (person for person in PEOPLE if person.party in codes):
        party = Party.objects.get(code=person.party)
        create_officer(
            party=party,
            username=person.username,
            name=person.name,
            roles=person.roles,
            email=f"{person.username}@{party.short_name.lower()}.example",
            unit=unit(party, person.unit, person.port),
            language=person.language,
            time_zone=person.time_zone,
            password=password,
            listed=bool(set(person.roles) & set(LISTED)),
        )


def unit(party: Party, name: str, port: str = "") -> Unit:
    """The Party's unit of this name, made at its first mention."""
    found = Unit.objects.filter(party=party, name=name).first()
    return found or create_unit(party=party, name=name, port=port)


def identity(party: str, role: str) -> Identity:
    """The demo officer of a Party, as `identity("MX", "supervisor")`."""
    return Identity.of(Officer.objects.get(username=f"{party.lower()}.{role}"))


def named(parties: list[str]) -> list[str]:
    """Whom a TLP:RED demo record names in each of these Parties: by name, because a remote Party's
    contacts have another user name here."""
    usernames = {f"{p.lower()}.{r}" for p in parties for r in ("officer", "supervisor")}
    names = [person.name for person in PEOPLE if person.username in usernames]
    found = Officer.objects.filter(party__in=parties, name__in=names, listed=True)
    return [str(pk) for pk in found.order_by("party", "name").values_list("pk", flat=True)]


def are_there() -> bool:
    """Whether this node has the demo's officers. A hub's demo is loaded in one transaction: one of it
    means all of it."""
    return Officer.objects.filter(username__in=[person.username for person in PEOPLE]).exists()
