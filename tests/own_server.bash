# A bats file whose tests share one test server, each with a fresh start.

setup_file() {
    start_server
}

teardown_file() {
    stop_server
}

# Has the server seen so many requests yet? For wait_until.
requests_are() {
    [ "$(stat_of requests)" -ge "$1" ]
}

fresh_test() {
    cd "$BATS_TEST_TMPDIR"
    server reset >/dev/null
}

setup() {
    fresh_test
}
