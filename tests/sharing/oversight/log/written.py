"""Which details the code writes into the log, read from the calls themselves: by place, the names of
the details; what is no name stands with a question mark before it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

ROOT = Path(__file__).parents[4]
TAG = re.compile(r"[a-z]+:[a-z-]+")
#: The log's own functions, and those of the rooms that pass a tag and details on to it.
OWN = {"log.write", "log.write_all"}
PASSING = {"note", "note_reading", "note_search", "_note", "_log", "_write", "_attempt"}
#: Of those: what is no detail.
OTHERS = {"actor", "about", "purpose", "by", "own", "tag"}


def written() -> dict[str, set[str]]:
    """By file and tag ("*" where the tag is no text there)."""
    found: dict[str, set[str]] = {}
    for top in ("platform", "sharing", "audit"):
        for path in sorted((ROOT / top).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            for function in ast.walk(ast.parse(path.read_text())):
                if isinstance(function, ast.FunctionDef):
                    for tag, names in _calls(function):
                        found.setdefault(f"{path.relative_to(ROOT)} {tag}", set()).update(names)
    return found


def _calls(function: ast.FunctionDef) -> Iterator[tuple[str, set[str]]]:
    for call in ast.walk(function):
        if not isinstance(call, ast.Call):
            continue
        called = ast.unparse(call.func)
        own = called in OWN
        if not own and called.rpartition(".")[2] not in PASSING:
            continue
        yield _tag(call), _names(call, function, own)


def _tag(call: ast.Call) -> str:
    texts = [*call.args, *(keyword.value for keyword in call.keywords)]
    for one in texts:
        if isinstance(one, ast.Constant) and TAG.fullmatch(str(one.value)):
            return str(one.value)
    return "*"


def _names(call: ast.Call, function: ast.FunctionDef, own: bool) -> set[str]:
    found: set[str] = set()
    for keyword in call.keywords:
        if keyword.arg is None or (own and keyword.arg == "detail"):
            found |= names_of(keyword.value, function)
        elif not own and keyword.arg not in OTHERS:
            found.add(str(keyword.arg))
    if ast.unparse(call.func) == "log.write_all":
        for inner in ast.walk(call.args[1]):
            if isinstance(inner, ast.Dict):
                found |= names_of(inner, function)
    return found


def names_of(node: ast.expr, function: ast.FunctionDef, seen: tuple[str, ...] = ()) -> set[str]:
    """The names in an expression that makes a dict."""
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return set().union(
            *(names_of(v, function, seen) if k is None else {_name(k)} for k, v in pairs)
        )
    if isinstance(node, ast.BinOp):
        return names_of(node.left, function, seen) | names_of(node.right, function, seen)
    if isinstance(node, ast.IfExp):
        return names_of(node.body, function, seen) | names_of(node.orelse, function, seen)
    if isinstance(node, ast.Name) and node.id not in seen:
        assigned = list(_assigned(node.id, function))
        if assigned:
            again = (*seen, node.id)
            return set().union(
                *(
                    {one} if isinstance(one, str) else names_of(one, function, again)
                    for one in assigned
                )
            )
    return {f"?{ast.unparse(node)}"}


def _assigned(name: str, function: ast.FunctionDef) -> Iterator[ast.expr | str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id == name:
                    yield node.value
                elif isinstance(target, ast.Subscript) and ast.unparse(target.value) == name:
                    yield _name(target.slice)
        elif _gives(node, name):
            yield node.value


def _gives(node: ast.AST, name: str) -> TypeGuard[ast.AugAssign]:
    """Whether it is `name: type = …` or `name |= …`."""
    if not isinstance(node, ast.AnnAssign | ast.AugAssign) or node.value is None:
        return False
    return ast.unparse(node.target) == name


def _name(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else f"?{ast.unparse(node)}"
