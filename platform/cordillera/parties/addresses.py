"""The address at which a Party's node is reached by the others."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_SHAPE = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(?:/[A-Za-z0-9._~\-/]*)?")


def clean(text: str) -> str:
    """The address without a slash at its end; empty stays empty. Raises ValidationError.

    Plain http is for nodes on one machine alone.
    """
    address = text.strip().rstrip("/")
    if not address:
        return ""
    try:
        url = urlsplit(address)
        host, _port = url.hostname or "", url.port
    except ValueError as error:
        raise ValidationError({"address": _no_address(text)}) from error
    plain = url.scheme == "http" and is_this_machine(host)
    fits = bool(host and _SHAPE.fullmatch(address)) and len(address) <= 200
    if not fits or not (url.scheme == "https" or plain):
        raise ValidationError({"address": _no_address(text)})
    return address


def told(text: str) -> str:
    """The same for an address that a key set tells: on this machine it is only where our own node
    says that it is too, or a peer could have us speak to what listens here for us alone."""
    address = clean(text)
    theirs, ours = urlsplit(address).hostname or "", urlsplit(settings.PUBLIC_URL).hostname or ""
    if is_this_machine(theirs) and not is_this_machine(ours):
        raise ValidationError({"address": _no_address(text)})
    return address


def _no_address(text: str) -> str:
    message = _("“%(came)s” is no address of a node; wanted as https://node.example.org.")
    return message % {"came": text[:80]}


def is_this_machine(host: str) -> bool:
    """Whether what the host names can be reached from here alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
