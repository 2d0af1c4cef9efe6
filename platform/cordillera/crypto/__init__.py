"""Signing, sealing and reading what comes from outside. Pure: no Django in here.

errors.py   the one family that hostile bytes raise
strict.py   JSON without surprises, base64url, SHA-256
fields.py   reading a JSON object field by field, each typed and bounded
jws.py      signed texts
hpke.py     sealing suites
keyset.py   a Party's key set
"""
