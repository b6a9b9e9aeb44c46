# Files for the bodies of single tasks.

load helper
load own_server

setup() {
    fresh_test
    mkdir here
    cd here
}

# files: the names below this directory, sorted
files() {
    find . ! -type d | sed 's|^\./||' | LC_ALL=C sort | xargs
}

@test "-o with fields: a file for each task" {
    run coget -s --ndjson --create-dirs -o 'out/{host}/{path}_{index}.{ext}' \
        "$URL/a/b.txt" "$URL/c"
    [ "$status" -eq 0 ]
    [ "$(files)" = "out/127.0.0.1/a/b.txt_0.txt out/127.0.0.1/c_1." ]
    [ "$(cat out/127.0.0.1/a/b.txt_0.txt)" = /a/b.txt ]
    jq -s -e 'map(.body_file) == ["out/127.0.0.1/a/b.txt_0.txt",
        "out/127.0.0.1/c_1."] and all(has("body") | not)' <<<"$output"
}

@test "-o with fields: IDs, hashes, fields of JSON tasks" {
    coget -s --template "$URL/{id}" -o '{id}-{name}' 7 ü
    coget -s -o 'h{hash}' "$URL/x" "$URL/y"
    [ "$(find . -name 'h????????????????' | wc -l)" -eq 2 ]
    rm h*
    [ "$(files)" = "7-7 ü-%C3%BC" ]
    rm -- *
    echo "{\"url\": \"$URL/x\", \"id\": 5, \"who\": \"../a b\"}" >list
    coget -s -o '{who}.{id}' -i list
    [ "$(cat '_._a b.5')" = /x ]
    run coget -s --ndjson -o '{nothing}' "$URL/x"
    [ "$status" -eq 1 ]
    jq -e '.outcome == "invalid" and
        .errormsg == "no \"nothing\" for the name of its file"' <<<"$output"
    # braces alone make no field
    coget -s -o 'a{b' "$URL/x"
    [ "$(cat 'a{b')" = /x ]
}

@test "-O, -J and Content-Disposition" {
    coget -s -O "$URL/dir/name?query" "$URL/a//" "$URL/"
    [ "$(files)" = "a curl_response name" ]
    rm -- *
    coget -s -OJ "$URL/1?header=Content-Disposition:%20attachment;%20filename=%22x%20y.txt%22" \
        "$URL/2?header=Content-Disposition:%20attachment;%20filename=plain;%20size=3" \
        "$URL/3"
    [ "$(files)" = "3 plain x y.txt" ]
    # what is there already is none of the server's business
    echo mine >mine
    run coget -s --ndjson -OJ \
        "$URL/1?header=Content-Disposition:%20attachment;%20filename=mine"
    [ "$status" -eq 3 ]
    jq -e '.outcome == "network_error" and .exitcode == 23 and
        .errormsg == "cannot create mine: File exists"' <<<"$output"
    [ "$(cat mine)" = mine ]
    run -2 coget -J "$URL/"
}

@test "hostile names stay in the directory and are safe" {
    local name i=0
    mkdir ../outside
    ln -s ../outside link
    for name in ../x ../../x /etc/x ..%5cx .hidden -rf %1b%5b2Jx a%0ab \
        %22..%22 link/x ./././x "$(printf 'n%.0s' {1..4096})" . .. \
        '"../../x"' '"/tmp/x"' '"..\\..\\x"' '"link/../../x"'; do
        i=$((i + 1))
        echo "$URL/$i?header=Content-Disposition:%20attachment;%20filename=$name"
    done >../list
    coget -s -OJ --output-dir . -i ../list || true
    [ -z "$(find ../outside -type f)" ]
    # every name is one part, without control characters, dot or dash first
    find . -type f | sed 's|^\./||' >../names
    [ "$(wc -l <../names)" -ge 7 ]
    ! grep -qE '^[.-]|/|[[:cntrl:]]' ../names
    [ -z "$(find .. -maxdepth 1 -name 'x*')" ]
    # nor by URLs, IDs or JSON
    coget -s --path-as-is -o '{path}' --create-dirs "$URL/../../x" "$URL/link/x" || true
    coget -s --template "$URL/{id}" -o '{id}' --create-dirs -- -rf link/x || true
    [ -z "$(find ../outside -type f)" ]
    [ -z "$(find .. -maxdepth 1 -name 'x*')" ]
}

@test "a symbolic link in place of the file is replaced, not followed" {
    echo safe >../target
    ln -s ../target name
    coget -s -O "$URL/name"
    [ "$(cat ../target)" = safe ]
    [ ! -L name ]
    [ "$(cat name)" = /name ]
}

@test "a name never holds a part of a body" {
    echo old >short
    run coget -s -O "$URL/short?size=100&short=9" "$URL/new?size=100&short=9" \
        "$URL/bad?status=404" "$URL/zero?size=0"
    [ "$status" -eq 1 ]
    [ "$(files)" = "short zero" ]
    [ "$(cat short)" = old ]
    # and nothing is left while it comes, or after a signal
    "$COGET" -s -O "$URL/slow?size=9&stall=5" &
    local pid=$!
    wait_until requests_are 5
    kill -TERM $pid
    wait $pid || true
    [ "$(files)" = "short zero" ]
}

@test "retries leave only the last body" {
    coget -s --retry 3 --retry-delay 10ms -O "$URL/x?flaky=2&reset&body=good"
    [ "$(files)" = x ]
    [ "$(cat x)" = good ]
}

@test "two tasks for one file: the second is an error that names both" {
    run coget -s --ndjson -O "$URL/a/x" "$URL/b/y" "$URL/c/x"
    [ "$status" -eq 1 ]
    jq -s -e 'map(.outcome) == ["ok", "ok", "invalid"] and
        .[2].errormsg == "x is the file of task 0 already; this is 2"' <<<"$output"
    [ "$(cat x)" = /a/x ]
    [ "$(stat_of requests)" -eq 2 ]
}

@test "--skip-existing asks for nothing that is there" {
    echo mine >x
    run coget -s --ndjson --skip-existing -O "$URL/x" "$URL/y"
    [ "$status" -eq 0 ]
    jq -s -e 'map(.outcome) == ["skipped", "ok"]' <<<"$output"
    [ "$(cat x)" = mine ]
    run coget --skip-existing -o x "$URL/z"
    [ "$status" -eq 0 ]
    [ "$(cat x)" = mine ]
    [ "$(stat_of requests)" -eq 1 ]
}

@test "--no-clobber replaces nothing" {
    echo mine >x
    coget -s --no-clobber -O "$URL/x" "$URL/a/x"
    [ "$(files)" = "x x.1 x.2" ]
    [ "$(cat x)" = mine ]
    coget -s --no-clobber -o x "$URL/z"
    [ "$(cat x.3)" = /z ]
}

@test "--output-dir, --create-dirs, --create-file-mode, -R" {
    run coget -s --ndjson --output-dir nothere -O "$URL/x"
    [ "$status" -eq 3 ]
    jq -e '.errormsg == "cannot create nothere/x: No such file or directory"' \
        <<<"$output"
    coget -s --output-dir a/b --create-dirs --create-file-mode 0600 -R -O \
        "$URL/x?header=Last-Modified:%20Sat,%2001%20Jan%202000%2000:00:00%20GMT"
    [ "$(files)" = a/b/x ]
    [ "$(stat -c '%a %Y' a/b/x)" = "600 946684800" ]
    coget -s --output-dir a/b -o all "$URL/1" "$URL/2"
    [ "$(cat a/b/all)" = $'/1\n/2' ]
}

@test "output of a JSON task: anywhere, but with --output-dir below it" {
    cat >list <<EOF
{"url": "$URL/1", "output": "$PWD/../absolute"}
{"url": "$URL/2", "output": "new/relative"}
EOF
    coget -s --create-dirs -i list
    [ "$(cat ../absolute)" = /1 ]
    [ "$(cat new/relative)" = /2 ]
    echo "{\"url\": \"$URL/3\", \"output\": \"a/../../x\"}" >>list
    echo "{\"url\": \"$URL/3\", \"output\": 5}" >>list
    run coget -s --ndjson --create-dirs --output-dir dir -i list
    jq -s -e 'map(.outcome) == ["invalid", "ok", "invalid", "invalid"] and
        (.[0].errormsg | endswith("leads out of --output-dir"))' <<<"$output"
    [ -e dir/new/relative ]
}

@test "a directory that cannot be written is told, status 3, the rest goes on" {
    [ "$(id -u)" -ne 0 ] || skip "root may write anywhere"
    mkdir closed
    chmod 500 closed
    run coget -s --ndjson -o 'closed/{name}' "$URL/x"
    [ "$status" -eq 3 ]
    jq -e '.errormsg == "cannot create closed/x: Permission denied"' <<<"$output"
}

@test "a body in a file is not in memory" {
    [ -z "${COGET_SLOW-}" ] || skip "the memory is not its own"
    "$BUILDDIR/tests/rss" rss "$COGET" -s -O "$URL/big?size=100000000"
    [ "$(wc -c <big)" -eq 100000000 ]
    [ "$(<rss)" -lt 30000 ]
}
