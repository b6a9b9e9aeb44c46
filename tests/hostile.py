#!/usr/bin/env python3
"""What tests/hostile.bats needs beside the shell.

usage: hostile.py headers|paths SEED COUNT URL
       hostile.py race DIRECTORY OUTSIDE STOP

headers, paths: prints COUNT URLs of the test server with hostile names in
Content-Disposition, or in their paths; the same for the same SEED.
race: until the file STOP is there, replaces what is in DIRECTORY by symbolic
links into OUTSIDE, and puts it back; prints how often.
"""
import os
import random
import sys
import time
from urllib.parse import quote_from_bytes

PIECES = [
    b"..", b"../", b"/", b"//", b"\\", b"..\\", b".", b"-", b"-rf", b"~",
    b"\x00", b"\x1b[2J", b"\x1b]0;x\x07", b"\x7f", b"\xc2\x9b31m", b"\r", b"\n",
    b"\r\nSet-Cookie: a=b", b"\xc0\xaf", b"\xc0\xae\xc0\xae", b"\xff",
    b"\xe2\x80\xae", b"\xe2\x88\x95", b"%2e%2e%2f", b"%00", b"%", b'"', b"'",
    b"\\\"", b";", b"; filename=x", b" ", b"\t", b"CON", b"NUL", b"COM1",
    b"LPT1.txt", b"a.txt", b"name", b"link", b"link/", b"dir/", b"C:", b":",
    b"/etc/passwd", b"/dev/null", b"/proc/self/fd/1", b".coget-", b".part",
    b".bashrc", b".ssh/", b"{index}", b"*", b"?", b"#", b"$(touch x)", b"`id`",
    "\u00fc\u20ac\U0001f4a9".encode(), b"n" * 255, b"n" * 4096, b"..." * 90,
]


def names(rng, count):
    for _ in range(count):
        begin = rng.choice([b"link/", b"dir/"] + [b""] * 8)
        pieces = (rng.choice(PIECES) for _ in range(rng.randint(1, 5)))
        yield begin + b"".join(pieces)


def parameter(rng, name):
    """As servers write it, well or badly."""
    kind = rng.randrange(4)
    if kind == 0:
        return b"filename=" + name
    if kind == 1:
        return b'filename="' + name + b'"'
    if kind == 2:
        name = name.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
        return b'filename="' + name + b'"'
    return b"filename*=UTF-8''" + quote_from_bytes(name, safe="").encode()


def print_urls(kind, seed, count, url):
    rng = random.Random(seed)
    for i, name in enumerate(names(rng, count)):
        if kind == "headers":
            value = b"Content-Disposition: attachment; " + parameter(rng, name)
            print(f"{url}/u{i}?header={quote_from_bytes(value, safe='')}")
        else:
            # most of it as it is, where a URL may have it
            safe = rng.choice(["/", "/.~:;\\'{}*$()`", ""])
            print(f"{url}/{quote_from_bytes(name, safe=safe)}?body=x{i}")


def swap(path, target):
    """A link in its place for a moment; True where it stood there."""
    try:
        os.rename(path, path + ".away")
    except OSError:
        return False
    try:
        os.symlink(target, path)
        time.sleep(0.0002)
        os.unlink(path)
    except OSError:
        pass
    try:
        os.rename(path + ".away", path)
    except OSError:
        pass
    return True


def race(directory, outside, stop):
    outside = os.path.abspath(outside)
    swaps = 0
    while not os.path.exists(stop):
        for folder, folders, files in os.walk(directory):
            for name in folders:
                swaps += swap(os.path.join(folder, name), outside)
            for name in files[:20]:
                target = os.path.join(outside, "planted")
                swaps += swap(os.path.join(folder, name), target)
    print(swaps)


if __name__ == "__main__":
    if sys.argv[1] == "race":
        race(*sys.argv[2:])
    else:
        print_urls(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
