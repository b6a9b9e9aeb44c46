# Allocations and system calls that fail: see tests/faults/run.

load helper

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

@test "coget: a sample of allocations and calls that fail" {
    run "$SRCDIR/tests/faults/run" --seconds 30 ids ndjson files journal \
        cache-fill split spool timeline json-tasks tls
    echo "$output"
    [ "$status" -eq 0 ]
}
