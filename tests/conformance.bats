# The conformance cases of a peer's own test suite, where the folder is there
# (COGET_CONFORMANCE, or shared/conformance beside the repository).

load helper

setup() {
    CASES=${COGET_CONFORMANCE:-$SRCDIR/../shared/conformance}
    [ -e "$CASES/run_curl_cases.py" ] || skip "no conformance cases here"
}

run_cases() {
    python3 "$CASES/run_curl_cases.py" -j 4 --http-errors fail \
        --map "$SRCDIR/tests/conformance.json" --serial-args="--sequential --cookie-share" \
        --client "$COGET -s --fail-with-body {options} {urls}" \
        --timeout "${COGET_CASE_TIMEOUT:-20}" "$@"
}

@test "all cases whose options coget has, as arguments" {
    run_cases
}

@test "all cases whose options coget has, on stdin" {
    run_cases --urls stdin
}
