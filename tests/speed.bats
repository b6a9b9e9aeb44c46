# The benchmark itself, and its targets with wide margins.

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
        run "$SRCDIR/bench/run" --no-results -p curl small
        echo "$output"
        cpu=$(figure "CPU at most .* the floor's")
        speed=$(figure "at least .* as fast as curl -Z .*")
        ! jq -n -e "$cpu <= 1.4 and $speed > 1" || return 0
    done
    return 1
}

@test "bench/run --quick: every scenario, every peer that is here" {
    local scenario
    run "$SRCDIR/bench/run" --quick -o "$BATS_TEST_TMPDIR/results.md"
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output != *failed* && $output != *"took over"* ]]
    for scenario in small million waiting large tls hosts one mixed; do
        [[ $output == *"## $scenario"*"| coget | 1 |"* ]]
    done
    [[ $output == *"## profile"*"| sendto |"* ]] ||
        ! command -v valgrind >/dev/null || ! command -v strace >/dev/null
    # one scenario alone leaves the others' results
    run "$SRCDIR/bench/run" --quick -p "" -o "$BATS_TEST_TMPDIR/results.md" one
    [ "$status" -eq 0 ]
    [ "$(grep -c '^## ' "$BATS_TEST_TMPDIR/results.md")" -eq 9 ]
}

@test "bench/run: says what it cannot do" {
    run "$SRCDIR/bench/run" nosuch
    [ "$status" -eq 2 ]
    [[ $output == *"there is no scenario nosuch"* ]]
    run "$SRCDIR/bench/run" -n 4
    [ "$status" -eq 2 ]
    [[ $output == *"not an odd number"* ]]
    run "$SRCDIR/bench/run" -p wget
    [ "$status" -eq 2 ]
    [[ $output == *"there is no peer wget "* ]]
}
