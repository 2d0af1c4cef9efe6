"""The parts of a suspect entity: what is known of a person, a vessel, a vehicle, a place."""

from django.utils.translation import gettext_lazy as _

from sharing.records.schema import (
    Block,
    Code,
    Codes,
    Date,
    Integer,
    Link,
    Many,
    Text,
)
from sharing.records.schema.rules import only_when


def aliases() -> Many:
    return Many(
        "aliases",
        _("Aliases"),
        max_items=50,
        item=Text("", _("Alias"), max_length=300, term="name"),
    )


def addresses() -> Many:
    address = Block(
        "",
        _("Address"),
        fields=(
            Text("street", _("Street and number"), max_length=300, term="address"),
            Text("city", _("City"), max_length=120, term="city"),
            Text("region", _("State or province"), max_length=60),
            Text("postal_code", _("Postal code"), max_length=20),
            Code("country", _("Country"), codes="country", required=True, term="country"),
            Text("note", _("Note"), max_length=1000),
        ),
    )
    return Many("addresses", _("Addresses"), item=address, max_items=50)


def person() -> Block:
    return Block(
        "person",
        _("Person"),
        fields=(
            Text("given_names", _("Given names"), max_length=120, personal=True),
            Text("paternal_surname", _("First surname"), max_length=120, personal=True),
            Text("maternal_surname", _("Second surname"), max_length=120, personal=True),
            Date(
                "date_of_birth", _("Date of birth"), past=True, personal=True, term="date_of_birth"
            ),
            Text("place_of_birth", _("Place of birth"), max_length=120, personal=True),
            Codes("nationality", _("Nationality"), codes="country", max_items=5, personal=True),
            Code("sex", _("Sex as in the document"), codes="sex", personal=True),
            Codes("languages", _("Languages"), codes="language", max_items=5, personal=True),
            Codes("warnings", _("Warnings for officers"), codes="warning", max_items=5),
        ),
    )


def vessel() -> Block:
    return Block(
        "vessel",
        _("Vessel"),
        fields=(
            Code("flag", _("Flag"), codes="country", term="country"),
            Text("type", _("Type"), max_length=120),
            Integer("gross_tonnage", _("Gross tonnage"), most=1_000_000),
            Integer("built", _("Year built"), least=1850, most=2100),
            Text("owner", _("Owner or operator"), max_length=300, term="name"),
        ),
    )


def vehicle() -> Block:
    return Block(
        "vehicle",
        _("Vehicle"),
        fields=(
            Text("make", _("Make"), max_length=60),
            Text("model", _("Model"), max_length=60),
            Integer("year", _("Model year"), least=1900, most=2100),
            Text("colour", _("Colour"), max_length=40),
            Code("country", _("Country of registration"), codes="country", term="country"),
        ),
    )


def relations() -> Many:
    relation = Block(
        "",
        _("Relation"),
        fields=(
            Code("type", _("Relation"), codes="relation", required=True),
            Link("to", _("Suspect entity"), kinds=("suspect_entity",), term="reference"),
            Text("name", _("Name, where there is no record"), max_length=300, term="name"),
            Text("note", _("Note"), max_length=1000),
        ),
    )
    return Many("relations", _("Relations"), item=relation, max_items=100)


ONLY_FOR = (
    only_when(
        "person",
        "entity_type",
        ("person", "online_seller"),
        _("Only a person has these details; correct the kind of entity or empty them."),
    ),
    only_when(
        "vessel",
        "entity_type",
        ("vessel",),
        _("Only a vessel has these details; correct the kind of entity or empty them."),
    ),
    only_when(
        "vehicle",
        "entity_type",
        ("vehicle",),
        _("Only a vehicle has these details; correct the kind of entity or empty them."),
    ),
)
