"""What must be right about a run with a fault.

Where memory is exhausted, a JSON array has no end: who reads it must not take
it for whole.
"""

import json
import os
import re

# Of a record, what is the same in every run.
STEADY = ("index", "id", "input", "outcome", "method", "response_code",
          "exitcode", "errormsg", "body", "body_base64", "body_json",
          "body_file", "content_type")

# In a record.
MESSAGE = b'"errormsg":"'

SAME_ENDS = {"svg": b"</svg>\n", "html": b"</html>\n"}


def steady(record):
    """The record without times."""
    return {k: record[k] for k in STEADY if k in record}


def records_of(text, kind, has_end=True, may_be_cut=False):
    """The records, or None where the text is none of them, whole: an array
    without an end has them on lines, and of the last one may be a part."""
    try:
        if kind == "json" and (has_end or text.endswith(b"]\n")):
            return [steady(r) for r in json.loads(text)]
        if kind == "json":
            if text and not text.startswith(b"["):
                return None
            text = re.sub(rb",\n", b"\n", text[1:])
            text = text.replace(b"\n\n", b"\n").lstrip(b"\n")
        *lines, rest = text.split(b"\n")
        if rest and kind == "ndjson" and not may_be_cut:
            return None
        records = [json.loads(line) for line in lines]
    except ValueError:
        return None
    if rest:
        try:
            records.append(json.loads(rest))
        except ValueError:
            if not may_be_cut:
                return None
    return [steady(r) for r in records]


def pieces_of(text, sizes):
    """The bodies in what was written without a fault."""
    if sizes is None:
        return text.splitlines(keepends=True)
    pieces = []
    for size in sizes:
        pieces.append(text[:size])
        text = text[size:]
    return pieces


def is_in_order(text, pieces, may_be_cut, is_streamed):
    """Is the text some of the pieces, in order, and perhaps a part of one? Of
    what is streamed others may follow a part."""
    if not text:
        return True
    if may_be_cut and any(p.startswith(text) for p in pieces):
        return True
    for i, p in enumerate(pieces):
        n = len(os.path.commonprefix([text, p]))
        if (n == len(p) or (may_be_cut and is_streamed and n > 0)) and \
                is_in_order(text[n:], pieces[i + 1:], may_be_cut, is_streamed):
            return True
    return False


def check_records(result, good, kind):
    """Records on stdout; yields what is wrong."""
    wanted = records_of(good.out, kind)
    # a large record may be on its way when the program ends
    found = records_of(result.out, kind, result.status != 3,
                       result.status == 3 and
                       b"out of memory" not in result.err)
    if result.status in (2, 3) and not result.out:
        return
    if found is None:
        yield "stdout: records are not whole"
        return
    if result.status in (0, 1) and len(found) != len(wanted):
        yield f"stdout: {len(found)} records of {len(wanted)}"
    indexes = [r["index"] for r in found]
    if indexes != sorted(set(indexes)):
        yield f"stdout: records out of order: {indexes}"
    for r in found:
        if r["index"] >= len(wanted):
            yield f"stdout: a record too many: {r}"
        elif r["outcome"] in ("ok", "http_error") and \
                r != wanted[r["index"]]:
            yield f"stdout: a record is wrong: {r}"
    if result.status == good.status == 0 and found != wanted:
        yield f"stdout: not as without the fault: {found}"


def check_out(result, good, scenario):
    """Stdout; yields what is wrong."""
    if scenario.out in ("ndjson", "json"):
        yield from check_records(result, good, scenario.out)
    elif scenario.out == "body":
        if result.status == good.status and result.out != good.out and \
                good.status == 0:
            yield "stdout: not as without the fault"
        elif not is_in_order(result.out, pieces_of(good.out, scenario.pieces),
                             result.status != 0, scenario.pieces is not None):
            yield "stdout: not bodies in order"


def is_whole(kind, text):
    """A file that tells times."""
    if kind == "document":
        try:
            json.loads(text)
        except ValueError:
            return False
        return True
    if kind == "journal":
        try:
            for line in text.split(b"\n")[:-1]:
                json.loads(line)
        except ValueError:
            return False
        return True
    return kind not in SAME_ENDS or text.endswith(SAME_ENDS[kind])


def kind_of(name, scenario):
    """What is known of a file; None: nothing, it has no business here."""
    for made, kind in scenario.made.items():
        if name == made or (kind == "cache" and name.startswith(made + "/")):
            return kind
    return None


def check_files(result, good, scenario):
    """Files; yields what is wrong."""
    for name, kind in scenario.made.items():
        if result.status == 0 and kind not in ("cache", "journal") and \
                name not in result.files:
            yield f"files: {name} is not there"
    for name, text in result.files.items():
        kind = kind_of(name, scenario)
        old = scenario.files.get(name)
        if kind is None and old is None and result.status != 0 and \
                re.search(r"\.coget-[0-9a-f]{16}\.(part|info)$", name):
            continue  # for --continue-at -
        if kind is None and old is None and \
                name.encode() not in result.err:
            yield "files: left behind: " + \
                re.sub(r"[0-9a-f]{16}|\.[A-Za-z0-9]{6}$", "*", name)
        elif kind == "bodies" and result.status == 1:
            if not is_in_order(text, pieces_of(good.files[name],
                                               scenario.pieces), False):
                yield f"files: {name} is not whole bodies in order"
        elif kind in ("same", "bodies") and text != good.files[name] and \
                (result.status == 0 or text != old):
            yield f"files: {name} is not whole"
        elif not is_whole(kind, text):
            yield f"files: {name} is not whole"


def check_log(result):
    """What the library saw; yields what is wrong."""
    leaks = [line for line in result.log if line.startswith("leak ")]
    if leaks:
        sizes = sum(int(line.split()[1]) for line in leaks)
        yield f"leak: {sizes} bytes in {len(leaks)} blocks"
    for line in result.log:
        if line.startswith("signal "):
            yield "crash: " + line
    for mark in "Sanitizer", "runtime error:", "Assertion":
        if mark.encode() in result.err:
            yield "crash: " + mark


def check(result, good, scenario, is_momentary):
    """All of it; yields what is wrong."""
    if result.status is None:
        yield "it hangs"
        return
    yield from check_log(result)
    if result.status not in (0, 1, 2, 3):
        yield f"status {result.status}"
        return
    if is_momentary and result.status != good.status:
        yield f"status {result.status} after what passes"
    if good.status == 1 and result.status == 0:
        yield "status 0: what fails did not"
    says = "-s" not in scenario.args
    if result.status in (2, 3) and says and \
            not re.search(rb"^coget: .", result.err, re.M) and \
            not (result.status == 3 and
                 result.out.count(MESSAGE) > good.out.count(MESSAGE)):
        yield f"status {result.status} without a message"
    if result.status == 1 and good.status == 0 and not result.err and \
            says and \
            scenario.out not in ("ndjson", "json"):
        yield "status 1 without a message"
    yield from check_out(result, good, scenario)
    yield from check_files(result, good, scenario)
