# The benchmark itself: it runs, and says what it cannot do.

load helper

setup() {
    [ -z "${COGET_SLOW-}" ] ||
        skip "the benchmark has no time for Valgrind or a sanitizer"
    PATH=$PATH:/usr/sbin command -v nginx >/dev/null || skip_or_fail nginx
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
