"""Feed the readers with hostile bytes: `python -m tests.fuzz.run --seconds 600`, with the source
roots (. and platform) on PYTHONPATH.

With atheris (coverage-guided; Linux on x86-64, Python 3.11 to 3.13) it looks for new paths; without
it the vectors are mutated blindly. It says which of the two it did. A finding ends it with another
exit code than 0, the traceback, and the bytes in a file that `--replay` feeds again.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import sys
import tempfile
import time
from pathlib import Path

MODULES = ["cordillera.crypto", "sharing.exchange.formats"]
WORDS = (
    b'"',
    b"{",
    b"[",
    b"\\u0000",
    b"\\ud800",
    b"1e9",
    b"null",
    b".",
    b"=",
    b"\xff",
    b"/2",
    b"-1",
)
LONGEST = 20_000
FOUND = f"{tempfile.gettempdir()}/cordillera-found-"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replay", type=Path, help="feed the bytes of this file once")
    options = parser.parse_args()
    if options.replay:
        from tests.fuzz import targets

        targets.one(options.replay.read_bytes())
        return 0
    if importlib.util.find_spec("atheris"):
        return guided(options.seconds, options.seed)
    return blind(options.seconds, options.seed)


def guided(seconds: int, seed: int) -> int:
    """libFuzzer by atheris, guided by which lines were reached. Does not return."""
    import atheris

    with atheris.instrument_imports(include=MODULES, enable_loader_override=False):
        from tests.fuzz import targets
    print(f"Fuzzing for {seconds} s with atheris", flush=True)
    with tempfile.TemporaryDirectory(prefix="cordillera-fuzz-") as folder:
        for number, data in enumerate(targets.seeds()):
            Path(folder, f"{number:04}").write_bytes(data)
        limits = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-seed={seed}"]
        limits += ["-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1"]
        atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={FOUND}", folder], targets.one)
        atheris.Fuzz()
    return 0


def blind(seconds: int, seed: int) -> int:
    """The same targets with vectors mutated by chance."""
    from tests.fuzz import targets

    print(f"Fuzzing for {seconds} s without atheris, which is not installed here", flush=True)
    chance, seeds = random.Random(seed), list(targets.seeds())
    until, runs = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        data = mutated(chance.choice(seeds), chance)
        try:
            targets.one(data)
        except Exception:
            kept = Path(f"{FOUND}{time.time_ns()}")
            kept.write_bytes(data)
            print(f"Found with the bytes in {kept}", flush=True)
            raise
        runs += 1
    print(f"Done {runs} runs", flush=True)
    return 0


def mutated(seed: bytes, chance: random.Random) -> bytes:
    data = bytearray(seed)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0 if place < len(data):
                data[place] ^= 1 << chance.randrange(8)
            case 1:
                data[place:place] = chance.choice(WORDS)
            case 2:
                del data[place : place + chance.randint(1, 30)]
            case _:
                start = chance.randrange(len(data) + 1)
                data[place:place] = data[start : start + chance.randint(1, 200)]
    return bytes(data[:LONGEST])


if __name__ == "__main__":
    sys.exit(main())
