"""Made-up content of the style page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ENTRIES = [
    ("high", "MX", ["US"], 4, "Container ZXQU 447120-6: undervalued steel pipe", "Nuevo Laredo"),
    ("normal", "US", ["MX"], 22, "Origin claim mismatch: tubing declared as Mexican", "Otay Mesa"),
    ("urgent", "CA", ["US"], 41, "Precursor chemical consignee on a watch list", "Windsor"),
    ("low", "CA", ["US", "MX"], 190, "Seizure notice: 2.1 t of cigarettes", "Cornwall"),
]
STEPS = [
    (170, "Filed at Manzanillo, invoice A-113", ""),
    (90, "Second filing, same container, invoice A-113b", "amber"),
    (15, "Risk rule VAL-07 matched", "red"),
]


@dataclass
class Option:
    value: str
    label: str
    selected: bool = False


@dataclass
class Node:
    """The shape that the form tags read."""

    widget: str
    name: str
    label: str
    value: Any = ""
    help: str = ""
    problem: str = ""
    required: bool = False
    personal: bool = False
    shown: str = ""
    options: list[Option] = field(default_factory=list)
    codes: str = ""
    children: list[Node] = field(default_factory=list)
    blank: Node | None = None
    max: int | None = None
    example: str = ""

    @property
    def id(self) -> str:
        return f"f-{self.name}"

    @property
    def path(self) -> str:
        return self.name.replace("-", ".")

    @property
    def any_problem(self) -> bool:
        return bool(self.problem) or any(child.any_problem for child in self.children)


def goods(at: str, hs: str = "", shown: str = "", amount: str = "") -> Node:
    stem = f"goods-{at}"
    value = [Node("decimal", f"{stem}-value-amount", "Amount", amount), _currency(stem)]
    fields = [
        Node("combobox", f"{stem}-hs", "HS code", hs, shown=shown, codes="hs", required=True),
        Node("text", f"{stem}-description", "Description", example="Steel coil"),
        Node("money", f"{stem}-value", "Value", children=value),
        Node("checkbox", f"{stem}-found", "Keep as found", help="The number was really like this."),
    ]
    return Node("block", stem, "Goods line", children=fields)


def _currency(stem: str) -> Node:
    options = [Option("USD", "US dollar", True), Option("MXN", "Mexican peso")]
    return Node("select", f"{stem}-value-currency", "Currency", options=options)


def form() -> Node:
    problem = "The check digit of ZXQU1004827 should be 8."
    languages = [("en", "English", "Galvanised coil"), ("es", "Spanish", ""), ("fr", "French", "")]
    title = [Node("text", f"title-{code}", label, text) for code, label, text in languages]
    typology = [Option("origin_fraud", "Origin fraud", True), Option("smuggling", "Smuggling")]
    lines = [goods("0", "721049", "Flat-rolled products of iron, plated", "75200"), goods("1")]
    return Node(
        "block",
        "",
        "",
        children=[
            Node("translated", "title", "Title", children=title, required=True, help="One line."),
            Node("text", "container", "Container", "ZXQU1004827", problem=problem),
            Node("datetime", "observed", "Observed", help="In your time zone."),
            Node("checkboxes", "typology", "Typology", options=typology),
            Node("comboboxes", "chapters", "HS chapters", codes="hs_chapter", options=[
                Option("72", "Iron and steel", True)]),
            Node("textarea", "summary", "Summary", "Three coils were sampled.", personal=True),
            Node("many", "goods", "Goods", children=lines, blank=goods("__index__"), max=5),
        ],
    )  # fmt: skip


FAR = [
    ("CNTXG", "Tianjin Xingang", 38.98, 117.74, "loaded", "1"),
    ("MXLZC", "Lázaro Cárdenas", 17.95, -102.2, "discharged", "1"),
    ("MXMTY", "Monterrey", 25.67, -100.32, "processed", "2"),
    ("MXNLD", "Nuevo Laredo", 27.48, -99.52, "exported", "2"),
    ("USLRD", "Laredo", 27.51, -99.51, "entered", "3"),
]
NEAR = [
    *FAR[1:],
    ("USDET", "Detroit", 42.33, -83.05, "sold", "3"),
    ("CAHAL", "Halifax", 44.65, -63.57, "loaded", "4"),
]
NODES = [
    ("a", "Aceros Quimera del Norte, S.A. de C.V.", "company"),
    ("b", "Grupo Quimera", "company"),
    ("c", "J. Ejemplo", "person"),
    ("d", "MV Fictitia", "vessel"),
    ("e", "Laredo Steel Example LLC", "company"),
    ("f", "US-OA-2026-00412", "record"),
    ("g", "Bodega 14, Apodaca", "address"),
]
EDGES = [
    ("a", "b", "owned by"),
    ("c", "b", "director"),
    ("c", "e", "director"),
    ("a", "e", "supplies"),
    ("a", "f", "named in"),
    ("a", "g", "address"),
    ("d", "f", "carried"),
]


def route(places: list[tuple[str, str, float, float, str, str]]) -> list[dict[str, Any]]:
    keys = ("code", "name", "lat", "lon", "role", "mode")
    return [dict(zip(keys, place, strict=True)) | {"step": n} for n, place in enumerate(places, 1)]


def relations() -> dict[str, Any]:
    return {
        "nodes": [
            {"id": node, "label": label, "kind": kind, "url": f"#{node}", "centre": node == "a"}
            for node, label, kind in NODES
        ],
        "edges": [{"source": a, "target": b, "label": label} for a, b, label in EDGES],
    }
