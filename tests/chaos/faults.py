"""What may happen to a letter between two nodes. Each is one `wire.Fault`."""

from __future__ import annotations

import random
import threading
from contextlib import suppress
from dataclasses import replace

from .wire import Answer, Fault, Letter, Lost, Post, Wire

BODY = "application/octet-stream"


def cut(letter: Letter, post: Post) -> Answer:
    """Nothing gets through."""
    raise Lost


def lost_answer(letter: Letter, post: Post) -> Answer:
    """It arrives, and its answer does not."""
    post(letter)
    raise Lost


def broken(letter: Letter, post: Post) -> Answer:
    return Answer(500, {"Content-Type": "text/html"}, b"<h1>Server Error (500)</h1>")


def garbage(letter: Letter, post: Post) -> Answer:
    return Answer(200, {}, b"", raw=random.randbytes(300))


def garbage_body(letter: Letter, post: Post) -> Answer:
    return Answer(200, {"Content-Type": "application/jose"}, random.randbytes(300))


def flipped(letter: Letter, post: Post) -> Answer:
    """Some bit of it is another one when it arrives."""
    return post(replace(letter, body=_flip(letter.body)))


def flipped_answer(letter: Letter, post: Post) -> Answer:
    answer = post(letter)
    return replace(answer, body=_flip(answer.body))


def cut_answer(letter: Letter, post: Post) -> Answer:
    answer = post(letter)
    return replace(answer, body=answer.body[: len(answer.body) // 2], announced=len(answer.body))


def shortened(letter: Letter, post: Post) -> Answer:
    """Half of it arrives, and its head says that this is all."""
    return post(replace(letter, body=letter.body[: len(letter.body) // 2]))


def doubled(letter: Letter, post: Post) -> Answer:
    """It arrives three times, twice at the same moment; the last answer comes back."""
    other = threading.Thread(target=_quietly, args=(letter, post))
    other.start()
    post(letter)
    other.join()
    return post(letter)


def _quietly(letter: Letter, post: Post) -> None:
    with suppress(Lost):
        post(letter)


def torn(wire: Wire) -> Fault:
    """The line breaks in the middle of it."""

    def fault(letter: Letter, post: Post) -> Answer:
        wire.post_part(letter, len(letter.body) // 2)
        raise Lost

    return fault


def replayed(wire: Wire, most: int = 5) -> Fault:
    """Before it some older ones arrive once more, in another order."""

    def fault(letter: Letter, post: Post) -> Answer:
        older = [one for one in wire.kept[:-1] if one.is_envelope]
        for one in random.sample(older, min(most, len(older))):
            post(one)
        return post(letter)

    return fault


def crossed(other: Wire) -> Fault:
    """It arrives at the node that it came from as well, as if of the channel back."""

    def fault(letter: Letter, post: Post) -> Answer:
        _quietly(letter, other.post)
        return post(letter)

    return fault


def delayed(seconds: float) -> Fault:
    def fault(letter: Letter, post: Post) -> Answer:
        threading.Event().wait(seconds)
        return post(letter)

    return fault


class Hanging:
    """Takes every letter and answers none until `over`."""

    def __init__(self) -> None:
        self.over = threading.Event()

    def __call__(self, letter: Letter, post: Post) -> Answer:
        self.over.wait()
        raise Lost


class Held:
    """Holds the first letter until it may go on, so that its sender can be killed meanwhile."""

    def __init__(self) -> None:
        self.came, self.go_on = threading.Event(), threading.Event()

    def __call__(self, letter: Letter, post: Post) -> Answer:
        self.came.set()
        self.go_on.wait()
        return post(letter)


def some(*faults: Fault, share: float = 0.7) -> Fault:
    """One of them for most letters, by chance."""

    def fault(letter: Letter, post: Post) -> Answer:
        return random.choice(faults)(letter, post) if random.random() < share else post(letter)

    return fault


def _flip(data: bytes) -> bytes:
    if not data:
        return data
    changed = bytearray(data)
    changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)
