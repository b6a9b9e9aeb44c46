# --compare: the same targets one after the other and at once, several times.

load helper
load own_server

# summary CONDITION: of the file "summary".
summary() {
    jq -e "$1" summary >/dev/null || {
        echo "does not hold: $1" >&2
        jq . summary >&2
        return 1
    }
}

# The paths that the server was asked for.
asked_for() {
    jq -r .target "$SERVER_LOG" | grep -v '^/_'
}

@test "--compare=5 of the origin's example: the interval, the same responses" {
    run -0 --separate-stderr coget --compare=5 --task-delay 200ms \
        --summary summary 0 1 2
    [ "$output" = $'Data of task 0\nData of task 1\nData of task 2' ]
    [ "${#stderr_lines[@]}" -eq 7 ]
    [[ ${stderr_lines[1]} =~ ^'sequential   0.'[0-9]{3}' s   median of 5 runs; 0.'[0-9]{3}' .. '[0-9.]+' s, stddev 0.'[0-9]{3}' s'$ ]]
    [[ ${stderr_lines[2]} =~ ^'concurrent   0.'[0-9]{3}' s   median of 5 runs; ' ]]
    [[ ${stderr_lines[3]} =~ ^'speed-up     '[0-9.]+'x     (3 at once; -j 50)'$ ]]
    [[ ${stderr_lines[4]} =~ ^'interval     '[0-9.]+' .. '[0-9.]+'   of the speed-up, 95 % confidence (bootstrap, 5 pairs of runs)'$ ]]
    [ "${stderr_lines[5]}" = "connections  cold: each run makes its own; one run before, not measured" ]
    [ "${stderr_lines[6]}" = "responses    the same in all runs (3 compared)" ]
    summary '.results | map(.command) == ["sequential", "concurrent"]'
    summary '.results[] | (.times | length) == 5 and .min <= .median
        and .median <= .max and .stddev >= 0 and .user >= 0 and .system >= 0
        and .min == (.times | min) and .max == (.times | max)
        and ((.mean - (.times | add / 5)) | fabs) < 0.00001'
    # other work slows both ways, or one of them
    summary '.results[1] | .speed_up_low > 1.8 and .speed_up_high < 3.6
        and .speed_up_low <= .speed_up and .speed_up <= .speed_up_high'
    summary '.comparison | .runs == 5 and .warm_up and .connections == "cold"
        and .resamples >= 2000 and .confidence == 0.95 and .seed == 1
        and .compared == 3 and .differing == 0'
    summary '.speed_up - .results[1].speed_up | fabs < 0.001'
}

@test "runs alternate, after one that is not measured" {
    run -0 coget -s --compare=2 --summary summary --sequential --no-sequential \
        -j 2 "$URL/a?barrier=1" "$URL/b"
    [ "$(stat_of requests)" -eq 10 ]
    summary '.results | map(.times | length) == [2, 2]'
    server reset >/dev/null
    # one run of each: no warm-up
    run -0 --separate-stderr coget --compare=1 "$URL/a" "$URL/b"
    [ "$(stat_of requests)" -eq 4 ]
    [[ ${stderr_lines[1]} =~ ^sequential.*measured$ ]]
    [ "$(tail -n 1 <<<"$stderr")" = "responses    the same in all runs (2 compared)" ]
    [ "$output" = $'/a\n/b' ]
}

@test "--seed makes another interval, the same seed the same" {
    coget -s --compare=2 --seed 7 --summary summary "$URL/a" >/dev/null
    summary '.comparison.seed == 7'
}

@test "another status, another body: told with the task's name" {
    run -0 --separate-stderr coget --compare=2 --ndjson --summary summary \
        "$URL/flaky?flaky=1" "$URL/changes?changes=2&size=9&etag=a&ranges" \
        "$URL/same"
    grep -q '^responses    2 of 3 tasks were answered differently:$' <<<"$stderr"
    grep -q "^ *$URL/flaky?flaky=1: status 503, then status 200$" <<<"$stderr"
    grep -q "^ *$URL/changes?.*: another body of the same size$" <<<"$stderr"
    [[ $stderr != *"$URL/same"* ]]
    summary '.comparison | .differing == 2 and .compared == 3
        and (.differences | length) == 2'
    # the results are those of the last run
    [ "$(jq -s 'map(.outcome) == ["ok", "ok", "ok"]' <<<"$output")" = true ]
}

@test "an answer or none; what never answers is the same" {
    run -1 --separate-stderr coget --compare --ndjson --summary summary \
        "$URL/f?flaky=1&drop" http://127.0.0.1:1/ \
        "$URL/404?status=404"
    summary '.comparison.differing == 1'
    [[ $stderr == *"/f?"*": exitcode 52, then status 200"* ]]
}

@test "at most ten are named" {
    for i in {1..15}; do
        echo "$URL/$i?flaky=1"
    done >list
    run --separate-stderr coget --compare -o /dev/null -i list
    [ "$(grep -c 'status 503, then status 200' <<<"$stderr")" -eq 10 ]
    [ "$(tail -n 1 <<<"$stderr" | sed 's/ *//')" = "... and 5 more" ]
}

@test "retries, --split and --compressed: responses are the same" {
    run -0 --separate-stderr coget --compare=2 --split 3 --split-min 1k \
        --compressed -o out --summary summary \
        "$URL/a?size=200000&varied&ranges&etag=x" "$URL/b?size=300000&varied"
    summary '.comparison.differing == 0 and .comparison.compared == 2'
    [ "$(stat -c %s out)" -eq 500000 ]
}

@test "connections: cold ones are each run's own, warm ones are kept" {
    run -0 --separate-stderr coget --compare=3 -j 2 --ndjson \
        --summary summary "$URL/a?delay=20" "$URL/b?delay=20"
    # 1 in each of 3 runs, 2 in each of 3, 2 to warm up; and this question's
    [ "$(stat_of connections)" -ge 9 ]
    server reset >/dev/null
    run -0 --separate-stderr coget --compare=3 --compare-connections warm \
        -j 2 --ndjson --summary summary "$URL/a?delay=20" "$URL/b?delay=20"
    [ "$(stat_of requests)" -eq 14 ]
    [ "$(stat_of connections)" -le 4 ]
    grep -q '^connections  warm: kept from run to run' <<<"$stderr"
    summary '.comparison.connections == "warm"'
    # the run that printed made none
    [ "$(jq -s 'map(.num_connects) == [0, 0]' <<<"$output")" = true ]
}

@test "what cannot be done several times is refused" {
    local options
    for options in "--journal j" "--dedupe" "--cache dir" --sequential \
        --skip-existing "-C - -O"; do
        run -2 --separate-stderr coget --compare $options "$URL/a"
        [[ $stderr == "coget: --compare "* ]]
        [ "${#stderr_lines[@]}" -eq 1 ]
    done
    for options in 0 -1 x "" 1.5 100001 -j: -j:0 -j:1,,2 -j:1, -j:x \
        "-j:$(seq -s, 33)"; do
        run -2 --separate-stderr coget --compare="$options" "$URL/a"
        [[ $stderr == "coget: --compare: "* ]]
    done
    run -2 coget --plot x.svg "$URL/a"
    run -2 coget --plot x.svg --compare=3 "$URL/a"
    run -2 coget --compare-connections warm "$URL/a"
    [ "$(stat_of requests)" -eq 0 ]
    [ ! -e j ] && [ ! -e dir ] && [ ! -e x.svg ]
}

@test "--no-compare takes it back; a configuration file may have it" {
    run -0 coget -s --compare=3 --no-compare "$URL/a"
    [ "$(stat_of requests)" -eq 1 ]
    echo 'compare = 2' >config
    run -0 coget -s -K config "$URL/a"
    [ "$(stat_of requests)" -eq 6 ]
    echo compare >config
    run -0 coget -s -K config "$URL/a"
    [ "$(stat_of requests)" -eq 8 ]
    # a word of its own is a target
    run -1 coget -s --compare 3x: "$URL/a"
}

@test "files of single tasks are written by the last run alone" {
    run -0 coget -s --compare=2 --no-clobber -O "$URL/dir/a" "$URL/dir/b"
    [ "$(ls)" = $'a\nb' ]
    [ "$(cat a)" = /dir/a ]
    [ "$(stat_of requests)" -eq 10 ]
    run -0 coget -s --compare --ndjson --summary summary \
        "{\"url\": \"$URL/x\", \"output\": \"own\"}"
    [ "$(cat own)" = /x ]
    summary '.comparison.compared == 1 and .comparison.differing == 0'
}

@test "uploads and data from stdin are sent each time" {
    echo hello | coget -s --compare -T - "$URL/a?echo" >out 2>err
    [ "$(grep -c hello out)" -eq 1 ]
    [ "$(stat_of requests)" -eq 2 ]
    echo hello | coget -s --compare=2 -d @- "$URL/a?echo" >out
    [ "$(grep -c hello out)" -eq 1 ]
}

@test "methods that change something: one warning" {
    run -0 --separate-stderr coget --compare=2 -d x "$URL/a" "$URL/b"
    [ "$(grep -c 'sends each request several times, POST too$' <<<"$stderr")" -eq 1 ]
    run -0 --separate-stderr coget --compare "$URL/a" \
        "{\"url\": \"$URL/b\", \"method\": \"DELETE\"}"
    [ "$(grep -c 'several times, DELETE too$' <<<"$stderr")" -eq 1 ]
    run -0 --separate-stderr coget --compare -I "$URL/a"
    [[ $stderr != *"several times"* ]]
}

@test "--compare=-j:LIST: a row and a bar for each" {
    for i in {1..12}; do
        echo "$URL/$i?delay=30"
    done >list
    LC_ALL=C COLUMNS=60 run -0 --separate-stderr coget \
        --compare=-j:2,12 --summary summary -i list
    [ "${stderr_lines[0]}" = "tasks        12 ok, 0 failed" ]
    [[ ${stderr_lines[1]} =~ ^'slots '.*'time speed-up'$ ]]
    [[ ${stderr_lines[2]} =~ ^'sequential '.*' s    1.00x  #'#*$ ]]
    [[ ${stderr_lines[3]} =~ ^'-j 2 '.*'x  #'#*$ ]]
    [[ ${stderr_lines[4]} =~ ^'-j 12 '.*'x  #'#*$ ]]
    [ "$(wc -L <<<"${stderr_lines[4]}")" -le 60 ]
    [ "${#stderr_lines[2]}" -lt "${#stderr_lines[3]}" ]
    [ "${#stderr_lines[3]}" -lt "${#stderr_lines[4]}" ]
    [ "$(stat_of requests)" -eq 36 ]
    [ "${#lines[@]}" -eq 12 ]
    summary '.results | map(.command) == ["sequential", "-j 2", "-j 12"]
        and map(.parameters.jobs) == ["1", "2", "12"]
        and .[1].speed_up > 1.2 and .[2].speed_up > .[1].speed_up'
    summary '.jobs == 12 and .most_at_once == 12'
}

@test "a sweep with 1: that is what the others are compared with" {
    LC_ALL=C.UTF-8 run -0 --separate-stderr coget \
        --compare=-j:3,1 --compare=2 --summary summary "$URL/a?delay=30" \
        "$URL/b?delay=30" "$URL/c?delay=30"
    summary '.results | map(.command) == ["-j 1", "-j 3"]
        and map(.times | length) == [2, 2]'
    # one to warm up
    [ "$(stat_of requests)" -eq 15 ]
    [[ ${stderr_lines[3]} == *█* ]]
    [[ ${stderr_lines[1]} == *"95 %" ]]
}

@test "--plot: a picture that is XML, for dark and light" {
    coget -s --compare=-j:1,2,5 --plot plot.svg -o /dev/null \
        "$URL/a?delay=100" "$URL/b?delay=100" "$URL/c?delay=100"
    python3 - <<'END'
import xml.etree.ElementTree as tree
svg = tree.parse("plot.svg").getroot()
ns = "{http://www.w3.org/2000/svg}"
assert svg.tag == ns + "svg"
assert "prefers-color-scheme: dark" in svg.find(ns + "style").text
points = svg.findall(ns + "circle")
assert len(points) == 3
x = [float(p.get("cx")) for p in points]
y = [float(p.get("cy")) for p in points]
assert x == sorted(x) and y[0] > y[1] > 0
assert all(0 <= v <= 640 for v in x) and all(0 <= v <= 400 for v in y)
for p in points:
    assert "s, " in p.find(ns + "title").text
END
    run ! grep -qE '(href|url\(|<script|@import)' plot.svg
    run -3 coget -s --compare=-j:1,2 --plot nowhere/p.svg "$URL/a"
}

@test "interrupted in the middle: all records, and what was measured before" {
    "$COGET" --compare=50 --ndjson --summary summary "$URL/"{0,1}?delay=100 \
        >out 2>err &
    local pid=$! status=0
    some_rounds() { # the first is not measured
        [ "$(stat_of requests)" -ge 16 ]
    }
    wait_until some_rounds
    kill -INT $pid
    wait $pid || status=$?
    [ "$status" -eq 130 ]
    [ "$(jq -s 'length == 2' out)" = true ]
    summary '.interrupted and (.results | length) == 2
        and (.results[0].times | length) < 50'
    grep -q '^sequential .* median of' err
}

@test "a reader that leaves ends all runs" {
    local option
    { echo "$URL/first?hold"; seq 20 | sed "s|^|$URL/|"; } >list
    first_is_there() {
        [ "$(stat_of requests)" -eq 1 ]
    }
    for option in "" "-o file -w %{index}"; do
        server reset >/dev/null
        # the reader ends when the first run has begun
        { "$COGET" -s --compare -X POST -d x $option -i list 2>err ||
            echo $? >status; } | wait_until first_is_there
        [ "$(cat status)" -eq 141 ]
        [ ! -s err ]
        [ "$(stat_of requests)" -eq 1 ]
    done
}

@test "interrupted before anything was measured: that is said" {
    "$COGET" --compare=5 --ndjson --task-delay 60s --summary summary 0 1 \
        >out 2>err &
    local pid=$! status=0
    sleep 2
    kill -INT $pid
    wait $pid || status=$?
    [ "$status" -eq 130 ]
    summary '.interrupted and .results == []
        and (.sequential_is_measured | not) and .speed_up == null'
    grep -q '^measured  *none, runs were interrupted' err
}

@test "a list from a pipe, many times" {
    run -0 bash -c "seq 3 | '$COGET' -s --compare=3 --template '$URL/{id}'"
    [ "$output" = $'/1\n/2\n/3' ]
    [ "$(stat_of requests)" -eq 21 ]
}

@test "a cookie jar that is read, too: the last run writes it, all begin alike" {
    local url="$URL/a?echo&header=Set-Cookie:%20new=1"
    printf '127.0.0.1\tFALSE\t/\tFALSE\t0\told\t1\n' >jar
    run -0 --separate-stderr coget --compare=2 -b jar -c jar \
        --summary summary "$url"
    summary '.comparison | .compared == 1 and .differing == 0'
    [[ $output == *"Cookie: old=1"* ]]
    grep -P '\tnew\t1$' jar
    run -0 coget -s -b jar "$url"
    [[ $output == *"new=1"* ]]
}

@test "the chart of a sweep is whole, however narrow the terminal" {
    local columns
    for columns in 10 30 40 48; do
        COLUMNS=$columns run -0 --separate-stderr coget -o /dev/null \
            --task-delay 1ms --compare=-j:1,2 --compare=2 0 1
        [ "$(grep -cE '^-j [12] +[0-9.]+ s +[0-9.]+x +[0-9.]+-[0-9.]+ *[#▏▎▍▌▋▊▉█]*$' \
            <<<"$stderr")" -eq 2 ]
    done
}

@test "no two outputs go to one file" {
    run -2 --separate-stderr coget -o x --summary x 0
    [ "$stderr" = "coget: x is to hold two things; see coget --help" ] ||
        [ "$stderr" = "coget: x is to hold two things" ]
    run -2 coget --timeline=a.svg --timeline=a.svg 0
    run -0 coget -s -o /dev/null --summary /dev/null --task-delay 1ms 0
}

@test "slots that cannot be had are told of, in a sweep too" {
    [ -z "${COGET_SLOW-}" ] || skip "Valgrind needs more open files itself"
    run -0 --separate-stderr bash -c 'ulimit -n 128
        "$COGET" -o /dev/null --task-delay 1ms --compare=-j:1,300 0'
    [[ ${stderr_lines[0]} =~ ^'coget: -j 300 becomes -j '[0-9]+': only 128 open' ]]
    # nobody asked for the default
    run -0 --separate-stderr bash -c 'ulimit -n 64
        "$COGET" -s --task-delay 1ms 0'
    [ "$stderr" = "" ]
}
