# What becomes of a task is the same whatever runs beside it.

load helper
load own_server

# forty_tasks: of every kind that can happen, with nothing at random
forty_tasks() {
    local i
    for i in 1 2 3 4 5; do
        echo "$URL/good$i?delay=$((i * 20))"
        echo "$URL/bad$i?status=404"
        echo "http://127.0.0.1:1/refused$i"
        echo "$URL/late$i?hang"
        echo "http://no-such-host$i.invalid/"
        echo "$URL/reset$i?reset"
        echo "ftp://invalid$i/"
        echo "$URL/short$i?size=100&short=10"
    done
}

# outcome, cause and attempts of each input, as lines that can be compared
what_became() {
    local most=1
    [ -z "${COGET_SLOW-}" ] || most=2
    coget -s --ndjson -m $most --connect-timeout 5 --retry 1 --retry-delay 50ms \
        --retry-on 404 "$@" >records || echo "status $?"
    jq -r '[.input, .outcome, .exitcode, .response_code, .attempts] | @tsv' \
        records | sort
}

@test "40 mixed tasks: the same with 1, 7 and 50 slots, in any order" {
    forty_tasks >list
    [ "$(wc -l <list)" -eq 40 ]
    what_became -j 1 -i list >expected
    [ "$(head -n 1 expected)" = "status 1" ]
    [ "$(grep -c "	" expected)" -eq 40 ]
    local jobs n
    [ "$(cut -sf 2 expected | sort | uniq -c | xargs)" = \
        "5 http_error 5 invalid 20 network_error 5 ok 5 timeout" ]
    for jobs in 1 7 50; do
        for n in 1 2; do
            shuf --random-source=<(yes $jobs$n) list >shuffled
            what_became -j $jobs -i shuffled | diff expected -
        done
    done
    what_became -j 50 --order completion -i list | diff expected -
    what_became -j 7 --parallel-max-host 2 -i list | diff expected -
}
