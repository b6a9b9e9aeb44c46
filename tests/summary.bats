# The summary: on stderr, and with --summary as JSON.

load helper
load own_server

# urls PATH N QUERY: N lines.
urls() {
    local i
    for ((i = 0; i < $2; i++)); do
        echo "$URL/$1$i?$3"
    done
}

# summary CONDITION: of the file "summary".
summary() {
    jq -e "$1" summary >/dev/null || {
        echo "does not hold: $1" >&2
        jq . summary >&2
        return 1
    }
}

@test "few tasks: four lines, no more" {
    run --separate-stderr coget -i <(urls a 9 body=x)
    [ "$status" -eq 0 ]
    [ "${#stderr_lines[@]}" -eq 4 ]
    [ "${stderr_lines[0]}" = "tasks        9 ok, 0 failed" ]
}

@test "ten tasks: percentiles, the slowest three, bytes" {
    urls a 9 size=1000 >list
    echo "$URL/slow?delay=900&body=x" >>list
    run --separate-stderr coget -o /dev/null -i list
    [ "$status" -eq 0 ]
    [[ $stderr =~ 'task times   p50 0.'[0-9]{3}' s, p90 0.'[0-9]{3}' s, p99 0.'[0-9]{3}' s, max '[0-9.]+' s' ]]
    [ "$(grep -c '^slowest ' <<<"$stderr")" -eq 3 ]
    [[ $(grep -m 1 '^slowest ' <<<"$stderr") =~ ^slowest.*/slow ]]
    grep -q '^received     8.8k$' <<<"$stderr"
    grep -q "^limited by   one long task, $URL/slow" <<<"$stderr"
    [[ $stderr =~ 'at best      '[0-9.]+' s   '[0-9.]+'x; as long as the longest task' ]]
}

@test "each cause of failure once, the most frequent first" {
    { urls a 8 status=200; urls b 2 status=503; urls c 4 status=404
      echo not:a:url; } >list
    run --separate-stderr coget --ndjson --summary summary -i list
    [ "$status" -eq 1 ]
    [ "$(grep '^cause ' <<<"$stderr")" = "$(sed -n 's/^cause /&/p' <<<"$stderr")" ]
    [ "$(grep -c '^cause ' <<<"$stderr")" -eq 3 ]
    [[ $(grep '^cause ' <<<"$stderr" | sed -n 1p) == "cause        4 x HTTP status 404"* ]]
    [[ $(grep '^cause ' <<<"$stderr" | sed -n 2p) == "cause        2 x HTTP status 503"* ]]
    [[ $(grep '^cause ' <<<"$stderr" | sed -n 3p) == "cause        1 x "* ]]
    summary '.outcomes.http_error == 6 and .outcomes.ok == 8
        and .outcomes.invalid == 1 and .tasks == 15'
    summary '.failures | map(.count) == [4, 2, 1]'
    summary '.failures[0] | .response_code == 404 and .exitcode == 0
        and .outcome == "http_error"'
}

@test "invalid lines of a file are one cause, and hide none that is frequent" {
    { for i in {1..20}; do echo "{\"id\": \"$i\"}"; done
      urls a 30 status=503; } >list
    run --separate-stderr coget --summary summary --template "$URL/{name}" -i list
    [ "$status" -eq 1 ]
    grep -q '^cause        30 x HTTP status 503' <<<"$stderr"
    grep -q '^cause        20 x list:1: no "name" for the template, and the like$' \
        <<<"$stderr"
    summary '(.failures | map(.count)) == [30, 20] and
        .failures_other == 0'
    # those of several files, too
    sed -n 1,20p list >other
    coget -s --summary other.s --template "$URL/{name}" -i other || [ $? -eq 1 ]
    run -1 --separate-stderr coget --merge summary other.s
    grep -q '^cause        40 x list:1: no "name" for the template, and the like$' \
        <<<"$output"
}

@test "names of files that are taken, hosts given up: a cause each" {
    { for i in {1..20}; do echo "$URL/dir$i/same?a"; echo "$URL/dir$i/n$i"; done
      for i in {1..20}; do echo "$URL/b/n$i"; done
      for i in {1..20}; do
          for j in 1 2 3; do echo "http://127.0.1.$i:1/$i-$j"; done
      done; } >list
    run --separate-stderr coget -O --summary summary --host-max-failures 1 -j 1 -i list
    [ "$status" -eq 1 ]
    summary '.failures | length == 3 and
        (map([.count, .outcome, .exitcode]) | sort) ==
        [[20, "network_error", 7], [39, "invalid", 0], [40, "network_error", 0]]'
    grep -q ' 39 x "same" is the file of task 0 already; this is 2, and the like' \
        <<<"$stderr"
}

@test "one cause for many hosts, and nothing of passwords" {
    for i in {1..12}; do
        echo "http://user:secret@127.0.0.$i:1/"
    done >list
    run --separate-stderr coget --ndjson --summary summary -i list
    [ "$status" -eq 1 ]
    [ "$(grep -c '^cause ' <<<"$stderr")" -eq 1 ]
    [[ $(grep '^cause ' <<<"$stderr") == "cause        12 x "*", and the like" ]]
    [[ $stderr != *secret* ]]
    run ! grep -q secret summary
    summary '.failures == [.failures[0]] and .failures[0].exitcode == 7'
    # twins of failures, too
    cat list list >twice
    coget -s --ndjson --dedupe --summary summary -i twice >/dev/null || [ $? -eq 1 ]
    summary '.known == 12 and (.failures | map([.count, .exitcode])) == [[24, 7]]'
}

@test "--summary FILE: one JSON object, whole, whatever -s says" {
    run --separate-stderr coget -s --summary summary \
        -i <(urls a 3 'body=12345')
    [ "$status" -eq 0 ]
    [ "$stderr" = "" ]
    [ "$output" = 123451234512345 ]
    [ "$(wc -l <summary)" -eq 1 ]
    [ "$(echo summary*)" = summary ] # and no temporary file
    summary '.tasks == 3 and .outcomes.ok == 3 and .attempts == 3
        and .size_download == 15 and .jobs == 50 and .interrupted == false'
    summary '.sequential_is_measured == false and .time_sequential > 0
        and .time_concurrent > 0 and .time_bound > 0'
    summary '.time_sequential / .time_concurrent - .speed_up | fabs < 0.01'
    summary '.task_times | .count == 3 and .min <= .p50 and .p50 <= .p90
        and .p90 <= .p99 and .p99 <= .max and .sum >= .max'
    summary '.slowest | length == 3 and (map(.time) | . == (sort | reverse))'
    summary '.failures == [] and has("results") == false'
}

@test "--summary: percentiles are those of the records" {
    for i in {1..20}; do
        echo "$URL/$i?delay=$((i * 10))"
    done | coget --ndjson --summary summary >out
    jq -s 'map(.time_total) | sort' out >times
    jq -e --slurpfile t times '.task_times as $s | $t[0] |
        (.[9] - $s.p50 | fabs) <= .[9] / 100 and
        (.[17] - $s.p90 | fabs) <= .[17] / 100 and
        (.[19] - $s.max | fabs) <= 0.000002' summary
}

@test "--summary of no tasks: there is no speed-up" {
    run -0 coget -s --summary summary -i /dev/null
    summary '.tasks == 0 and .speed_up == null'
}

@test "--summary of a sequential run: nothing concurrent" {
    coget -s --sequential --summary summary "$URL/a" "$URL/b"
    summary '.sequential_is_measured and .time_sequential > 0
        and .time_concurrent == null and .speed_up == null
        and .time_bound == null and .limited_by == null'
}

@test "limited by: slots" {
    run --separate-stderr coget -j 2 --summary summary -o /dev/null \
        -i <(urls a 12 delay=50)
    grep -q '^limited by   -j 2$' <<<"$stderr"
    grep -q 'all slots always at work$' <<<"$stderr"
    summary '.limited_by == "slots" and .waits.slot > .waits.host'
}

@test "at best: between attempts a task has no slot" {
    coget -s -j 2 --retry 1 --retry-delay 1 --summary summary -o /dev/null \
        -i <(urls a 20 flaky=1)
    summary '.time_backoff > 19.9 and .time_sequential >= .time_backoff and
        .time_bound <= .time_concurrent'
}

@test "--rate: one after the other is no faster" {
    run -0 --separate-stderr coget --rate 20/s --summary summary -o /dev/null \
        -i <(urls a 12)
    grep -q '^sequential .* as fast as --rate allows (estimate)$' <<<"$stderr"
    grep -q '^at best .* as fast as --rate allows$' <<<"$stderr"
    summary '.time_rate == 0.55 and .time_sequential == .time_rate and
        .time_bound == .time_rate and .speed_up <= 1 and .limited_by == "rate"'
    coget --merge --summary merged summary summary 2>/dev/null
    jq -e '.time_rate == 0.55 and .time_sequential == 1.1 and .time_backoff == 0' merged
}

@test "limited by: the host's cap" {
    run --separate-stderr coget --parallel-max-host 2 --summary summary \
        -o /dev/null -i <(urls a 12 delay=50)
    grep -q '^limited by   the host cap, --parallel-max-host 2$' <<<"$stderr"
    summary '.limited_by == "host" and .waits.host > .waits.slot'
}

@test "limited by: the rate" {
    run --separate-stderr coget --rate 20/s --summary summary -o /dev/null \
        -i <(urls a 12 body=x)
    grep -q '^limited by   --rate$' <<<"$stderr"
    summary '.limited_by == "rate" and .waits.rate > 1'
}

@test "limited by: a slow reader" {
    urls a 12 size=300000 >list
    coget -j 4 --summary summary -i list 2>err | { sleep 5; cat; } >/dev/null
    grep -q '^limited by   a slow reader of the output$' err
    summary '.limited_by == "output" and .time_blocked_on_output > 0.5'
}

@test "limited by: nothing that is worth a word" {
    run --separate-stderr coget --summary summary -o /dev/null -s \
        -i <(urls a 1 delay=50)
    summary '.limited_by == null'
}

@test "--summary -: stdout, unless the results are there" {
    run -2 --separate-stderr coget --summary - "$URL/a"
    [[ $stderr == "coget: --summary -: the results are on stdout"* ]]
    [ "$(stat_of requests)" -eq 0 ]
    run -0 --separate-stderr coget -s --summary - -o out "$URL/a"
    [ "$(jq .tasks <<<"$output")" = 1 ]
    [ "$(cat out)" = /a ]
    # bodies in files of their own are not on stdout, but records are
    for where in "-o {index}" -O "-C - -o new"; do
        run -0 --separate-stderr coget -s --summary - $where "$URL/b"
        [ "$(jq .tasks <<<"$output")" = 1 ]
    done
    [ "$(cat 0 b new | xargs)" = "/b /b /b" ]
    for where in "-o {index}" -O; do
        run -2 --separate-stderr coget -s --ndjson --summary - $where "$URL/c"
    done
}

@test "--summary to a descriptor, a pipe and /dev/stderr" {
    coget -s --summary /dev/fd/3 "$URL/a" 3>summary >/dev/null
    summary '.tasks == 1'
    mkfifo pipe
    cat pipe >copy &
    coget -s --summary pipe "$URL/a" >/dev/null
    wait $!
    [ -p pipe ]
    [ "$(jq .tasks copy)" = 1 ]
    run --separate-stderr coget -s --summary /dev/stderr "$URL/a"
    [ "$(jq .tasks <<<"$stderr")" = 1 ]
}

@test "--summary that cannot be written: known before anything is fetched" {
    run --separate-stderr coget --summary nowhere/summary "$URL/a"
    [ "$status" -eq 3 ]
    [[ $stderr == "coget: cannot write nowhere/summary: "* ]]
    [ "${#stderr_lines[@]}" -eq 1 ]
    mkdir dir
    run -3 --separate-stderr coget --summary dir "$URL/a"
    [ "$(stat_of requests)" -eq 0 ]
    coget -s --summary /dev/null "$URL/a"
    [ -c /dev/null ]
}

@test "--summary that fails at the end: status 3" {
    [ -e /dev/full ] || skip "no /dev/full"
    run --separate-stderr coget -s --summary /dev/full "$URL/a"
    [ "$status" -eq 3 ]
    [ "$output" = /a ]
    [[ $stderr == "coget: cannot write /dev/full: "* ]]
}

@test "--summary of an interrupted run says so" {
    "$COGET" -s --summary summary "$URL/a" "$URL/b?hang" >out &
    local pid=$! status=0
    wait_until requests_are 2
    sleep 0.1
    kill -TERM $pid
    wait $pid || status=$?
    [ "$status" -eq 143 ]
    summary '.interrupted and .outcomes.ok == 1 and .outcomes.cancelled == 1
        and .speed_up == null'
}

@test "what is not fetched has no time: skipped, invalid, known" {
    coget -s --journal journal "$URL/a?delay=50" >/dev/null
    run coget -s --journal journal --resume --summary summary \
        "$URL/a?delay=50" "$URL/b" not:a:url
    summary '.known == 1 and .attempts == 1 and .task_times.count == 1
        and .tasks == 3'
}
