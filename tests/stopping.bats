# When a run ends before all its tasks have: --return-when, --fail-early,
# --max-failures, --fail-if, --shield.

load helper
load own_server

# outcomes OUTCOME...: those of the records in $output, in order
outcomes() {
    local seen
    seen=$(jq -r .outcome <<<"$output" | xargs)
    [ "$seen" = "$*" ] || {
        echo "outcomes: $seen" >&2
        return 1
    }
}

@test "--return-when first-completed: the rest are cancelled" {
    run coget -s --ndjson --return-when first-completed \
        "$URL/a?hang" "$URL/b" "$URL/c?hang"
    [ "$status" -eq 0 ]
    outcomes cancelled ok cancelled
    jq -s -e '.[0].errormsg == "another task has completed (--return-when)"' \
        <<<"$output"
}

@test "--return-when first-completed: a failure completes, too" {
    run coget -s --ndjson --return-when first-completed \
        "$URL/a?hang" "$URL/b?status=500" ftp://x "$URL/c?hang"
    [ "$status" -eq 1 ]
    outcomes cancelled http_error invalid cancelled
}

@test "--return-when first-success: failures before it do not count" {
    run coget -s --ndjson --return-when first-success \
        "$URL/a?status=500" "$URL/b?delay=300" "$URL/c?hang"
    [ "$status" -eq 0 ]
    outcomes http_error ok cancelled
}

@test "--return-when first-success: none succeeds" {
    run coget -s --ndjson --return-when first-success \
        "$URL/a?status=500" "$URL/b?status=404"
    [ "$status" -eq 1 ]
    outcomes http_error http_error
}

@test "--fail-early cancels the rest at the first failure" {
    for option in --fail-early --return-when=first-exception; do
        run coget -s --ndjson "$option" \
            "$URL/a?hang" "$URL/b" "$URL/c?status=404&delay=200"
        [ "$status" -eq 1 ]
        outcomes cancelled ok http_error
    done
    run coget -s --fail-early "$URL/a" "$URL/b"
    [ "$status" -eq 0 ]
}

@test "--fail-early: what was not begun is not asked for" {
    seq 1000 | sed "s|.*|$URL/&|" >list
    sed -i "3s|.*|$URL/3?status=404|" list
    run coget -s --ndjson -j 1 --fail-early -i list
    [ "$status" -eq 1 ]
    jq -s -e 'length == 1000 and
        (.[:2] | all(.outcome == "ok")) and .[2].outcome == "http_error" and
        (.[3:] | all(.outcome == "cancelled" and .attempts == 0))' <<<"$output"
    [ "$(stat_of requests)" -eq 3 ]
}

@test "a pipe that stays open does not keep a settled run" {
    mkfifo pipe
    coget -s --ndjson --return-when first-success -i - <pipe >out &
    local pid=$!
    exec 5>pipe
    echo "$URL/a" >&5
    wait $pid
    exec 5>&-
    [ "$(jq -r .outcome out)" = ok ]
}

@test "--max-failures stops at so many" {
    for i in {1..20}; do echo "$URL/$i?status=500"; done >list
    run coget -s --ndjson -j 1 --max-failures 4 -i list
    [ "$status" -eq 1 ]
    jq -s -e '(.[:4] | all(.outcome == "http_error")) and
        (.[4:] | length == 16 and all(.outcome == "cancelled"))' <<<"$output"
}

@test "--fail-if N stops when more have failed" {
    for i in {1..20}; do echo "$URL/$i?status=500"; done >list
    run coget -s --ndjson -j 1 --fail-if 4 -i list
    jq -s -e '(.[:5] | all(.outcome == "http_error")) and
        (.[5:] | all(.outcome == "cancelled"))' <<<"$output"
    run coget -s --ndjson -j 1 --fail-if 20 -i list
    jq -s -e 'all(.outcome == "http_error")' <<<"$output"
}

@test "--fail-if 5%: of a hundred at least, or of all where they are fewer" {
    # one in twenty is 5 %, not more
    for i in {1..200}; do
        [ $((i % 20)) -eq 0 ] && echo "$URL/$i?status=500" || echo "$URL/$i"
    done >list
    run coget -s --ndjson -j 1 --fail-if 5% -i list
    [ "$status" -eq 1 ]
    jq -s -e 'all(.outcome != "cancelled")' <<<"$output"
    sed -i "2,7s|\$|?status=500|" list
    run coget -s --ndjson -j 1 --fail-if 5% -i list
    jq -s -e '(.[:7] | all(.outcome != "cancelled")) and
        (.[7:] | all(.outcome == "cancelled"))' <<<"$output"
    # two early ones are 10 % of twenty, but not of two hundred
    sed -i "4,7s|?.*||" list
    run coget -s --ndjson -j 1 --fail-if 10% -i list
    jq -s -e 'all(.outcome != "cancelled")' <<<"$output"
    sed -i '20,$d' list
    run coget -s --ndjson -j 1 --fail-if 10% -i list
    jq -s -e '(.[:3] | all(.outcome != "cancelled")) and
        (.[3:] | all(.outcome == "cancelled"))' <<<"$output"
    # of three tasks one is more than 5 %
    run coget -s --ndjson -j 1 --fail-if 5% "$URL/1?status=500" "$URL/2" "$URL/3"
    outcomes http_error cancelled cancelled
}

@test "what is no --fail-if is told" {
    for value in x % 101% -1 5%% .5% 1e1%; do
        run coget --fail-if "$value" x
        [ "$status" -eq 2 ]
        [[ $output = "coget: --fail-if: \"$value\" is neither"* ]]
    done
}

@test "--shield: marked tasks finish after the first signal" {
    cat >list <<EOF2
{"url": "$URL/a?hold", "shield": true}
{"url": "$URL/b?hold"}
{"url": "$URL/c?hold", "shield": false}
EOF2
    "$COGET" -s --ndjson --shield -i list >out &
    local pid=$!
    wait_until requests_are 3
    kill -INT $pid
    # those without a shield leave the server
    active_is() { [ "$(stat_of held)" -eq "$1" ]; }
    wait_until active_is 1
    server release >/dev/null
    local status=0
    wait $pid || status=$?
    [ $status -eq 130 ]
    output=$(<out)
    outcomes ok cancelled cancelled
}

@test "without --shield the field is the user's own" {
    echo "{\"url\": \"$URL/a\", \"shield\": 7}" >list
    run coget -s -i list
    [ "$status" -eq 0 ]
    run coget -s --ndjson --shield -i list
    [ "$status" -eq 1 ]
    jq -e '.errormsg == "list:1: field \"shield\" is neither true nor false"' \
        <<<"$output"
}

@test "the deadline goes through a shield" {
    echo "{\"url\": \"$URL/a?hang\", \"shield\": true}" >list
    run coget -s --ndjson --shield --deadline 300ms -i list
    [ "$status" -eq 4 ]
    outcomes cancelled
}
