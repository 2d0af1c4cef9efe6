"""The recipient's answer to a batch: whose it is, and that it answers this batch.

Nothing is written here; settling.py writes down what a verified answer says.
"""

from __future__ import annotations

import json
from typing import Any

from cordillera.crypto.errors import CODES, Hostile
from cordillera.parties import keysets

from .batches import Batch
from .formats.receipt import Receipt
from .troubles import STOPPING, Trouble


def read(batch: Batch, status: int, body: bytes) -> tuple[Receipt, str]:
    """The verified receipt in an answer, and its text. Raises Trouble where there is none."""
    text = _text(status, body)
    try:
        receipt = verified(text, batch.channel.recipient)
    except Hostile as error:
        raise Trouble("answer", f"the receipt: {error.code}: {error}") from error
    if (receipt.by, receipt.to) != (batch.channel.recipient, batch.channel.sender):
        raise Trouble("answer", f"a receipt of {receipt.by} for {receipt.to}")
    if not _answers(receipt, batch):
        raise Trouble("answer", "a receipt for another batch")
    if receipt.results and status != 200:
        raise Trouble("answer", f"a receipt with the status {status}")
    return receipt, text


def verified(text: str, recipient: str) -> Receipt:
    """The receipt, signed by a key that `recipient` used at the time it tells: a receipt that is
    given again may be older than the key in use. Raises Hostile."""
    known = keysets.newest(recipient)
    if known is None:
        raise Hostile(f"{recipient} is not enrolled here", "unknown-sender")
    at = Receipt.peek(text).at
    return Receipt.read(text, lambda kid: known.signer_at(kid, at))


def _answers(receipt: Receipt, batch: Batch) -> bool:
    if receipt.expected is None and receipt.epoch != batch.channel.epoch:
        return False  # beside `expected` stands the epoch that the recipient is at
    wanted = (batch.first, batch.last, batch.digest)
    return (receipt.first, receipt.last, receipt.manifest) == wanted


def _text(status: int, body: bytes) -> str:
    """The receipt's text, which a problem document may carry; else Trouble with what is known."""
    try:
        text = body.decode("ascii" if not body.startswith(b"{") else "utf-8").strip()
    except UnicodeDecodeError as error:
        raise Trouble(_http(status), "an answer that is no text") from error
    if not text.startswith("{"):
        if status in (200, 409) and text.count(".") == 2:
            return text
        raise Trouble(_http(status), "an answer without a receipt")
    try:
        problem = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Trouble(_http(status), "an answer that is no JSON") from error
    if isinstance(problem.get("refusal"), str):
        return str(problem["refusal"])
    raise Trouble(_problem_code(problem, status), str(problem.get("detail") or "")[:200])


def _problem_code(problem: dict[str, Any], status: int) -> str:
    code = str(problem.get("type", "")).rpartition(":")[2]
    # Anybody on the way could have written it: not reason enough to stop the channel.
    return code if code in CODES - STOPPING else _http(status)


def _http(status: int) -> str:
    return "answer" if status == 200 else f"http-{status}"
