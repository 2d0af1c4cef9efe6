"""Blocks that several kinds share."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sharing.records.schema import (
    Block,
    Boolean,
    Code,
    Date,
    Identifier,
    Link,
    Many,
    Money,
    Quantity,
    Text,
)
from sharing.records.schema.rules import ascending

# A conveyance is known by one number; its type says which scheme that number follows.
CONVEYANCE_SCHEMES = (
    ("container", "ISO6346"),
    ("vessel", "IMO"),
    ("tanker", "IMO"),
    ("fishing_vessel", "IMO"),
    ("truck", "PLATE"),
    ("trailer", "PLATE"),
    ("reefer_truck", "PLATE"),
    ("car", "PLATE"),
    ("bus", "PLATE"),
    ("railcar", "RAILCAR"),
    ("air_waybill", "AWB"),
)
MOST_GOODS = 500
IDENTIFIERS = _("Identifiers")


def note() -> Text:
    return Text("note", _("Note"), max_length=1000)


def as_found() -> Boolean:
    return Boolean(
        "as_found",
        _("As found"),
        help=_("The number is wrong, but was really seen so: keep it as it is."),
    )


def identifier_many(label: str | Promise = IDENTIFIERS, most: int = 20) -> Many:
    block = Block(
        "",
        _("Identifier"),
        fields=(
            Code("scheme", _("Scheme"), codes="identifier_scheme", required=True, example="RFC"),
            Identifier(
                "value", _("Number"), scheme_from="scheme", required=True, example="AQN190812AB9"
            ),
            Code("country", _("Country"), codes="country"),
            as_found(),
            note(),
        ),
    )
    return Many("identifiers", label, item=block, max_items=most)


def goods(required: bool = False) -> Many:
    line = Block(
        "",
        _("Goods line"),
        fields=(
            Code(
                "hs",
                _("HS code"),
                codes="hs",
                required=required,
                featured=True,
                term="hs",
                help=_(
                    "What the goods really are: a chapter of two digits, or better four to ten."
                ),
                example="721049",
            ),
            Code(
                "hs_declared",
                _("Declared HS code"),
                codes="hs",
                term="hs",
                help=_("Only where another code was declared."),
            ),
            Text("description_declared", _("Declared as"), max_length=500),
            Text("description_actual", _("In fact"), max_length=500),
            Quantity("quantity", _("Quantity")),
            Code("origin_declared", _("Declared origin"), codes="country", term="country"),
            Code("origin_suspected", _("Suspected origin"), codes="country", term="country"),
            Money("value", _("Value")),
            Text("brand", _("Brand"), max_length=120, term="name"),
            Text("marks", _("Marks and numbers"), max_length=300, term="marks"),
            Code("cites", _("CITES"), codes="cites"),
            identifier_many(_("Serial and vehicle numbers"), most=50),
            note(),
        ),
    )
    return Many("goods", _("Goods"), item=line, max_items=MOST_GOODS, required=required)


def parties() -> Many:
    party = Block(
        "",
        _("Party to the trade"),
        fields=(
            Code("role", _("Role"), codes="party_role", required=True, example="importer"),
            Text(
                "name",
                _("Name"),
                required=True,
                featured=True,
                term="name",
                example="Aceros Quimera del Norte, S.A. de C.V.",
            ),
            Code("country", _("Country"), codes="country", term="country"),
            Link("entity", _("Suspect entity"), kinds=("suspect_entity",), term="reference"),
            identifier_many(),
            note(),
        ),
    )
    return Many("parties", _("Parties to the trade"), item=party, max_items=100)


def conveyances() -> Many:
    conveyance = Block(
        "",
        _("Conveyance"),
        fields=(
            Code("type", _("Type"), codes="conveyance", required=True, example="container"),
            Code("mode", _("Mode of transport"), codes="mode"),
            Identifier(
                "number",
                _("Number"),
                scheme_from="type",
                schemes=CONVEYANCE_SCHEMES,
                featured=True,
                example="ZXQU1004828",
                help=_("Container, IMO, plate, rail car or air waybill number."),
            ),
            as_found(),
            Text("name", _("Name"), term="name"),
            Code("country", _("Flag or registration"), codes="country"),
            Code("size_type", _("Container size and type"), codes="container_type"),
            Text("voyage", _("Voyage or flight"), max_length=40),
            note(),
        ),
    )
    return Many("conveyances", _("Conveyances"), item=conveyance, max_items=200)


def route() -> Many:
    step = Block(
        "",
        _("Step"),
        fields=(
            Code(
                "place", _("Place"), codes="unlocode", required=True, term="place", example="MXLZC"
            ),
            Code(
                "role", _("What happened"), codes="route_role", required=True, example="discharged"
            ),
            Code("mode", _("Mode of transport"), codes="mode"),
            Date("date", _("Date")),
            note(),
        ),
    )
    return Many(
        "route",
        _("Route"),
        item=step,
        max_items=50,
        rules=(ascending("date"),),
        help=_("Steps in the order they happened or are expected."),
    )


def documents() -> Many:
    document = Block(
        "",
        _("Document"),
        fields=(
            Code("type", _("Type"), codes="document", required=True, example="pedimento"),
            Text("number", _("Number"), max_length=80, required=True, term="document"),
            Date("date", _("Date")),
            Code("country", _("Country of issue"), codes="country"),
            note(),
        ),
    )
    return Many("documents", _("Documents"), item=document, max_items=200)


def location() -> Block:
    return Block(
        "location",
        _("Place"),
        fields=(
            Code(
                "place",
                _("Port or crossing"),
                codes="unlocode",
                required=True,
                featured=True,
                term="place",
                example="USLRD",
            ),
            Text("office", _("Customs office"), max_length=40),
            Text("name", _("Exact place"), max_length=200),
        ),
    )


def requested_action() -> Block:
    return Block(
        "requested_action",
        _("Requested action"),
        fields=(
            Code("code", _("Action"), codes="requested_action", required=True, featured=True),
            Text("text", _("What exactly"), max_length=2000, multiline=True),
        ),
    )
