# Results that wait: the window, the memory limit, the spool, slow readers,
# bodies that are written while they come.

load helper
load own_server

# memory: fails where a run took more KiB than that; not under Valgrind
memory_is_below() {
    [ -n "${COGET_SLOW-}" ] || [ "$(<rss)" -lt "$1" ]
}

@test "a window of 20,000 behind one that is late: memory and spool are bounded" {
    local n=20000 pid
    [ -z "${COGET_SLOW-}" ] || n=1000
    { echo "$URL/0?hold"; seq $((n - 1)) | sed "s|^|$URL/|"; } >list
    "$BUILDDIR/tests/rss" rss "$COGET" -s --ndjson --speed-time 0 \
        --window $n --memory-limit 1M -i list >out &
    wait_until requests_are $n
    server release >/dev/null
    wait $!
    jq -s -e --argjson n $n 'map(.index) == [range($n)] and
        all(.outcome == "ok") and .[0].time_held == 0 and
        (.[1:] | all(.time_held > 0))' out
    memory_is_below 32768
}

@test "--window: so many ahead of the oldest, no more" {
    seq 100 | sed "s|^|$URL/|; 1s|\$|?hold|" >list
    "$COGET" -s --window 7 -i list >out &
    local pid=$!
    wait_until requests_are 7
    coget -s "$URL/another" >/dev/null # whatever was to come has come
    [ "$(stat_of requests)" -eq 8 ]
    server release >/dev/null
    wait $pid
    [ "$(wc -l <out)" -eq 100 ]
    run coget --window 0 "$URL/"
    [ "$status" -eq 2 ]
}

@test "bodies beyond the memory limit go to the spool, whatever their size" {
    local i size
    for i in $(seq 40); do
        size=$((i * 39979 % 1500000))
        echo "$URL/$i?size=$size"
    done >list
    sed '1s|$|\&hold|' list >held
    "$BUILDDIR/tests/rss" rss "$COGET" -s --memory-limit 100k -i held >out &
    wait_until requests_are 40
    server release >/dev/null
    wait $!
    coget -s -j 1 --memory-limit 1G -i list >plain
    cmp plain out
    memory_is_below 32768
    coget -s --ndjson --memory-limit 0 -i list | jq -j .body >out
    cmp plain out
    # nothing is left of it, and it goes where TMPDIR says
    run env TMPDIR=/nonexistent/dir "$COGET" -s -S --memory-limit 0 -i list
    [ "$status" -eq 3 ]
    [[ $output == *"coget: cannot use a temporary file in /nonexistent/dir: No such file or directory"* ]]
}

@test "bodies in pieces: base64 and escapes are as of one piece" {
    local i hex text
    # what is no multiple of a piece, and characters across its ends
    hex=$(printf 'ff%.0s' {1..3000})
    coget -s --ndjson --memory-limit 0 "$URL/a?size=200001" | jq -j .body |
        cmp - <(coget -s "$URL/a?size=200001")
    coget -s "$URL/b?hex=$hex" >plain
    coget -s --ndjson --memory-limit 0 "$URL/b?hex=$hex" | jq -j .body_base64 | base64 -d | cmp - plain
}

@test "the oldest body is written while it comes" {
    mkfifo pipe
    "$COGET" -s "$URL/a?size=200000&stall=100000" "$URL/b" >pipe 2>/dev/null &
    local pid=$!
    exec 4<pipe
    head -c 100000 <&4 | wc -c >first # before the transfer ends, which never does
    [ "$(<first)" -eq 100000 ]
    kill -INT $pid
    wait $pid || true
    exec 4<&-
    # a small one that stands still comes after a while, too
    "$COGET" -s "$URL/a?size=100&stall=10" >pipe 2>/dev/null &
    pid=$!
    exec 4<pipe
    [ "$(head -c 10 <&4)" = abcdefghij ]
    kill -INT $pid
    wait $pid || true
    exec 4<&-
}

@test "a small body that breaks at once is not written; the next ones are" {
    run coget -s "$URL/a?size=100&short=9" "$URL/b"
    [ "$status" -eq 1 ]
    [ "$output" = /b ]
}

@test "another attempt goes on where the first one broke, if it is the same body" {
    coget -s "$URL/a?size=300000" >plain
    coget -s --retry 2 --retry-delay 1ms --retry-all-errors \
        "$URL/a?size=300000&cut=200000&flaky=1" "$URL/b" >out
    { cat plain; echo /b; } | cmp - out
    [ "$(stat_of requests)" -eq 4 ]
}

@test "a slow reader: nothing times out, nothing new begins, the summary tells" {
    seq 60 | sed "s|^|$URL/|; s|\$|?size=300000|" >list
    mkfifo pipe
    "$COGET" -j 4 -m 5 -i list >pipe 2>err &
    local pid=$! seen
    exec 4<pipe
    wait_until requests_are 4
    head -c 1000 <&4 >out
    sleep 1 # the reader's own slowness
    seen=$(stat_of requests)
    [ "$seen" -lt 40 ]
    cat <&4 >>out
    wait $pid
    exec 4<&-
    [ "$(wc -c <out)" -eq $((60 * 300000)) ]
    grep -q '^tasks *60 ok, 0 failed' err
    grep -q 'time_blocked_on_output' err
}

@test "a full TMPDIR: status 3, what is written is whole" {
    mkdir small
    mount -t tmpfs -o size=1m none small 2>/dev/null ||
        skip "mounting a tmpfs is not permitted here"
    { echo "$URL/0?hold"; seq 20 | sed "s|^|$URL/|; s|\$|?size=300000|"; } >list
    TMPDIR=$PWD/small "$COGET" -s -S --ndjson --memory-limit 0 -i list >out 2>err &
    local pid=$!
    wait_until grep -q "cannot use a temporary file in $PWD/small: No space left on device" err
    server release >/dev/null || true
    wait $pid && status=0 || status=$?
    umount small
    [ "$status" -eq 3 ]
    jq -s -e 'length == 21' out
}

@test "bodies that nobody reads are not kept" {
    "$BUILDDIR/tests/rss" rss "$COGET" -s -j 8 $(seq 8 | sed "s|^|$URL/|; s|\$|?size=20000000|") >/dev/null
    memory_is_below 32768
    [ "$(stat_of requests)" -eq 8 ]
}
