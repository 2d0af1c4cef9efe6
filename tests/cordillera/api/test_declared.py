"""Nothing is reachable without a declared permission."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from cordillera.access.middleware import OPEN_NAMES
from cordillera.access.policy import TABLE
from cordillera.api.endpoint import METHODS, Endpoint, operation
from cordillera.api.views import Nowhere


def patterns(resolver: Any = None) -> Iterator[URLPattern]:
    for found in (resolver or get_resolver()).url_patterns:
        if isinstance(found, URLResolver):
            yield from patterns(found)
        else:
            yield found


def views() -> list[Any]:
    return [pytest.param(p.callback, p.name, id=str(p.name or p.pattern)) for p in patterns()]


@pytest.mark.parametrize(("view", "name"), views())
def test_every_address_declares_its_permission(view: Any, name: str) -> None:
    if issubclass(getattr(view, "cls", object), Endpoint):
        declared = [
            view.cls.permission_for(method) for method in METHODS if hasattr(view.cls, method)
        ]
        assert declared or view.cls is Nowhere
        assert set(declared) <= set(TABLE)
    elif hasattr(view, "permission"):
        assert view.permission == "open" or view.permission in TABLE
    else:
        module = getattr(getattr(view, "view_class", None), "__module__", view.__module__)
        assert module.startswith("allauth."), f"{name} declares no permission"
        assert name in OPEN_NAMES or name


def test_an_endpoint_whose_method_declares_nothing_is_refused() -> None:
    with pytest.raises(TypeError, match="declares no operation"):

        class Silent(Endpoint):
            def get(self, request: Any) -> None: ...


def test_a_permission_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(LookupError, match=r"record\.steal"):
        operation("record.steal", "Steal")


def test_nothing_but_this_api_answers_as_rest_framework() -> None:
    classes = {p.callback.cls for p in patterns() if hasattr(p.callback, "cls")}
    others = {one.__name__ for one in classes if not issubclass(one, Endpoint)}
    assert others == {"Documentation"}
