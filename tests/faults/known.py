"""Findings that are not coget's: of libraries, by what was on the stack."""

import re

# (what is wrong, the fault, what stands on the stack of what was made to fail
# and of what came of it, why)
KNOWN = [
    ("leak", "ALLOC",
     r"^failed allocation \d+ libc\.so\S+ libc\.so\S+ "
     r"(libc\.so\S+ )*libc\.so\S*\((setlocale|newlocale)\)",
     "glibc loses the name of a locale that it cannot load"),
    ("leak", "ALLOC", r"^failed allocation \d+ libcrypto\.so",
     "OpenSSL loses what a half-made object has, on many ways out"),
    ("leak", "CALL",
     r"^failed call (setsockopt|bind|listen) 1 .*evconnlistener|"
     r"^failed call getsockname 1 program",
     "a function that ends the program forgets what it does not need"),
    ("status 1 after what passes", "send:.*:(EAGAIN|EINTR)",
     r"^failed call send \d+ libcurl\.so.*\(SSL_write\)",
     "libcurl 7.88 loses HTTP/2 frames where a send is to be tried again; so "
     "does curl"),
    ("crash: signal 11|status -11", "ALLOC",
     r"^failed allocation \d+ libcrypto\.so.*\(curl_global_init_mem\).* "
     r"signal 11 .*libcrypto\.so",
     "libcurl begins without OpenSSL's globals, and asks them for randomness"),
    ("leak|crash: signal 11|status -11", "ALLOC",
     r"^failed allocation \d+ libnghttp2\.so",
     "libcurl goes on with a session of nghttp2's that ran out of memory"),
    ("it hangs", "fread:.*:EIO", r"^failed call fread \d+ libcurl\.so",
     "libcurl takes a form's file that cannot be read for one that ends here, "
     "and waits, as curl does, until --speed-time"),
    ("left behind", "CALL",
     r"^failed call (unlink|unlinkat|fstat|fstatat|ftruncate) ",
     "what cannot be removed, or not be known to be ours, stays"),
]


def is_known(fault, failed, result, wrong):
    """Is it one of them?"""
    text = (failed or "") + " " + " ".join(
        line for line in result.log if line.startswith(("leak", "signal")))
    name = " ".join(k + "=" + v for k, v in fault.items())
    return any(re.search(w, wrong) and re.search(f, name) and
               re.search(stack, text) for w, f, stack, _ in KNOWN)
