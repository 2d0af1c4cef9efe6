"""What the log's pure parts raise: `LogError`, and nothing else, whatever bytes they are given."""

from __future__ import annotations


class LogError(Exception):
    """Something of the log is not what it must be."""


class Malformed(LogError):
    """These bytes are not of the form that the specification asks for."""


class Taken(LogError):
    """A key or a name of a log or a witness that another node has already."""


class Unproved(LogError):
    """A proof that does not lead where it should, or a signature that does not verify."""


class Contradicted(Unproved):
    """These hashes are of the new tree, as its root bears out, and show that it does not begin with
    the old one. That proves it to anybody, wherever the hashes came from."""
