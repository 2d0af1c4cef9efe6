"""The garbage collector of a process that has loaded all that it will load."""

import gc

#: So many new containers before the youngest are looked through. An envelope of five hundred records
#: makes a million that reference counting alone frees; Python's own 700 had each looked at again
#: and again, a tenth of the processor time that an envelope takes.
YOUNG = 50_000


def settle() -> None:
    """What is loaded now stays for ever: the collector need not walk through it again and again, which
    held a request for up to 170 ms (measured with envelopes of two hundred records)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
