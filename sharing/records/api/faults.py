"""What the actions on records raise, as problems. Importing this registers them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cordillera.api.errors import Fault, fault_of

from ..problems import Invalid, NotNow, Stale


@fault_of.register
def _invalid(exception: Invalid) -> Fault:
    return Fault("invalid", problems=[problem.as_dict() for problem in exception.problems])


@fault_of.register
def _stale(exception: Stale) -> Fault:
    detail = _("Read it again, put your changes into it, and send that.")
    return Fault("stale", detail, headers={"ETag": exception.version.etag})


@fault_of.register
def _not_now(exception: NotNow) -> Fault:
    return Fault("not-now", exception.message)
