# --split: one large body in several ranges at once.

load helper
load own_server
load servers

# A body of 600,000 bytes that can be had in four ranges.
SIZE=600000
OFFER="size=$SIZE&ranges&varied&etag=v1"

setup_file() {
    start_server
    start_nginx <<'EOT'
        location / { limit_rate 10m; }
        location /moved { return 302 /big; }
EOT
    head -c 100M /dev/urandom >"$NGINX_DIR/www/big"
    curl -q -sS -o "$BATS_FILE_TMPDIR/plain" "$URL/p?$OFFER"
}

teardown_file() {
    stop_server
    stop_nginx
}

setup() {
    fresh_test
    PLAIN=$BATS_FILE_TMPDIR/plain
    : >"$SERVER_LOG"
}

split() {
    coget -s --split 4 --split-min 100k "$@"
}

# body FILE: that of its one record, whatever it is.
body() {
    jq -j '.body // (.body_base64 | @base64d)' "$1"
}

# The ranges that the server was asked for, "START END" each, in order.
ranges_asked() {
    jq -r '.head | capture("\r\nRange: bytes=(?<a>[0-9]+)-(?<b>[0-9]+)\r\n")
        | "\(.a) \(.b)"' "$SERVER_LOG" | sort -n
}

@test "a body in four ranges: the same bytes on stdout, in a file, in a record" {
    split "$URL/p?$OFFER&rate=400000" | cmp - "$PLAIN"
    [ "$(stat_of requests)" -eq 4 ]
    split -o file "$URL/p?$OFFER&rate=400000"
    cmp file "$PLAIN"
    split --ndjson "$URL/p?$OFFER&rate=400000" >out
    body out | cmp - "$PLAIN"
    jq -e '.ranges == 4 and .size_download == 600000 and .num_connects == 4
        and .response_code == 200 and .attempts == 1' out
    split --ndjson -O --output-dir . "$URL/p?$OFFER&rate=400000" >out
    jq -e '.ranges == 4 and .body_file == "p"' out
    cmp p "$PLAIN"
    # nothing else is left
    [ "$(ls)" = "$(printf '%s\n' file out p)" ]
}

@test "ranges neither overlap nor leave gaps, and name the body they are of" {
    split -o 'file{index}' "$URL/p?$OFFER&rate=400000"
    ranges_asked >asked
    [ "$(wc -l <asked)" -eq 3 ]
    # the first request brings what is before the first of them
    awk -v next_one="$(awk 'NR == 1 { print $1 }' asked)" '
        $1 != next_one { exit 1 }
        { next_one = $2 + 1 }
        END { exit next_one != 600000 }' asked
    [ "$(head -n 1 asked)" = "150000 299999" ]
    [ "$(jq -r 'select(.head | contains("\r\nIf-Range: \"v1\"\r\n")) | 1' \
        "$SERVER_LOG" | wc -l)" -eq 3 ]
}

@test "it is faster than one transfer" {
    [ -z "${COGET_SLOW-}" ] || skip "times under a sanitizer tell nothing"
    coget -s --ndjson "$URL/p?$OFFER&rate=200000" >one
    split --ndjson "$URL/p?$OFFER&rate=200000" >four
    jq -c '[.ranges, .time_total, .time_starttransfer]' one four
    body one | cmp - "$PLAIN"
    body four | cmp - "$PLAIN"
    # 3 s and a quarter of it
    # shellcheck disable=SC2016
    holds '$four[0].time_total * 3 < $one[0].time_total * 2' \
        --slurpfile one one --slurpfile four four
    jq -e '.ranges == 1' one
}

@test "ranges take slots: -j, --parallel-max-host and --sequential hold" {
    for option in "-j 2" "--parallel-max-host 2"; do
        server reset >/dev/null
        # shellcheck disable=SC2086
        split --ndjson $option "$URL/p?$OFFER&rate=800000" >out
        body out | cmp - "$PLAIN"
        jq -e '.outcome == "ok"' out
        [ "$(stat_of peak)" -eq 2 ]
    done
    for option in "-j 1" --sequential; do
        server reset >/dev/null
        # shellcheck disable=SC2086
        split --ndjson $option "$URL/p?$OFFER&rate=2000000" >out
        body out | cmp - "$PLAIN"
        jq -e '.ranges == 1' out
        [ "$(stat_of requests)" -eq 1 ]
        [ "$(stat_of peak)" -eq 1 ]
    done
}

@test "many split tasks at once: every one whole, in order" {
    for i in $(seq 12); do
        echo "$URL/$i?$OFFER&rate=2000000"
    done >list
    split --ndjson -j 6 -i list >out
    [ "$(jq -c .index out | tr '\n' ' ')" = "0 1 2 3 4 5 6 7 8 9 10 11 " ]
    jq -s -e 'all(.outcome == "ok")' out
    [ "$(jq -r .body out | sort -u | head -c $SIZE | cmp - "$PLAIN")" = "" ]
    [ "$(jq -r .body out | sort -u | wc -l)" -eq 1 ]
    [ "$(stat_of peak)" -le 6 ]
    split -j 6 -i list | cmp - <(for i in $(seq 12); do cat "$PLAIN"; done)
}

# plainly QUERY OPTION...: one request, the body as without the option.
plainly() {
    local query=$1
    shift
    server reset >/dev/null
    curl -q -sS -o plain "$URL/p?$query"
    server reset >/dev/null
    split --ndjson "$@" "$URL/p?$query" >out
    [ "$(stat_of requests)" -eq 1 ]
    jq -e '.outcome == "ok" and .ranges == 1' out
    body out | cmp - plain
}

@test "no split: not offered, weak, small, encoded, endless, or no such GET" {
    plainly "$OFFER&rate=2000000&header=Accept-Ranges:none"
    plainly "size=$SIZE&etag=v1&rate=2000000"
    plainly "size=$SIZE&ranges&rate=2000000"
    plainly "size=$SIZE&ranges&varied&etag=v1&weak&rate=2000000"
    plainly "size=150000&ranges&etag=v1&rate=2000000"
    plainly "$OFFER&rate=2000000&chunked"
    plainly "$OFFER&rate=2000000&header=Content-Encoding:x"
    plainly "$OFFER&rate=2000000" -H "If-Match: *"
    plainly "$OFFER&rate=2000000" -X POST
    plainly "$OFFER&rate=2000000" -d data
    # a date is strong only when it is old enough
    local then="Wed,%2001%20Jan%202020%2000:00:"
    plainly "size=$SIZE&ranges&rate=2000000&modified=${then}30%20GMT&header=Date:%20${then}59%20GMT"
    server reset >/dev/null
    split --ndjson "$URL/p?size=$SIZE&ranges&varied&rate=400000&modified=${then}30%20GMT&header=Date:%20Wed,%2001%20Jan%202020%2000:01:30%20GMT" >out
    jq -e '.ranges == 4' out
    body out | cmp - "$PLAIN"
    # nothing to split
    split --ndjson -I "$URL/p?$OFFER" >out
    split --ndjson "$URL/n?size=0" >>out
    run ! split --ndjson "$URL/r?reset"
    echo "$output" >>out
    [ "$(jq -c .ranges out | tr '\n' ' ')" = "0 0 0 " ]
    run ! split --ndjson "$URL/p?status=404&$OFFER"
    jq -e '.ranges == 1' <<<"$output"
    split --ndjson -r 0-99 "$URL/p?$OFFER" >out
    jq -e '.ranges == 1 and .size_download == 100' out
    # the default part is 1 MiB
    server reset >/dev/null
    coget -s --split 4 "$URL/p?$OFFER&rate=2000000" | cmp - "$PLAIN"
    [ "$(stat_of requests)" -eq 1 ]
}

@test "no split of what is resumed, or where the cache has a part" {
    plainly "$OFFER&rate=2000000" --cache store
    jq -e '.cache == "miss"' out
    split --ndjson --cache store "$URL/p?$OFFER&rate=2000000" >out
    jq -e '.cache == "revalidated" and .ranges == 1' out
    body out | cmp - "$PLAIN"
    server reset >/dev/null
    split -C - -o 'file{index}' "$URL/p?$OFFER&rate=2000000"
    cmp file0 "$PLAIN"
    [ "$(stat_of requests)" -eq 1 ]
    # without a file there is nothing to resume
    split --ndjson -C - "$URL/p?$OFFER&rate=400000" >out
    jq -e '.ranges == 4' out
    body out | cmp - "$PLAIN"
}

@test "a journal has the whole body, also where it did not fit in memory" {
    local url="$URL/p?$OFFER&rate=400000" limit
    for limit in 1K 200K 64M; do
        server reset >/dev/null
        split --journal "j$limit" --memory-limit $limit "$url" | cmp - "$PLAIN"
        [ "$(stat_of requests)" -eq 4 ]
        split --journal "j$limit" --resume "$url" | cmp - "$PLAIN"
        split --journal "j$limit" --resume --ndjson "$url" >out
        jq -e '.ranges == 4' out
        body out | cmp - "$PLAIN"
        [ "$(stat_of requests)" -eq 4 ]
    done
    # twins have the same
    split --dedupe "$url" "$url" | cmp - <(cat "$PLAIN" "$PLAIN")
    [ "$(stat_of requests)" -eq 8 ]
}

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

@test "nginx: 100 MB in eight ranges, to a file, stdout and a record" {
    local sum
    sum=$(sha256sum <"$NGINX_DIR/www/big")
    : >"$NGINX_DIR/access.log"
    coget -s --split 8 -o file "$NGINX/big"
    [ "$(sha256sum <file)" = "$sum" ]
    grep -c '" 206 13107200 ' "$NGINX_DIR/access.log" >count
    [ "$(cat count)" -eq 7 ]
    [ "$(grep -c . "$NGINX_DIR/access.log")" -eq 8 ]
    rm file
    [ "$(coget -s --split 8 "$NGINX/big" | sha256sum)" = "$sum" ]
    coget -s --split 8 -L --ndjson "$NGINX/moved" >out
    [ "$(jq -r .body_base64 out | base64 -d | sha256sum)" = "$sum" ]
    jq -e '.ranges == 8 and .size_download == 104857600' out
    # what does not fit in memory, and TLS with HTTP/2
    [ "$(coget -s --split 8 --memory-limit 1M --cacert "$NGINX_DIR/cert.pem" \
        "$NGINX_TLS/big" | sha256sum)" = "$sum" ]
}
