# The benchmark's own targets: CPU against the floor, wall clock against curl.

load helper

@test "bench/run small: at most 1.4 times the floor's CPU, faster than curl -Z" {
    [ -z "${COGET_SLOW-}" ] ||
        skip "speed is not coget's own under Valgrind or a sanitizer"
    # a machine that has other things to do may spoil one run, not three
    local try
    for try in 1 2 3; do
        run "$SRCDIR/bench/run" -n 5 small
        echo "$output"
        [ "$status" -ne 0 ] || return 0
    done
    return 1
}
