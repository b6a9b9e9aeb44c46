# What the tests of --split share: a body, and a server a file.

load helper
load own_server

# A body of 600,000 bytes that can be had in four ranges.
SIZE=600000
OFFER="size=$SIZE&ranges&varied&etag=v1"

setup_file() {
    start_server
    curl -q -sS -o "$BATS_FILE_TMPDIR/plain" "$URL/p?$OFFER"
}

setup() {
    fresh_test
    PLAIN=$BATS_FILE_TMPDIR/plain
    : >"$SERVER_LOG"
}

split() {
    coget -s --split 4 --split-min 100k "$@"
}

# body FILE: that of its one record, whatever it is.
body() {
    jq -j '.body // (.body_base64 | @base64d)' "$1"
}

# The ranges that the server was asked for, "START END" each, in order.
ranges_asked() {
    jq -r '.head | capture("\r\nRange: bytes=(?<a>[0-9]+)-(?<b>[0-9]+)\r\n")
        | "\(.a) \(.b)"' "$SERVER_LOG" | sort -n
}
