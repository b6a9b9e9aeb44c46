# Limits of time, and what is tried again: when, how often, and what comes of
# it.

load helper
load own_server

@test "-m ends an attempt, --connect-timeout a connection" {
    run coget -s --ndjson -m 2 "$URL/?hang" "$URL/?stall=1&size=5" "$URL/ok"
    jq -s -e 'map(.outcome) == ["timeout", "timeout", "ok"]
        and .[0].time_total >= 1.99 and .[0].exitcode == 28' <<<"$output"
    # time in the queue does not count
    run coget -s --ndjson -j 1 -m 0.9 "$URL/1?delay=500" "$URL/2?delay=500" \
        "$URL/3?delay=500"
    jq -s -e 'map(.outcome) == ["ok", "ok", "ok"]
        and .[2].time_queue >= 0.95' <<<"$output"
}

@test "--speed-time ends a transfer that stands still" {
    run coget -s --ndjson -y 1 "$URL/?hang" "$URL/?stall=2&size=5"
    jq -s -e 'map(.outcome) == ["timeout", "timeout"]
        and all(.time_total >= 0.9)' <<<"$output"
}

@test "a failure whose body nobody wants is not read without end" {
    run -1 --separate-stderr coget -s -S "$URL/?status=404&endless&nolength"
    [ "$stderr" = "coget: $URL/?status=404&endless&nolength: HTTP status 404 No" ]
    # but the answer to HEAD has no body, and its connection serves again
    seq 8 | sed "s|^|$URL/|; s|\$|?status=404\&nolength|" >list
    server reset >/dev/null
    run -1 coget -s -j 1 -X HEAD -i list
    [ "$(stat_of connections)" -eq 1 ]
}

@test "an endless body ends by time" {
    jq -nc --arg u "$URL" '{url: ($u + "/?endless"), max_time: 0.3},
        {url: ($u + "/ok")}' >list
    run coget -s --ndjson -i list
    jq -s -e 'map(.outcome) == ["timeout", "ok"]' <<<"$output"
    jq -s -e '.[0].size_download > 1000' <<<"$output"
}

@test "--retry: flaky, then good; nothing of the failed attempt comes out" {
    run --separate-stderr coget --retry 2 -v --fail-with-body "$URL/a?flaky=1"
    [ "$status" -eq 0 ]
    [ "$output" = "/a" ]
    [[ $stderr =~ 'Retrying task '[^' ']*' in '[01]'.'[0-9]{2}' s: HTTP status 503' ]]
    [ "$(stat_of requests)" -eq 2 ]
    run coget -s --retry 1 "$URL/b?flaky=1&drop" "$URL/c?flaky=1&reset"
    [ "$output" = $'/b\n/c' ]
}

@test "--retry: the record counts attempts, and backoff apart" {
    run coget -s --ndjson --retry 3 "$URL/a?flaky=2"
    jq -e '.attempts == 3 and .outcome == "ok" and .time_backoff > 0
        and .time_total < .time_backoff + 1' <<<"$output"
    run coget -s --ndjson --retry 1 "$URL/b?status=503"
    jq -e '.attempts == 2 and .outcome == "http_error"' <<<"$output"
}

@test "--retry: not what will not pass, nor what is not safe to repeat" {
    run coget -s --ndjson --retry 3 "$URL/a?status=404"
    jq -e '.attempts == 1' <<<"$output"
    run coget -s --ndjson --retry 3 -d x "$URL/a?status=503"
    jq -e '.attempts == 1' <<<"$output"
    run coget -s --ndjson --retry 1 -d x http://127.0.0.1:1/
    jq -e '.attempts == 2' <<<"$output"
}

@test "a connection that ends without an answer: a POST is not sent again" {
    local end
    for end in drop reset; do
        server reset >/dev/null
        printf '{"url":"%s","body":"x"}\n' "$URL/?" "$URL/$end?$end;;body=b" "$URL/?" |
            coget -s --ndjson -j 1 --retry 3 | jq -s -e 'map(.outcome) ==
                ["ok", "network_error", "ok"] and .[1].exitcode == 52 and .[1].attempts == 1 and
                (.[1].errormsg | test("may have been carried out"))'
        [ "$(stat_of requests)" -eq 3 ]
        # what may be repeated is, by libcurl itself; so are redirects
        printf '%s\n' "$URL/?" "$URL/${end}2?$end;;body=b" '{"method":"POST","url":"'"$URL/?redirect=/x"'"}' |
            coget -s -L -j 1 --ndjson | jq -s -e 'map(.outcome) == ["ok", "ok", "ok"]'
        [ "$(stat_of requests)" -eq 8 ]
        # and the GET that a redirect makes of it
        printf '{"url":"%s","body":"x"}\n' "$URL/?redirect=/${end}3%3F$end%3B%3Bbody=b" |
            coget -s -L -j 1 --ndjson | jq -e '.outcome == "ok" and .body == "b"'
        # one after the other, too
        server reset >/dev/null
        coget -s --sequential --ndjson -d x "$URL/?" "$URL/${end}4?$end;;body=b" |
            jq -s -e 'map(.outcome) == ["ok", "network_error"]'
        [ "$(stat_of requests)" -eq 2 ]
    done
}

# from_http11_server [BEGIN [OPTION...]]: one request; seen has what came.
from_http11_server() {
    local port pid
    mkfifo port
    # shellcheck disable=SC2086
    python3 "$SRCDIR/tests/http11_required.py" seen $1 >port 3>&- &
    pid=$!
    read -r port <port
    rm port
    run --separate-stderr coget -s --ndjson --http2-prior-knowledge "${@:2}" "http://127.0.0.1:$port/"
    kill $pid
}

@test "a POST that HTTP/2 refuses is sent over HTTP/1.1" {
    from_http11_server "" -d x
    jq -e '.outcome == "ok" and .body == "ok\n"' <<<"$output"
    [ "$(cat seen)" = $'HTTP/2\nPOST' ]
}

@test "but not where the response has begun: two make no body" {
    local begin
    for begin in 0 1 1000; do
        from_http11_server $begin -d x
        jq -e '.outcome == "network_error" and .body == null and (.errormsg | test("asks for HTTP/1.1"))' <<<"$output"
        [ "$(cat seen)" = HTTP/2 ]
    done
    from_http11_server 1
    jq -e '.outcome == "network_error" and .attempts == 1' <<<"$output"
    [ "$(cat seen)" = HTTP/2 ]
}

@test "--retry: the wait for a slot is neither backoff nor task time" {
    run --separate-stderr coget --ndjson -j 1 --retry 1 "$URL/waits?flaky=1" "$URL/b?delay=2000"
    [ "$status" -eq 0 ]
    # the backoff is at most 1 s; then it waits for the other to end
    jq -s -e '.[0] | .time_backoff <= 1.2 and .time_queue >= 0.7
        and .time_backoff + .time_queue >= 1.9' <<<"$output"
    local sum=$(sed -n 's/^sequential *\([0-9.]*\) .*/\1/p' <<<"$stderr")
    holds '$s < 3.5' --argjson s "$sum"
}

@test "--retry: Retry-After is obeyed, up to a maximum" {
    run coget -s --ndjson --retry 1 "$URL/after?flaky=1&header=Retry-After:%202"
    jq -e '.outcome == "ok" and .attempts == 2
        and .time_backoff >= 2 and .time_backoff < 2.9' <<<"$output"
    run coget -s --ndjson --retry 1 --retry-after-max 100ms --retry-delay 1ms \
        "$URL/far?flaky=1&header=Retry-After:%20999999999"
    jq -e '.attempts == 2 and .time_backoff >= 0.1 and .time_backoff < 10' <<<"$output"
    # more than any number of libcurl's
    local n
    for n in 9223372036854775808 18446744073709551616 $(printf '9%.0s' {1..50}); do
        run coget -s --ndjson --retry 1 --retry-after-max 100ms --retry-delay 1ms \
            "$URL/further?flaky=1&header=Retry-After:%20$n"
        jq -e '.attempts == 2 and .time_backoff >= 0.1' <<<"$output"
        server reset >/dev/null
    done
    run coget -s --ndjson --retry 1 --retry-delay 1ms \
        "$URL/none?flaky=1&header=Retry-After:%2000000000000000000000"
    jq -e '.attempts == 2 and .time_backoff < 10' <<<"$output"
}

@test "--retry-on, --retry-all-errors, --retry-delay, --retry-max-time" {
    run coget -s --ndjson --retry 2 --retry-delay 10ms --retry-on 404,dns "$URL/?status=404" \
        "$URL/?status=503"
    [ "$(jq -s -c 'map(.attempts)' <<<"$output")" = '[3,1]' ]
    jq -s -e '.[0].time_backoff >= 0.02 and .[0].time_backoff < 5' <<<"$output"
    run coget -s --ndjson --retry 1 --retry-delay 1ms --retry-all-errors -d x "$URL/?status=404"
    [ "$(jq .attempts <<<"$output")" = 2 ]
    run coget -s --ndjson --retry 9 --retry-delay 1s --retry-max-time 2.5s "$URL/?status=503"
    [ "$(jq .attempts <<<"$output")" = 3 ]
    run -2 --separate-stderr coget --retry-on never "$URL/"
}

@test "--seed makes the backoff repeatable" {
    local first
    first=$(coget -s -v --retry 2 --seed 5 "$URL/?status=503" 2>&1 | grep -o 'in [0-9.]* s')
    [ -n "$first" ]
    [ "$first" = "$(coget -s -v --retry 2 --seed 5 "$URL/?status=503" 2>&1 | grep -o 'in [0-9.]* s')" ]
    [ "$first" != "$(coget -s -v --retry 2 --seed 6 "$URL/?status=503" 2>&1 | grep -o 'in [0-9.]* s')" ]
}

@test "--task-timeout: all attempts with backoff, but not the queue" {
    run -1 coget -s --ndjson --task-timeout 400ms "$URL/?hang" "$URL/?status=503"
    jq -s -e '.[0].outcome == "timeout" and .[0].exitcode == 28
        and .[0].time_total >= 0.39 and .[0].time_total < 20
        and (.[0].errormsg | test("--task-timeout"))' <<<"$output"
    run -1 coget -s --ndjson --task-timeout 2s --retry 100 --retry-delay 400ms \
        "$URL/?status=503"
    jq -e '.outcome == "http_error" and .attempts >= 2 and .attempts <= 6' <<<"$output"
    # three of 0.8 s each on one slot: none is late
    run -0 coget -s --ndjson -j 1 --task-timeout 2s "$URL/1?delay=800" \
        "$URL/2?delay=800" "$URL/3?delay=800"
}

# no_response FILE: nothing of an earlier attempt's stands in the records.
no_response() {
    jq -s -e 'length > 0 and all(
        .response_code == 0 and .http_version == null and .headers == {} and
        .remote_ip == null and .remote_port == 0 and .url_effective == null and
        .num_redirects == 0 and .num_connects == 0 and .size_download == 0 and
        .content_type == null and .body == null)' "$1" || {
        cat "$1" >&2
        return 1
    }
}

@test "an attempt that is given up leaves nothing of the one before" {
    local url=$URL/?status=503\&hang=1 retry="--retry 3 --retry-delay 10ms"
    run -1 --separate-stderr coget -s --ndjson $retry --task-timeout 1s "$url"
    jq -e '.outcome == "timeout" and .attempts == 2 and .exitcode == 28' <<<"$output"
    no_response <(echo "$output")
    run -4 --separate-stderr coget -s --ndjson $retry --deadline 1s "$url&b"
    jq -e '.outcome == "cancelled" and .attempts == 2 and .exitcode == 42' <<<"$output"
    no_response <(echo "$output")
    # between two attempts
    run -4 --separate-stderr coget -s --ndjson --retry 3 --retry-delay 30 \
        --deadline 1s "$url&c"
    jq -e '.outcome == "cancelled" and .attempts == 1' <<<"$output"
    no_response <(echo "$output")
    # of all ranges that were begun
    run -1 --separate-stderr coget -s --ndjson --split 2 --split-min 1k \
        --task-timeout 1s "$URL/?size=100000&ranges&etag=a&rate=20000"
    jq -e '.outcome == "timeout" and .ranges == 0' <<<"$output"
    no_response <(echo "$output")
}

@test "--deadline ends the run: every task has its record, status 4" {
    run -4 --separate-stderr coget --ndjson -j 2 --deadline 2s "$URL/1" "$URL/2?hang" \
        "$URL/3?hang" "$URL/4"
    [ "$(jq -s -c 'map(.outcome)' <<<"$output")" = '["ok","cancelled","cancelled","cancelled"]' ]
    [ "$(jq -s -r '.[3].errormsg' <<<"$output")" = "the deadline has passed" ]
    # bodies do not tell, a line on stderr does
    run -4 --separate-stderr coget -sS --deadline 50ms "$URL/5?hang"
    [ "$stderr" = "coget: the deadline has passed: what was running is cancelled (--deadline)" ]
    run -4 --separate-stderr coget -s --deadline 50ms "$URL/5?hang"
    [ "$stderr" = "" ]
    # one that is not reached does not hold up the end
    run -0 coget -s --deadline 1h "$URL/1"
}

@test "--retry gives its slot back while it waits" {
    # one slot: the second task is done before the first one's retry
    run coget -s --ndjson -j 1 --retry 5 --order completion \
        "$URL/slot?flaky=1" "$URL/b"
    jq -s -e 'map(.index) == [1, 0]' <<<"$output"
}
