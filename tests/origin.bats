# The origin's example: three tasks of one second each.

load helper

three=$'Data of task 0\nData of task 1\nData of task 2'

# The seconds that the summary on stderr gives for "sequential", say.
seconds_of() {
    sed -n "s/^$1 *\([0-9.]*\) s .*/\1/p" <<<"$stderr"
}

@test "coget 0 1 2: three lines in order, in the time of one" {
    run --separate-stderr coget 0 1 2
    [ "$status" -eq 0 ]
    [ "$output" = "$three" ]
    local concurrent=$(seconds_of concurrent) estimate=$(seconds_of sequential)
    run --separate-stderr coget --sequential 0 1 2
    [ "$status" -eq 0 ]
    [ "$output" = "$three" ]
    local sequential=$(seconds_of sequential)
    # Valgrind's own second and more is in both
    local least=2.2
    [ -z "${COGET_SLOW-}" ] || least=1.3
    holds '$s >= 2.9 and $c >= 0.95 and $s / $c > $l and $s / $c < 3.3' \
        --argjson s "$sequential" --argjson c "$concurrent" --argjson l $least
    holds '$e >= 2.9 and $e < $s * 1.3' \
        --argjson e "$estimate" --argjson s "$sequential"
}

@test "coget 0 1 2: stdout byte for byte" {
    coget --task-delay 10ms -s 0 1 2 >"$BATS_TEST_TMPDIR/out"
    printf 'Data of task 0\nData of task 1\nData of task 2\n' |
        cmp - "$BATS_TEST_TMPDIR/out"
}

@test "-v: all start before any finishes" {
    run --separate-stderr coget -v --task-delay 300ms 0 1 2
    [ "$status" -eq 0 ]
    [ "${stderr_lines[0]}" = "Starting task 0..." ]
    [ "${stderr_lines[1]}" = "Starting task 1..." ]
    [ "${stderr_lines[2]}" = "Starting task 2..." ]
    [ "$(sed -n 4,6p <<<"$stderr" | sort)" = \
        $'Finished task 0...\nFinished task 1...\nFinished task 2...' ]
}

@test "--sequential -v: starts and ends strictly alternate" {
    run --separate-stderr coget --sequential -v --task-delay 50ms 0 1 2
    [ "$status" -eq 0 ]
    [ "$output" = "$three" ]
    [ "$(grep task.*\\.\\.\\. <<<"$stderr")" = "Starting task 0...
Finished task 0...
Starting task 1...
Finished task 1...
Starting task 2...
Finished task 2..." ]
}

@test "--sequential alternates with retries too" {
    start_server
    run --separate-stderr coget --sequential -v --retry 1 \
        "$URL/a?flaky=1" "$URL/b"
    stop_server
    [ "$status" -eq 0 ]
    [ "$(grep -oE '^(Starting|Retrying|Finished) task.*/[ab]' <<<"$stderr" |
        sed 's/task.*\///')" = "Starting a
Retrying a
Finished a
Starting b
Finished b" ]
}

@test "the summary: form, and what is an estimate says so" {
    run --separate-stderr coget --task-delay 50ms -j 2 0 1 2
    [ "${#stderr_lines[@]}" -eq 4 ]
    [ "${stderr_lines[0]}" = "tasks        3 ok, 0 failed" ]
    [[ ${stderr_lines[1]} =~ ^'sequential   '[0-9]+'.'[0-9]{3}' s   sum of the task times'(', less '.*)?' (estimate)'$ ]]
    [[ ${stderr_lines[2]} =~ ^'concurrent   '[0-9]+'.'[0-9]{3}' s   measured'$ ]]
    [[ ${stderr_lines[3]} =~ ^'speed-up     '[0-9.]+'x     (2 at once; -j 2)'$ ]]
    run --separate-stderr coget --task-delay 50ms --sequential 0 1
    [ "${#stderr_lines[@]}" -eq 2 ]
    [[ ${stderr_lines[1]} =~ ^'sequential   '[0-9]+'.'[0-9]{3}' s   measured'$ ]]
}

@test "--silent: nothing on stderr" {
    run --separate-stderr coget -s --task-delay 10ms 0 1 2
    [ "$stderr" = "" ]
    [ "$output" = "$three" ]
}

@test "no proxy stands before the task service" {
    http_proxy=http://127.0.0.1:1/ run -0 coget -s --task-delay 10ms 0 1 2
    [ "$output" = "$three" ]
    # nor do options lead elsewhere that are for the others
    local options
    for options in "-x 127.0.0.1:1" "--connect-to ::127.0.0.1:1" "--unix-socket /nonexistent" \
        "--abstract-unix-socket x" "--interface 192.0.2.1" -6 "--proto =https" --haproxy-protocol \
        --http2-prior-knowledge "--request-target /x" --ignore-content-length; do
        # shellcheck disable=SC2086
        run -0 timeout 60 "$COGET" -s $options --task-delay 10ms 0 1 2
        [ "$output" = "$three" ]
    done
}

@test "--compare: both ways measured, results once" {
    run --separate-stderr coget --compare --task-delay 400ms 0 1 2
    [ "$status" -eq 0 ]
    [ "$output" = "$three" ]
    [[ ${stderr_lines[1]} =~ ^sequential.*measured$ ]]
    [[ ${stderr_lines[2]} =~ ^concurrent.*measured$ ]]
    holds '$s >= 1.19 and $s / $c > 1.7' --argjson s "$(seconds_of sequential)" \
        --argjson c "$(seconds_of concurrent)"
}

@test "--compare keeps what a pipe gives, and reads a file twice" {
    start_server
    seq 5 | coget -s --compare --template "$URL/{id}" >"$BATS_TEST_TMPDIR/out"
    [ "$(cat "$BATS_TEST_TMPDIR/out")" = $'/1\n/2\n/3\n/4\n/5' ]
    [ "$(stat_of requests)" -eq 10 ]
    seq 5 >"$BATS_TEST_TMPDIR/list"
    run coget -s --compare --template "$URL/{id}" -i "$BATS_TEST_TMPDIR/list"
    [ "$output" = $'/1\n/2\n/3\n/4\n/5' ]
    run coget -s --compare --template "$URL/{id}" <"$BATS_TEST_TMPDIR/list"
    [ "$output" = $'/1\n/2\n/3\n/4\n/5' ]
    stop_server
}

@test "--compare waits for a named pipe's writer" {
    cd "$BATS_TEST_TMPDIR"
    mkfifo fifo
    "$COGET" -s --compare --task-delay 1ms -i fifo >out &
    local pid=$!
    printf '0\n1\n' >fifo
    wait $pid
    [ "$(cat out)" = $'Data of task 0\nData of task 1' ]
}

@test "--compare, interrupted: no figure of what did not run" {
    cd "$BATS_TEST_TMPDIR"
    "$COGET" --compare -v --task-delay 5s 0 1 2>err &
    local pid=$! status=0
    wait_until grep -q Starting err
    kill -TERM $pid
    wait $pid || status=$?
    [ "$status" -eq 143 ]
    grep -q '^sequential .* measured, interrupted$' err
    run ! grep -E '^(concurrent|speed-up)' err
}

@test "--compare refuses a pipe that is too large to keep" {
    run --separate-stderr bash -c \
        'yes 0123456789 | head -c 70000000 | "$COGET" --compare'
    [ "$status" -eq 2 ]
    [ "$output" = "" ]
    [[ $stderr == "coget: --compare: stdin cannot be read twice"* ]]
    [ "${#stderr_lines[@]}" -eq 1 ]
}
