"""Errors in plain words; a part of a page gets a toast."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.test import Client, RequestFactory
from django.utils.translation import override

from cordillera.access.decide import Decision, Refused
from cordillera.web.views import errors
from tests.conftest import Cast


@pytest.fixture
def request_(rf: RequestFactory) -> Any:
    return rf.get("/somewhere/")


@pytest.fixture
def part_of_page(rf: RequestFactory) -> Any:
    return rf.get("/somewhere/", headers={"HX-Request": "true"})


def test_each_error_has_its_page(request_: Any) -> None:
    assert errors.bad_request(request_, SuspiciousOperation()).status_code == 400
    assert errors.bad_request(request_, RequestDataTooBig()).status_code == 413
    assert errors.not_found(request_, Exception()).status_code == 404
    assert errors.too_many(request_).status_code == 429
    assert errors.failed(request_).status_code == 500


def test_a_refusal_says_why(request_: Any) -> None:
    refusal = Refused(Decision(False, "x", "y", "This needs one of the roles: supervisor."))
    assert b"one of the roles: supervisor" in errors.refused(request_, refusal).content


def test_a_forged_form_is_explained(request_: Any) -> None:
    response = errors.forged(request_)
    assert response.status_code == 403
    assert b"open for too long" in response.content


def test_a_part_of_a_page_gets_a_toast(part_of_page: Any) -> None:
    response = errors.not_found(part_of_page, Exception())
    assert response.status_code == 404
    assert response["HX-Retarget"] == "#toasts"
    assert b'class="toast red"' in response.content
    assert b"<html" not in response.content


def test_the_500_page_asks_nothing_of_the_database(request_: Any) -> None:
    with override("fr"):
        assert b'lang="fr"' in errors.failed(request_).content


def test_a_missing_page_is_calm(db: None) -> None:
    response = Client().get("/no/such/page/")
    assert response.status_code == 404
    assert b"nothing here for you" in response.content


def test_an_address_for_forms_only_has_words_for_who_opens_it(cast: Cast, client: Client) -> None:
    client.force_login(cast.originator)
    response = client.get("/notifications/read/")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert b"There is no page at this address" in response.content
    part = client.get("/notifications/read/", headers={"HX-Request": "true"})
    assert b"<html" not in part.content
