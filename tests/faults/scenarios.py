"""What the sweep of faults runs: the core of coget, one run each."""

import gzip


class Scenario:
    """One command line, and what must be right about its results.

    name    of the scenario
    args    the command line; {url}, {name} and {tls} are servers
    out     what stdout is: "body" (pieces in order), "ndjson", "json", or
            "any" (it tells times)
    pieces  the sizes of the bodies; else each is a line
    stdin   its bytes
    files   that are there before, by name
    made    that are there after, by name: "same" bytes as without a fault;
            "journal" (whole lines, but for the last: a resume cuts it off);
            "bodies" (pieces in order);
            "cache" (a directory of the program's own); "jar"; or "svg",
            "html", "document" (whole, but they tell times)
    first   arguments of a run without a fault before it
    again   arguments of a run without a fault after it, whose stdout must be
            as if there had been none
    env     more of the environment
    """

    def __init__(self, name, args, out="body", pieces=None, stdin=b"",
                 files=None, made=None, first=None, again=None, env=None):
        self.name = name
        self.args = args.split()
        self.out = out
        self.pieces = pieces
        self.stdin = stdin
        self.files = files or {}
        self.made = made or {}
        self.first = first.split() if first is not None else None
        self.again = again.split() if again is not None else None
        self.env = env or {}


# "hello\n"
GZIP = gzip.compress(b"hello\n", mtime=0).hex()

# What bodies of the test server are.
ALPHABET = b"abcdefghijklmnopqrstuvwxyz"

SCENARIOS = [
    Scenario("ids", "--task-delay 2ms 0 1 2"),
    Scenario("ndjson", "--ndjson {url}/a {url}/b?status=404 {url}/c", "ndjson"),
    Scenario("json", "--format json {url}/a {url}/b?size=20000 {url}/c",
             "json"),
    Scenario("json-seq", "--json-seq {url}/a {url}/b", "any"),
    Scenario("stdin", "-s", stdin=b"{url}/a\n{url}/b\n{url}/c\n"),
    Scenario("sequential", "-sS --sequential {url}/a {url}/b?delay=5"),
    Scenario("one-file", "-sS -o out {url}/a {url}/b?size=40000",
             pieces=[3, 40000], made={"out": "bodies"}),
    Scenario("files", "-sS --create-dirs -o sub/{index}.{ext} {url}/a.txt "
             "{url}/b.bin?size=70000", made={"sub/0.txt": "same",
                                             "sub/1.bin": "same"}),
    Scenario("large-files", "-sS -o {index} {url}/a?size=300000 "
             "{url}/b?size=500000", made={"0": "same", "1": "same"}),
    Scenario("remote-names", "-sS --ndjson --sync -R -OJ "
             "{url}/a?header=Content-Disposition:%20attachment;%20filename=x "
             "{url}/b?lastmod", "ndjson", made={"x": "same", "b": "same"}),
    Scenario("continue", "-sS -C - -o part {url}/c?size=5000&ranges&etag=1",
             files={"part": ALPHABET * 4}, made={"part": "same"}),
    Scenario("journal", "-sS --ndjson --journal j {url}/a {url}/b {url}/c",
             "ndjson", made={"j": "journal"},
             again="-sS --ndjson --journal j --resume {url}/a {url}/b {url}/c"),
    Scenario("resume", "-sS --ndjson --journal j --resume {url}/a {url}/b "
             "{url}/c {url}/d", "ndjson", made={"j": "journal"},
             first="-sS --ndjson --journal j {url}/a {url}/b",
             again="-sS --ndjson --journal j --resume {url}/a {url}/b {url}/c "
             "{url}/d"),
    Scenario("dedupe", "-sS --ndjson --dedupe {url}/a {url}/a {url}/b {url}/a",
             "ndjson"),
    Scenario("cache-fill", "-sS --ndjson --cache dir {url}/a?etag=1 "
             "{url}/b?etag=2&size=9000", "ndjson", made={"dir": "cache"},
             again="-sS --ndjson --cache dir {url}/a?etag=1 "
             "{url}/b?etag=2&size=9000"),
    Scenario("cache-use", "-sS --ndjson --cache dir {url}/a?etag=1 "
             "{url}/b?etag=2&size=9000", "ndjson", made={"dir": "cache"},
             first="-sS --cache dir {url}/a?etag=1 {url}/b?etag=2&size=9000",
             again="-sS --ndjson --cache dir {url}/a?etag=1 "
             "{url}/b?etag=2&size=9000"),
    Scenario("split", "-sS --split 4 --split-min 16k -o out "
             "{url}/s?size=200000&varied&ranges&etag=1", made={"out": "same"}),
    Scenario("split-stdout", "-sS --split 3 --split-min 16k "
             "{url}/s?size=100000&varied&ranges&etag=1 {url}/b",
             pieces=[100000, 3]),
    Scenario("retry", "-sS --ndjson --retry 3 --retry-delay 1ms {url}/a?flaky=2 "
             "{url}/b?flaky=1&reset", "ndjson"),
    Scenario("write-out", "-sS -w %{http_code}:%{method}:%header{x-y}"
             ":%{size_download}\\n -o {index} "
             "{url}/a?header=X-Y:%20z {url}/b", "any",
             made={"0": "same", "1": "same"}),
    Scenario("timeline", "-sS --timeline --timeline=t.svg --timeline=t.html "
             "--timeline=t.har --timeline=t.json {url}/a {url}/b",
             made={"t.svg": "svg", "t.html": "html", "t.har": "document",
                   "t.json": "document"}),
    Scenario("compare", "--compare=2 --task-delay 2ms 0 1 2"),
    Scenario("compare-runs", "--compare=-j:1,2 --plot p.svg --summary s.json "
             "{url}/a {url}/b", made={"p.svg": "svg", "s.json": "document"}),
    Scenario("summary", "-sS --summary s.json {url}/a {url}/b",
             made={"s.json": "document"}),
    Scenario("config", "-K conf {url}/c",
             files={"conf": b"silent\nndjson\nheader = \"X-A: b\"\n"
                            b"url = \"{url}/a?echo\"\n"}, out="ndjson"),
    Scenario("json-tasks", "-sS --ndjson -i -", "ndjson",
             stdin=b'{"id": 1, "url": "{url}/a?body=%7B%22a%22:1%7D"}\n'
                   b'{"id": "x", "url": "{url}/e?echo", "method": "PUT", '
                   b'"headers": {"X-A": ["1", "2"]}, "json": {"a": [1.10]}}\n'
                   b'{"url": "{url}/f", "form": {"a": "b"}}\n'
                   b'{"id": "\xc3\xa9", "nothing": 1}\n'),
    Scenario("spool", "-sS --memory-limit 1000 {url}/a?size=40000&delay=20 "
             "{url}/b?size=50000&varied {url}/c?size=3000",
             pieces=[40000, 50000, 3000]),
    Scenario("spool-records", "--ndjson -s --memory-limit 1000 "
             "{url}/a?size=40000&delay=20 {url}/b?size=50000&varied {url}/c",
             "ndjson"),
    Scenario("form", "-sS -F a=b -F f=@file {url}/a", files={"file": b"text\n"},
             out="none-same"),
    Scenario("upload", "-sS -T file {url}/a?echo", files={"file": b"text\n"},
             out="none-same"),
    Scenario("data", "-sS -d @file -b x=y -c jar -u me:pass {url}/a?echo",
             files={"file": b"text\n"}, made={"jar": "jar"}),
    Scenario("redirect", "-sS -L {url}/a?redirect=/b {url}/c"),
    Scenario("compressed", "-sS --compressed "
             "{url}/a?header=Content-Encoding:%20gzip&hex=" + GZIP),
    Scenario("pacing", "-sS --rate 500/s --parallel-max-host 1 --burst 2 "
             "{url}/a {url}/b {url}/c"),
    Scenario("progress", "--progress json --task-delay 9ms 0 1"),
    Scenario("verbose", "-v --debug --summary s.json "
             "--progress plain {url}/a", made={"s.json": "document"}),
    Scenario("dry-run", "--dry-run {url}/a {url}/b"),
    Scenario("deadline", "-sS --ndjson --deadline 10s --task-timeout 5s -m 5 "
             "{url}/a {url}/b", "ndjson"),
    Scenario("language", "{url}/a nonsense://x",
             env={"LC_ALL": "pt_BR.UTF-8", "LANGUAGE": "pt_BR"}),
    Scenario("tls", "-sS --cacert {ca} --resolve {resolve} {tls}/a {tls}/b"),
    Scenario("resolver", "-sS {name}/a {name}/b"),
]
