"""One entry, with the proof of its place that can be checked anywhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from audit import checking, keys, log, proving, standing, verifier
from audit.cosignature import cosigned_by
from audit.errors import LogError
from audit.models import Entry
from audit.note import ED25519
from audit.proof import Proof
from cordillera.access.decide import needs

from . import showing
from .pages import tabs


@needs("audit.read")
@never_cache
@require_GET
def entry(request: Any, pk: UUID) -> HttpResponse:
    """The proof shown is the one to download, and was checked by the verifier of one file."""
    found = _own(request, pk)
    look = standing.look([pk])
    [row] = showing.rows([found], look)
    proof, trust = _proof(pk), checking.trust()
    report = proof and verifier.verify_proof(str(proof).encode(), trust)
    context = {
        "row": row,
        "entry": found,
        "names": showing.names([found]),
        "proof": proof,
        "path": [step.hex() for step in proof.path] if proof else [],
        "holds": bool(report and report.good) and row.standing.state != "wrong",
        "filename": _name(found, proof),
        "leaf": row.standing.leaf.hex(),
        "root": proof.checkpoint.root.hex() if proof else "",
        "log_key": trust.log[0],
        "log_key_text": keys.own_keys(ED25519)[0],
        "cosigned": _cosigned(proof),
        "tabs": tabs(),
        "tab": "entries",
    }
    return render(request, "oversight/log/entry.html", context)


@needs("audit.read")
@never_cache
@require_GET
def proof_file(request: Any, pk: UUID) -> HttpResponse:
    """The proof as c2sp.org/tlog-proof says. That it was taken is an entry too."""
    found, proof = _own(request, pk), _proof(pk)
    if proof is None:
        raise Http404
    log.write("audit:prove", actor=request.identity, about=pk, detail={"index": proof.index})
    return HttpResponse(
        str(proof),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{_name(found, proof)}"'},
    )


@needs("audit.read")
@require_GET
def verifier_file(request: Any) -> FileResponse:
    """The verifier itself, one file, as this node runs it."""
    source = open(verifier.__file__, "rb")  # noqa: SIM115 - the answer closes it
    return FileResponse(source, as_attachment=True, filename="verifier.py")


@needs("audit.read")
@never_cache
@require_GET
def key_file(request: Any) -> HttpResponse:
    """The log's public key, and its witnesses', as the verifier takes them."""
    names = [*keys.own_keys(ED25519), *keys.witness_keys()]
    return HttpResponse(
        "".join(f"{key}\n" for key in names), content_type="text/plain; charset=utf-8"
    )


def _own(request: Any, pk: UUID) -> Entry:
    found = Entry.objects.filter(party=request.identity.party, pk=pk).first()
    if found is None:
        raise Http404
    return found


def _name(found: Entry, proof: Proof | None) -> str:
    return f"cordillera-{found.party}-{proof.index}.tlog-proof" if proof else ""


def _proof(pk: UUID) -> Proof | None:
    """None while it has no place, and where the tree no longer leads to one."""
    try:
        return proving.prove(pk)
    except LogError:
        return None


def _cosigned(proof: Proof | None) -> list[str]:
    """The Parties whose witnesses co-signed the proof's checkpoint."""
    if proof is None:
        return []
    known = keys.witnesses()
    try:
        names = cosigned_by(proof.note, proof.checkpoint, keys.witness_keys())
    except LogError:
        return []
    return sorted({party for name in names for party in known.get(name, [])})
