"""Start-up checks of the frame."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Warning, register

from cordillera.web import navigation


@register()
def navigation_leads_somewhere(**_: Any) -> Sequence[CheckMessage]:
    return [
        Warning(
            f"The navigation item {item.name!r} names an unknown URL, {item.url_name!r}.",
            hint="Correct url_name where the item is registered, or include the app's urls.",
            id="cordillera.web.W001",
        )
        for item in navigation.everything()
        if not navigation.url_of(item)
    ]
