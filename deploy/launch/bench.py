"""./deploy/bench: list the benchmarks of tests/benchmarks, or run one of them.

A benchmark is a module with NAME, a docstring whose first line says what it measures, perhaps
`add_arguments(parser)`, and `run(options) -> dict`. `options.node` is a node with its own data,
its database migrated and its settings in the environment; a benchmark that needs the web, live
and worker processes calls `options.node.serve()`. A module with PARTIES gets `options.nodes` instead:
a node for each of these Parties, enrolled with each other, with their officers and no record. Of the
dict that it returns, lists of dicts are printed as tables and the rest as lines. SMALL are the
arguments of a run that is over soon and shows no more than that the benchmark works:
`./deploy/bench --small` makes it of all of them, one after the other.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from . import bootstrap
from .place import ROOT
from .say import Trouble, trouble

if TYPE_CHECKING:
    from .nodes import Nodes

#: No benchmark may take longer than this when it is small.
SMALL_SECONDS = 180


def main(arguments: list[str]) -> int:
    try:
        bootstrap.prepare("dev")
        found = _benchmarks()
        name = next((one for one in arguments if not one.startswith("-")), None)
        if "--small" in arguments:
            return _try_all(found)
        if name is None:
            for one, module in found.items():
                print(f"  {one.ljust(10)} {(module.__doc__ or '').strip().splitlines()[0]}")
            return 0
        if name not in found:
            raise Trouble(f"There is no benchmark {name!r}; there are: {', '.join(found)}.")
        return _run(name, found[name], arguments)
    except Trouble as error:
        return trouble(error)
    except KeyboardInterrupt:
        return 130


def _benchmarks() -> dict[str, ModuleType]:
    files = sorted((ROOT / "tests" / "benchmarks").glob("*.py"))
    modules = [importlib.import_module(f"tests.benchmarks.{file.stem}") for file in files]
    return {module.NAME: module for module in modules if hasattr(module, "NAME")}


def _try_all(found: dict[str, ModuleType]) -> int:
    """Each benchmark in a process of its own; the exit code is how many of them failed."""
    failed = []
    for name, module in found.items():
        began = time.monotonic()
        command = [sys.executable, str(ROOT / "deploy" / "bench"), name, "--json", *module.SMALL]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SMALL_SECONDS)
        print(f"  {'ok' if done.returncode == 0 else 'failed':8}{name:10}", end="")
        print(f"{time.monotonic() - began:6.0f} s", flush=True)
        if done.returncode:
            print(done.stderr, file=sys.stderr)
            failed.append(name)
    return len(failed)


def _run(name: str, module: ModuleType, arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog=f"./deploy/bench {name}", description=module.__doc__)
    parser.add_argument("name", help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    if hasattr(module, "add_arguments"):
        module.add_arguments(parser)
    options = parser.parse_args(arguments)
    data = Path(tempfile.mkdtemp(prefix="cordillera-bench-"))
    nodes = _nodes(data, getattr(module, "PARTIES", ()))
    # The JSON object is all that standard output gets; progress goes beside it.
    printed, sys.stdout = sys.stdout, sys.stderr
    try:
        nodes.prepare()
        options.nodes, options.node = nodes, next(iter(nodes))
        os.environ.update(options.node.environment)
        if hasattr(module, "PARTIES"):
            nodes.enrol()
        result: dict[str, Any] = module.run(options)
    finally:
        nodes.stop()
        shutil.rmtree(data, ignore_errors=True)
        sys.stdout = printed
    print(json.dumps(result, indent=2) if options.json else _table(result))
    return 0


def _nodes(data: Path, parties: Sequence[str]) -> Nodes:
    """The one node that most benchmarks want, or one for each of these Parties."""
    from cordillera.embedded import free_ports

    from .node import Node
    from .nodes import Nodes

    if not parties:
        web, live, exchange = free_ports(3)
        return Nodes(Node(data, web_port=web, live_port=live, exchange_port=exchange))
    ports = free_ports(3 * len(parties))
    return Nodes(
        *(
            Node(
                data / party.lower(),
                party.lower(),
                [party],
                web_port=ports[3 * place],
                live_port=ports[3 * place + 1],
                exchange_port=ports[3 * place + 2],
                static=data / "static",
            )
            for place, party in enumerate(parties)
        )
    )


def _table(result: dict[str, Any]) -> str:
    parts = []
    for key, value in result.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            parts.append(f"\n{key}\n{_rows(value)}")
        else:
            parts.append(f"{key}: {_shown(value)}")
    return "\n".join(parts)


def _rows(rows: list[dict[str, Any]]) -> str:
    columns = list(rows[0])
    cells = [columns, *([_shown(row.get(column, "")) for column in columns] for row in rows)]
    widths = [max(len(row[index]) for row in cells) for index in range(len(columns))]
    return "\n".join(
        "  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in cells
    )


def _shown(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
