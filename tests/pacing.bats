# Pacing: hosts, rates, pauses, limits that are learned; as the server saw it.
#
# One server is many hosts: a name each, which --resolve leads to it.

load helper
load own_server

setup() {
    fresh_test
    PORT=${URL##*:}
}

# urls HOST COUNT [QUERY]
urls() {
    local i
    for ((i = 1; i <= $2; i++)); do
        echo "http://$1:$PORT/$i?${3-}"
    done
}

# paced OPTION...: coget with the hosts a.test, b.test, ... on the server
paced() {
    coget -s --resolve "*:$PORT:127.0.0.1" "$@"
}

# times_of HOST: when its requests came since the test began, as JSON
times_of() {
    jq -s --arg host "$1:$PORT" \
        'map(select(.head | contains("Host: " + $host + "\r\n")) | .t) | sort' \
        "$SERVER_LOG"
}

# most_in SECONDS TIMES: the most requests in any such time
most_in() {
    jq -n --argjson t "$2" --argjson span "$1" \
        '[$t[] as $from | [$t[] | select(. >= $from and . < $from + $span)]
            | length] | max'
}

@test "--rate 20/s: no second has many more than 20 requests" {
    urls rate.test 60 >list
    paced -j 50 --rate 20/s -i list >out
    [ "$(wc -l <out)" -eq 60 ]
    local t
    t=$(times_of rate.test)
    # one where it begins, and what a busy machine keeps for later
    [ "$(most_in 1 "$t")" -le 24 ]
    # and it is not much slower than asked
    holds '$t[59] - $t[0] | . > 2.8 and . < 6' --argjson t "$t"
}

@test "--rate-host holds for each host alone, --rate for all" {
    { urls x.test 12; urls y.test 12; } >list
    paced -j 50 --rate-host 10/s -i list >out
    local x y
    x=$(times_of x.test)
    y=$(times_of y.test)
    [ "$(most_in 1 "$x")" -le 11 ]
    [ "$(most_in 1 "$y")" -le 11 ]
    # both at the same time
    [ "$(most_in 1 "$(jq -n "$x + $y | sort")")" -ge 15 ]
    { urls z.test 12; urls w.test 12; } >list
    paced -j 50 --rate-host 10/s --rate 12/s -i list >out
    x=$(times_of z.test)
    y=$(times_of w.test)
    [ "$(most_in 1 "$(jq -n "$x + $y | sort")")" -le 13 ]
}

@test "--burst lets so many go at once" {
    urls burst.test 30 >list
    paced -j 50 --rate 5/500ms --burst 20 -i list >out
    local t
    t=$(times_of burst.test)
    [ "$(most_in 0.05 "$t")" -ge 15 ]
    [ "$(most_in 1 "$t")" -le 30 ]
    holds '$t[29] - $t[0] > 0.9' --argjson t "$t"
}

@test "redirects and retries count as requests" {
    run paced --rate 5/s -L "http://r.test:$PORT/1?redirect=/a" \
        "http://r.test:$PORT/2" "http://r.test:$PORT/3"
    [ "$status" -eq 0 ]
    holds '$t[3] - $t[1] > 0.35' --argjson t "$(times_of r.test)"
}

@test "a rate needs a unit" {
    run coget --rate 20 x
    [ "$status" -eq 2 ]
    [ "$output" = 'coget: --rate: "20" is no rate, as 20/s, 5/15s, 100/h (ms, s, m, h or d)' ]
}

@test "--parallel-max-host: at most N at once, while others go on" {
    { urls slow.test 6 delay=150; urls quick.test 6; } >list
    paced --parallel-max-host 2 --ndjson -i list >out
    [ "$(jq -s 'map(select(.outcome == "ok")) | length' out)" -eq 12 ]
    # three rounds of two
    [ "$(most_in 0.12 "$(times_of slow.test)")" -le 2 ]
    # the other host has not waited for the first one
    jq -s -e '.[6:] | all(.time_queue < 0.14)' out
}

@test "--parallel-max-host 1 -m 1 and three tasks of 0.5 s: all are ok" {
    run paced --parallel-max-host 1 -m 1 --ndjson \
        "$URL/1?delay=500" "$URL/2?delay=500" "$URL/3?delay=500"
    [ "$status" -eq 0 ]
    [ "$(stat_of peak)" -eq 1 ]
}

@test "a host that hangs does not take the slots of the others" {
    { urls dead.test 30 hang; for i in {1..9}; do urls "$i.test" 10; done; } >list
    run -1 paced -j 10 -m 3 --ndjson -i list
    jq -s -e 'map(select(.outcome == "ok")) | length == 90 and
        all(.time_queue < 2)' <<<"$output"
}

@test "Retry-After pauses the host, and only that" {
    local header="status=429&flaky=1&header=Retry-After:%201"
    { echo "http://busy.test:$PORT/first?$header"
        urls busy.test 40 delay=5; urls free.test 40 delay=5; } >list
    run paced -j 4 --retry 2 --ndjson -i list
    [ "$status" -eq 0 ]
    jq -s -e 'length == 81 and all(.outcome == "ok") and .[0].attempts == 2' \
        <<<"$output"
    local busy free
    busy=$(times_of busy.test)
    free=$(times_of free.test)
    # what was on its way came at once; the rest a second later
    holds '[$t[] | . - $t[0]] | map(select(. > 0.2 and . < 1)) | length == 0' \
        --argjson t "$busy"
    holds '[$t[] | select(. - $t[0] < 0.2)] | length <= 4' --argjson t "$busy"
    holds '$t[39] - $t[0] < 0.9' --argjson t "$free"
}

@test "hosts that are paused, down or slow do not hold up the others" {
    { urls a.test 1200 'status=503&header=Retry-After:%203600'; urls b.test 300; } >list
    b_has_all() {
        [ "$(grep -c "Host: b.test" "$SERVER_LOG")" -ge $((BEFORE + 300)) ]
    }
    local order
    for order in input completion; do
        BEFORE=$(grep -c "Host: b.test" "$SERVER_LOG" || true)
        "$COGET" -s --resolve "*:$PORT:127.0.0.1" -j 20 --ndjson --retry 1 \
            --order $order -i list >out 2>/dev/null &
        local pid=$!
        wait_until b_has_all
        kill -INT $pid
        wait $pid || true
        jq -s -e 'length == 1500 and (map(select(.outcome == "ok")) | length) == 300' out
    done
    # a host's own cap, and the slots of the others
    { urls c.test 1100 delay=400; urls d.test 40 delay=400; } >list
    "$COGET" -s --resolve "*:$PORT:127.0.0.1" -j 20 --parallel-max-host 2 \
        -i list >out 2>/dev/null &
    pid=$!
    d_has_all() {
        [ "$(grep -c "Host: d.test" "$SERVER_LOG")" -eq 40 ]
    }
    wait_until d_has_all
    kill -INT $pid
    wait $pid || true
    # two of each at any time, not one host after the other
    [ "$(grep -c "Host: c.test" "$SERVER_LOG")" -le 60 ]
}

@test "a pause is told, and --retry-after-max bounds it" {
    run --separate-stderr coget -v --retry-after-max 200ms \
        "$URL/1?status=503&header=Retry-After:%203600" "$URL/2"
    [ "$status" -eq 1 ]
    grep -q "^coget: $URL asks to be left alone for 0.2 s$" <<<"$stderr"
}

@test "RateLimit with nothing remaining pauses the host" {
    local header
    for header in 'RateLimit:%20"x";r=0;t=1' \
        'X-RateLimit-Remaining:%200&header=X-RateLimit-Reset:%201'; do
        server reset >/dev/null
        : >list
        urls "q${#header}.test" 3 "header=$header" >list
        paced -j 1 -i list >out
        holds '$t[1] - $t[0] >= 0.99 and $t[2] - $t[1] >= 0.99' \
            --argjson t "$(times_of "q${#header}.test")"
    done
}

@test "RateLimit with few remaining lets no more go" {
    # each answer says: one more within a second
    urls few.test 8 'header=RateLimit:%20r=1;t=1&delay=60' >list
    paced -j 4 -i list >out
    local t
    t=$(times_of few.test)
    # four began when nothing was known; then one at a time
    [ "$(jq length <<<"$t")" -eq 8 ]
    [ "$(most_in 0.05 "$(jq -c '.[4:]' <<<"$t")")" -eq 1 ]
}

@test "auto settles below the number of requests that meets 429" {
    urls auto.test 500 'limit=8&delay=20' >list
    paced --parallel-max-host auto --retry 9 --ndjson -i list >auto
    jq -s -e 'length == 500 and all(.outcome == "ok")' auto
    # in the second half hardly any is refused
    jq -s -e '.[250:] | map(select(.attempts > 1)) | length < 15' auto
    run --separate-stderr coget --resolve "*:$PORT:127.0.0.1" \
        --parallel-max-host auto --retry 9 -i list
    grep -E "^learned +http://auto.test:$PORT [678] at once \(overloaded at [789]\)" \
        <<<"$stderr"
}

@test "auto: an answer that comes too late is no overload" {
    # on a connection that is there already
    run --separate-stderr coget -v --parallel-max-host auto -j 1 -m 0.2 \
        "$URL/1" "$URL/2?hang" "$URL/3"
    [ "$status" -eq 1 ]
    [[ $stderr != *overloaded* ]]
}

@test "--host-max-failures gives a host up, its tasks fail at once" {
    { urls down.test 50 status=500; urls up.test 20; } >list
    run --separate-stderr coget --resolve "*:$PORT:127.0.0.1" -j 1 --ndjson \
        --host-max-failures 3 -i list
    [ "$status" -eq 1 ]
    jq -s -e --arg host "http://down.test:$PORT" '
        (.[0:3] | all(.response_code == 500 and .attempts == 1)) and
        (.[3:50] | all(.outcome == "network_error" and .attempts == 0 and
            .errormsg == $host + " is given up after 3 failures in a row (--host-max-failures)")) and
        (.[50:] | all(.outcome == "ok"))' <<<"$output"
    grep -q "^coget: http://down.test:$PORT is given up after 3 failures in a row$" \
        <<<"$stderr"
    [ "$(times_of down.test | jq length)" -eq 3 ]
}

@test "--host-max-failures: nothing more is asked for after the last failure" {
    urls gone.test 20 status=500 >list
    run -1 paced -j 1 --ndjson --host-max-failures 2 -i list
    [ "$(times_of gone.test | jq length)" -eq 2 ]
    # what was not tried has no exit code of curl's
    jq -s -e '.[2:] | all(.attempts == 0 and .exitcode == 0)' <<<"$output"
}

@test "--host-max-failures: a success between counts anew" {
    for i in {1..10}; do
        echo "$URL/a$i?status=500"
        echo "$URL/b$i?status=500"
        echo "$URL/c$i"
    done >list
    run -1 paced -j 1 --ndjson --host-max-failures 3 -i list
    jq -s -e 'all(.attempts == 1)' <<<"$output"
}

@test "--host-max-failures: local trouble is none of the host's, and no success" {
    : >plain
    lost() {
        echo "{\"url\": \"$URL/a\", \"output\": \"plain/$1\"}"
    }
    run -3 paced -j 1 --ndjson --host-max-failures 2 "$(lost 1)" "$(lost 2)" "$(lost 3)" "$URL/b"
    jq -s -e 'map(.exitcode) == [23, 23, 23, 0]' <<<"$output"
    run -3 paced -j 1 --ndjson --host-max-failures 2 \
        "$URL/a?status=500" "$(lost 1)" "$URL/b?status=500" "$URL/c"
    jq -s -e '.[3].errormsg | test("given up after 2 failures")' <<<"$output"
}

@test "a host given up ends the backoff of its tasks" {
    run -1 paced --ndjson --host-max-failures 1 --retry 5 --retry-delay 30 \
        "$URL/1?status=503" "$URL/2?status=404&delay=300"
    jq -s -e '.[0].outcome == "network_error" and .[0].attempts == 1
        and .[0].time_backoff < 20' <<<"$output"
}

@test "200 tasks that get 503 once: their retries are spread" {
    urls once.test 200 flaky=1 >list
    paced -j 200 --retry 1 -i list >out
    [ "$(wc -l <out)" -eq 200 ]
    # by tenths of the second that the first backoff lasts at most
    holds '[$t[200:][] - $t[0] | . * 10 | floor] | group_by(.)
        | map(length) | max <= 60' --argjson t "$(times_of once.test)"
}
