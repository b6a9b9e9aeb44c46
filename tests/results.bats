# Formats, order, failures, the record.

load helper
load own_server

# 300 URLs with shuffled delays of 0 to 299 units of so many ms (default: 1).
shuffled() {
    local i
    for i in $(seq 0 299); do
        echo "$URL/$i?delay=$(((i * 7919 + 13) % 300 * ${1-1}))"
    done
}

@test "300 shuffled delays: input order in all four formats" {
    shuffled >list
    seq 0 299 | sed 's|^|/|' >want
    coget -s -j 300 -i list >out
    cmp want out
    coget -s -j 300 --ndjson -i list | jq -r '.body | rtrimstr("\n")' | cmp want -
    coget -s -j 300 --format json -i list >out
    [ "$(jq length out)" -eq 300 ]
    jq -r '.[].body | rtrimstr("\n")' out | cmp want -
    coget -s -j 300 --json-seq -i list >out
    [ "$(tr -cd '\036' <out | wc -c)" -eq 300 ]
    jq --seq -r '.body | rtrimstr("\n")' out | tr -d '\036' | cmp want -
    [ "$(coget -s -j 300 --ndjson -i list | jq -s length)" -eq 300 ]
}

@test "--order completion follows the delays" {
    local ms=1
    [ -z "${COGET_SLOW-}" ] || ms=12
    shuffled $ms | sed 's/delay=\(.*\)/&\&d=\1/' >list
    coget -s -j 300 --ndjson --order completion -i list >out
    [ "$(jq -s length out)" -eq 300 ]
    # not as they were given, but as long as they took: no record comes
    # before one that was 150 units faster
    [ "$(jq -s -c 'map(.index) == [range(300)]' out)" = false ]
    jq -s -e --argjson ms $ms '[.[].input
            | capture("d=(?<d>[0-9]+)").d | tonumber / $ms]
        | . as $d | [range(1; 300) | select($d[.] < ($d[:.] | max) - 150)]
        | length == 0' out
}

@test "bodies never interleave" {
    local i
    for i in $(seq 0 39); do
        echo "$URL/?size=$((100000 + i))&delay=$((i * 31 % 50))"
    done >list
    coget -s -j 40 -i list >out
    for i in $(seq 0 39); do
        curl -q -s "$URL/?size=$((100000 + i))"
    done | cmp - out
}

@test "a failed task: no body, one line on stderr, status 1" {
    run --separate-stderr coget "$URL/a" "$URL/b?status=404&reason=Not%20Found" "$URL/c"
    [ "$status" -eq 1 ]
    [ "$output" = $'/a\n/c' ]
    [ "${stderr_lines[0]}" = \
        "coget: $URL/b?status=404&reason=Not%20Found: HTTP status 404 Not Found" ]
    [ "${stderr_lines[1]}" = "tasks        2 ok, 1 failed" ]
    run --separate-stderr coget -s "$URL/b?status=404"
    [ "$status" -eq 1 ]
    [ "$stderr" = "" ]
    run --separate-stderr coget -s -S "$URL/b?status=404"
    [[ $stderr == "coget: $URL/b?status=404: HTTP status 404"* ]]
}

@test "--fail-with-body writes the body, and still fails" {
    run coget -s --fail-with-body "$URL/a?status=500" "$URL/b"
    [ "$status" -eq 1 ]
    [ "$output" = $'/a\n/b' ]
    # with -I it is the headers, as in curl
    diff <(curl -q -sI --fail-with-body "$URL/a?status=404") \
        <(coget -sI --fail-with-body "$URL/a?status=404")
    run -1 coget -sI --fail-with-body "$URL/a?status=404"
    [[ $output == "HTTP/1.1 404 "* ]]
    run -1 coget -sI "$URL/a?status=404"
    [ "$output" = "" ]
}

@test "-f is the default, and takes --fail-with-body back" {
    run -1 coget -sf --fail-with-body --fail "$URL/a?status=404"
    [ "$output" = "" ]
    run -1 coget -f --fail-with-body -s "$URL/a?status=404"
    [ "$output" = /a ]
}

@test "--ok-status decides what is a failure" {
    run coget -s --ok-status 200-399,404 "$URL/a?status=404"
    [ "$status" -eq 0 ]
    [ "$output" = /a ]
    run coget -s --ok-status 200 "$URL/a?status=204" "$URL/b"
    [ "$status" -eq 1 ]
    run coget -s "$URL/a?status=304"
    [ "$status" -eq 0 ]
    run coget -s "$URL/a?status=400"
    [ "$status" -eq 1 ]
}

@test "the record has every field" {
    run coget -s --ndjson "$URL/a"
    [ "$(jq -r 'keys_unsorted | join(" ")' <<<"$output")" = "index id input\
 dedup_of outcome method url url_effective response_code http_version exitcode\
 errormsg attempts remote_ip remote_port num_redirects num_connects\
 started_at time_queue time_backoff time_held time_namelookup time_connect\
 time_appconnect time_pretransfer time_starttransfer time_redirect\
 time_total size_download cache ranges content_type headers body" ]
    jq -e --arg url "$URL/a" --argjson port "${URL##*:}" '
        .index == 0 and .id == null and .input == $url and .outcome == "ok"
        and .method == "GET" and .url == $url and .url_effective == $url
        and .response_code == 200 and .http_version == "1.1"
        and .exitcode == 0 and .errormsg == null and .attempts == 1
        and .remote_ip == "127.0.0.1" and .remote_port == $port
        and .num_redirects == 0 and .num_connects == 1
        and (.started_at | test("^20[0-9-]{8}T[0-9:]{8}\\.[0-9]{6}Z$"))
        and .time_total >= .time_starttransfer
        and .time_starttransfer >= .time_connect and .time_backoff == 0
        and .size_download == 3 and .content_type == "text/plain"
        and .headers["content-length"] == ["3"] and .body == "/a\n"
        ' <<<"$output"
}

@test "a record of no response" {
    run -1 coget -s --ndjson http://127.0.0.1:1/ "$URL/?drop" "$URL/?reset" \
        "$URL/?short=5" "$URL/?badchunk" "$URL/?stall=1&size=9"'&' -m 1
    jq -s -e 'map(.outcome) == ["network_error", "network_error",
        "network_error", "network_error", "network_error", "timeout"]' \
        <<<"$output"
    jq -s -c 'map(.exitcode)' <<<"$output"
    jq -s -e 'map(.exitcode) == [7, 52, 56, 18, 56, 28]' <<<"$output"
    jq -s -e 'all(.body == null and (.errormsg | length) > 5)' <<<"$output"
    jq -s -e 'map(.response_code) == [0, 0, 0, 200, 200, 200]' <<<"$output"
    jq -s -e '.[0].http_version == null' <<<"$output"
}

@test "an incomplete body is not written" {
    run --separate-stderr coget "$URL/?short=5&body=abc" "$URL/b"
    [ "$status" -eq 1 ]
    [ "$output" = /b ]
    [[ ${stderr_lines[0]} == "coget: $URL/?short=5&body=abc: "* ]]
}

@test "bodies of any bytes: text, Latin-1, NUL, empty, none" {
    coget -s --ndjson "$URL/?hex=636166c3a900410a" "$URL/?hex=636166e9" \
        "$URL/?hex=00ff" "$URL/?body=" "$URL/?status=204" >out
    [ "$(jq -s length out)" -eq 5 ]
    jq -s -e '.[0].body == "café\u0000A\n"' out
    jq -s -e '.[1].body_base64 == "Y2Fm6Q==" and (.[1] | has("body") | not)' out
    jq -s -e '.[2].body_base64 == "AP8=" and .[3].body == ""' out
    coget -s "$URL/?hex=636166e9" "$URL/?hex=00ff" | od -An -tx1 |
        grep -q ' 63 61 66 e9 00 ff'
}

# nested DEPTH: an array in arrays.
nested() {
    printf '[%.0s' $(seq "$1")
    printf ']%.0s' $(seq "$1")
}

@test "--parse-json: a body that is JSON stands in the record as it is" {
    local body bad options
    body=$(printf ' {"a": 1.10,\r\n\t"b":[12345678901234567890123,"\\u0000"]}\n' | jq -sRr @uri)
    run -0 coget -s --ndjson --parse-json "$URL/?body=$body"
    [[ $output == *',"body_json": {"a": 1.10, "b":[12345678901234567890123,"\u0000"]}}' ]]
    # what is none stays a text
    for bad in '{"a":1' text '[1]%20[2]' '' 01 1. .1 -%20 1e tru '[1,]' '{1:2}' '{"a"}' ']' '"a' \
        '"%5Cudc00"' '"%5Cx"' '"a%0a"' '[}' '{"a":1,}' %EF%BB%BF1 '["%01"]' '"%5Cud800"'; do
        run -0 coget -s --ndjson --parse-json "$URL/?body=$bad"
        jq -e '(.body | type) == "string" and (has("body_json") | not)' <<<"$output"
    done
    # as deep as jq reads a record, and no deeper
    run -0 coget -s --format json --parse-json "$URL/?body=$(nested 250)" "$URL/?body=$(nested 251)"
    jq -e '(.[0].body_json | flatten) == [] and (.[1].body | length) == 502' <<<"$output"
    # nothing in it moves a terminal, or ends the line
    run -0 coget -s --ndjson --parse-json "$URL/?body=%5B%22%C2%9B31m%7F%E2%80%A8%C3%A9%22%5D"
    [[ $output == *',"body_json":["\u009b31m\u007f\u2028é"]}' ]]
    run -0 coget -s --ndjson --parse-json "$URL/?body=%5B%22%FF%22%5D"
    jq -e '.body_base64 == "WyL/Il0="' <<<"$output"
    run -1 coget -s --ndjson --parse-json "$URL/?status=404&body=%5B1%5D" "$URL/?body=null"
    jq -s -e 'map(.body_json) == [[1], null] and (.[1] | has("body_json"))' <<<"$output"
    # in each format, and where it has waited in a file
    body=[$(seq 14000 | paste -sd ,)]
    for options in --ndjson "--format json" "--ndjson --memory-limit 0" "--ndjson --stable"; do
        # shellcheck disable=SC2086
        coget -s $options --parse-json "$URL/?delay=200&body=1" "$URL/?body=$body" >out
        jq -s -e 'flatten | map(.body_json) == [1, [range(1; 14001)]]' out
    done
    # a body alone is a body, and a journal has it as it came
    [ "$(coget -s --parse-json "$URL/?body=%20%5B1%5D")" = " [1]" ]
    run -0 coget -s --ndjson --journal j --parse-json "$URL/?body=%5B1%5D"
    jq -e '.body_json == [1]' <<<"$output"
    run -0 coget -s --ndjson --journal j --resume "$URL/?body=%5B1%5D"
    jq -e '.body == "[1]"' <<<"$output"
    run -0 coget -s --ndjson --journal j --resume --parse-json "$URL/?body=%5B1%5D"
    jq -e '.body_json == [1]' <<<"$output"
}

@test "headers of any bytes: jq takes every record" {
    coget -s --ndjson \
        "$URL/?header=X-A:%20caf%E9&header=X-B:%20%1B%5B31mred%07&header=x-a:%20caf%C3%A9&header=X%E9:%20%FF%01z" \
        "$URL/?header=Content-Type:%20t/%C3%28" >out
    [ "$(jq -s length out)" -eq 2 ]
    jq -s -e '.[0].headers["x-a"] == ["café", "café"]' out
    jq -s -e '.[0].headers["x-b"] == ["\u001b[31mred\u0007"]' out
    run ! grep -qP '[\x00-\x09\x0b-\x1f\x7f]' out
    iconv -f UTF-8 -t UTF-8 out >/dev/null
}

@test "a terminal never gets a raw control byte from a header or a cause" {
    run --separate-stderr coget "$URL/?status=404&reason=%1B%5B31m%9B2J%07bad"
    [ "$status" -eq 1 ]
    [[ ${stderr_lines[0]} == *'HTTP status 404 \x1b[31m\x9b2J\x07bad' ]]
    run --separate-stderr coget $'http://127.0.0.1/\e[31m' \
        $'{"url":"x\x9by' --template 'http://h/{id}'
    run ! grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' <<<"$stderr"
    # with a redirect target, too
    run --separate-stderr coget -L "$URL/?redirect=gopher://x/%1B%5B31m"
    run ! grep -qP '[\x00-\x08\x0b-\x1f\x7f]' <<<"$stderr"
}

@test "many headers, repeated ones, folded ones" {
    local query= i
    for i in $(seq 400); do
        query+="&header=X-$((i % 7)):%20$i"
    done
    coget -s --ndjson "$URL/?body=x$query" >out
    jq -e '.headers["x-3"] | length == 57 and .[0] == "3" and .[56] == "395"' out
    coget -s --ndjson "$URL/?header=X:%20a%0D%0A%09b" >out
    jq -e '.headers.x == ["a b"]' out
}

@test "headers without end are refused, not kept" {
    run coget -s --ndjson "$URL/?headers=200" "$URL/?headers=5000"
    [ "$(jq -s -c 'map(.outcome)' <<<"$output")" = '["ok","network_error"]' ]
    jq -s -e '.[1].errormsg == "the response\u0027s headers are larger than 300 KiB"' \
        <<<"$output"
}

@test "-o: the file is there whole, with the rights of its directory" {
    umask 027
    run coget -s -o out --ndjson "$URL/a" "$URL/b"
    [ "$status" -eq 0 ]
    [ "$output" = "" ]
    [ "$(jq -s length out)" -eq 2 ]
    [ "$(stat -c %a out)" = 640 ]
    [ "$(ls)" = out ]
    # a failed task is no reason to lose the others
    run coget -s -o out "$URL/?status=404" "$URL/b"
    [ "$status" -eq 1 ]
    [ "$(cat out)" = /b ]
    run coget -s -o - "$URL/b"
    [ "$output" = /b ]
}

@test "-o: what was there stays where no body came" {
    echo old >x
    run -1 coget -s -o x "$URL/?status=404" "$URL/b?status=500"
    [ "$(cat x)" = old ]
    run -1 coget -s -o new "$URL/?status=404"
    [ ! -e new ]
    run -1 coget -s -o x --fail-with-body "$URL/b?status=404"
    [ "$(cat x)" = /b ]
    # records tell of failures
    run -1 coget -s -o x --ndjson "$URL/b?status=404"
    jq -e '.outcome == "http_error"' x
    run -0 coget -s -o empty -i /dev/null
    [ -f empty ]
}

@test "-o: --create-file-mode, -R" {
    umask 022
    coget -s --create-file-mode 606 -o x "$URL/a"
    [ "$(stat -c %a x)" = 604 ]
    coget -s -R -o x "$URL/a?header=Last-Modified:%20Sun,%2006%20Nov%201994%2008:49:37%20GMT" \
        "$URL/b?header=Last-Modified:%20Sun,%2006%20Nov%201994%2008:49:39%20GMT"
    [ "$(date -u -r x +%T)" = 08:49:39 ]
    [ "$(cat x)" = $'/a\n/b' ]
}

@test "-o: not there until it is whole" {
    mkfifo in
    coget -s -o out --task-delay 1ms <in &
    local pid=$!
    exec 5>in
    echo "$URL/a" >&5
    wait_until requests_are 1
    [ ! -e out ]
    exec 5>&-
    wait "$pid"
    [ "$(cat out)" = /a ]
    [ "$(ls)" = $'in\nout' ]
}

@test "-o: no more rights than the old file had, links that lead nowhere" {
    echo old >suid
    chmod 4755 suid
    run -0 coget -s -o suid "$URL/a"
    [ "$(stat -c %a suid)" = 755 ]
    mkdir dir
    ln -s dir/new dangling
    run -0 coget -s -o dangling "$URL/a"
    [ -L dangling ]
    [ "$(cat dir/new)" = /a ]
}

@test "-o: a descriptor by its name is written where it stands" {
    { echo before; "$COGET" -s -o /dev/stdout "$URL/a"; echo after; } >out
    [ "$(cat out)" = $'before\n/a\nafter' ]
    "$COGET" -s -o /dev/fd/7 "$URL/a" 7>out7
    [ "$(cat out7)" = /a ]
    mkfifo fifo
    cat fifo >copy &
    run -0 coget -s -o fifo "$URL/a?size=300000"
    wait
    [ "$(wc -c <copy)" -eq 300000 ]
    run --separate-stderr coget -o '' "$URL/a"
    [ "$status" -eq 2 ]
}

@test "-o: an old file stays until the new one is whole, links are followed" {
    echo old >real
    chmod 600 real
    ln -s real link
    run coget -s -o link "$URL/a"
    [ -L link ]
    [ "$(cat real)" = /a ]
    [ "$(stat -c %a real)" = 600 ]
    run --separate-stderr coget -o nodir/out "$URL/a"
    [ "$status" -eq 3 ]
    [ "$stderr" = "coget: cannot write nodir/out: No such file or directory" ]
    run coget -s -o /dev/null "$URL/a"
    [ "$status" -eq 0 ]
    [ -c /dev/null ]
}

@test "passwords in URLs are not shown" {
    run --separate-stderr coget -v --ndjson "http://me:geheim@${URL#http://}/a" \
        "http://me:geheim@127.0.0.1:1/"
    [[ $output$stderr != *geheim* ]]
    [ "$(jq -s -r '.[0].url' <<<"$output")" = "http://***@${URL#http://}/a" ]
    grep -q 'Authorization: Basic bWU6Z2VoZWlt' "$SERVER_LOG"
    run --separate-stderr coget -v --ndjson "http:///me:geheim@${URL#http://}/a" \
        "me:geheim@${URL#http://}/a?n=http://y/"
    [ "$(jq -s -c 'map(.outcome)' <<<"$output")" = '["ok","ok"]' ]
    [[ $output$stderr != *geheim* ]]
    # nor in the user's own object, which is otherwise as it was
    run coget --ndjson -s '{"n":1.10, "url":"http:\/\/me:gehe\u0069m@127.0.0.1:1/","m":"a@b"}'
    [[ $output != *geheim* ]]
    [[ $output == *'"input":{"n":1.10, "url":"http://***@127.0.0.1:1/","m":"a@b"},'* ]]
}

@test "the method is that of the last request" {
    run coget -s --ndjson -L -d a=1 "$URL/a?redirect=/b"
    [ "$(jq -r .method <<<"$output")" = GET ]
    run coget -s --ndjson -d a=1 "$URL/a"
    [ "$(jq -r .method <<<"$output")" = POST ]
}

@test "a file that is a mount, or in a directory not to be written, is written" {
    unshare -rm mount -t tmpfs tmpfs /mnt 2>/dev/null ||
        skip_or_fail "mounts of one's own (unshare -rm)"
    local name url="$URL/a?header=Last-Modified:%20Sat,%2001%20Jan%202000%2000:00:00%20GMT"
    url+="&header=Set-Cookie:%20got=1"
    mkdir dir
    # all of them, over longer old ones; in the second round nothing beside
    for how in "" "mount --bind dir dir; mount -o remount,ro,bind dir;"; do
        for name in body summary jar chart.svg; do
            head -c 100000 /dev/zero >"$name.own"
            echo old >"dir/$name"
        done
        unshare -rm bash -c "$how"'
            for name in body summary jar chart.svg; do
                mount --bind "$name.own" "dir/$name" || exit
            done
            "$@"' - "$COGET" -s -R -o dir/body --summary dir/summary \
            -c dir/jar --timeline=dir/chart.svg "$url"
        [ "$(cat body.own)" = /a ]
        [ "$(stat -c %Y body.own)" = 946684800 ]
        jq -e '.tasks == 1' summary.own
        [ "$(tail -n 1 jar.own | cut -f 6,7)" = $'got\t1' ]
        [ "$(tail -c 7 chart.svg.own)" = "</svg>" ]
        [ "$(find dir -type f | wc -l)" -eq 4 ]
        [ "$(cat dir/*)" = $'old\nold\nold\nold' ]
    done
    # nor is what is there touched where no task is ok
    unshare -rm bash -c "$how"'
        mount --bind body.own dir/body && "$@"' - \
        "$COGET" -s -o dir/body "$URL/b?status=404" || [ $? -eq 1 ]
    [ "$(cat body.own)" = /a ]
}
