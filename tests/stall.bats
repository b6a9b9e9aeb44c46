# The default limit of a server that never answers: slow, so on its own.

load helper

@test "a server that never answers ends without any option given" {
    start_server
    run coget -s --ndjson "$URL/?hang" "$URL/?stall=3&size=9" "$URL/ok"
    stop_server
    [ "$status" -eq 1 ]
    jq -s -e 'map(.outcome) == ["timeout", "timeout", "ok"]
        and (.[0].time_total | . >= 59 and . < 90)' <<<"$output"
}

@test "a host that takes no connection ends without any option given" {
    # a listener whose queue is full: further connections are not answered
    cat >"$BATS_TEST_TMPDIR/full.py" <<'EOF'
import socket, sys, time
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(0)
fill = []
for i in range(8):
    s = socket.socket()
    s.setblocking(False)
    s.connect_ex(listener.getsockname())
    fill.append(s)
print(listener.getsockname()[1], flush=True)
sys.stdin.read()
EOF
    mkfifo "$BATS_TEST_TMPDIR/port" "$BATS_TEST_TMPDIR/hold"
    python3 "$BATS_TEST_TMPDIR/full.py" <"$BATS_TEST_TMPDIR/hold" \
        >"$BATS_TEST_TMPDIR/port" 3>&- &
    exec 5>"$BATS_TEST_TMPDIR/hold"
    local port
    read -r port <"$BATS_TEST_TMPDIR/port"
    run coget -s --ndjson "http://127.0.0.1:$port/"
    exec 5>&-
    jq -e '.outcome == "timeout" and .exitcode == 28
        and (.time_total | . >= 9 and . < 30)' <<<"$output"
}
