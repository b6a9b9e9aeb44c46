# A bats file whose tests share one test server, each with a fresh start.

setup_file() {
    start_server
}

teardown_file() {
    stop_server
}

fresh_test() {
    cd "$BATS_TEST_TMPDIR"
    server reset >/dev/null
}

setup() {
    fresh_test
}
