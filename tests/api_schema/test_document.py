"""The OpenAPI document is whole, and everything in it is described."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from drf_spectacular.validation import validate_schema

from cordillera.api import views
from tests.cordillera.api.caller import Caller


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(views.document())
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_it_is_valid_openapi(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate_schema(document)


def test_the_command_has_no_warnings(tmp_path: Any) -> None:
    file = tmp_path / "schema.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(file))
    assert file.stat().st_size > 10_000


def test_every_operation_says_what_it_does_and_how_it_fails(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _name, operation in operations(document)]
    assert len(names) == len(set(names))
    for name, operation in operations(document):
        assert operation["summary"], name
        assert len(operation["description"]) > 40, name
        assert {"401", "403", "429"} <= set(operation["responses"]), name
        assert all(p.get("description") for p in operation["parameters"]), name


def test_every_field_is_described(document: dict[str, Any]) -> None:
    ours = {
        name: shape
        for name, shape in document["components"]["schemas"].items()
        if not name.endswith(("Body", "Complete", "HandlingDraft"))
    }
    missing = [f"{name}.{path}" for name, shape in ours.items() for path in bare(shape)]
    assert missing == []


def bare(shape: dict[str, Any], path: str = "") -> Iterator[str]:
    """Paths of properties that neither describe themselves nor refer to what does."""
    for name, inner in shape.get("properties", {}).items():
        if not (inner.get("description") or inner.get("$ref")):
            yield f"{path}{name}"
        yield from bare(inner, f"{path}{name}.")
    if isinstance(shape.get("items"), dict):
        yield from bare(shape["items"], f"{path}*.")


def test_every_field_of_a_kind_has_its_label(document: dict[str, Any]) -> None:
    for name, shape in document["components"]["schemas"].items():
        if name.endswith(("Body", "Complete")) and "properties" in shape:
            for field, inner in shape["properties"].items():
                assert inner.get("title"), f"{name}.{field}"


def test_every_kind_is_in_it(document: dict[str, Any]) -> None:
    from sharing.records import kinds

    new = document["paths"]["/api/v1/records"]["post"]["requestBody"]["content"]
    assert len(new["application/json"]["schema"]["oneOf"]) == len(kinds.shared())


def test_it_is_served_to_tokens_and_to_who_is_signed_in(cast: Any, client: Any) -> None:
    assert client.get("/api/v1/schema").status_code == 401
    found = Caller(cast.originator).get("schema")
    assert found["Content-Type"] == "application/vnd.oai.openapi+json"
    client.force_login(cast.auditor)
    assert client.get("/api/v1/schema").json()["openapi"] == found.json()["openapi"]


def test_the_documentation_has_no_inline_script_and_nothing_from_outside(
    cast: Any, client: Any
) -> None:
    assert client.get("/api/docs").status_code == 302
    client.force_login(cast.originator)
    page = client.get("/api/docs").content.decode()
    assert "<style" not in page
    assert page.count("<script") == page.count("<script src=") == 3
    assert "http" not in page.replace("http-equiv", "")
    script = client.get("/api/docs?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert "/api/v1/schema" in script.content.decode()
