"""Who takes part: the Parties with the public keys by which their signatures verify."""

from __future__ import annotations

import base64
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from cordillera.api.endpoint import Endpoint, operation
from cordillera.api.schema import component, listed, obj
from cordillera.api.schema import text as line
from cordillera.parties.models import Party

from . import representation, shapes


class Parties(Endpoint):
    tag = "words"

    @operation(
        "codes.read",
        "List the Parties and their public keys",
        answers={
            200: (
                "The Parties.",
                component(
                    "Parties",
                    lambda: obj(
                        {
                            "items": listed(
                                obj(
                                    {
                                        "code": shapes.PARTY,
                                        "name": line("The country, in the caller's language."),
                                        "administration": line("Its customs administration."),
                                        "keys": listed(
                                            _key_shape(), "Its signing keys, retired ones too."
                                        ),
                                    }
                                ),
                                "The Parties.",
                            )
                        },
                        description="Who takes part.",
                    ),
                ),
            )
        },
    )
    def get(self, request: Request) -> Response:
        """Who takes part, with the keys by which their signatures verify (JWK, RFC 8037)."""
        found = Party.objects.prefetch_related("keys")
        items = [
            {
                "code": party.code,
                "name": party.name,
                "administration": party.administration,
                "keys": [_key(key) for key in party.keys.all()],
            }
            for party in found
        ]
        return Response({"items": items})


def _key_shape() -> dict[str, Any]:
    return obj(
        {
            "kid": line("The key's id, as in the header of a JWS."),
            "kty": line("Always OKP.", enum=["OKP"]),
            "crv": line("Always Ed25519.", enum=["Ed25519"]),
            "x": line("The public key, base64url."),
            "retired_at": {
                "type": ["string", "null"],
                "format": "date-time",
                "description": "What it signed before still verifies.",
            },
        }
    )


def _key(key: Any) -> dict[str, Any]:
    return {
        "kid": key.kid,
        "kty": "OKP",
        "crv": "Ed25519",
        "x": base64.urlsafe_b64encode(bytes(key.public)).rstrip(b"=").decode(),
        "retired_at": representation.moment(key.retired_at),
    }
