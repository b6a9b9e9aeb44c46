"""Findings that are not coget's: of libraries, by what was on the stack."""

import re

# (what is wrong, what stands on the stack of what was made to fail, why)
KNOWN = [
]


def is_known(_scenario, failed, result, wrong):
    """Is it one of them?"""
    text = (failed or "") + " " + " ".join(
        line for line in result.log if line.startswith(("leak", "signal")))
    return any(re.search(w, wrong) and re.search(stack, text)
               for w, stack, _ in KNOWN)
