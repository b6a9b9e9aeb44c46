# --timeline: what tasks did when, as text, SVG, HTML, a trace and a HAR.

load helper
load own_server

# What a browser shows of a page: SHOWN and the requests it made.
browse() {
    "$SRCDIR/tests/browser.py" "$@" >page
    jq -e '(.requests | length) == 1 and
        (.requests[0] | startswith("file:")) and .complaints == []' page
    SHOWN=$(jq -r .shown page)
}

# Chromium is large: of what bootstrap installs, it is .ci/run's.
needs_browser() {
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null ||
        skip_or_fail "no chromium"
}

# A FILTER of jq, over a trace: what each task was in, by index, in seconds:
# its waits, its backoff, the states of each attempt, and how long it was held.
SUMS='[.traceEvents[] | select(.cat == "state" or .cat == "waiting" or
        .cat == "held") | select(.ph != "e" or .ts != null)] |
    map({index: .args.index, attempt: .args.attempt, name,
        usec: (if .ph == "X" then .dur elif .ph == "e" then .ts else -.ts end)}) |
    group_by(.index) | map({key: (.[0].index | tostring), value: (
        (map(select(.name | IN("connect", "send", "wait", "receive")) |
            .attempt) | max) as $last | {
        queue: (map(select(.name | IN("slot", "host", "rate", "output")) |
            .usec) | add // 0),
        backoff: (map(select(.name == "backoff") | .usec) | add // 0),
        held: (map(select(.name == "held") | .usec) | add // 0),
        last: (map(select(.attempt == $last and (.name | IN("dns", "connect",
            "tls", "send", "wait", "receive"))) | .usec) | add // 0),
        all: (map(.usec) | add)} | map_values(. / 1e6))}) | from_entries'

@test "1,000 tasks: the states of each are its times, to a millisecond" {
    local n=1000
    [ -z "${COGET_SLOW-}" ] || n=60
    awk -v n=$n -v url="$URL" 'BEGIN {
        srand(7)
        for (i = 0; i < n; i++) {
            q = "delay=" int(rand() * 40) "&size=" int(exp(rand() * 12))
            r = rand()
            host = url
            if (r < .05) q = q "&flaky=1"
            else if (r < .08) q = q "&status=500"
            else if (r < .1) q = q "&drop"
            else if (r < .12) q = q "&flaky=1&drop"
            else if (r < .3) sub("127.0.0.1", "localhost", host)
            print host "/" i "?" q
        }
    }' >list
    run -1 --separate-stderr coget -s -4 --ndjson -j 30 --retry 2 \
        --retry-all-errors --retry-delay 0.05 --parallel-max-host 20 \
        --rate 400/s --timeline=t.json -i list
    jq -s . <<<"$output" >records
    jq "$SUMS" t.json >sums
    # where the time has to be, it is
    jq -e 'def near($b): (. - $b | fabs) < 0.001;
        def says($s): (.time_queue | near($s.queue)) and
            (.time_backoff | near($s.backoff)) and
            (.time_held | near($s.held)) and (.time_total | near($s.last)) and
            (.attempts > 1 or (.time_total + .time_queue + .time_backoff +
                .time_held | near($s.all)));
        input as $sums | length == '$n' and
        all(.[]; says($sums[.index | tostring]))' records sums
    # and all kinds of it were there
    jq -e 'map(.attempts) | max == 3' records
    coget -s --parallel-max-host 1 --timeline=h.json "$URL/a?delay=20" \
        "$URL/b" >/dev/null
    jq -s -e '[.[].traceEvents[].name] as $names | all("slot", "host", "rate",
        "backoff", "dns", "connect", "send", "wait", "receive", "held";
        IN($names[]))' t.json h.json
}

@test "text: a row a task, folded above 60, as wide as the terminal" {
    run -0 --separate-stderr env COLUMNS=60 LC_ALL=C "$COGET" --timeline \
        "$URL/a?delay=300" "$URL/b?delay=100&size=1000" "$URL/c"
    # shellcheck disable=SC2154 # run's
    echo "$stderr"
    [[ ${stderr_lines[0]} == "concurrent: 3 tasks (3 ok) in "*", 3 at once" ]]
    [[ ${stderr_lines[2]} =~ ^/a.*-----.*' 200'$ ]]
    [[ ${stderr_lines[3]} =~ ^/b.*--.*____.*' 200'$ ]]
    [[ ${stderr_lines[4]} =~ ^/c.*____.*' 200'$ ]]
    [[ $stderr == *"- awaits the answer"*"_ held for the order"* ]]
    [[ $stderr != *$'\e'* && $stderr != *[![:ascii:]]* ]]
    [[ $stderr == *"speed-up"* ]]
    run -0 --separate-stderr env LC_ALL=C.UTF-8 COLUMNS=70 "$COGET" -s \
        --timeline "$URL/é?delay=500" "$URL/c"
    [[ $stderr == *▒▒▒* && $stderr == *▁▁▁* ]]
    run -0 --separate-stderr env LC_ALL=C COLUMNS=70 "$COGET" -s --timeline \
        "$URL/日本" "$URL/b"
    [[ ${stderr_lines[2]} == "/???? "* ]]
    [ ${#stderr_lines[2]} -eq ${#stderr_lines[3]} ]
    seq 600 | sed "s|^|$URL/|" >list
    run -0 --separate-stderr env LC_ALL=C.UTF-8 COLUMNS=70 "$COGET" -s \
        --timeline -i list
    echo "$stderr"
    [[ $stderr == *"a row is 10"* && $stderr == *590-599* ]]
    [ "$(grep -c ' ok$' <<<"$stderr")" -eq 60 ]
    [ "$(LC_ALL=C.UTF-8 wc -L <<<"$stderr")" -le 70 ]
}

@test "text: colours on a terminal only; a failure is told" {
    needs_terminal
    run script -qec "env -u NO_COLOR TERM=xterm COLUMNS=80 LC_ALL=C.UTF-8 \
        $COGET -s --timeline $URL/a?status=404\\&delay=50" /dev/null </dev/null
    [[ $output == *$'\e[32m'▒* && $output == *$'\e[31m'404* ]]
    run script -qec "env NO_COLOR=1 TERM=xterm COLUMNS=80 $COGET -s \
        --timeline $URL/a?status=404" /dev/null </dev/null
    [[ $output != *$'\e'* && $output == *404* ]]
}

@test "an ending that is none of the four is a usage error" {
    local name
    for name in x x.txt .json/x x.svgz -; do
        run -2 coget --timeline="$name" "$URL/"
        [ "$output" = "coget: --timeline: \"$name\" ends in none of .svg, \
.html, .json, .har" ]
    done
    [ "$(stat_of requests)" -eq 0 ]
    printf 'timeline\ntimeline = "%s"\n' c.SVG >config
    run -0 --separate-stderr coget -K config -s "$URL/"
    [[ $stderr == *"1 task (1 ok)"* ]]
    [ -s c.SVG ]
}

@test "files are whole or not there: before the run, and at its end" {
    run -3 --separate-stderr coget --timeline=none/x.svg "$URL/"
    [ "$stderr" = "coget: cannot write none/x.svg: No such file or directory" ]
    [ "$(stat_of requests)" -eq 0 ]
    echo old >x.html
    coget -s --timeline=x.html "$URL/?hold" >/dev/null &
    wait_until requests_are 1
    [ "$(<x.html)" = old ]
    server release >/dev/null
    wait $!
    [[ $(<x.html) == "<!DOCTYPE html>"*"</html>" ]]
    ln -s /dev/full full.har
    run -3 --separate-stderr coget -s --timeline=full.har "$URL/"
    [ "$stderr" = "coget: cannot write full.har: No space left on device" ]
    "$COGET" -s --timeline=y.svg "$URL/?hold" >/dev/null &
    local pid=$!
    wait_until requests_are 3
    kill -INT $pid
    wait $pid || true
    # what was interrupted is drawn, too
    [[ $(<y.svg) == *cancelled* ]]
    [ "$(find . -name '*.??????' | wc -l)" -eq 0 ]
}

@test "a descriptor that does not block is waited for" {
    seq 400 | sed "s|^|$URL/|" >list
    python3 - <<'PY'
import os
import subprocess
import time

reads, writes = os.pipe()
os.set_blocking(writes, False)
os.symlink(f"/dev/fd/{writes}", "t.svg")
process = subprocess.Popen(
    [os.environ["COGET"], "-s", "--timeline=t.svg", "-o", "out", "-i", "list"],
    pass_fds=[writes])
os.close(writes)
while not os.path.exists("out"):
    time.sleep(0.01)
time.sleep(0.3)
with open(reads, encoding="utf-8") as pipe:
    assert pipe.read().endswith("</svg>\n")
assert process.wait() == 0
PY
}

@test "hostile names are text everywhere; passwords are nowhere" {
    printf '%s\n' "$URL/\"'<&>?x=]]>" "{\"id\":\"</script><script>alert(1)\
</script>\",\"url\":\"$URL/\\u0007\"}" "{\"id\":\"\\u001b[31m\\ufffe\\u0085\",
\"url\":\"$URL/b\"}" "http://user:secret@${URL#http://}/c?redirect=/d" |
        sed '/,$/{N;s/\n//}' >list
    printf '%s/\xff\xfe\n' "$URL" >>list
    run coget -s -L -u me:secret -H 'Cookie: a=secret' \
        --timeline --timeline=t.svg --timeline=t.html --timeline=t.json \
        --timeline=t.har -i list
    ! grep -a secret t.*
    [[ $output != *secret* && $output != *$'\e'* ]]
    python3 - <<'PY'
import html.parser
import json
import xml.dom.minidom as dom

doc = dom.parse("t.svg")
titles = [t.firstChild.data for t in doc.getElementsByTagName("title")]
assert len(titles) == 5, titles
assert "#1 </script><script>alert(1)</script>" in titles[1], titles
assert not doc.getElementsByTagName("script")


class Page(html.parser.HTMLParser):
    tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            assert name not in ("href", "src") or value == "data:,", value


page = Page()
page.feed(open("t.html", encoding="utf-8").read())
assert page.tags.count("script") == 1
for name in "t.json", "t.har":
    json.load(open(name, encoding="utf-8"))
PY
    jq -e '[.log.entries[].request.headers[] |
        select(.name | IN("Cookie", "Authorization")) | .value] |
        length > 0 and all(. == "(redacted)")' t.har
}

@test "a trace: hosts are processes, lanes threads, nothing overlaps in one" {
    local n
    for n in $(seq 30); do
        echo "$URL/$n?delay=$((n % 7 * 10))"
        echo "${URL/127.0.0.1/localhost}/$n?size=3000"
    done >list
    coget -s -j 4 --timeline=t.json -i list >/dev/null
    python3 - "$URL" <<'PY'
import collections
import json
import sys

events = json.load(open("t.json"))["traceEvents"]
names = {e["pid"]: e["args"]["name"] for e in events
         if e["name"] == "process_name"}
assert sorted(names.values()) == sorted(
    [sys.argv[1], sys.argv[1].replace("127.0.0.1", "localhost")]), names
threads = {e["tid"]: (e["pid"], e["args"]["name"]) for e in events
           if e["name"] == "thread_name"}
assert not set(threads) & set(names)
lanes = collections.defaultdict(list)
for e in events:
    assert isinstance(e["pid"], int) and isinstance(e["tid"], int), e
    if e["ph"] == "X":
        assert e["dur"] >= 0 and threads[e["tid"]][0] == e["pid"], e
        assert {"index", "url", "outcome", "status"} <= set(e["args"]), e
        lanes[threads[e["tid"]][1]].append(e)
assert set(lanes) == {f"lane {n}" for n in range(4)}, set(lanes)
for slices in lanes.values():
    stack = []
    for e in sorted(slices, key=lambda e: (e["ts"], e["cat"] != "task",
                                           e["dur"])):
        while stack and stack[-1] <= e["ts"]:
            stack.pop()
        assert len(stack) <= 1, e
        assert not stack or e["ts"] + e["dur"] <= stack[-1], e
        stack.append(e["ts"] + e["dur"])
open_slices = {}
for e in events:
    if e["ph"] == "b":
        assert e["id"] not in open_slices, e
        open_slices[e["id"]] = e["ts"]
    elif e["ph"] == "e":
        assert open_slices.pop(e["id"]) <= e["ts"], e
assert not open_slices
PY
}

@test "a HAR: 1.2 by its rules, an entry a task" {
    run -1 --separate-stderr coget -s -L --retry 1 --retry-delay 0 \
        --timeline=t.har "{\"url\":\"$URL/a?x=1&y=%C3%A9\",
        \"method\":\"POST\",\"body\":\"a=b\"}" \
        "$URL/b?redirect=/z" "$URL/c?status=404" "$URL/d?drop" "bad url" \
        "$URL/e?flaky=1" "$URL/{x}"
    jq -e -f "$SRCDIR/tests/har.jq" t.har
    # shellcheck disable=SC2016 # jq's
    jq -e '.log.entries | length == 7 and
        map(._outcome) == ["ok", "ok", "http_error", "network_error",
            "invalid", "ok", "ok"] and
        (.[0] | .request.method == "POST" and .request.bodySize == 3 and
            .request.httpVersion == "HTTP/1.1" and
            (.request.queryString | map([.name, .value])) ==
                [["x", "1"], ["y", "é"]] and
            (.request.headers | map(.name) | contains(["Host", "User-Agent"]))
            and .response.status == 200 and .response.statusText == "OK" and
            .serverIPAddress == "127.0.0.1" and .timings.ssl == -1 and
            .timings.connect >= 0 and .timings.wait > 0) and
        (.[1] | ._redirects == 1 and (.request.url | endswith("/z"))) and
        .[2].response.status == 404 and
        (.[3] | .response.status == 0 and ._attempts == 2 and
            (._error | length > 0)) and
        .[4].request.url == "about:invalid" and
        (.[5] | ._attempts == 2 and .response.status == 200) and
        (.[6].request.url | endswith("/%7Bx%7D"))' t.har
}

@test "both runs of --compare are drawn, on one axis" {
    coget -s --compare --timeline=t.svg --timeline=t.har --timeline=t.json \
        "$URL/a?delay=100" "$URL/b?delay=100" >/dev/null
    grep -q 'coget: sequential .*, concurrent .*x<' t.svg
    grep -q 'sequential: 2 tasks (2 ok)' t.svg
    grep -q 'concurrent: 2 tasks (2 ok)' t.svg
    jq -e -f "$SRCDIR/tests/har.jq" t.har
    jq -e '[.log.pages[].id] == ["sequential", "concurrent"] and
        ([.log.entries[].pageref] | group_by(.) | map(length)) == [2, 2]' t.har
    jq -e '[.traceEvents[] | select(.name == "process_name") |
        .args.name | split(":")[0]] == ["sequential", "concurrent"]' t.json
}

@test "a comparison that is interrupted claims no speed-up" {
    # one run before, one after the other, at once, one after the other
    "$COGET" -s --compare=2 --timeline=t.svg --timeline "$URL/?delay=500" \
        >/dev/null 2>err &
    local pid=$!
    wait_until requests_are 4
    kill -INT $pid
    wait $pid || true
    cat err
    grep -q 'coget: sequential .*, concurrent .*; interrupted<' t.svg
    grep -q '^sequential: 1 task (1 cancelled) in' err
    # the one that was complete is there yet
    grep -q '^concurrent: 1 task (1 ok) in' err
    ! grep -q '[0-9]x<' t.svg
}

@test "nothing is waited for behind the last attempt; known tasks have their status" {
    coget -s --timeline=t.json --journal j "$URL/a" "$URL/b?flaky=1" --retry 1 \
        --retry-delay 1ms >/dev/null
    jq -e '[.traceEvents[] | select(.cat == "state")] | group_by(.args.index)
        | all(.[]; last.name == "receive" and all(.[]; .args.attempt <= 2))' \
        t.json
    coget -s --timeline=t.json --journal j --resume "$URL/a" "$URL/b?flaky=1" \
        --retry 1 --retry-delay 1ms >/dev/null
    jq -e '[.traceEvents[].args.status // empty] | unique == [200]' t.json
}

@test "no tasks at all" {
    run -0 --separate-stderr coget -s --timeline --timeline=t.svg \
        --timeline=t.html --timeline=t.json --timeline=t.har -i /dev/null
    [ "${stderr_lines[0]}" = "concurrent: no tasks" ]
    grep -q '>coget: no tasks<' t.svg
    jq -e '.traceEvents == []' t.json
    jq -e '.log.entries == []' t.har
}

@test "20,000 tasks: memory is bounded, pictures stay small" {
    local n=20000
    [ -z "${COGET_SLOW-}" ] || n=700
    seq $n | sed "s|^|$URL/|" >list
    "$BUILDDIR/tests/rss" plain "$COGET" -s -i list >/dev/null
    "$BUILDDIR/tests/rss" rss "$COGET" -s --timeline=t.svg --timeline=t.html \
        --timeline=t.har --timeline=t.json -i list >/dev/null
    # shellcheck disable=SC2002
    echo "$(<plain) KiB without, $(<rss) KiB with"
    [ -n "${COGET_SLOW-}" ] || [ "$(<rss)" -lt $(($(<plain) + 8192)) ]
    [ "$(wc -c <t.svg)" -lt 600000 ]
    [ "$(wc -c <t.html)" -lt 600000 ]
    [ "$(jq '.log.entries | length' t.har)" -eq $n ]
    [ "$(jq '[.traceEvents[] | select(.cat == "task")] | length' t.json)" -eq $n ]
    local group
    group=$(sed -n 's/.*Each row is \([0-9]*\) tasks.*/\1/p' t.svg)
    [ "$group" -ge $((n / 300)) ]
    [ "$(grep -o "tasks [0-9]* to [0-9]*" t.svg | tail -n 1)" = \
        "tasks $(((n - 1) / group * group)) to $((n - 1))" ]
}

@test "a page in a browser: the mouse tells a task's figures, nothing is loaded" {
    needs_browser
    coget -s --timeline=t.html --timeline=t.svg "$URL/a?delay=200" \
        "$URL/<b>?delay=20" >/dev/null
    browse t.html 'g.t:nth-of-type(2)' \
        'document.getElementById("tip").hidden ? "" :
            document.getElementById("tip").innerText'
    echo "$SHOWN"
    [[ $SHOWN == "#1 $URL/<b>?delay=20"* || $SHOWN == "#1 $URL/%3Cb%3E?delay=20"* ]]
    [[ $SHOWN == *"ok 200, 1 attempt"*"awaits the answer"*"held for the order"* ]]
    browse t.svg 'g.t rect.wait' \
        'document.querySelector("g.t:hover title").textContent'
    [[ $SHOWN == "#0 $URL/a?delay=200"*"awaits the answer: "*" ms"* ]]
}
