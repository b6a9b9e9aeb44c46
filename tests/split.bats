# --split: one large body in several ranges at once.

load split
load servers

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
    coget -s --ndjson "$URL/p?$OFFER&rate=100000" >one
    split --ndjson "$URL/p?$OFFER&rate=100000" >four
    jq -c '[.ranges, .time_total, .time_starttransfer]' one four
    body one | cmp - "$PLAIN"
    body four | cmp - "$PLAIN"
    # 6 s and a quarter of it
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
