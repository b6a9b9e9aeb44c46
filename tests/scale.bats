# Memory and numbers: many lines, ten thousand at once.

load helper
load own_server

setup() {
    fresh_test
    # memory is what is measured here
    [ -z "${COGET_SLOW-}" ] ||
        skip "memory is not coget's own under Valgrind or a sanitizer"
}

# Fetches that many lines from a pipe; prints the most memory used, in KiB.
rss_of_lines() {
    seq "$1" | sed "s|^|$URL/|" |
        "$BUILDDIR/tests/rss" rss "$COGET" -s --ndjson | tail -n 1 >last
    jq -e --argjson n "$1" '.index == $n - 1 and .outcome == "ok"' last >/dev/null
    cat rss
}

@test "400,000 lines from a pipe: memory is level" {
    local few many
    few=$(rss_of_lines 50000)
    many=$(rss_of_lines 400000)
    echo "50,000: $few KiB, 400,000: $many KiB"
    [ "$(stat_of requests)" -eq 450000 ]
    [ "$many" -lt 49152 ]
    # Of what libcurl allocates at the beginning, ever more pages are written
    # to for the first time: a few MiB, however long it takes. What a task
    # left behind would be 32 bytes at least, malloc's smallest: 11 MB.
    [ "$many" -le $((few + 8192)) ]
}

@test "10,000 tasks at once: all ok, at most 20 KB each" {
    local one all
    [ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -ge 14000 ] ||
        skip "the hard limit of open files is $(ulimit -Hn)"
    seq 10000 >ids
    "$BUILDDIR/tests/rss" rss "$COGET" -s --template "$URL/{id}" 0 >/dev/null
    one=$(cat rss)
    # the barrier: no answer before all 10,000 are there
    "$BUILDDIR/tests/rss" rss "$COGET" -s -j 10000 --ndjson --speed-time 0 \
        --template "$URL/{id}?barrier=10000" -i ids >out
    all=$(cat rss)
    [ "$(stat_of peak)" -eq 10000 ]
    [ "$(jq -r .outcome out | sort | uniq -c | tr -s ' ')" = " 10000 ok" ]
    echo "one: $one KiB, 10,000: $all KiB"
    [ $(((all - one) * 1024 / 10000)) -le 20000 ]
}

@test "10,000 waiting tasks, 50 at once: what waits costs little" {
    local few many
    few=$(rss_of_lines 1000)
    seq 10000 >ids
    # a window of 10,000 frames
    "$BUILDDIR/tests/rss" rss "$COGET" -s -j 1000 --ndjson \
        --template "$URL/{id}" -i ids >out
    many=$(cat rss)
    echo "$few KiB, $many KiB"
    [ "$(jq -s 'map(select(.outcome == "ok")) | length' out)" -eq 10000 ]
    [ "$many" -lt 49152 ]
}
