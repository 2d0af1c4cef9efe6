"""A process of one node that does what its tasks, its auditor or its administrator would do.

    python -m tests.tamper.inside CA

A line of JSON on standard input for each order, `["write", 3]`; one on standard output for what came
of it, `{"is": …}` or `{"failed": …}`.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path


def main(party: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cordillera.settings")
    import django

    django.setup()
    inside = Inside(party)
    print(json.dumps({"is": "ready"}), flush=True)
    for line in sys.stdin:
        name, *values = json.loads(line)
        try:
            answer = {"is": getattr(inside, name)(*values)}
        except Exception:
            answer = {"failed": traceback.format_exc()}
        print(json.dumps(answer), flush=True)


class Inside:
    def __init__(self, party: str) -> None:
        self.party = party

    def introduce(self, address: str) -> str:
        """Make this node's Party and its keys; its key set."""
        from cordillera.parties import actions, keysets
        from cordillera.parties.models import Party
        from sharing.demo import people

        people.make_parties(people.hosted())
        party = Party.objects.get(code=self.party)
        actions.set_address(party=party, address=address)
        found = keysets.current(self.party)
        assert found is not None
        return found.jws

    def enrol(self, texts: dict[str, str]) -> None:
        from cordillera.parties import peers

        for party, text in texts.items():
            if party != self.party:
                peers.enrol(text, confirmed_with="the tests")

    def write(self, count: int) -> int:
        """So many entries, sequenced and signed; how many there are."""
        from django.db import transaction

        from audit import log

        with transaction.atomic():
            for number in range(count):
                log.write("record:read", actor=log.NodeOf(self.party), about=f"tamper {number}")
        return self.sequence()

    def sequence(self) -> int:
        from audit import sequencer

        done = sequencer.sequence(at_once=True)
        assert done is not None
        return done.signed

    def ask(self, party: str) -> str:
        """Have this Party's node co-sign the newest checkpoint; how it stands with it then."""
        from audit import keys, witnesses
        from audit.queries import witness_states
        from sharing.exchange import witnessing

        witnesses.at_once(party)
        [name] = [name for name, parties in keys.witnesses().items() if party in parties]
        witnessing.cosign(name)
        [state] = [one for one in witness_states() if one.name == name]
        return f"{state.state}: {state.error}" if state.error else state.state

    def gather(self) -> None:
        """What the beat does: read what the others co-signed, and have the logs prove it."""
        from cordillera.parties import peers
        from sharing.exchange import witnessing

        for peer in peers.enrolled():
            witnessing.gather(peer)
        witnessing.settle()

    def settle(self) -> None:
        from sharing.exchange import witnessing

        witnessing.settle()

    def verify(self) -> list[str]:
        """What is wrong, by kind."""
        from audit import checking

        return sorted({fault.kind for fault in checking.verify().faults})

    def findings(self) -> list[str]:
        from audit.database import whole_log
        from audit.models import Finding

        with whole_log():
            return list(Finding.objects.order_by("id").values_list("kind", flat=True))

    def unresolved(self) -> list[str]:
        from audit import findings
        from audit.database import whole_log

        with whole_log():
            return list(findings.unresolved().order_by("id").values_list("kind", flat=True))

    def checkpoint(self) -> str:
        from audit import proving

        return proving.checkpoint().decode()

    def stolen(self) -> tuple[str, str]:
        """The log's name and private key, as somebody with the machine's secrets reads them."""
        from audit import keys

        origin, private = keys.log_key()
        return origin, private.private_bytes_raw().hex()

    def announce(self, vkeys: list[str]) -> str:
        """The next key set of this Party, which names these keys as its log's and its witness's."""
        from unittest.mock import patch

        from audit import keys
        from audit.note import VerifierKey
        from cordillera.parties import keysets

        with patch.object(keys, "own_keys", lambda: [VerifierKey.parse(key) for key in vkeys]):
            made = keysets.publish(self.party)
        assert made is not None
        return made.jws

    def take(self, key_set: str) -> int:
        """A key set that another node presents; the status of the answer."""
        from sharing.exchange import introducing

        return introducing.take(key_set.encode(), self.party).status

    def settle_logs(self) -> None:
        """What the beat does: key sets whose log was another node's are held again."""
        from cordillera.parties.tasks import settle_logs

        settle_logs()

    def believed(self) -> dict[str, list[str]]:
        """The logs that are known here, and whose they are."""
        from audit import keys

        return keys.logs()

    def keys(self) -> list[str]:
        from audit import keys

        return [str(key) for key in keys.own_keys()]

    def export(self, folder: str) -> None:
        from audit import export

        export.export(Path(folder))


if __name__ == "__main__":
    main(sys.argv[1])
