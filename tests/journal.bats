# What was fetched already: --journal, --resume, --retry-failed, --dedupe, and
# records that do not change: --stable.

load helper
load own_server

# urls FROM TO: lines of URLs of the test server
urls() {
    seq "$1" "$2" | sed "s|^|$URL/|"
}

@test "--stable: no times, sorted keys, no Date" {
    coget -s --ndjson --stable "$URL/a?header=Date:%20now&header=B:%201&header=A:%202" >one
    coget -s --ndjson --stable "$URL/a?header=Date:%20then&header=B:%201&header=A:%202" |
        sed 's/then/now/g' >two
    diff one two
    [ "$(jq -r 'keys_unsorted == (keys_unsorted | sort)' one)" = true ]
    [ "$(jq -r '.headers | keys_unsorted | join(" ")' one)" = \
        "a b content-length content-type" ]
    [ "$(jq -r 'keys | map(select(test("time|started|remote|connects"))) | length' one)" -eq 0 ]
    [ "$(jq -r .body one)" = /a ]
    # the body in all its forms, and other ends of records
    coget -s --format json --stable "$URL/a?hex=ff00" "$URL/b?size=200000" "$URL/c?status=404" >three || true
    jq -e 'map(.body_base64 // (.body | length)) == ["/wA=", 200000, 3]' three
    # what a failure says is the same, too
    run coget -s --ndjson --stable http://127.0.0.1:1/
    jq -e '.errormsg | test("after N ms")' <<<"$output"
    # the task service's port is another one each time
    coget -s --ndjson --stable --task-delay 1ms --journal j 0 '{"id":"1"}' >one
    jq -s -e 'all(.url == "http://127.0.0.1/" + .id and .url == .url_effective)' one
    coget -s --ndjson --stable --journal j --resume 0 '{"id":"1"}' | diff one -
    # the user's own fields as they were written
    echo "{\"id\": 1, \"url\": \"$URL/x\", \"price\": 1.10}" >list
    coget -s --ndjson --stable -i list | grep -F '"price": 1.10}'
}

@test "a journal: done is done, in every format" {
    local format
    urls 1 60 >list
    echo "$URL/bin?hex=00ff0a&nolength" >>list
    echo "$URL/big?size=300000" >>list
    echo "$URL/text?body=%22%5c%0a%09%c3%bc%e2%80%a8%01%c2%85" >>list
    echo "{\"id\": 1.10, \"url\": \"$URL/j\", \"method\": \"POST\", \"body\": \"x\"}" >>list
    echo "$URL/empty?size=0" >>list
    for format in body ndjson json json-seq; do
        server reset >/dev/null
        rm -f j
        coget -s --stable --format $format -i list >plain
        coget -s --stable --format $format --journal j -i list >first
        cmp plain first
        [ "$(stat_of requests)" -eq 130 ]
        coget -s --stable --format $format --journal j --resume -i list >again
        cmp plain again
        [ "$(stat_of requests)" -eq 130 ]
        # one line a record, all of it JSON
        jq -s -e 'length == 66 and .[0].coget_journal == 1' j
    done
    # a journal of one format serves the others
    coget -s --stable --journal j --resume -i list >again
    coget -s -i list >plain
    cmp plain again
    [ "$(stat -c %a j)" = 600 ]
}

@test "a journal knows tasks, not places: other lines, another order" {
    urls 1 40 >list
    coget -s --journal j -i list >/dev/null
    server reset >/dev/null
    { urls 30 50; urls 1 10; } | shuf --random-source=<(yes) >other
    coget -s --ndjson --stable --journal j --resume -i other >resumed
    [ "$(stat_of requests)" -eq 10 ]
    coget -s --ndjson --stable -i other >plain
    cmp plain resumed
    # the id, the method and the headers are a part of what a task is
    server reset >/dev/null
    echo "{\"id\": 5, \"url\": \"$URL/1\"}" |
        coget -s --journal j --resume >/dev/null
    coget -s --journal j --resume -H "X: y" "$URL/1" >/dev/null
    coget -s --journal j --resume -d a "$URL/1" >/dev/null
    [ "$(stat_of requests)" -eq 3 ]
}

@test "what is sent has changed: it is sent again" {
    again() { # REQUESTS OPTION...
        local count=$1
        shift
        server reset >/dev/null
        run -0 coget -s --journal j --resume "$@" "$URL/x?echo"
        [ "$(stat_of requests)" -eq "$count" ]
    }
    local options name
    for options in "-T -" "-T file" "-F a=@file" "-F a=<file" "-d @file"; do
        rm -f j
        # shellcheck disable=SC2086
        {
            echo one >file
            again 1 $options <file
            again 0 $options <file
            echo two >file
            again 1 $options <file
            [[ $output == *two* ]]
            again 0 $options <file
        }
    done
    # what a pipe is called is by chance
    rm j
    mkfifo one two
    for name in one two; do
        cat file >$name &
        again "$([ $name = one ] && echo 1 || echo 0)" -T $name
    done
    # a pipe is for who sends it
    rm j
    mkfifo pipe
    echo three >pipe &
    again 1 -F a=@pipe
    [[ $output == *three* ]]
}

@test "equal tasks are counted" {
    coget -s --journal j "$URL/a" "$URL/a" >/dev/null
    [ "$(stat_of requests)" -eq 2 ]
    coget -s --journal j --resume "$URL/a" "$URL/a" "$URL/a" >/dev/null
    [ "$(stat_of requests)" -eq 3 ]
}

@test "failures are fetched again, and alone with --retry-failed" {
    run coget -s --journal j "$URL/a" "$URL/b?flaky=1" "$URL/c?status=404"
    [ "$status" -eq 1 ]
    server reset >/dev/null
    run coget -s --journal j --retry-failed
    [ "$status" -eq 1 ]
    [ "$output" = /b ]
    [ "$(stat_of requests)" -eq 2 ]
    # what succeeded meanwhile is done
    run coget -s --journal j --retry-failed
    [ "$(stat_of requests)" -eq 3 ]
    run coget -s --journal j --resume "$URL/a" "$URL/b?flaky=1" "$URL/c?status=404"
    [ "$status" -eq 1 ]
    [ "$output" = $'/a\n/b' ]
    [ "$(stat_of requests)" -eq 4 ]
    # with a list: what the journal does not know is skipped
    run coget -s --ndjson --journal j --retry-failed "$URL/a" "$URL/new" "$URL/c?status=404"
    jq -s -e 'map(.outcome) == ["ok", "skipped", "http_error"]' <<<"$output"
    # of equal ones, too: the one that failed
    rm j
    run coget -s -j 1 --journal j "$URL/x?flaky=1" "$URL/x?flaky=1"
    run coget -s --journal j --retry-failed
    [ "$status" -eq 0 ]
    [ "$output" = /x ]
}

@test "an existing journal wants --resume; no other file is taken for one" {
    coget -s --journal j "$URL/a" >/dev/null
    run coget -s --journal j "$URL/a"
    [ "$status" -eq 2 ]
    [ "$output" = "coget: j is there already: --resume goes on with it" ]
    echo "my notes" >notes
    run coget -s --journal notes --resume "$URL/a"
    [ "$status" -eq 2 ]
    [ "$(cat notes)" = "my notes" ]
    run coget --resume "$URL/a"
    [ "$status" -eq 2 ]
    run coget -s --journal nothere/j "$URL/a"
    [ "$status" -eq 3 ]
    # a new one may be resumed, for whoever says so each night
    coget -s --journal new --resume "$URL/a"
}

@test "a second run is locked out" {
    "$COGET" -s --journal j "$URL/a?hold" >/dev/null &
    local pid=$!
    wait_until requests_are 1
    run coget -s --journal j --resume "$URL/b"
    [ "$status" -eq 3 ]
    [ "$output" = "coget: j is the journal of a run that goes on" ]
    server release >/dev/null
    wait $pid
}

@test "a torn last line is dropped, wherever it is cut" {
    local cut size
    coget -s --journal whole "$URL/1" "$URL/2" >/dev/null
    size=$(stat -c %s whole)
    for cut in 1 2 20 100 700 $((size / 2)) $((size - 10)) $((size - 1)) "$size"; do
        head -c "-$cut" whole >j
        run coget -s --journal j --resume "$URL/1" "$URL/2"
        [ "$status" -eq 0 ]
        [ "$output" = $'/1\n/2' ]
        jq -s -e 'length == 3' j >/dev/null
    done
}

@test "a damaged record is fetched again, whatever was done to it" {
    local edit
    coget -s --journal whole "$URL/1" "$URL/2" "$URL/3" >/dev/null
    coget -s --ndjson --stable "$URL/1" "$URL/2" "$URL/3" >plain
    for edit in 's/"held":[0-9]*/"held":9999/' 's/"rest":[0-9]*/"rest":5/' \
        's/"held":[0-9]*,"fields":\([0-9]*\)/"held":\1,"fields":\1/' \
        's/"fields":[0-9]*/"fields":700/' 's/"num_redirects":0/"num_redirects":[{/' \
        's/"fields":[0-9]*/"fields":99999999999999999999999/' \
        's/"num_redirects":0/"num_redirects":-/' 's/"text\/plain"/"\xff___\/plain"/' \
        's/"text\/plain"/"\x7f___\/plain"/' 's/"exitcode":/"dedup_of":/' \
        's/"facts":"..../"facts":"AAAA/' \
        's/"facts":"..../"facts":"====/' \
        's/"body":"/"body":"\\q/' 's/"body":"/"body":"\x00/' 's/..$//' 's/"}}$//'; do
        sed "3$edit" whole >j
        server reset >/dev/null
        run --separate-stderr coget -s --ndjson --stable --journal j --resume "$URL/1" "$URL/2" "$URL/3"
        [ "$status" -eq 0 ]
        diff plain - <<<"$output"
        [ "$stderr" = "coget: j: damaged records, of no use: 1" ]
        [ "$(stat_of requests)" -eq 1 ]
    done
    # nor is it a record any more
    for edit in 's/.*/garbage/' 's/.*/{}/' 's/"key"/"kex"/'; do
        sed "3$edit" whole >j
        run --separate-stderr coget -s --ndjson --stable --journal j --resume "$URL/1" "$URL/2" "$URL/3"
        diff plain - <<<"$output"
        [ "$stderr" = "coget: j: damaged records, of no use: 1" ]
    done
    # one of a later version is left alone
    sed '1s/1/2/' whole >j
    cp j before
    run coget -s --journal j --resume "$URL/1"
    [ "$status" -eq 2 ]
    [ "$output" = "coget: j is the journal of another version" ]
    cmp j before
}

@test "kill -9 at random moments: nothing done is fetched twice" {
    local kills=8 tasks=1500 i pid done_tasks=0
    urls 1 $tasks | sed 's/$/?delay=20/' >list
    coget -s --ndjson --stable -i list >plain
    server reset >/dev/null
    for ((i = 0; i < kills; i++)); do
        "$COGET" -s -j 20 --ndjson --stable --journal j --resume -i list >/dev/null &
        pid=$!
        wait_until requests_are $((i * 150 + RANDOM % 150 + 1))
        kill -9 $pid
        wait $pid || true
    done
    # so much was journaled: whole lines after the first
    done_tasks=$(($(wc -l <j) - 1))
    [ "$(stat_of requests)" -le $((done_tasks + kills * 20)) ]
    [ "$done_tasks" -lt $tasks ]
    coget -s -j 20 --ndjson --stable --journal j --resume -i list >resumed
    cmp plain resumed
    [ "$(stat_of requests)" -le $((tasks + kills * 20)) ]
    # nor does it matter where the lines stand, or which are there
    { shuf -n 1400 list; urls 2001 2100; } | shuf >other
    server reset >/dev/null
    coget -s --ndjson --stable --journal j --resume -i other >resumed
    [ "$(stat_of requests)" -eq 100 ]
    coget -s --ndjson --stable -i other >plain
    cmp plain resumed
}

@test "files: done while they are there" {
    coget -s --journal j -O "$URL/a" "$URL/b"
    rm b
    server reset >/dev/null
    run coget -s --ndjson --journal j --resume -O "$URL/a" "$URL/b"
    [ "$status" -eq 0 ]
    [ "$(stat_of requests)" -eq 1 ]
    [ "$(cat b)" = /b ]
    jq -s -e 'map(.body_file) == ["a", "b"]' <<<"$output"
    # without -O the body is wanted
    [ "$(coget -s --journal j --resume "$URL/a")" = /a ]
    # --head: what it printed
    coget -s -I --journal heads "$URL/a" >first
    coget -s -I --journal heads --resume "$URL/a" >again
    cmp first again
    grep -q "^Content-Type" again
}

@test "files: names that the server gives, or that nobody has, are known again" {
    local named="$URL/z?header=Content-Disposition:%20attachment;%20filename=name.txt"
    coget -s --ndjson --stable --journal j -OJ "$named" >first
    coget -s --ndjson --stable --journal j --resume -OJ "$named" >again
    cmp first again
    touch n
    coget -s --ndjson --stable --journal k -O --no-clobber "$URL/n" >first
    coget -s --ndjson --stable --journal k --resume -O --no-clobber "$URL/n" >again
    cmp first again
    [ "$(stat_of requests)" -eq 2 ]
    [ "$(echo *)" = "again first j k n n.1 name.txt" ]
    # another directory wants files of its own
    mkdir a b
    coget -s --journal l -O --output-dir a "$URL/f"
    coget -s --journal l --resume -O --output-dir b "$URL/f"
    cmp a/f b/f
}

@test "files: what is done keeps its name, two tasks cannot have one" {
    run coget -s --ndjson --stable --journal j -O "$URL/q?body=1" "$URL/q?body=2"
    [ "$status" -eq 1 ]
    printf '%s\n' "$output" >first
    run coget -s --ndjson --stable --journal j --resume -O "$URL/q?body=1" "$URL/q?body=2"
    [ "$status" -eq 1 ]
    diff first - <<<"$output"
    [ "$(cat q)" = 1 ]
    jq -s -e 'map(.outcome) == ["ok", "invalid"]' first
    # the server gave the name
    local named="$URL/s?header=Content-Disposition:%20attachment;%20filename=s.txt"
    run coget -s -j 1 --ndjson --stable --journal k -OJ "$named&body=1" "$named&body=2"
    printf '%s\n' "$output" >first
    run coget -s -j 1 --ndjson --stable --journal k --resume -OJ "$named&body=1" "$named&body=2"
    diff first - <<<"$output"
    [ "$(cat s.txt)" = 1 ]
}

@test "-I is a part of the request, also with -X GET" {
    coget -s --journal j "$URL/h" >/dev/null
    coget -s -I -X GET "$URL/h" >plain
    coget -s -I -X GET --journal j --resume "$URL/h" >first
    coget -s -I -X GET --journal j --resume "$URL/h" >again
    cmp plain first
    cmp plain again
    [ "$(stat_of requests)" -eq 3 ]
    [ "$(coget -s --journal j --resume "$URL/h")" = /h ]
    [ "$(stat_of requests)" -eq 3 ]
}

@test "a body that streams is in the journal, too" {
    coget -s --journal j "$URL/a?size=3000000" "$URL/b?size=3000000" >first
    [ "$(stat_of requests)" -eq 2 ]
    coget -s --journal j --resume "$URL/b?size=3000000" "$URL/a?size=3000000" >again
    cmp first again
    [ "$(stat_of requests)" -eq 2 ]
}

@test "--retry-failed: equal tasks, of which the journal lacks some" {
    local url="$URL/x?status=503"
    run -1 coget -s -j 1 --journal j "$url" "$url" "$url" "$url"
    # as if a signal had ended the first and the third one
    sed -i '4d;2d' j
    server reset >/dev/null
    run -1 coget -s --ndjson --journal j --retry-failed
    [ "$(stat_of requests)" -eq 2 ]
    jq -s -e 'map(.response_code) == [503, 503]' <<<"$output"
    # they are the same ones: nothing new has failed
    run -1 coget -s --journal j --retry-failed
    [ "$(stat_of requests)" -eq 4 ]
}

@test "--retry-failed: why a task is not known" {
    cause() { # OPTION...
        server reset >/dev/null
        run -1 coget -s --ndjson --journal j --retry-failed "$@"
        [ "$(stat_of requests)" -eq 0 ]
        jq -e '.outcome == "invalid"' <<<"$output"
        output=$(jq -r .errormsg <<<"$output")
    }
    run -1 coget -s --journal j "$URL/a?status=500"$'\xff'
    cause
    [[ $output == "the journal has only UTF-8 of it: "* ]]
    rm j
    run -1 coget -s --journal j -H 'A: 1' "$URL/a?status=500"
    cause -H 'A: 2'
    [[ $output == "in the journal it has other options: "* ]]
    cause
    run -1 coget -s --journal j --retry-failed -H 'A: 1'
    [ "$(stat_of requests)" -eq 1 ]
    # that it went well with other options says nothing
    rm j
    coget -s --journal j -H 'A: 1' "$URL/b?flaky=1" --retry 1 --retry-delay 1ms
    run -1 coget -s --journal j --resume -H 'A: 2' "$URL/b?flaky=1" --ok-status 999
    cause -H 'A: 1'
    [[ $output == "in the journal it has other options: "* ]]
}

@test "--retry-failed does not send a password that is not in the journal" {
    run coget -s --journal j "${URL/http:\/\//http:\/\/me:secret@}/a?status=500"
    ! grep -q secret j
    server reset >/dev/null
    run -1 coget -s --ndjson --journal j --retry-failed
    [ "$(stat_of requests)" -eq 0 ]
    jq -e '.outcome == "invalid" and (.errormsg | startswith("its password"))' \
        <<<"$output"
    # nor is a journal made that is not there
    run -2 --separate-stderr coget --journal none --retry-failed
    [ "$stderr" = "coget: --retry-failed: cannot read none: No such file or directory" ]
    [ ! -e none ]
}

@test "--dedupe: equal GETs are fetched once, each has its record" {
    run coget -s --ndjson --dedupe "$URL/a?delay=50" "$URL/b" "$URL/a?delay=50" \
        "$URL/b" "$URL/a?delay=50"
    [ "$(stat_of requests)" -eq 2 ]
    jq -s -e 'map(.dedup_of) == [null, null, 0, 1, 0] and
        map(.index) == [0, 1, 2, 3, 4] and
        map(.body) == ["/a\n", "/b\n", "/a\n", "/b\n", "/a\n"]' <<<"$output"
    # a failure is the same for all, and every line is there
    server reset >/dev/null
    run coget -s -S --dedupe "$URL/f?status=404" "$URL/a" "$URL/f?status=404"
    [ "$status" -eq 1 ]
    [ "$(stat_of requests)" -eq 2 ]
    [ "$(grep -c 'HTTP status 404' <<<"$output")" -eq 2 ]
    # no GET, no twin; the ids are each one's own
    server reset >/dev/null
    coget -s --dedupe -d x "$URL/a" "$URL/a" >/dev/null
    [ "$(stat_of requests)" -eq 2 ]
    printf '{"id":%d,"url":"'"$URL/i"'"}\n' 1 2 3 |
        coget -s --ndjson --dedupe | jq -s -e 'map(.id) == [1, 2, 3]'
    [ "$(stat_of requests)" -eq 3 ]
}

@test "--dedupe and a journal: twins are known, whichever comes first" {
    printf '{"id":%d,"url":"'"$URL/i"'"}\n' 1 2 3 >list
    tac list >other
    coget -s --ndjson --stable --dedupe --journal j -i list >/dev/null
    coget -s --ndjson --stable --dedupe --journal j --resume -i other >resumed
    [ "$(stat_of requests)" -eq 1 ]
    coget -s --ndjson --stable --dedupe -i other >plain
    cmp plain resumed
    # a journal of a run without --dedupe serves, too
    coget -s --journal k -i list >/dev/null
    server reset >/dev/null
    coget -s --ndjson --stable --dedupe --journal k --resume -i other >resumed
    [ "$(stat_of requests)" -eq 0 ]
    cmp plain resumed
    # those that failed have failed together
    printf '%s\n' "$URL/f?status=404"{,,} >failing
    run coget -s --ndjson --stable --dedupe --journal l -i failing
    printf '%s\n' "$output" >first
    run coget -s --ndjson --stable --dedupe --journal l --retry-failed -i failing
    diff first - <<<"$output"
    [ "$(stat_of requests)" -eq 2 ]
    # what is judged otherwise is another task
    printf '{"url":"%s","ok_status":%d}\n' "$URL/g?status=404" 200 "$URL/g?status=404" 404 >list
    run coget -s --ndjson --dedupe -i list
    jq -s -e 'map(.outcome) == ["http_error", "ok"]' <<<"$output"
    # without a file there is none for any of them
    run coget -s --ndjson --dedupe -O "$URL/n?status=304" "$URL/n?status=304"
    jq -s -e 'map(.outcome) == ["ok", "ok"]' <<<"$output"
    # where the file is gone, one of them brings it back
    coget -s --dedupe --journal m -O "$URL/b" "$URL/b" "$URL/b"
    rm b
    server reset >/dev/null
    coget -s --ndjson --dedupe --journal m --resume -O "$URL/b" "$URL/b" "$URL/b" >out
    jq -s -e 'map(.dedup_of) == [null, 0, 0] and map(.outcome) == ["ok", "ok", "ok"]' out
    [ "$(stat_of requests)" -eq 1 ]
    [ "$(cat b)" = /b ]
}

@test "--dedupe: files have names of their own, a signal ends those who wait" {
    coget -s --dedupe -o '{index}' "$URL/a" "$URL/a"
    [ "$(cat 0 1)" = $'/a\n/a' ]
    coget -s --dedupe -O "$URL/b" "$URL/b"
    [ "$(cat b)" = /b ]
    [ "$(stat_of requests)" -eq 2 ]
    "$COGET" -s --ndjson --dedupe "$URL/h?hang" "$URL/h?hang" "$URL/h?hang" >out &
    local pid=$!
    wait_until requests_are 3
    kill -INT $pid
    wait $pid || true
    jq -s -e 'map(.outcome) == ["cancelled", "cancelled", "cancelled"]' out
}

@test "--dedupe: thousands that end at once take no stack" {
    [ -z "${COGET_SLOW-}" ] || skip "frames are larger here"
    local url="$URL/x?delay=300&header=ETag:%20%221%22"
    coget -s --cache c -O "$url"
    yes "$url" | head -n 4000 >list
    # the first is skipped, the others are refused: the name is taken
    (ulimit -s 256 && exec "$COGET" -s -j 400 --cache c --changed-only --ndjson --window 4000 \
        --dedupe -O -i list >out) || [ $? -eq 1 ]
    [ "$(jq -r .outcome out | sort | uniq -c | tr -s ' ' | tr '\n' ';')" = " 3999 invalid; 1 skipped;" ]
}

@test "a full disk: the journal stays whole, status 3, and the rest is resumed" {
    mkdir small
    mount -t tmpfs -o size=200k none small 2>/dev/null ||
        skip "mounting a tmpfs is not permitted here"
    urls 1 300 | sed 's/$/?size=2000/' >list
    run --separate-stderr coget -s -S --ndjson --stable --journal small/j -i list
    cp small/j j
    cp j j.before
    umount small
    [ "$status" -eq 3 ]
    [[ $stderr == *"coget: cannot write small/j: No space left on device"* ]]
    [ "$(jq -c . <<<"$output" | wc -l)" -eq 300 ]
    jq -s -e 'length > 20' j
    server reset >/dev/null
    coget -s --ndjson --stable --journal j --resume -i list >resumed
    [ "$(stat_of requests)" -eq $((300 - $(jq -s 'map(select(.outcome == "ok")) | length' j.before))) ]
    coget -s --ndjson --stable -i list >plain
    cmp plain resumed
}

@test "--dedupe: the cause of a known failure is told as that of the first" {
    local url="$URL/a?redirect=ftp://h/"
    run --separate-stderr coget -s -S --dedupe -L "$url" "$url"
    [ "$(sort -u <<<"$stderr")" = "coget: $url: Protocol \"ftp\" not supported or disabled in libcurl" ]
}
