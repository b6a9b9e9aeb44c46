# The targets of the benchmark, with wide margins.

load helper

setup() {
    [ -z "${COGET_SLOW-}" ] ||
        skip "speed is not coget's own under Valgrind or a sanitizer"
    PATH=$PATH:/usr/sbin command -v nginx >/dev/null || skip_or_fail nginx
}

# figure TEXT: the one that the benchmark has measured for a target.
figure() {
    sed -n "s/^- $1: \([0-9.]*\), .*/\1/p" <<<"$output"
}

@test "bench/run small: at most 1.4 times the floor's CPU, faster than curl -Z" {
    # a machine that has other things to do may spoil one run, not three
    local try cpu speed
    for try in 1 2 3; do
        run "$SRCDIR/bench/run" --no-results -n 3 -p curl small
        echo "$output"
        cpu=$(figure "CPU at most .* the floor's")
        speed=$(figure "at least .* as fast as curl -Z .*")
        ! jq -n -e "$cpu <= 1.4 and $speed > 1" || return 0
    done
    return 1
}
