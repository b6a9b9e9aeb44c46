# What is sent: curl's options, with curl's meanings. The server echoes the
# raw request.

load helper
load own_server

# What differs by nature: who asks, when, and the boundary of a form.
alike() {
    sed 's|^User-Agent: [a-z]*/.*|User-Agent: me\r|; s|-------[-0-9a-f]*|----|g
        s|^\(X-Amz-Date\): .*|\1|; s|Signature=.*|Signature|'
}

# The request that coget sends with these options, as curl would name itself.
sent_by_coget() {
    coget -s "$@" "$URL/x/?echo" | alike
}

sent_by_curl() {
    curl -q -s "$@" "$URL/x/?echo" | alike
}

# Both send the same, byte for byte.
same() {
    sent_by_curl "$@" >curl.txt
    sent_by_coget "$@" >coget.txt
    [ -s curl.txt ]
    diff -u curl.txt coget.txt
}

@test "a POST with --digest is sent where no login is wanted" {
    run -0 coget -s --digest -u a:b -d x=y "$URL/?echo"
    [[ $output == *$'\r\n\r\nx=y' ]]
    [ "$(stat_of requests)" -eq 2 ] # the first one without the body, as curl
}

@test "the same bytes as curl: method, headers, body" {
    printf 'a=1\r\nb\0=2\n' >data
    printf '{"a":\n 1}\0' >json
    same
    same -X DELETE
    same -H 'X-A: 1' -H 'x-b:2' -H 'X-Empty;' -H 'Accept:'
    same -H 'Host: other' -H 'User-Agent: mine'
    same -d a=1
    same -d a=1 -d b=2 -X PUT
    same -d ''
    same --json '{"a":1}'
    same --json '[1,' --json '2]'
    same --json @json
    same --json '{}' -d a
    same -d a --json '{}'
    same --json 1 -H 'accept: text/plain' -H 'Content-Type;'
    same -A mine
    same -A ''
    same -e http://from/
    same -e ''
    printf 'X-A: 1\r\n\nX-B;\nAccept:\n' >headers
    same -H @headers -H 'X-C: 3'
    same -e 'http://from/;auto'
    same -u me:secret
    same --compressed
    same -d 'x y&z' -H 'Content-Type: text/plain'
}

@test "the same bytes as curl: forms, uploads, queries" {
    echo "a file" >a.txt
    same -F a=1 -F b=2
    same -F 'f=@a.txt'
    same -F 'f=@a.txt;type=text/html;filename=x.html'
    same -F 'f=<a.txt'
    same -F 'f=@a.txt;encoder=base64'
    same -F 'a=b;type=text/plain; charset=utf-8'
    same -F 'a="quo;ted \" \\"'
    same -F 'a=1;headers="X-A: 1"' -H 'X-B: 2'
    same --form-string 'a=@b;type=c'
    same -F a=1 -X PUT
    same -T a.txt
    same -T a.txt -X POST -H Expect:
    same --data-raw @x
    same --data-binary @a.txt -d @a.txt
    same --data-ascii x
    same --data-urlencode 'a=b c&d' --data-urlencode '=b c' --data-urlencode 'b c'
    same --data-urlencode n@a.txt --data-urlencode @a.txt
    same --data-urlencode a=b@c --data-urlencode n@b=c
    same -F 'a=b;c' -F 'a= b ' -F 'a="b" x;type=text/plain' -F 'a="b;c'
    same -F 'a=x; filename=q ;type=text/plain; charset=u ;foo=1'
    same -F 'a=@a.txt;filename=' -F 'a=<a.txt;filename=z' -F 'a=x ;encoder=BASE64'
    printf '# none\nX-A: 1\r\n  more \nX-B: 2\n' >part
    same -F 'a=x;headers=@part;type=text/plain'
    same -G -d a=1 -d b=2
    same -G -d a=1 -X PUT
    same --url-query 'a=b c' --url-query '+d=e%20f' -d 1
    same -r 0-4
    same -r 5-
    same -r 3
    same -b a=1 -b 'b=2; c=3'
    same -z 'Thu, 01 Jan 2026 00:00:00 GMT'
    same -z -a.txt
}

@test "-z of a file that is not there yet is no condition, with a warning" {
    run -0 --separate-stderr coget -sS -R -z page -o page \
        "$URL/x?header=Last-Modified:%20Sat,%2001%20Jan%202000%2000:00:00%20GMT"
    [ "$stderr" = 'coget: --time-cond: "page" is no date and no file: everything is wanted' ]
    [ "$(cat page)" = /x ]
    run -0 --separate-stderr coget -sS -z page "$URL/x?echo"
    [[ $output == *"If-Modified-Since: Sat, 01 Jan 2000"* ]]
    [ -z "$stderr" ]
    # the last one counts
    run -0 --separate-stderr coget -sS -z page -z nothere "$URL/x?echo"
    [[ $output != *If-Modified-Since* ]]
}

# form_of COMMAND...: the form that it sends, without its boundary
form_of() {
    "$@" | tr -d '\r' | sed -n '/^--/,$p' | sed 's/^--*[[:alnum:]]*/--/'
}

@test "-F of a pipe: each task and attempt sends all of it, as curl does" {
    local name part
    mkfifo x.png pipe
    for name in pipe x.png; do
        for part in "f=@$name" "f=<$name" "f=@$name;type=text/x" \
            "f=@$name;filename=a.html" "f=@$name;headers=\"X-A: 1\""; do
            seq 3 >"$name" &
            form_of curl -q -sS -H Expect: -F "$part" "$URL/?echo" >theirs
            seq 3 >"$name" &
            form_of coget -sS -H Expect: -F "$part" "$URL/?echo" >ours
            diff theirs ours
            seq 3 >"$name" &
            form_of sh -c "$(coget --as curl -H Expect: -F "$part" "$URL/?echo")" >ours
            diff theirs ours
        done
    done
    run -0 --separate-stderr coget -sS -j 2 --retry 2 --retry-all-errors --retry-delay 1ms \
        -F "f=@"<(seq 3; echo end) "$URL/1?echo" "$URL/2?echo" "$URL/3?echo&flaky=1"
    [ "$(grep -c '^end' <<<"$output")" -eq 3 ]
    # stdin by another name is stdin
    run -2 --separate-stderr coget -F f=@/dev/stdin -i - < <(echo "$URL/")
    [ "$stderr" = "coget: no targets on stdin: it is read by @-" ]
    run -2 --separate-stderr coget -d @/dev/stdin -i - < <(echo "$URL/")
    [ "$stderr" = "coget: no targets on stdin: it is read by @-" ]
}

@test "the same bytes as curl: logging in, versions, targets, proxies" {
    same --basic -u a:b
    same --oauth2-bearer token
    same --aws-sigv4 aws:amz:us-east-1:es -u key:secret
    same --compressed --tr-encoding
    same --request-target /other
    same --path-as-is
    same -0
    same --http1.1
    same --http2
    same --haproxy-protocol
    same --proxy "$URL" -U a:b --proxy-header 'X-P: 1'
    printf 'X-P: 1\r\n\nX-Q: 2\n' >headers
    same --proxy "$URL" --proxy-header @headers
    # what is taken back is as if it had never been said
    same -u a:b --no-digest
    same -u a:b --no-ntlm
    same -u a:b --digest --no-digest
    same --proxy "$URL" -U a:b --proxy-digest --no-proxy-digest
    same -u name --oauth2-bearer token
    same --connect-to "::127.0.0.1:${URL##*:}"
    same --json '{}' -X PATCH
    printf 'machine 127.0.0.1 login me password secret\n' >netrc
    same --netrc-file netrc
    printf 'machine 127.0.0.1 login me password other\n' >.netrc
    HOME=$PWD same --netrc-optional --netrc
    HOME=$PWD same --netrc --netrc-optional
    HOME=$PWD same --netrc --no-netrc
    diff <(HOME=$PWD curl -q -s --netrc-optional -n "http://me:x@${URL#http://}/?echo" | alike) \
        <(HOME=$PWD coget -s --netrc-optional -n "http://me:x@${URL#http://}/?echo" | alike)
    diff <(curl -q -sI "$URL/y") <(coget -s -I "$URL/y")
    diff <(echo in | curl -q -s -T - "$URL/x?echo" | alike) \
        <(echo in | coget -s -T - "$URL/x?echo" | alike)
    mkfifo pipe
    # piped PROGRAM...: sends what comes through a pipe
    piped() {
        echo in >pipe &
        "$@" -s -T pipe "$URL/d/?echo"
    }
    piped curl -q | alike >theirs
    diff theirs <(piped coget | alike)
}

@test "-T of a pipe: each task sends all of it" {
    run -0 coget -s -T <(echo text) "$URL/a?echo" "$URL/b?echo"
    [ "$(grep -c ^text <<<"$output")" -eq 2 ]
    run -0 eval "$("$COGET" --as curl -T <(echo text) "$URL/a?echo")"
    [[ $output == "PUT /a?echo "*text* ]]
    run -2 --separate-stderr coget -T /dev/stdin -i - < <(echo text)
    [ "$stderr" = "coget: no targets on stdin: it is read by -T -" ]
    run -3 --separate-stderr coget -T . -T / "$URL/a" </dev/null
    [ "$stderr" = "coget: --upload-file: cannot read /: no regular file" ]
}

@test "-T -: stdin is copied to where TMPDIR says" {
    run -3 --separate-stderr env TMPDIR=/nonexistent/dir "$COGET" -T - "$URL/" <<<x
    [ "$stderr" = "coget: --upload-file: cannot use a temporary file in /nonexistent/dir: No such file or directory" ]
    mkdir tmp
    TMPDIR=$PWD/tmp "$COGET" -s -T - "$URL/x?hold" <<<text >/dev/null 3>&- &
    wait_until requests_are 1
    find /proc/$!/fd -lname "$PWD/tmp/*" | grep .
    server release
    wait $!
    [ -z "$(ls tmp)" ]
}

@test "of -I, -d, -F and -T only one; a file that is missing is status 3" {
    run --separate-stderr coget -I -d x "$URL/"
    [ "$status" -eq 2 ]
    [ "$stderr" = "coget: of -I, -d, -F and -T only one can be" ]
    run --separate-stderr coget -T nothere "$URL/"
    [ "$status" -eq 3 ]
    run --separate-stderr coget -F a=@nothere "$URL/"
    [ "$status" -eq 3 ]
    run --separate-stderr coget -F 'a=(;type=x' "$URL/"
    [ "$status" -eq 2 ]
    run --separate-stderr coget -F a=@"$PWD" "$URL/"
    [ "$status" -eq 3 ]
    [ "$stderr" = "coget: --form: cannot read $PWD: Is a directory" ]
    local part
    for part in ';type=' ';type=text' ';type=/x' ';type=text/' ';encoder=zzz'; do
        run --separate-stderr coget -F "a=x$part" "$URL/"
        [ "$status" -eq 2 ]
        [[ $stderr == "coget: --form: "* ]]
    done
    [ "$(stat_of requests)" -eq 0 ]
}

@test "an upload that grows is as long as was announced" {
    printf 12345 >grows
    "$COGET" -sS -j 1 -T grows "$URL/1?hold" "$URL/2?echo" "$URL/3?echo" \
        >out 3>&- &
    local pid=$!
    wait_until eval '[ "$(stat_of held)" -eq 1 ]'
    printf '6789\r\n\r\n' >>grows
    server release
    wait $pid
    [ "$(grep -o '12345.*' out | tr -d '\r')" = "\
12345PUT /3?echo HTTP/1.1
12345" ]
    [ "$(jq -r .conn "$SERVER_LOG" | tail -n 3 | uniq | wc -l)" -eq 1 ]
}

@test "an upload is whole for each of many tasks, and after a redirect" {
    head -c 300000 /dev/urandom >data
    coget -s --ndjson -T data $(printf "$URL/%d?echo " 1 2 3 4 5) >out
    [ "$(jq -s 'map(select(.outcome == "ok" and .size_download > 300000)) | length' out)" -eq 5 ]
    run coget -s --ndjson -L --post302 -d moved "$URL/a?redirect=/b?echo"
    jq -e '.body | test("^POST /b.*moved$"; "m")' <<<"$output"
}

@test "a JSON task's method and body take the command line's back" {
    task() { # FIELDS
        printf '{"url":"%s/x?echo",%s}' "$URL" "$1"
    }
    local options
    for options in -I '-X HEAD'; do
        run -0 coget -s $options "$(task '"method":"GET"')"
        [[ $output == "GET /x?echo HTTP/1.1"* ]]
    done
    run -0 coget -s -X HEAD -d data "$(task '"method":"PUT"')"
    [[ $output == "PUT /x?echo "*data ]]
    run -0 coget -s -X HEAD -F a=data "$(task '"method":"PUT"')"
    [[ $output == "PUT /x?echo "*data* ]]
    echo data >file
    run -0 coget -s -X HEAD -T file "$(task '"method":"PUT"')"
    [[ $output == "PUT /x?echo "*data ]]
    # the file's name is for what sends the file
    run -0 coget -s -T file "{\"url\":\"$URL/d/\"}"
    [ "$output" = /d/file ]
    run -0 coget -s -T file "{\"url\":\"$URL/d/\",\"body\":\"x\"}"
    [ "$output" = /d/ ]
    # a POST is one by its body or by its name
    local body
    for body in '"body":"x"' '"json":[1]' '"form":{"a":"1"}'; do
        run -0 coget -s -L -X PUT \
            "{\"url\":\"$URL/?status=302&redirect=/x%3Fecho\",\"method\":\"POST\",$body}"
        [[ $output == "GET /x?echo "* ]]
        run -0 coget -s -X PUT "$(task "\"method\":\"POST\",$body")"
        [[ $output == "POST /x?echo "* ]]
    done
    run -0 coget --as curl "$(task '"method":"POST","body":"x"')"
    [[ $output != *-X* ]]
}

@test "cookies: session cookies left out, expired ones gone, as with curl" {
    local gone='header=Set-Cookie:%20gone=;%20Max-Age=0' program
    local set="$URL/a?header=Set-Cookie:%20gone=4"
    begin() {
        printf '127.0.0.1\tFALSE\t/\tFALSE\t%s\t%s\n' 0 $'sess\t1' \
            4000000000 $'keep\t2' 4000000000 $'gone\t3' >jar
    }
    # left ARGUMENT...: the names in the jar after the run
    left() {
        begin
        $program -s -L -b jar -c jar "$@" >/dev/null
        grep 127.0.0.1 jar | cut -f 6 | sort | paste -sd ' '
    }
    for program in "curl -q" coget "coget --cookie-share"; do
        [ "$(left "$URL/a?$gone")" = "keep sess" ]
        [ "$(left --junk-session-cookies "$set")" = "gone keep" ]
        begin
        run -0 $program -s -b jar --junk-session-cookies "$URL/a?echo"
        [[ $output == *"Cookie: "*keep=2* && $output != *sess* ]]
        # nobody answers, and nothing is lost
        [ "$(left http://127.0.0.1:1/)" = "gone keep sess" ]
    done
    # libcurl 7.88 has it again from the file
    for program in coget "coget --cookie-share"; do
        [ "$(left "$URL/a?redirect=/b&$gone")" = "keep sess" ]
    done
    # the last one's word holds
    program="coget -j 1"
    [ "$(left "$set" "$URL/a?redirect=/b&$gone")" = "keep sess" ]
    [ "$(left "$URL/a?redirect=/b&$gone" "$set")" = "gone keep sess" ]
}

@test "cookies: a pipe is read once, for all tasks" {
    local with
    printf '127.0.0.1\tFALSE\t/\tFALSE\t0\tone\t1\nSet-Cookie: two=2\n' >file
    for with in -s "-c jar" --cookie-share; do
        run -0 coget -s $with -b - "$URL/a?echo" "$URL/b?echo" <file
        [ "$(grep -c '^Cookie: one=1; two=2' <<<"$output")" -eq 2 ]
        run -0 coget -s $with -b <(cat file) "$URL/a?echo" "$URL/b?echo"
        [ "$(grep -c '^Cookie: one=1; two=2' <<<"$output")" -eq 2 ]
    done
    run -0 eval "$("$COGET" --as curl -b - "$URL/a?echo" <file)"
    [[ $output == *"Cookie: one=1; two=2"* ]]
    run -0 env TMPDIR=/nonexistent/dir "$COGET" -s -b /dev/null "$URL/?echo"
    run -2 --separate-stderr coget -b /dev/stdin -i - < <(cat file)
    [ "$stderr" = "coget: no targets on stdin: it is read by -b -" ]
    run -3 --separate-stderr env TMPDIR=/nonexistent/dir "$COGET" -b - "$URL/" <file
    [ "$stderr" = "coget: --cookie: cannot use a temporary file in /nonexistent/dir: No such file or directory" ]
    # with an @ it is a file in any case
    cp file name=x
    for with in @- @file @name=x; do
        run -0 coget -s -b "$with" "$URL/a?echo" <file
        [[ $output == *"Cookie: one=1; two=2"* ]]
        run -0 eval "$("$COGET" --as curl -b "$with" "$URL/a?echo" <file)"
        [[ $output == *"Cookie: one=1; two=2"* ]]
    done
    # as in curl, one that is not there is none
    run -0 coget -s -b nothere "$URL/a?echo"
    # in the cache what counts is the pipe's content, not its name
    server reset
    coget -s --cache kept -b - "$URL/kept?etag=1" <file
    coget -s --cache kept -b - "$URL/kept?etag=1" <<<"Set-Cookie: other=1"
    ! grep 'GET /kept.*If-None-Match' "$SERVER_LOG" || false
    coget -s --cache kept -b - "$URL/kept?etag=1" <file
    grep 'GET /kept.*If-None-Match' "$SERVER_LOG"
}

@test "cookies: each task its own, unless they are shared" {
    local set="header=Set-Cookie:%20got=1"
    run coget -s -j 1 -b '' "$URL/a?$set" "$URL/b?echo"
    [[ $output != *Cookie:* ]]
    run coget -s -j 1 -b '' --cookie-share "$URL/a?$set" "$URL/b?echo"
    [[ $output == *"Cookie: got=1"* ]]
    # and without -b or -c there are none
    run coget -s -j 1 --cookie-share "$URL/a?$set" "$URL/b?echo"
    [[ $output != *Cookie:* ]]
    # through a redirect, in any case
    run coget -s -L -b '' "$URL/a?$set&redirect=/b?echo"
    [[ $output == *"Cookie: got=1"* ]]
    run -0 coget -s -c jar "$URL/a?$set" "$URL/b?header=Set-Cookie:%20two=2"
    grep -q 'got.1$' jar
    grep -q 'two.2$' jar
    run coget -s -b jar "$URL/c?echo"
    [[ $output == *"Cookie: "*got=1* ]]
    [[ $output == *two=2* ]]
    curl -s -b jar "$URL/c?echo" | grep 'Cookie: .*got=1'
    # all of it, or it is told
    run -3 --separate-stderr coget -s -c /dev/full "$URL/a?$set"
    [ "$stderr" = "coget: cannot write /dev/full: No space left on device" ]
    # before anything is asked for
    server reset
    run -3 --separate-stderr coget -s -c nothere/jar "$URL/a?$set"
    [ "$stderr" = "coget: cannot write nothere/jar: No such file or directory" ]
    [ "$(stat_of requests)" -eq 0 ]
    # what fetches nothing leaves no file
    run -0 coget -c new --dry-run "$URL/a"
    run -2 coget -c new -I -d x "$URL/a"
    [ ! -e new ]
}

@test "--max-filesize: announced, chunked and decompressed" {
    run coget -s --ndjson --max-filesize 1k "$URL/a?size=1024" "$URL/b?size=1025" \
        "$URL/c?size=5000&chunked" "$URL/d?endless"
    jq -s -e 'map(.outcome) == ["ok", "network_error", "network_error", "network_error"]
        and (map(.exitcode) == [0, 63, 63, 63])' <<<"$output"
    # 10 MB of zeros in 10 kB
    head -c 10000000 /dev/zero | gzip -9 >zeros
    run -1 coget -s --ndjson --compressed --max-filesize 100k \
        "$URL/z?header=Content-Encoding:%20gzip&hex=$(od -An -v -tx1 zeros | tr -d ' \n')"
    jq -e '.exitcode == 63 and .size_download < 20000' <<<"$output"
}

@test "-z with -o: what is not newer leaves the file alone" {
    echo old >file
    run -0 coget -s -z 'Thu, 01 Jan 2026 00:00:00 GMT' -o file \
        "$URL/a?status=304"
    [ "$(cat file)" = old ]
    run -0 coget -s -z 'Thu, 01 Jan 2026 00:00:00 GMT' -o file "$URL/a"
    [ "$(cat file)" = /a ]
}

@test "-d @file leaves line ends and NUL out, @- is stdin" {
    printf 'a=1\r\nb\0=2\n' >data
    sent_by_coget -d @data | tail -n 1 | cmp - <(printf 'a=1b=2')
    printf 'from\nstdin' | coget -s -d @- "$URL/x?echo" | tail -n 1 |
        cmp - <(printf fromstdin)
    run --separate-stderr bash -c 'echo x | "$COGET" -d @-'
    [ "$status" -eq 2 ]
    [ "$stderr" = "coget: no targets: stdin is read by @-" ]
    run --separate-stderr bash -c 'echo x | "$COGET" -d @- -i -'
    [ "$status" -eq 2 ]
    [ "$stderr" = "coget: no targets on stdin: it is read by @-" ]
    run -2 --separate-stderr coget -K - -i - <<<silent
    [ "$stderr" = "coget: no targets on stdin: it is read by -K -" ]
    run -2 --separate-stderr coget -T - <<<data
    [ "$stderr" = "coget: no targets: stdin is read by -T -" ]
}

@test "an empty -H is none, nor is a comment in a file of them" {
    same -H ""
    same --proxy-header ""
    printf '# comment\r\n\nX-A: 1\n#\n#X: 2\n' >headers
    same -H @headers
    run -0 coget -s -H @headers "$URL/?echo"
    [[ $output == *"X-A: 1"*"#X: 2"* && $output != *comment* ]]
    run -2 --separate-stderr coget -H '# comment' "$URL/"
    [ "$stderr" = "coget: --header: the value is no header, as NAME: VALUE" ]
}

@test "nothing adds a header of its own, or a malformed one" {
    local option value
    for option in -H -A -e --proxy-header; do
        run --separate-stderr coget $option $'X: a\nY: b' "$URL/"
        [ "$status" -eq 2 ]
        [[ $stderr == *"a header is one line"* ]]
    done
    for option in --request-target --oauth2-bearer --proxy; do
        run --separate-stderr coget $option $'X: a\r\nY: b' "$URL/"
        [ "$status" -eq 2 ]
        [[ $stderr == *"$option: a line end in the value" ]]
    done
    for value in nocolon ': x' 'X Y: z' ' X: y'; do
        run --separate-stderr coget -H "$value" "$URL/"
        [ "$status" -eq 2 ]
        [[ $stderr == *"is no header, as NAME: VALUE" ]]
    done
    run --separate-stderr coget --proxy-header 'no header' "$URL/"
    [ "$status" -eq 2 ]
    [ "$stderr" = "coget: --proxy-header: the value is no header, as NAME: VALUE" ]
    [ "$(stat_of requests)" -eq 0 ]
}

@test "-X HEAD waits for no body" {
    run --separate-stderr coget -s --ndjson -X HEAD "$URL/x?size=10"
    [ "$status" -eq 0 ]
    jq -e '.body == "" and .headers["content-length"] == ["10"]' <<<"$output"
}

@test "-L follows redirects, and no others" {
    run coget -s --ndjson "$URL/a?redirect=/b"
    jq -e '.response_code == 302 and .outcome == "ok"
        and .num_redirects == 0' <<<"$output"
    run coget -s --ndjson -L "$URL/a?redirect=/b"
    jq -e --arg url "$URL/b" '.response_code == 200 and .body == "/b\n"
        and .num_redirects == 1 and .url_effective == $url' <<<"$output"
    # the headers are those of the last response
    jq -e '.headers | has("location") | not' <<<"$output"
    # refused, not tried: libcurl's "unsupported protocol"
    local scheme
    for scheme in ftp file gopher dict; do
        run coget -s --ndjson -L "$URL/a?redirect=$scheme://127.0.0.1/etc/passwd"
        jq -e '.outcome == "network_error" and .exitcode == 1
            and .body == null' <<<"$output"
    done
}

@test "-e ;auto: nothing of one task goes into another" {
    run coget -s -j 1 -L -e ';auto' "$URL/secret?redirect=/b" "$URL/c?echo"
    [[ $output == *"GET /c?echo"* ]]
    [[ $output != *Referer* ]]
    run coget -s -L -e 'http://from/;auto' -j 1 "$URL/secret?redirect=/b" "$URL/c?echo"
    [[ $output == *"Referer: http://from/"* ]]
}

@test "--max-redirs ends a loop" {
    run coget -s --ndjson -L --max-redirs 2 \
        "$URL/1?redirect=%2F2?redirect=%252F3?redirect=%25252F4"
    [ "$(jq -r .exitcode <<<"$output")" = 47 ]
    [ "$(jq -r .num_redirects <<<"$output")" = 2 ]
}

@test "a login does not go along to another host" {
    run coget -s -L -u me:secret "$URL/a?redirect=http://localhost:${URL##*:}/b"
    [ "$output" = /b ]
    jq -s -e --arg h localhost '.[-2:] | (.[0].head | test("Authorization"))
        and (.[1].head | test("Authorization") | not)' "$SERVER_LOG"
}

@test "--compressed decompresses" {
    # gzip of "hello\n", with a fixed header
    local hex
    hex=$(printf 'hello\n' | gzip -n | od -An -v -tx1 | tr -d ' \n')
    run coget -s --compressed "$URL/?hex=$hex&header=Content-Encoding:%20gzip"
    [ "$output" = hello ]
    run coget -s --compressed --tr-encoding \
        "$URL/?hex=$hex&header=Transfer-Encoding:%20gzip&nolength"
    [ "$output" = hello ]
    run coget -s --ndjson "$URL/?hex=$hex&header=Content-Encoding:%20gzip"
    jq -e 'has("body_base64")' <<<"$output"
}
