# Allocations and system calls that fail: see tests/faults/run.

load helper
load own_server

setup_file() {
    [ -e "$BUILDDIR/tests/faults/fault.so" ] ||
        skip_or_fail "tests/faults/fault.so (glibc alone)"
    command -v python3 >/dev/null || skip_or_fail "python3"
}

setup() {
    export FAULT=$BUILDDIR/tests/faults/fault.so
    cd "$BATS_TEST_TMPDIR"
}

# victim MODE [VARIABLE=VALUE]...: its status and the log of the library
victim() {
    local mode=$1
    shift
    rm -f log
    env FAULT_LOG=log LD_PRELOAD="$FAULT" "$@" \
        "$BUILDDIR/tests/faults/victim" "$mode"
}

@test "the library: an allocation that fails, leaks and crashes are told" {
    run -0 victim fine
    [ "$(cat log)" = "allocations 2" ]
    run -3 victim fine FAULT_ALLOC=2
    grep -q '^failed allocation 2 program+' log
    ! grep leak log
    run -3 victim fine FAULT_ALLOC=1+
    run -0 victim fine FAULT_ALLOC=3
    ! grep failed log
    run -3 victim leaks FAULT_ALLOC=2 FAULT_STACKS=1
    grep -q '^leak 100 1 program+' log
    run ! victim crashes FAULT_ALLOC=2
    [ "$status" -eq 139 ]
    grep -q '^signal 11 .*program+' log
    run -0 victim fine FAULT_LIST=1
    [ "$(grep -c '^allocation [12] ' log)" -eq 2 ]
    grep -q '^call write [0-9a-f]* ' log
}

@test "the library: calls that fail or do less" {
    run -0 victim fine FAULT_CALL=write:1:ENOSPC # a pipe has room
    victim fine FAULT_CALL=write:1:ENOSPC >file && return 1
    [ ! -s file ]
    victim fine FAULT_CALL=write:1:short >file && return 1
    [ "$(wc -c <file)" -eq 50 ]
    victim fine FAULT_CALL=write:1:EAGAIN >file # it blocks
    [ "$(wc -c <file)" -eq 100 ]
    ! grep failed log
    victim fine FAULT_CALL=write:2:EIO >file
    ! grep failed log
}

# coget_with VARIABLE=VALUE... -- ARGUMENT...: with a fault; must not hang
coget_with() {
    local faults=()
    while [ "$1" != -- ]; do
        faults+=("$1")
        shift
    done
    rm -f log
    timeout 30 env FAULT_LOG=log LD_PRELOAD="$FAULT" "${faults[@]}" \
        "$COGET" "${@:2}"
}

@test "memory that a library cannot have ends the program, as our own does" {
    local module n
    # each of these waited for ever, or crashed, where the library went on
    for module in libevent libcurl; do
        for n in 1 8 16 24 32 48 64; do
            run -3 --separate-stderr coget_with "FAULT_ALLOC=$n@$module" -- \
                -s --task-delay 1ms 0 1 2
            grep -q "^failed allocation $n" log
            [ "$stderr" = "coget: out of memory" ]
        done
    done
    # "no JSON" would be wrong
    run -3 --separate-stderr coget_with FAULT_ALLOC=1@libjansson -- \
        -s '{"url": "http://127.0.0.1:9/"}'
    [ "$stderr" = "coget: out of memory" ]
}

@test "where memory is exhausted, no temporary file stays" {
    start_server
    # the second file has begun when the first is whole
    run -3 coget_with FAULT_ALLOC=1@libjansson -- -s -w '%header{x}' \
        -o '{index}' "$URL/a?delay=500&header=X:y" "$URL/b?size=99&stall=9"
    stop_server
    grep -q '^failed' log
    rm log
    run -0 ls -A
    [ "$output" = 0 ]
}

@test "a socket that the system cannot watch ends the program" {
    local n
    for n in 4 8 17; do # it hung
        run -3 --separate-stderr coget_with "FAULT_CALL=epoll_ctl:$n:ENOSPC" \
            -- -s --task-delay 1ms 0 1 2
        [[ $stderr == "coget: libevent: Epoll "*"No space left on device" ]]
    done
}

@test "no socket or thread to be had: that is ours, not the host's" {
    start_server
    run -3 --separate-stderr coget_with FAULT_CALL=socket:1+:EMFILE -- \
        -s --ndjson -j 1 --host-max-failures 1 "$URL/1" "$URL/2"
    jq -s -e 'map([.exitcode, .errormsg]) | length == 2 and unique ==
        [[7, "no socket could be opened: Too many open files"]]' <<<"$output"
    [ "${#stderr_lines[@]}" -eq 1 ]
    [[ $stderr == "coget: open files or memory ran out: "* ]]
    run -3 --separate-stderr coget_with FAULT_CALL=pthread_create:1+:ENOMEM -- \
        -s --ndjson http://name.silent/
    jq -e '.exitcode == 6 and (.errormsg | test("thread failed"))' <<<"$output"
    # another attempt may have one
    run -0 coget_with FAULT_CALL=socket:1:EMFILE -- -s --retry 1 \
        --retry-delay 1ms "$URL/1"
    stop_server
}

@test "lookups that go on after their attempts keep their descriptors" {
    # 96 are free, half of them for connections; each lookup takes 3 of the
    # others and gives one back: after 23 there are 2
    seq 60 | sed 's|.*|http://n&.silent/|' >list
    run bash -c 'ulimit -n 128; FAULT_LOG=log LD_PRELOAD=$FAULT timeout 30 \
        "$COGET" -s -j 30 --connect-timeout 0.05 --deadline 2 --ndjson -i list'
    [ "$status" -eq 4 ]
    jq -s -e 'map(.outcome) | unique == ["cancelled", "timeout"]
        and (map(select(. == "timeout")) | length) <= 23' <<<"$output"
}

@test "an interrupted write into the cache is made whole" {
    start_server
    run -0 coget_with FAULT_CALL=write:4:EINTR -- -s --cache c "$URL/?etag=1"
    grep -q '^failed' log
    run -0 coget_with FAULT_CALL=write:4:short -- -s --cache d "$URL/?etag=1"
    grep -q '^failed' log
    : >"$SERVER_LOG"
    run -0 coget -s --cache c "$URL/?etag=1"
    run -0 coget -s --cache d "$URL/?etag=1"
    stop_server
    grep -qi if-none-match "$SERVER_LOG"
    [ "$(grep -ci if-none-match "$SERVER_LOG")" -eq 2 ]
}

@test "results that cannot be read back from the spool: told, status 3" {
    local pid status option count
    mkdir tmp
    others_wait() {
        [ "$(grep -c '^Finished task' err)" -eq "$count" ]
    }
    for option in "" "--ndjson" "--ndjson -o file" "--format json -o file" "-o file"; do
        for count in 1 2; do
            start_server
            echo old >file
            : >err
            # the first one holds them up
            TMPDIR=$PWD/tmp coget_with FAULT_CALL=pread:1:EIO -- -s -S -v -j 2 \
                --memory-limit 0 $option "$URL/0?hold" \
                $(seq $count | sed "s|^|$URL/|") >out 2>err 3>&- &
            pid=$! status=0
            wait_until others_wait
            server release
            wait $pid || status=$?
            stop_server
            grep -q '^failed' log
            [ "$status" -eq 3 ]
            [ "$(grep ^coget: err)" = "coget: cannot use a temporary file in $PWD/tmp: Input/output error" ]
            [ "$(<file)" = old ]
            [ "$option" != --ndjson ] || jq -s -e 'length == 1' out
        done
    done
}

@test "-T: an interrupted read goes on, one that fails is named" {
    start_server
    echo text >file
    run -0 coget_with FAULT_CALL=pread:1:EINTR -- -s -T file "$URL/?echo"
    grep -q '^failed' log
    [ "${lines[-1]}" = text ]
    run -3 --separate-stderr coget_with FAULT_CALL=pread:1:EIO -- -sS --ndjson \
        --retry 2 -j 1 --host-max-failures 1 -T file "$URL/?echo" "$URL/2?echo"
    stop_server
    jq -e -s '.[0] | .exitcode == 26 and .attempts == 1 and
        .errormsg == "cannot read file: Input/output error"' <<<"$output"
    # which is no failure of the host
    jq -e -s '.[1].outcome == "ok"' <<<"$output"
    # nor is the rest of one that became shorter waited for
    start_server
    "$COGET" -sS -j 1 -T file "$URL/1?hold" "$URL/2?echo" >out 2>err 3>&- &
    local pid=$! status=0
    wait_until requests_are 1
    truncate -s 2 file
    server release
    wait $pid || status=$?
    stop_server
    [ "$status" -eq 3 ]
    [ "$(<err)" = "coget: $URL/2?echo: cannot read file: Input/output error" ]
}

@test "-T -: a full disk is not stdin's" {
    run -3 --separate-stderr coget_with FAULT_CALL=write:1:ENOSPC TMPDIR=. -- \
        -T - 0 <<<text
    [ "$stderr" = "coget: --upload-file: cannot use a temporary file in .: No space left on device" ]
}

@test "-C -: where files cannot be locked, no part stays behind" {
    start_server
    # the first lock asked for is that of the new part
    run -0 coget_with FAULT_CALL=flock:1:ENOMEM -- -s -C - -o file \
        "$URL/?etag=1&ranges"
    stop_server
    grep -q '^failed' log
    rm log
    run -0 ls -A
    [ "$output" = file ]
}

@test "a configuration file is not taken for its beginning" {
    printf 'silent\ndry-run\n' >conf
    run -3 --separate-stderr coget_with FAULT_CALL=getline:2:ENOMEM -- -K conf 0
    [ "$stderr" = "coget: out of memory" ]
    run -3 --separate-stderr coget_with FAULT_CALL=getline:2:EIO -- -K conf 0
    [ "$stderr" = "coget: cannot read conf: Input/output error" ]
}

@test "coget: a sample of allocations and calls that fail" {
    run "$SRCDIR/tests/faults/run" --seconds 30 ids ndjson files large-files \
        journal cache-fill split spool timeline json-tasks tls
    echo "$output"
    [ "$status" -eq 0 ]
}
