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

@test "-K: a value that white space cuts is told, without what it is" {
    cat >config <<'EOF'
# a comment may stand behind a value
silent
user-agent = me  # so
header = X-A: secret
-H "X-B: whole"
EOF
    run -0 --separate-stderr coget -K config "$URL/x?echo"
    [ "$stderr" = "coget: config:4: the value of header ends at its first white space: it needs double quotes" ]
    [[ $output == *"User-Agent: me"* && $output == *"X-B: whole"* ]]
}

@test "-K: a quoted value without its closing quote ends with the line, as in curl" {
    local end
    for end in '\n' '\r\n'; do
        printf "header=\"X-A: 1${end}user-agent = \"x y\"$end" >k
        run -0 coget -s -K k "$URL/x?echo"
        [[ $output == *"X-A: 1"* && $output == *"User-Agent: x y"* ]]
    done
}

@test "without a terminal a password is a line of stdin, if that is free" {
    local program with
    for program in "curl -q" "$COGET"; do
        run -0 setsid -w $program -s -u me "$URL/x?echo" <<<one
        [[ $output == *"Authorization: Basic $(printf me:one | base64)"* ]]
    done
    run -0 setsid -w "$COGET" -s -u me -U you -x "$URL" http://h.test/x?echo \
        <<<$'one\ntwo'
    [[ $output == *"Proxy-Authorization: Basic $(printf you:two | base64)"* ]]
    [[ $output == *$'\n'"Authorization: Basic $(printf me:one | base64)"* ]]
    for with in "-i -" "" "-b - $URL/"; do
        run -2 --separate-stderr setsid -w "$COGET" -u me $with <<<"$URL/x"
        [ "$stderr" = "coget: --user: no terminal to ask for a password" ]
    done
    # nothing is no empty password
    run -2 --separate-stderr setsid -w "$COGET" -u me "$URL/" </dev/null
    [ "$stderr" = "coget: --user: no terminal to ask for a password" ]
}

@test "-K and the default configuration: curl's syntax" {
    mkdir -p xdg/coget
    cat >xdg/coget/config <<'EOF'
# a comment
user-agent = "a \"quoted\" agent"
-H "X-A: 1"
  L
no-location
jobs: 3
EOF
    XDG_CONFIG_HOME=$PWD/xdg run -0 coget -s "$URL/x?echo"
    [[ $output == *'User-Agent: a "quoted" agent'* ]]
    [[ $output == *'X-A: 1'* ]]
    XDG_CONFIG_HOME=$PWD/xdg run -0 coget -q -s "$URL/x?echo"
    [[ $output != *'X-A: 1'* ]]
    echo "url = $URL/from-config" >k
    run -0 coget -s -K k
    [ "$output" = /from-config ]
    printf 's\nfoo = 1\n' >k
    run -2 --separate-stderr coget -K k "$URL/"
    [ "$stderr" = "coget: k:2: there is no option foo" ]
    printf 'retry\n' >k
    run -2 --separate-stderr coget -K k "$URL/"
    [ "$stderr" = "coget: k:1: option retry needs a value" ]
    # words of the command line, and values that look like comments
    printf -- '-sS\n-dx=y\n-d@data\nuser-agent = #foo\nlocation # comment\nurl "%s"\n' \
        "$URL/k?echo" >k
    echo from=file >data
    run -0 --separate-stderr coget -K k
    [ "$stderr" = "" ]
    [[ $output == *"User-Agent: #foo"*"x=y&from=file" ]]
    echo 'config = k' >k
    run -2 --separate-stderr coget -K k "$URL/"
    run -3 --separate-stderr coget -K nothere "$URL/"
}

@test "options that only curl has are refused with the reason" {
    run -2 --separate-stderr coget --include "$URL/"
    [ "$stderr" = "coget: curl's --include is no option here: the records tell (--ndjson)" ]
    run -2 --separate-stderr coget -D x "$URL/"
    [[ $stderr == "coget: curl's -D is no option here: "* ]]
    # what libcurl cannot do is named
    if ! coget -V | grep -q HTTP3; then
        run -2 --separate-stderr coget --http3 "$URL/"
        [[ $stderr == "coget: --http3: libcurl "*" does not take it: "* ]]
    fi
}

@test "each option of this curl is taken or refused with a reason, as the manual tells" {
    [ -z "${COGET_SLOW-}" ] || skip "it would be started 250 times"
    local manual=$SRCDIR/man/coget.1 option name output absent others
    table() { # NAME of the heading
        sed -n "/^\.Sh CURL'S OPTIONS/,/^\.Sh ENV/p" "$manual" |
            sed -n "/^\.Ss $1/,/^\.S/p" | sed 's/\\-/-/g'
    }
    absent=$(table Absent)
    others=$(table "The same"; table Different)
    for option in $(curl --help all | grep -oE -- ' --[a-z0-9.-]+' | sort -u); do
        name="(^|[ ])$option(,|\\.$|$| )"
        output=$("$COGET" "$option" </dev/null 2>&1) || true
        [[ $output != *"there is no option"* ]] || {
            echo "neither taken nor refused with a reason: $option"
            return 1
        }
        if [[ $output == *"is no option here: "* ]]; then
            # with the same reason
            awk -v reason="${output##*is no option here: }" '
                /^\.It/ { on = $0 == ".It " reason; next } on' <<<"$absent" |
                grep -qE -- "$name"
        else
            grep -qE -- "$name" <<<"$others"
        fi || {
            echo "not in the manual's table: $option ($output)"
            return 1
        }
    done
}

@test "a name of curl's is no abbreviation of another option" {
    # but a value is none
    run -0 coget -s -d --crlf "$URL/?echo"
    [[ $output == *--crlf ]]
    run -0 coget --data --crlf -sS "$URL/?echo"
    [[ $output == *--crlf ]]
    run -2 --separate-stderr coget --crlf "$URL/"
    [ "$stderr" = "coget: curl's --crlf is no option here: coget speaks HTTP only" ]
}

@test "--proto, --proto-redir and --proto-default" {
    run -1 --separate-stderr coget --ndjson --proto =https "$URL/"
    jq -e '.errormsg | contains("\"http\"")' <<<"$output"
    run -1 coget -s --ndjson -L --proto-redir =https "$URL/?redirect=/x"
    jq -e '.exitcode == 1 and .response_code == 302' <<<"$output"
    [ "$(stat_of requests)" -eq 1 ]
    run -2 coget --proto -all "$URL/"
    # of redirects none is to be followed
    run -0 --separate-stderr eval "$("$COGET" --as curl --proto-redir -all "$URL/y")"
    run -0 --separate-stderr coget -s --proto-redir -all "$URL/?redirect=/x"
    run -1 coget -s --ndjson -L --proto-redir -all "$URL/?redirect=/x"
    jq -e '.exitcode == 1 and .response_code == 302' <<<"$output"
    run -1 coget -s --ndjson --proto-default https "${URL#http://}/"
    jq -e --arg url "https://${URL#http://}/" '.url == $url' <<<"$output"
}

@test "of --unix-socket and --abstract-unix-socket the last one counts" {
    local two="--unix-socket own --abstract-unix-socket coget-$$" program server
    python3 -c 'if 1:
        import socket
        listening = socket.socket(socket.AF_UNIX)
        listening.bind("own")
        listening.listen()
        listening.settimeout(20) # should the test fail
        while True:
            connection = listening.accept()[0]
            connection.recv(1000)
            connection.send(b"HTTP/1.0 200 OK\r\n\r\nown\n")
            connection.close()' 3>&- &
    server=$!
    wait_until [ -S own ]
    for program in "curl -q -s" "coget -s"; do
        run ! $program $two "$URL/"
        run -0 $program --retry 3 --retry-all-errors $two --unix-socket own "$URL/"
        [ "$output" = own ]
    done
    kill $server
}

@test "--local-port" {
    coget -s --ndjson --local-port 41000-41999 "$URL/" >/dev/null
    run -2 coget --local-port 5-3 "$URL/"
    [ "$output" = 'coget: --local-port: "5-3" is neither a port nor a range of them' ]
}

@test "no password stands in the command line that ps shows" {
    [ -z "${COGET_SLOW-}" ] || skip "Valgrind keeps the command line as it was"
    "$COGET" -s -u me:geheim1 -U me:geheim2 --oauth2-bearer geheim3 \
        -H 'Authorization: geheim4' -b a=geheim5 --pass geheim6 \
        --proxy-cert nothere:geheim8 --url http://me:geheim9@127.0.0.1:1/ \
        --template http://me:geheim10@127.0.0.1:1/ -e http://me:geheim11@h/ \
        --proxy1.0 me:geheim12@127.0.0.1:1 --socks4 me:geheim13@127.0.0.1:1 \
        --socks4a me:geheim14@127.0.0.1:1 --socks5 me:geheim15@127.0.0.1:1 \
        --socks5-hostname me:geheim16@127.0.0.1:1 --noproxy '*' \
        --proxy-header 'Proxy-Authorization: geheim17' \
        '{"url":"http://127.0.0.1:1/","user":"me:geheim18"}' \
        "http://me:geheim7@127.0.0.1:1/" "$URL/x?hang" &
    PID=$!
    wait_until requests_are 1
    run tr '\0' ' ' <"/proc/$PID/cmdline"
    kill $PID
    wait $PID || true
    [[ $output == *'-u '* ]]
    [[ $output != *geheim* ]]
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

@test "-m ends an attempt, --connect-timeout a connection" {
    run coget -s --ndjson -m 0.9 "$URL/?hang" "$URL/?stall=1&size=5" "$URL/ok"
    jq -s -e 'map(.outcome) == ["timeout", "timeout", "ok"]
        and .[0].time_total >= 0.89 and .[0].exitcode == 28' <<<"$output"
    # time in the queue does not count
    run coget -s --ndjson -j 1 -m 0.9 "$URL/1?delay=500" "$URL/2?delay=500" \
        "$URL/3?delay=500"
    jq -s -e 'map(.outcome) == ["ok", "ok", "ok"]
        and .[2].time_queue >= 0.95' <<<"$output"
}

@test "--speed-time ends a transfer that stands still" {
    run coget -s --ndjson -y 1 "$URL/?hang" "$URL/?stall=2&size=5"
    jq -s -e 'map(.outcome) == ["timeout", "timeout"]
        and all(.time_total >= 0.9)' <<<"$output"
}

@test "a failure whose body nobody wants is not read without end" {
    run -1 --separate-stderr coget -s -S "$URL/?status=404&endless&nolength"
    [ "$stderr" = "coget: $URL/?status=404&endless&nolength: HTTP status 404 No" ]
    # but the answer to HEAD has no body, and its connection serves again
    seq 8 | sed "s|^|$URL/|; s|\$|?status=404\&nolength|" >list
    server reset >/dev/null
    run -1 coget -s -j 1 -X HEAD -i list
    [ "$(stat_of connections)" -eq 1 ]
}

@test "an endless body ends by time" {
    jq -nc --arg u "$URL" '{url: ($u + "/?endless"), max_time: 0.3},
        {url: ($u + "/ok")}' >list
    run coget -s --ndjson -i list
    jq -s -e 'map(.outcome) == ["timeout", "ok"]' <<<"$output"
    jq -s -e '.[0].size_download > 1000' <<<"$output"
}

@test "--retry: flaky, then good; nothing of the failed attempt comes out" {
    run --separate-stderr coget --retry 2 -v --fail-with-body "$URL/a?flaky=1"
    [ "$status" -eq 0 ]
    [ "$output" = "/a" ]
    [[ $stderr =~ 'Retrying task '[^' ']*' in '[01]'.'[0-9]{2}' s: HTTP status 503' ]]
    [ "$(stat_of requests)" -eq 2 ]
    run coget -s --retry 1 "$URL/b?flaky=1&drop" "$URL/c?flaky=1&reset"
    [ "$output" = $'/b\n/c' ]
}

@test "--retry: the record counts attempts, and backoff apart" {
    run coget -s --ndjson --retry 3 "$URL/a?flaky=2"
    jq -e '.attempts == 3 and .outcome == "ok" and .time_backoff > 0
        and .time_total < .time_backoff + 1' <<<"$output"
    run coget -s --ndjson --retry 1 "$URL/b?status=503"
    jq -e '.attempts == 2 and .outcome == "http_error"' <<<"$output"
}

@test "--retry: not what will not pass, nor what is not safe to repeat" {
    run coget -s --ndjson --retry 3 "$URL/a?status=404"
    jq -e '.attempts == 1' <<<"$output"
    run coget -s --ndjson --retry 3 -d x "$URL/a?status=503"
    jq -e '.attempts == 1' <<<"$output"
    run coget -s --ndjson --retry 1 -d x http://127.0.0.1:1/
    jq -e '.attempts == 2' <<<"$output"
}

@test "a connection that ends without an answer: a POST is not sent again" {
    local end
    for end in drop reset; do
        server reset >/dev/null
        printf '{"url":"%s","body":"x"}\n' "$URL/?" "$URL/$end?$end;;body=b" "$URL/?" |
            coget -s --ndjson -j 1 --retry 3 | jq -s -e 'map(.outcome) ==
                ["ok", "network_error", "ok"] and .[1].exitcode == 52 and .[1].attempts == 1 and
                (.[1].errormsg | test("may have been carried out"))'
        [ "$(stat_of requests)" -eq 3 ]
        # what may be repeated is, by libcurl itself; so are redirects
        printf '%s\n' "$URL/?" "$URL/${end}2?$end;;body=b" '{"method":"POST","url":"'"$URL/?redirect=/x"'"}' |
            coget -s -L -j 1 --ndjson | jq -s -e 'map(.outcome) == ["ok", "ok", "ok"]'
        [ "$(stat_of requests)" -eq 8 ]
        # and the GET that a redirect makes of it
        printf '{"url":"%s","body":"x"}\n' "$URL/?redirect=/${end}3%3F$end%3B%3Bbody=b" |
            coget -s -L -j 1 --ndjson | jq -e '.outcome == "ok" and .body == "b"'
        # one after the other, too
        server reset >/dev/null
        coget -s --sequential --ndjson -d x "$URL/?" "$URL/${end}4?$end;;body=b" |
            jq -s -e 'map(.outcome) == ["ok", "network_error"]'
        [ "$(stat_of requests)" -eq 2 ]
    done
}

@test "--retry: the wait for a slot is neither backoff nor task time" {
    run --separate-stderr coget --ndjson -j 1 --retry 1 "$URL/waits?flaky=1" "$URL/b?delay=2000"
    [ "$status" -eq 0 ]
    # the backoff is at most 1 s; then it waits for the other to end
    jq -s -e '.[0] | .time_backoff <= 1.2 and .time_queue >= 0.7
        and .time_backoff + .time_queue >= 1.9' <<<"$output"
    local sum=$(sed -n 's/^sequential *\([0-9.]*\) .*/\1/p' <<<"$stderr")
    holds '$s < 3.5' --argjson s "$sum"
}

@test "--retry: Retry-After is obeyed, up to a maximum" {
    run coget -s --ndjson --retry 1 "$URL/after?flaky=1&header=Retry-After:%202"
    jq -e '.outcome == "ok" and .attempts == 2
        and .time_backoff >= 2 and .time_backoff < 2.9' <<<"$output"
    run coget -s --ndjson --retry 1 --retry-after-max 100ms --retry-delay 1ms \
        "$URL/far?flaky=1&header=Retry-After:%20999999999"
    jq -e '.attempts == 2 and .time_backoff >= 0.1 and .time_backoff < 10' <<<"$output"
    # more than any number of libcurl's
    local n
    for n in 9223372036854775808 18446744073709551616 $(printf '9%.0s' {1..50}); do
        run coget -s --ndjson --retry 1 --retry-after-max 100ms --retry-delay 1ms \
            "$URL/further?flaky=1&header=Retry-After:%20$n"
        jq -e '.attempts == 2 and .time_backoff >= 0.1' <<<"$output"
        server reset >/dev/null
    done
    run coget -s --ndjson --retry 1 --retry-delay 1ms \
        "$URL/none?flaky=1&header=Retry-After:%2000000000000000000000"
    jq -e '.attempts == 2 and .time_backoff < 10' <<<"$output"
}

@test "--retry-on, --retry-all-errors, --retry-delay, --retry-max-time" {
    run coget -s --ndjson --retry 2 --retry-delay 10ms --retry-on 404,dns "$URL/?status=404" \
        "$URL/?status=503"
    [ "$(jq -s -c 'map(.attempts)' <<<"$output")" = '[3,1]' ]
    jq -s -e '.[0].time_backoff >= 0.02 and .[0].time_backoff < 5' <<<"$output"
    run coget -s --ndjson --retry 1 --retry-delay 1ms --retry-all-errors -d x "$URL/?status=404"
    [ "$(jq .attempts <<<"$output")" = 2 ]
    run coget -s --ndjson --retry 9 --retry-delay 1s --retry-max-time 2.5s "$URL/?status=503"
    [ "$(jq .attempts <<<"$output")" = 3 ]
    run -2 --separate-stderr coget --retry-on never "$URL/"
}

@test "--seed makes the backoff repeatable" {
    local first
    first=$(coget -s -v --retry 2 --seed 5 "$URL/?status=503" 2>&1 | grep -o 'in [0-9.]* s')
    [ -n "$first" ]
    [ "$first" = "$(coget -s -v --retry 2 --seed 5 "$URL/?status=503" 2>&1 | grep -o 'in [0-9.]* s')" ]
    [ "$first" != "$(coget -s -v --retry 2 --seed 6 "$URL/?status=503" 2>&1 | grep -o 'in [0-9.]* s')" ]
}

@test "--task-timeout: all attempts with backoff, but not the queue" {
    run -1 coget -s --ndjson --task-timeout 400ms "$URL/?hang" "$URL/?status=503"
    jq -s -e '.[0].outcome == "timeout" and .[0].exitcode == 28
        and .[0].time_total >= 0.39 and .[0].time_total < 20
        and (.[0].errormsg | test("--task-timeout"))' <<<"$output"
    run -1 coget -s --ndjson --task-timeout 2s --retry 100 --retry-delay 400ms \
        "$URL/?status=503"
    jq -e '.outcome == "http_error" and .attempts >= 2 and .attempts <= 6' <<<"$output"
    # three of 0.8 s each on one slot: none is late
    run -0 coget -s --ndjson -j 1 --task-timeout 2s "$URL/1?delay=800" \
        "$URL/2?delay=800" "$URL/3?delay=800"
}

# no_response FILE: nothing of an earlier attempt's stands in the records.
no_response() {
    jq -s -e 'length > 0 and all(
        .response_code == 0 and .http_version == null and .headers == {} and
        .remote_ip == null and .remote_port == 0 and .url_effective == null and
        .num_redirects == 0 and .num_connects == 0 and .size_download == 0 and
        .content_type == null and .body == null)' "$1" || {
        cat "$1" >&2
        return 1
    }
}

@test "an attempt that is given up leaves nothing of the one before" {
    local url=$URL/?status=503\&hang=1 retry="--retry 3 --retry-delay 10ms"
    run -1 --separate-stderr coget -s --ndjson $retry --task-timeout 1s "$url"
    jq -e '.outcome == "timeout" and .attempts == 2 and .exitcode == 28' <<<"$output"
    no_response <(echo "$output")
    run -4 --separate-stderr coget -s --ndjson $retry --deadline 1s "$url&b"
    jq -e '.outcome == "cancelled" and .attempts == 2 and .exitcode == 42' <<<"$output"
    no_response <(echo "$output")
    # between two attempts
    run -4 --separate-stderr coget -s --ndjson --retry 3 --retry-delay 30 \
        --deadline 1s "$url&c"
    jq -e '.outcome == "cancelled" and .attempts == 1' <<<"$output"
    no_response <(echo "$output")
    # of all ranges that were begun
    run -1 --separate-stderr coget -s --ndjson --split 2 --split-min 1k \
        --task-timeout 1s "$URL/?size=100000&ranges&etag=a&rate=20000"
    jq -e '.outcome == "timeout" and .ranges == 0' <<<"$output"
    no_response <(echo "$output")
}

@test "--deadline ends the run: every task has its record, status 4" {
    run -4 --separate-stderr coget --ndjson -j 2 --deadline 2s "$URL/1" "$URL/2?hang" \
        "$URL/3?hang" "$URL/4"
    [ "$(jq -s -c 'map(.outcome)' <<<"$output")" = '["ok","cancelled","cancelled","cancelled"]' ]
    [ "$(jq -s -r '.[3].errormsg' <<<"$output")" = "the deadline has passed" ]
    # one that is not reached does not hold up the end
    run -0 coget -s --deadline 1h "$URL/1"
}

@test "--retry gives its slot back while it waits" {
    # one slot: the second task is done before the first one's retry
    run coget -s --ndjson -j 1 --retry 5 --order completion \
        "$URL/slot?flaky=1" "$URL/b"
    jq -s -e 'map(.index) == [1, 0]' <<<"$output"
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
