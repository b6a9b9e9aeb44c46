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

@test "no room for results is told, though a file failed before" {
    : >file
    run -3 --separate-stderr env TMPDIR=/nonexistent "$COGET" -s --ndjson \
        --memory-limit 0 "{\"url\": \"$URL/1\", \"output\": \"file/x\"}" \
        "$URL/2?size=100000" "$URL/3?size=100000"
    jq -s -e '.[0].errormsg | startswith("cannot create file/x: ")' <<<"$output"
    [ "$stderr" = "coget: cannot use a temporary file in /nonexistent: No such file or directory" ]
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

# What is not retried at once has been begun to be written: 64 KiB, or 0.2 s.
cut="size=300000&cut=200000"

@test "another attempt in a journal, and for equal tasks: the body is whole" {
    coget -s "$URL/a?size=300000" >plain
    local limit again
    for limit in 1M 0; do # in memory, and in the spool
        again=(coget -s --retry 1 --retry-delay 1ms --memory-limit $limit
            --journal j$limit "$URL/a$limit?$cut;;size=300000")
        "${again[@]}" >out
        cmp plain out
        "${again[@]}" --resume >out
        cmp plain out
    done
    [ "$(stat_of requests)" -eq 5 ]
    # text is seen to be text, though a character is on either side of the break
    local hex
    hex=$(printf '61%.0s' {1..69999})c3a4
    echo "$URL/t?hex=$hex&cut=70000;;hex=$hex" >list
    coget -s --retry 1 --retry-delay 1ms --journal k -i list >out
    jq -s -e '.[1].record.body | length == 70000 and endswith("aä")' k
    coget -s --dedupe --retry 1 --retry-delay 1ms "$URL/b?$cut;;size=300000" \
        "$URL/b?$cut;;size=300000" >out
    cat plain plain | cmp - out
}

@test "another attempt with a body that ends before it goes on is a failure" {
    local answer
    for answer in size=10 size=0 "status=204&size=0"; do
        run --separate-stderr coget -s -S --retry 1 --retry-delay 1ms "$URL/a?$cut;;$answer"
        [ "$status" -eq 1 ]
        [ ${#output} -eq 200000 ]
        [[ $stderr == *"another body than the attempt before"* ]]
    done
}

@test "another attempt by a JSON task's own word goes on, too" {
    coget -s "$URL/a?size=300000" >plain
    echo '{"url":"'"$URL/b?$cut;;size=300000"'","retry":1}' |
        coget -s --retry-delay 1ms >out
    cmp plain out
}

@test "errors between attempts are no other bodies" {
    local pages="status=503&size=250000;;status=502&chunked&size=250000"
    coget -s "$URL/a?size=300000" >plain
    coget -s --retry 3 --retry-delay 1ms "$URL/b?$cut;;$pages;;size=300000" >out
    cmp plain out
    coget -s --fail-with-body --retry 3 --retry-delay 1ms \
        "$URL/c?$cut;;$pages;;size=300000" >out
    cmp plain out
    coget -s --fail-with-body --retry 2 --retry-delay 1ms "$URL/d?$pages;;size=9" >out
    [ "$(<out)" = abcdefghi ]
    # the last one's is the result, but not behind a part of another
    coget -s --fail-with-body --retry 1 --retry-delay 1ms "$URL/e?$pages" >out || true
    cmp <(head -c 250000 plain) out
    run coget -s --fail-with-body --retry 1 --retry-delay 1ms "$URL/f?$cut;;status=503&size=9"
    [ "$status" -eq 1 ]
    [ ${#output} -eq 200000 ]
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

@test "an empty body is text, whatever came on the same handle before" {
    coget -s --ndjson -j 1 "$URL/bin?hex=ff" "$URL/empty?size=0" "$URL/cut?hex=c3" \
        "$URL/none?status=204&size=0" |
        jq -s -e 'map(has("body_base64")) == [true, false, true, false] and
            .[1].body == "" and .[3].body == ""'
}
