"""What travels between nodes. Pure: no Django in here. PROTOCOL.md is the specification.

Reading raises `cordillera.crypto.errors.Hostile` and nothing else; writing what no reader would
accept raises ValueError.

envelope.py   the sealed bytes: header and ciphertext
manifest.py   what a batch holds, signed by its sender
version.py    a record's version, signed by its originator
statement.py  a withdrawal, an expiry, a report …, signed by who states it
receipt.py    the recipient's signed answer
pull.py       the signed request of a node that fetches
"""
