# How a run ends: signals, readers that leave, full disks, exit status.

load helper
load own_server

# Starts coget in the background, its stdout a pipe into the file out.
start_coget() {
    mkfifo pipe
    cat pipe >out &
    CAT=$!
    "$COGET" "$@" >pipe 2>err &
    PID=$!
}

# Waits for it: its status is in STATUS.
wait_coget() {
    STATUS=0
    wait $PID || STATUS=$?
    wait $CAT
}

@test "SIGINT after one of three: three records, status 130" {
    start_coget --ndjson "$URL/1" "$URL/2?hang" "$URL/3?hang"
    wait_until [ -s out ]
    wait_until requests_are 3
    kill -INT $PID
    wait_coget
    [ "$STATUS" -eq 130 ]
    [ "$(jq -s -c 'map(.outcome)' out)" = '["ok","cancelled","cancelled"]' ]
    jq -s -e '.[0].body == "/1\n" and .[1].errormsg == "interrupted by SIGINT"
        and .[1].attempts == 1' out
    grep -q '^tasks        1 ok, 0 failed, 2 cancelled$' err
}

@test "SIGTERM: waiting and unread tasks are recorded too, JSON is whole" {
    seq 3000 | sed "s|^|$URL/|; s|\$|?hang|" >list
    start_coget --format json -j 5 -i list
    wait_until requests_are 5
    kill -TERM $PID
    wait_coget
    [ "$STATUS" -eq 143 ]
    [ "$(jq length out)" -eq 3000 ]
    [ "$(jq -c 'map(.outcome) | unique' out)" = '["cancelled"]' ]
    jq -e 'map(.index) == [range(3000)]' out
    [ "$(stat_of requests)" -eq 5 ]
}

@test "SIGINT: of a pipe, the whole lines that have arrived are input" {
    mkfifo in
    mkfifo pipe
    cat pipe >out &
    CAT=$!
    "$COGET" --ndjson -j 1 <in >pipe 2>err &
    PID=$!
    exec 5>in
    printf '%s\n' "$URL/1?hang" "$URL/2" "$URL/3" >&5
    printf '{"url":"http:' >&5
    wait_until requests_are 1
    kill -INT $PID
    wait_coget
    exec 5>&-
    [ "$STATUS" -eq 130 ]
    [ "$(jq -s -c 'map(.outcome)' out)" = \
        '["cancelled","cancelled","cancelled"]' ]
    # the last one needs no line end where the pipe has ended
    server reset
    "$COGET" -s --ndjson -j 1 < <(printf '%s\n%s' "$URL/1?hang" "$URL/4") >out &
    PID=$!
    wait_until requests_are 1
    kill -INT $PID
    wait $PID || [ $? -eq 130 ]
    [ "$(jq -s -c --arg url "$URL" 'map(.url | ltrimstr($url))' out)" = '["/1?hang","/4"]' ]
}

@test "SIGTERM and SIGHUP that were ignored are; SIGINT is meant" {
    local signal
    for signal in TERM HUP; do
        server reset
        env --ignore-signal=$signal "$COGET" -s "$URL/1?hold" >out &
        PID=$!
        wait_until requests_are 1
        kill -$signal $PID
        server release
        wait $PID # with status 0
        [ "$(cat out)" = "/1" ]
    done
    server reset
    env --ignore-signal=INT "$COGET" -s "$URL/1?hold" &
    PID=$!
    wait_until requests_are 1
    kill -INT $PID
    STATUS=0
    wait $PID || STATUS=$?
    [ "$STATUS" -eq 130 ]
}

@test "SIGINT while it backs off" {
    start_coget --ndjson -v --retry 100 "$URL/?status=503"
    wait_until grep -q Retrying err
    kill -INT $PID
    wait_coget
    [ "$STATUS" -eq 130 ]
    jq -e '.outcome == "cancelled" and .attempts >= 1' out
}

@test "a second signal ends at once, and leaves no file" {
    mkfifo pipe
    # nobody reads: the records cannot be written
    exec 5<>pipe
    seq 3000 | sed "s|^|$URL/|" >list
    "$COGET" --ndjson -i list >pipe 2>err &
    PID=$!
    wait_until requests_are 50
    kill -INT $PID
    sleep 0.1 # the first one is to be taken before the second
    kill -INT $PID
    STATUS=0
    wait $PID || STATUS=$?
    exec 5>&-
    [ "$STATUS" -eq 130 ]
    "$COGET" -s -o file "$URL/?hang" &
    PID=$!
    wait_until bash -c 'ls file.* 2>/dev/null'
    kill -INT $PID
    STATUS=0
    wait $PID || STATUS=$?
    [ "$STATUS" -eq 130 ]
    [ -z "$(ls file*)" ]
}

@test "a signal that comes twice at once is one: timeout(1) sends it so" {
    [ -z "${COGET_SLOW-}" ] || skip "it is at once only where nothing is slow"
    seq 3000 | sed "s|^|$URL/|; s|\$|?hang|" >list
    start_coget --ndjson -i list
    wait_until requests_are 50
    kill -TERM $PID
    kill -TERM $PID
    wait_coget
    [ "$STATUS" -eq 143 ]
    [ "$(jq -s -c 'map(.outcome) | [length, unique]' out)" = '[3000,["cancelled"]]' ]
}

@test "-o and a signal: records are whole, bodies are left out" {
    echo old >file
    "$COGET" -o file "$URL/1" "$URL/2?hang" 2>err &
    PID=$!
    wait_until requests_are 2
    kill -TERM $PID
    STATUS=0
    wait $PID || STATUS=$?
    [ "$STATUS" -eq 143 ]
    [ "$(cat file)" = old ]
    grep -qx 'coget: file is not written: the run was interrupted' err
    server reset >/dev/null
    "$COGET" -s --ndjson -o file "$URL/1" "$URL/2?hang" &
    PID=$!
    wait_until requests_are 2
    kill -TERM $PID
    wait $PID || true
    [ "$(jq -s -c 'map(.outcome)' file)" = '["ok","cancelled"]' ]
    # what was given up while it ran: so long, and curl's code for it
    jq -s -e '.[1] | .time_total > 0 and .exitcode == 42' file
    [ "$(ls file*)" = file ]
}

@test "a file that may not grow is a failed write" {
    run -3 --separate-stderr bash -c 'ulimit -f 8; "$COGET" -s -o file "$URL/?size=100000"'
    [ "$stderr" = "coget: cannot write file: File too large" ]
    [ -z "$(ls file*)" ]
}

@test "too few open files are said to be too few" {
    [ -z "${COGET_SLOW-}" ] || skip "Valgrind needs more open files itself"
    run -3 --separate-stderr bash -c 'ulimit -n 10; "$COGET" "$URL/1"'
    [[ $stderr == "coget: only 10 open files (ulimit -n)"* ]]
}

@test "a reader that leaves ends the run quietly" {
    seq 2000 | sed "s|^|$URL/|; s|\$|?delay=5|" >list
    run --separate-stderr bash -c \
        '"$COGET" -j 10 -i list | head -n 1; echo "${PIPESTATUS[0]}"'
    [ "${lines[0]}" = /1 ]
    [ "${lines[1]}" -eq 141 ]
    [ "$stderr" = "" ]
    [ "$(stat_of requests)" -le 40 ]
    # where SIGPIPE was ignored before, as in services, an output failed
    run --separate-stderr bash -c 'trap "" PIPE
        "$COGET" -s -j 10 -i list | head -n 1; echo "${PIPESTATUS[0]}"'
    [ "$output" = $'/1\n3' ]
    [ "$stderr" = "coget: cannot write stdout: Broken pipe" ]
    seq 20000 >many
    run --separate-stderr bash -c 'trap "" PIPE
        "$COGET" --dry-run -i many | head -n 1 >/dev/null; echo "${PIPESTATUS[0]}"'
    [ "$output" = 3 ]
}

@test "a reader that takes all and leaves is no failure" {
    local i
    for i in $(seq 30); do
        bash -c '"$COGET" -s "$URL/1" "$URL/2" "$URL/3" | head -n 3 >/dev/null
            exit ${PIPESTATUS[0]}'
    done
}

@test "a second signal ends at once, though stderr is stuck" {
    mkfifo errors
    exec 5<>errors
    head -c 65536 /dev/zero >&5 # full
    "$COGET" -v -o file "$URL/1" "$URL/2?hang" 2>errors &
    PID=$!
    wait_until bash -c 'ls file.* 2>/dev/null'
    sleep 0.1 # it stands in a write
    kill -INT $PID
    sleep 0.1
    kill -TERM $PID
    STATUS=0
    wait $PID || STATUS=$?
    exec 5>&-
    [ "$STATUS" -eq 143 ]
    [ -z "$(ls file*)" ]
}

@test "a reader that leaves is noticed while the oldest task is slow" {
    { echo "$URL/1"; echo "$URL/2?hang"; seq 3 900 | sed "s|^|$URL/|; s|\$|?delay=20|"; } >list
    run --separate-stderr bash -c '"$COGET" -j 10 -i list | head -n 1'
    [ "$output" = /1 ]
    [ "$stderr" = "" ]
    [ "$(stat_of requests)" -le 100 ]
}

@test "a full disk: message, status 3" {
    run --separate-stderr bash -c '"$COGET" -s "$URL/1" "$URL/2" >/dev/full'
    [ "$status" -eq 3 ]
    [ "$stderr" = "coget: cannot write stdout: No space left on device" ]
    run --separate-stderr bash -c '"$COGET" -s "$URL/1" >&-'
    [ "$status" -eq 3 ]
    [[ $stderr == "coget: cannot write stdout: "* ]]
    run --separate-stderr bash -c '"$COGET" --help >/dev/full'
    [ "$status" -eq 3 ]
}

@test "a full disk stops the run" {
    seq 5000 | sed "s|^|$URL/|" >list
    run --separate-stderr bash -c '"$COGET" -s -i list >/dev/full'
    [ "$status" -eq 3 ]
    [ "$(stat_of requests)" -lt 2000 ]
}

@test "a slow reader: no new tasks start, nothing times out, nothing is lost" {
    seq 200 | sed "s|^|$URL/|; s|\$|?size=100000|" >list
    mkfifo pipe
    "$COGET" -s -j 4 -m 5 -i list >pipe &
    PID=$!
    exec 5<pipe
    # 20 MB in all; without a reader, only what fits the limit is fetched
    wait_until requests_are 4
    sleep 0.5 # nothing to await: no more may come
    [ "$(stat_of requests)" -lt 40 ]
    [ "$(cat <&5 | wc -c)" -eq 20000000 ]
    exec 5<&-
    wait $PID
}

@test "stdout stays in blocking mode for others who share it" {
    mkfifo pipe
    cat pipe >out &
    # the subshell's stdout is shared: after coget, python must find it
    # blocking as before
    { "$COGET" -s "$URL/1?size=300000"; python3 -c '
import fcntl, os
print("nonblock", bool(fcntl.fcntl(1, fcntl.F_GETFL) & os.O_NONBLOCK))'; } >pipe
    wait
    [ "$(tail -c 15 out)" = "nonblock False" ]
}

@test "exit status: the same for any -j and any order" {
    local j
    {
        seq 10 | sed "s|^|$URL/|"
        echo "$URL/?status=404"
        echo http://127.0.0.1:1/
        echo "$URL/?drop"
        echo 'http://[bad'
    } >list
    for j in 1 3 50; do
        run coget -s --ndjson -j $j -i list
        [ "$status" -eq 1 ]
        [ "$(jq -s -c 'map(.outcome) | .[10:]' <<<"$output")" = \
            '["http_error","network_error","network_error","invalid"]' ]
    done
    run coget -s --sequential --order completion -i <(shuf list)
    [ "$status" -eq 1 ]
    run coget -s -i <(head -n 10 list)
    [ "$status" -eq 0 ]
}

@test "usage errors: one line, status 2, nothing sent" {
    local args
    run --separate-stderr coget -d @nothere "$URL/a"
    [ "$status" -eq 3 ]
    [ "$stderr" = "coget: --data: cannot read nothere: No such file or directory" ]
    for args in --nonsense '-j 0' '-j x' '--format xml' '-m -1' -j \
        '--ok-status 20' '--max 1' '-X G(T' '--template {' '--silent=yes' \
        '--resolve a:80' '--resolve a:b:1.2.3.4' '--resolve a:1:b'; do
        run --separate-stderr coget $args "$URL/a"
        [ "$status" -eq 2 ]
        [ "${#stderr_lines[@]}" -eq 1 ]
        [[ $stderr == "coget: "* ]]
    done
    [ "$(stat_of requests)" -eq 0 ]
}
