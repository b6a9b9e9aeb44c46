# --cache: what is kept from one run to the next.

load helper
load own_server

# Twelve URLs that differ: with an ETag, a weak one, a date, or no validator.
make_list() {
    local i
    for i in 1 2 3; do
        echo "$URL/e$i?etag=v$i&versioned"
        echo "$URL/w$i?etag=v$i&weak&versioned"
        echo "$URL/d$i?lastmod&versioned"
        echo "$URL/n$i?versioned"
    done >list
}

# cached OPTION...: a run with the cache
cached() {
    coget -s --cache store "$@"
}

# What the server was asked with, since the last reset: a count for each.
heads_with() {
    grep -c "$1" <(sed -n "$((log_from + 1)),\$p" "$SERVER_LOG") || true
}

mark_log() {
    log_from=$(wc -l <"$SERVER_LOG")
}

# What stays of records from run to run.
stable() {
    jq -c '{index, input, outcome, url_effective, response_code, exitcode,
        errormsg, content_type, headers, body, body_base64, body_file}' "$@"
}

entries() {
    find store -type f -path 'store/??/*' | wc -l
}

temporaries() {
    find store/tmp -type f | wc -l
}

the_entry() {
    find store -type f -path 'store/??/*'
}

@test "bodies: the second run says the same and asks with validators" {
    make_list
    mark_log
    cached -i list >first
    [ "$(heads_with 'If-')" -eq 0 ]
    mark_log
    cached -i list >second
    cmp first second
    [ "$(wc -l <second)" -eq 12 ]
    [ "$(heads_with 'If-None-Match: ')" -eq 6 ]
    [ "$(heads_with 'If-None-Match: W/')" -eq 3 ]
    [ "$(heads_with 'If-Modified-Since: Mon, 01 Jan 2024')" -eq 3 ]
    [ "$(stat_of requests)" -eq 24 ]
    # without a validator there is nothing to keep
    [ "$(entries)" -eq 9 ]
    [ "$(temporaries)" -eq 0 ]
    [ "$(stat -c %a store)" = 700 ]
    [ -z "$(find store -type f ! -perm 600)" ]
    [ -z "$(find store -type d ! -perm 700)" ]
}

@test "records: those of what is kept; cache and size_download tell" {
    make_list
    cached --ndjson -i list >first
    cached --ndjson -i list >second
    cmp <(stable first) <(stable second)
    [ "$(jq -r .cache first | sort | uniq -c | xargs)" = "12 miss" ]
    [ "$(jq -r .cache second | sort | uniq -c | xargs)" = "3 miss 9 revalidated" ]
    jq -s -e 'all(.cache != "revalidated" or
        (.size_download == 0 and .response_code == 200 and .body != ""))' second
    server bump
    cached --ndjson -i list >third
    [ "$(jq -r .cache third | sort | uniq -c | xargs)" = "3 miss 9 refetched" ]
    jq -s -e 'all(.body | test("version 1\n$"))' third
    # without --cache, and where it has no part, the field is null
    coget -s --ndjson "$URL/?etag=1" | jq -e '.cache == null and has("cache")'
    for option in -I "-d x" "-r 0-2" "-z 20240101" '-HIf-Match:*' "-X OPTIONS"; do
        # shellcheck disable=SC2086
        cached --ndjson $option "$URL/e1?etag=v1&versioned" >record
        jq -e '.cache == null' record
    done
    [ "$(entries)" -eq 9 ]
}

@test "files: the second run writes what the first wrote" {
    make_list
    cached -o 'first/{index}' --create-dirs -i list
    cached -o 'second/{index}' --create-dirs -i list
    diff -r first second
    [ "$(find second -type f | wc -l)" -eq 12 ]
    # the time is that of what is kept, the name the one it was given
    cached -R -OJ --output-dir a --create-dirs \
        "$URL/x?lastmod&on200=Content-Disposition:%20attachment;%20filename=name"
    cached -R -OJ --output-dir b --create-dirs \
        "$URL/x?lastmod&on200=Content-Disposition:%20attachment;%20filename=name"
    [ "$(date -u -r b/name +%F)" = 2024-01-01 ]
    cmp a/name b/name
}

@test "binary, empty and compressed bodies; --order completion" {
    printf 'line\n%.0s' {1..1000} >plain
    hex=$(gzip -c plain | od -An -v -tx1 | tr -d ' \n')
    printf '%s\n' "$URL/b?etag=1&hex=00ff80c3280a00" "$URL/z?etag=1&size=0" \
        "$URL/g?etag=1&header=Content-Encoding:%20gzip&hex=$hex" >list
    cached --compressed -i list >first
    cached --compressed -i list >second
    cmp first second
    [ "$(head -c 7 second | od -An -v -tx1 | tr -d ' ')" = 00ff80c3280a00 ]
    tail -c +8 second | cmp - plain
    cached --compressed --ndjson --order completion -i list >records
    jq -s -e 'map(.cache) == ["revalidated", "revalidated", "revalidated"] and
        (map(select(.index == 0))[0].body_base64 == "AP+AwygKAA==") and
        (map(select(.index == 1))[0].body == "")' records
    # what is not decoded is another entry
    cached "$URL/g?etag=1&header=Content-Encoding:%20gzip&hex=$hex" | gzip -d |
        cmp - plain
}

@test "a 304 changes the headers that it has, in their places" {
    for line in x-a:%20new X-New:%20new Content-Length:%203 \
        Content-Encoding:%20gzip; do
        url="$URL/x?etag=1&on200=X-A:%20old&header=X-B:%20b&on304=$line"
        cached "$url"
        cached --ndjson "$url"
    done | grep '^{' >records
    jq -s -e 'map(.headers["x-a"][0]) == ["new", "old", "old", "old"] and
        map(.headers["x-new"]) == [null, ["new"], null, null] and
        all(.body == "/x\n" and .headers["content-length"] == ["3"])' records
    jq -s -e 'map(.headers | keys_unsorted) | .[0] == ["content-type", "etag",
        "x-a", "x-b", "content-length"] and .[1] == .[0] + ["x-new"] and
        .[2] == .[0] and .[3] == .[0]' records
}

@test "a 304 about something else is no answer: all is fetched anew" {
    url="$URL/x?etag=1&body=kept&on304=ETag:%20%222%22"
    cached "$url"
    mark_log
    cached --ndjson "$url" >record
    jq -e '.outcome == "ok" and .cache == "miss" and .attempts == 2 and
        .body == "kept" and .headers.etag == ["\"1\""]' record
    [ "$(heads_with 'If-None-Match')" -eq 1 ]
    # weak or not is the same
    url="$URL/y?etag=1&weak&body=kept&on304=ETag:%20%221%22"
    cached "$url"
    cached --ndjson "$url" | jq -e '.cache == "revalidated" and .attempts == 1'
}

@test "--changed-only writes what changed, and N records" {
    make_list
    cached --changed-only -i list >first
    [ "$(wc -l <first)" -eq 12 ]
    cached --changed-only -i list >second
    [ ! -s second ]
    run cached --changed-only --ndjson -i list
    [ "$status" -eq 0 ]
    jq -s -e 'length == 12 and all(.outcome == "skipped" and .body == null and
        .errormsg == "unchanged (--changed-only)" and .exitcode == 0)' <<<"$output"
    [ "$(jq -r .cache <<<"$output" | sort | uniq -c | xargs)" = "3 refetched 9 revalidated" ]
    server bump
    cached --changed-only -i list >fourth
    [ "$(grep -c version fourth)" -eq 12 ]
    # the new one of two
    cached --changed-only "$URL/new?etag=1" "$(head -n 1 list)" >fifth
    [ "$(cat fifth)" = /new ]
    run -2 coget --changed-only "$URL/"
    run -2 coget --cache store --compare "$URL/"
    run -2 coget --cache '' "$URL/"
}

@test "--changed-only leaves files as they are" {
    make_list
    cached --changed-only --output-dir out --create-dirs -o '{index}' -i list
    touch -d 2001-01-01 out/*
    cached --changed-only --output-dir out -o '{index}' -i list
    [ "$(find out -type f ! -newermt 2001-01-02 | wc -l)" -eq 12 ]
    # one file of all bodies, too, where nothing is new
    cached --changed-only -o all "$URL/one?etag=1"
    cached --changed-only -o all "$URL/one?etag=1"
    [ "$(cat all)" = /one ]
    server bump
    cached --changed-only --output-dir out -o '{index}' -i list
    [ -z "$(find out -type f ! -newermt 2001-01-02)" ]
}

@test "--changed-only writes a file that is gone again" {
    local out="--output-dir out --create-dirs" e="$URL/one?etag=1" file
    fetch() {
        cached --changed-only --ndjson $out "$@" | jq -r '"\(.outcome) \(.cache)"'
    }
    named="$URL/x?etag=1&body=named&header=Content-Disposition:%20filename=mine"
    large="$URL/large?etag=1&size=9000000"
    fetch -O -J "$named" "$e"
    fetch -o '{index}.x' "$large" "$URL/none" "$URL/empty?etag=1&body="
    jq -nc --arg url "$URL/own?etag=1" '{$url, output: "own"}' >task
    fetch -i task
    # what is there stays
    [ "$(fetch -O -J "$named" "$e" | sort -u)" = "skipped revalidated" ]
    sums=$(cd out && sha256sum -- *)
    for file in mine one 0.x 1.x 2.x own; do
        rm "out/$file"
        fetch -O -J "$named" "$e" >seen
        fetch -o '{index}.x' "$large" "$URL/none" \
            "$URL/empty?etag=1&body=" >>seen
        fetch -i task >>seen
        [ "$(grep -c ^ok seen)" -eq 1 ]
        [ "$(grep -c ^skipped seen)" -eq 5 ]
        [ "$(cd out && sha256sum -- *)" = "$sums" ]
    done
    # with the directory
    rm -r out
    fetch -O "$e"
    [ "$(cat out/one)" = /one ]
}

@test "--changed-only: the same URL twice in a list is new, or old, twice" {
    url="$URL/x?etag=1&versioned"
    cached --changed-only --sequential "$url" "$url" >out
    [ "$(wc -l <out)" -eq 2 ]
    cached --changed-only --sequential "$url" "$url" >out
    [ ! -s out ]
    # large bodies wait until it is known whether they changed
    cached --changed-only "$URL/large?size=3000000" | wc -c | grep -qx 3000000
    cached --changed-only "$URL/large?size=3000000" >out
    [ ! -s out ]
}

@test "no-store, other statuses, 404: what is kept and what is forgotten" {
    cached "$URL/a?etag=1&header=Cache-Control:%20private,%20No-Store" \
        "$URL/b?etag=1&status=203" "$URL/c?etag=1&status=500" "$URL/d" || true
    [ "$(entries)" -eq 0 ]
    for status in 500 403 404 410 200; do
        echo "$URL/x?etag=1&bumped=$status"
    done >list
    cached -i list
    [ "$(entries)" -eq 5 ]
    server bump
    # a failure leaves it; 404, 410 do not
    mark_log
    cached -i list || true
    [ "$(heads_with If-None-Match)" -eq 5 ]
    [ "$(entries)" -eq 3 ]
    # what takes its place and is not kept ends it
    cached --changed-only "$URL/none"
    [ "$(entries)" -eq 4 ]
    cached "$URL/none"
    [ "$(entries)" -eq 3 ]
}

@test "each task's own: headers and users have entries of their own" {
    for who in a:1 b:2; do
        cached -u "$who" "$URL/x?etag=1&echo" >"$who"
        cached -u "$who" "$URL/x?etag=1&echo" >again
        cmp "$who" again
    done
    run ! cmp a:1 b:2
    mark_log
    printf '{"url": "%s/x?etag=1&echo", "headers": {"X-Who": "%s"}}\n' \
        "$URL" one "$URL" two >tasks
    cached -i tasks >first
    [ "$(heads_with If-None)" -eq 0 ]
    cached -i tasks >second
    [ "$(heads_with If-None)" -eq 2 ]
    cmp first second
    # handles are used again: no validator stays behind
    mark_log
    cached --sequential "$URL/a?etag=1"
    cached --sequential "$URL/a?etag=1" "$URL/b?etag=1" "$URL/c"
    [ "$(heads_with If-None)" -eq 1 ]
    # a fragment is not sent, and no password is kept
    cached "http://user:secret@${URL#http://}/f?etag=1#one" >/dev/null
    cached --ndjson "http://user:secret@${URL#http://}/f?etag=1#two" |
        jq -e '.cache == "revalidated"'
    run ! grep -r secret store
}

@test "redirects: a validator goes only where it came from" {
    local port=${URL##*:} target
    # to another name of the host
    target=http://localhost:$port/t?etag=1
    url="$URL/r?redirect=$target"
    cached -L --noproxy '*' "$url" >first
    mark_log
    cached -L --ndjson "$url" >record
    jq -e --arg u "$target" '.cache == "revalidated" and .body == "/t\n" and
        .url_effective == $u and .num_redirects == 1' record
    [ "$(heads_with If-None)" -eq 1 ]
    sed -n "$((log_from + 1)),\$p" "$SERVER_LOG" |
        jq -s -e '.[0].head | contains("If-None") | not'
    # one that is asked directly and then leads elsewhere, to the same ETag
    cached -L "$URL/m?etag=1&versioned&body=here"
    entry=$(grep -rl "$URL/m" store)
    mark_log
    # the key of the other one, of which it is the entry now
    other="$URL/o?redirect=$URL/p?etag=1"
    cached -L "$other" >/dev/null
    cp "$entry" "$(grep -rl "$URL/o" store)"
    cached -L "$other" >out
    [ "$(cat out)" = /p ]
}

@test "damaged entries are as none" {
    url="$URL/x?etag=1&size=100000"
    cached "$url" >good
    cp "$(the_entry)" whole
    for damage in truncate grow head line body garbage empty; do
        cp whole "$(the_entry)"
        case $damage in
        truncate) truncate -s -1 "$(the_entry)" ;;
        grow) echo >>"$(the_entry)" ;;
        head) sed -i 's/^ETag: "1"/ETag: "2"/' "$(the_entry)" ;;
        line) sed -i '1s/ 0/ 1/' "$(the_entry)" ;;
        body) printf X | dd of="$(the_entry)" bs=1 seek=50000 conv=notrunc 2>/dev/null ;;
        garbage) head -c 70000 /dev/urandom >"$(the_entry)" ;;
        empty) : >"$(the_entry)" ;;
        esac
        cached --ndjson "$url" >record
        jq -e '.outcome == "ok" and .cache == "miss"' record
        jq -j .body record | cmp - good
        # and good again
        cmp whole "$(the_entry)" || [ "$(stat -c %s whole)" -eq "$(stat -c %s "$(the_entry)")" ]
        cached --ndjson "$url" | jq -e '.cache == "revalidated"'
    done
    # the body was damaged: two attempts; nothing of it came out
    printf X | dd of="$(the_entry)" bs=1 seek=50000 conv=notrunc 2>/dev/null
    cached "$url" | cmp - good
    cached -o f "$url"
    printf X | dd of="$(the_entry)" bs=1 seek=50000 conv=notrunc 2>/dev/null
    cached -o '{index}' "$url"
    cmp 0 good
    # what is no file is an error, but not a reason to wait
    entry=$(the_entry)
    rm "$entry"
    mkfifo "$entry"
    cached "$url" | cmp - good
}

@test "a cache that cannot be written: one warning, all results, status 3" {
    make_list
    : >file
    run --separate-stderr coget -s --cache file -i list
    [ "$status" -eq 3 ]
    [ "$(wc -l <<<"$output")" -eq 12 ]
    # shellcheck disable=SC2154 # run sets it
    [ "$(wc -l <<<"$stderr")" -eq 1 ]
    [[ $stderr == *"cannot open the cache file: "*"; nothing more is kept" ]]
    # it fails later
    mkdir store
    : >store/tmp
    run --separate-stderr coget -s --cache store -i list
    [ "$status" -eq 3 ]
    [ "$(wc -l <<<"$output")" -eq 12 ]
    [ "$(wc -l <<<"$stderr")" -eq 1 ]
    # and while a body is written
    rm store/tmp
    run --separate-stderr bash -c "ulimit -f 16; trap '' XFSZ
        '$COGET' -s --ndjson --cache store '$URL/x?etag=1&size=100000' | jq -r .body | wc -c
        exit \${PIPESTATUS[0]}"
    [ "$status" -eq 3 ]
    [ "$output" -eq 100001 ]
    [ "$(temporaries)" -eq 0 ]
    [ "$(entries)" -eq 0 ]
}

@test "two processes at once on one cache" {
    local i pid
    for i in {1..40}; do
        echo "$URL/$i?etag=$i&versioned&size=$((i * 3000))"
    done >list
    for i in {1..5}; do
        coget -s --cache store -i list >one &
        pid=$!
        cached -i list >two
        wait $pid
        cmp one two
        # and against one that did not know the cache
        coget -s -i list | cmp - one
        server bump
    done
    [ "$(entries)" -eq 40 ]
    [ "$(temporaries)" -eq 0 ]
}

@test "kill -9 in the middle: the next run is as if nothing had been" {
    local i pid
    for i in {1..30}; do
        echo "$URL/$i?etag=$i&size=200000"
    done >list
    echo "$URL/half?etag=h&size=900000&stall=500000" >>list
    "$COGET" -s --order completion --cache store -i list >out &
    pid=$!
    wait_until some_entries 30
    wait_until some_temporaries 1
    kill -9 "$pid"
    wait "$pid" || true
    [ "$(temporaries)" -eq 1 ]
    sed -i '$d' list
    coget -s -i list >want
    cached --ndjson -i list >records
    [ "$(jq -r .cache records | sort | uniq -c | xargs)" = "30 revalidated" ]
    jq -j .body records | cmp - want
    # what it left stays an hour, as another process may be writing it
    cached "$URL/new1?etag=1"
    [ "$(temporaries)" -eq 1 ]
    touch -d '2 hours ago' store/tmp/*
    cached "$URL/new2?etag=1"
    [ "$(temporaries)" -eq 0 ]
}

some_entries() {
    [ -d store ] && [ "$(entries)" -ge "$1" ]
}

some_temporaries() {
    [ "$(temporaries)" -ge "$1" ]
}

@test "retries: a response that breaks is not kept; part of it may be out" {
    run cached --retry 1 --retry-delay 0.1 "$URL/x?etag=1&short=5"
    [ "$status" -eq 1 ]
    [ "$(entries)" -eq 0 ]
    [ "$(temporaries)" -eq 0 ]
    cached --retry 2 --retry-delay 0.1 "$URL/y?etag=1&flaky=1&size=70000" | wc -c | grep -qx 70000
    [ "$(entries)" -eq 1 ]
}

@test "64 MiB: streamed both ways, with little memory" {
    [ -z "${COGET_SLOW-}" ] ||
        skip "memory is not coget's own under Valgrind or a sanitizer"
    url="$URL/x?etag=1&size=67108864"
    "$BUILDDIR/tests/rss" small "$COGET" -s --cache store "$URL/s?etag=1"
    "$BUILDDIR/tests/rss" fetched "$COGET" -s --memory-limit 1M --cache store "$url" | sha256sum >first
    "$BUILDDIR/tests/rss" kept "$COGET" -s --memory-limit 1M --cache store "$url" | sha256sum >second
    "$BUILDDIR/tests/rss" file "$COGET" -s --memory-limit 1M --cache store -o '{index}' "$url"
    cmp first second
    sha256sum <0 | cmp - first
    # 1 MiB, and what a transfer takes
    for run in fetched kept file; do
        echo "$run: $(cat "$run") KiB, small: $(cat small) KiB"
        [ "$(cat "$run")" -lt $(($(cat small) + 16384)) ]
    done
}
