"""Forms drawn from a schema's tree."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.template import Context, Template

from cordillera.web.views import examples


def form(node: object) -> str:
    return Template("{% load forms %}{% schema_form node %}").render(Context({"node": node}))


def test_a_problem_stands_at_its_field() -> None:
    html = form(examples.form())
    assert 'aria-describedby="f-container-error"' in html
    assert 'id="f-container-error"' in html
    assert "should be 8." in html


def test_every_input_has_a_label() -> None:
    html = form(examples.form())
    for control in ("f-container", "f-observed", "f-summary", "f-goods-0-hs", "f-title-es"):
        assert f'for="{control}"' in html


def test_a_repeating_block_works_as_submits_and_carries_a_template() -> None:
    html = form(examples.form())
    assert 'name="add:goods"' in html
    assert 'name="remove:goods:1"' in html
    assert "<template>" in html
    assert 'name="goods-__index__-hs"' in html


def test_a_block_may_have_children_called_name_and_value() -> None:
    children = [examples.Node("text", "who-name", "Name"), examples.Node("text", "who-value", "V")]
    who = examples.Node("block", "who", "Who", children=children)
    html = form(examples.Node("block", "", "", children=[who]))
    assert 'name="who-name"' in html
    assert ">Who" in html.replace("\n", "")


def test_what_was_typed_is_escaped() -> None:
    field = examples.Node("text", "a", "A", '"><script>')
    assert "<script>" not in form(examples.Node("block", "", "", children=[field]))


def test_no_form_is_judged_by_the_browser() -> None:
    """Its bubbles speak the browser's language, and go away; the page answers at the field."""
    folders = [Path(settings.BASE_DIR) / name for name in ("platform", "sharing")]
    pages = [page for folder in folders for page in folder.rglob("templates/**/*.html")]
    assert len(pages) > 50
    forms = [
        (page.name, tag)
        for page in pages
        for tag in re.findall(r"<form\b[^>]*", page.read_text(encoding="utf-8"))
        if 'method="dialog"' not in tag
    ]
    assert [found for found in forms if "novalidate" not in found[1]] == []
