# --split: ranges that break, that are refused, that lie or come too late.

load split

@test "every fault of a ranged answer: the same bytes, from the first request" {
    for fault in start total none etag whole busy; do
        server reset >/dev/null
        split --ndjson "$URL/p?$OFFER&rate=1000000&badrange=$fault" >out
        body out | cmp - "$PLAIN"
        jq -e '.ranges == 1 and .attempts == 1' out
        [ "$(stat_of requests)" -eq 4 ]
        # the same where only the last ranges are refused
        split "$URL/p?$OFFER&rate=1000000&badrange=$fault&badfrom=300000" |
            cmp - "$PLAIN"
        split -o 'file{index}' "$URL/p?$OFFER&rate=1000000&badrange=$fault&badfrom=300000"
        cmp file0 "$PLAIN"
    done
}

@test "bytes of another body would be seen here, were they let in" {
    split "$URL/p?$OFFER&rate=400000&badrange=mixed" >out
    run ! cmp -s out "$PLAIN"
    [ "$(wc -c <out)" -eq $SIZE ]
}

@test "the body changes meanwhile: anew and whole, never a mix" {
    # the last range breaks, and goes on when the others are there
    local query="$OFFER&rate=600000&badrange=short&badfrom=450000&changes=4"
    split --ndjson --retry 1 --retry-delay 1s "$URL/1?$query" >out
    curl -q -sS -o changed "$URL/c?changes=0&$query"
    body out | cmp - changed
    run ! cmp -s changed "$PLAIN"
    jq -e '.ranges == 1 and .attempts == 2 and .outcome == "ok"' out
    split -o 'file{index}' --retry 1 --retry-delay 1s "$URL/2?$query"
    cmp file0 changed
    # some of the old one was written already: then it fails
    run --separate-stderr split -S --retry 1 --retry-delay 1s "$URL/3?$query"
    [ "$status" -eq 1 ]
    [[ $stderr == *"another body than the attempt before"* ]]
    [ ${#output} -lt $SIZE ]
}

@test "a range that breaks goes on where it stopped" {
    split --ndjson --retry 1 --retry-delay 10ms \
        "$URL/p?$OFFER&rate=300000&badrange=short&badranges=1" >out
    body out | cmp - "$PLAIN"
    jq -e '.ranges == 4 and .size_download == 600000 and .attempts == 1' out
    [ "$(stat_of requests)" -eq 5 ]
    # half of 150,000 was there
    ranges_asked | awk '$1 % 150000 == 75000 { found++ } END { exit found != 1 }'
    # also without retries, when all the others have ended
    : >"$SERVER_LOG"
    split -o 'file{index}' \
        "$URL/q?$OFFER&rate=300000&badrange=short&badranges=1&badfrom=450000"
    cmp file0 "$PLAIN"
    ranges_asked | grep -qx "525000 599999"
}

@test "a range that always breaks fails the task, and leaves no file" {
    run split --ndjson -O --output-dir . \
        "$URL/p?$OFFER&rate=300000&badrange=short&badfrom=450000"
    [ "$status" -eq 1 ]
    jq -e '.outcome == "network_error" and .exitcode == 18 and .ranges == 0
        and (.errormsg | startswith("bytes 450000-599999: "))' <<<"$output"
    [ "$(ls -A)" = "" ]
}

@test "too many at once for the server: the rest one after the other" {
    split --ndjson "$URL/p?$OFFER&rate=300000&limit=2" >out
    body out | cmp - "$PLAIN"
    jq -e '.ranges > 1' out
}

@test "the first transfer breaks: a range brings the rest of its part" {
    split --ndjson "$URL/p?$OFFER&rate=300000&cutwhole=100000" >out
    body out | cmp - "$PLAIN"
    jq -e '.ranges == 4 and .attempts == 1' out
    ranges_asked | grep -qx "100000 149999"
    split -o 'file{index}' "$URL/p?$OFFER&rate=300000&cutwhole=100000"
    cmp file0 "$PLAIN"
    # without ranges it breaks for good
    run coget -s --ndjson "$URL/p?$OFFER&cutwhole=100000"
    jq -e '.exitcode == 18' <<<"$output"
}

@test "-m and --task-timeout bound the task as a whole" {
    SECONDS=0
    # the first transfer ends soon, a range waits to be tried again
    run split --ndjson -m 1 --retry 1 --retry-delay 20s --retry-on reset \
        "$URL/p?$OFFER&rate=600000&badrange=short&badfrom=450000"
    [ "$status" -eq 1 ]
    jq -e '.outcome == "timeout" and .exitcode == 28 and .ranges == 0
        and (.errormsg | startswith("Operation timed out"))' <<<"$output"
    run split --ndjson --task-timeout 1s --retry 1 --retry-delay 20s \
        "$URL/p?$OFFER&rate=600000&badrange=short&badfrom=450000"
    [ "$status" -eq 1 ]
    jq -e '.outcome == "timeout" and .ranges == 0 and .body == null' <<<"$output"
    run split --ndjson -m 500ms "$URL/p?$OFFER&rate=100000"
    jq -e '.outcome == "timeout"' <<<"$output"
    [ "$SECONDS" -lt 15 ]
}

@test "--max-filesize holds for the whole" {
    run split --ndjson --max-filesize 500000 "$URL/p?$OFFER&rate=400000"
    jq -e '.exitcode == 63' <<<"$output"
    [ "$(stat_of requests)" -eq 1 ]
    split --max-filesize $SIZE "$URL/p?$OFFER&rate=400000" | cmp - "$PLAIN"
}

@test "the length lies: the task fails as without the option" {
    run split --ndjson "$URL/p?$OFFER&rate=1000000&short=1000"
    [ "$status" -eq 1 ]
    jq -e '.outcome == "network_error" and .exitcode == 18' <<<"$output"
}

@test "a redirect: ranges go where it led to, a login does not" {
    local elsewhere=http://localhost:${URL##*:} query
    query=${OFFER//%/%25}
    query=${query//&/%26}%26rate=400000
    split --ndjson -L -u me:secret "$URL/a?redirect=/p?$query" >out
    body out | cmp - "$PLAIN"
    jq -e '.ranges == 4 and .num_redirects == 1' out
    [ "$(stat_of requests)" -eq 5 ]
    [ "$(grep -c 'Authorization: Basic' "$SERVER_LOG")" -eq 5 ]
    : >"$SERVER_LOG"
    split --ndjson -4 -L -u me:secret -H "Cookie: c=1" -H "Authorization: x" \
        -b d=2 "$URL/a?redirect=$elsewhere/p?$query" >out
    body out | cmp - "$PLAIN"
    jq -e '.ranges == 4' out
    [ "$(jq -r 'select(.target | startswith("/p")) | .head' "$SERVER_LOG" |
        grep -cE '^(Authorization|Cookie):')" -eq 0 ]
    [ "$(jq -r 'select(.target | startswith("/p")) | .head' "$SERVER_LOG" |
        grep -c '^Host: localhost')" -eq 4 ]
}

@test "SIGINT in the middle: a record, no file" {
    "$COGET" -s --split 4 --split-min 100k --ndjson -O --output-dir files \
        --create-dirs "$URL/p?$OFFER&rate=50000" >out 3>&- &
    local pid=$! status=0
    wait_until requests_are 4
    [ "$(find files -name '.coget-*' | wc -l)" -eq 1 ]
    kill -INT $pid
    wait $pid || status=$?
    [ "$status" -eq 130 ]
    jq -e '.outcome == "cancelled" and .ranges == 0 and .body == null' out
    [ "$(find files -type f)" = "" ]
    # what was asked for is given up, too
    wait_until eval '[ "$(stat_of active)" -eq 0 ]'
}

@test "--deadline in the middle ends all ranges" {
    run split --ndjson --shield --deadline 500ms "$URL/p?$OFFER&rate=50000"
    [ "$status" -eq 4 ]
    jq -e '.outcome == "cancelled"' <<<"$output"
}

@test "the file cannot be written: the cause, and the end of all ranges" {
    [ -e /dev/full ] || skip_or_fail /dev/full
    run bash -c 'ulimit -f 300; trap "" XFSZ; exec "$0" "$@"' "$COGET" -s \
        --ndjson --split 4 --split-min 100k -O --output-dir . \
        "$URL/p?$OFFER&rate=400000"
    [ "$status" -eq 3 ]
    jq -e '.exitcode == 23 and (.errormsg | contains("cannot write"))' \
        <<<"${lines[0]}"
    [ "$(find . -type f)" = "" ]
}
