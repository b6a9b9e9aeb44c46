# --dry-run says what would be sent; --as curl says it as curl's commands.

load helper
load own_server

# What differs by nature: the boundary of a form, the moment.
alike() {
    sed 's|-------[-0-9a-f]*|----|g
        s|^\(X-Amz-Date\): .*|\1|; s|Signature=.*|Signature|'
}

# The command does what coget does: the server echoes equal requests.
same_as() {
    local url=$1
    shift
    coget -s "$@" "$url" 2>/dev/null <"${INPUT-/dev/null}" | alike >coget.txt
    coget --as curl "$@" "$url" <"${INPUT-/dev/null}" >command
    sh command 2>errors | alike >curl.txt
    [ -s coget.txt ] || {
        cat command errors
        return 1
    }
    diff -u coget.txt curl.txt || {
        cat command errors
        return 1
    }
}

same() {
    same_as "$URL/x/?echo" "$@"
}

@test "--as curl: the same bytes: methods, headers, data" {
    printf 'a=1\r\nb\0=2%%\n\\n'\''' >data
    same
    same -X DELETE
    same -H 'X-A: it'\''s $HOME "x"' -H 'X-Empty;' -H 'Accept:'
    same -H 'Host: other' -H 'User-Agent: mine'
    same -d a=1 -d 'b=2 & 3'
    same -d ''
    same -d @data -X PUT
    same --data-binary @data
    INPUT=data same --data-binary @-
    same --data-raw @x
    same --data-urlencode 'a=b c&d' --data-urlencode n@data
    same --json '{"a":"it'\''s"}'
    same --json '{}' -X PATCH
    same -A mine -e 'http://from/;auto'
    same -A '' -b a=1 -b 'b=2; c=3'
    same -d "$(printf 'two\nlines')"
    head -c 150000 /dev/zero | tr '\0' x >large
    same -d @large -H Expect:
}

@test "--as curl: the same bytes: forms, uploads, queries" {
    echo 'a "file"' >'a b.txt'
    printf 'x\0y' >nul
    same -F a=1 -F 'b=x y' --form-string 'c=@b;type=c'
    same -F 'f=@a b.txt'
    same -F 'f=@a b.txt;type=text/html;filename="q\"x;.html"'
    same -F 'f=<a b.txt;type=text/plain; charset=utf-8'
    same -F 'f=@a b.txt;encoder=base64;headers="X-A: 1"'
    INPUT=nul same -F 'f=@-;filename=z'
    same -F 'a="quo;ted \" \\";type=text/plain' -X PUT
    same -T 'a b.txt'
    same -T 'a b.txt' -X POST -H Expect:
    INPUT=nul same -T -
    same -G -d a=1 -d 'b=2%203'
    same --url-query 'a=b c' -d 1
    same -r 0-4
    same -r 5-
    same -z 'Thu, 01 Jan 2026 00:00:00 GMT'
    same -z '-Thu, 01 Jan 2026 00:00:00 GMT'
    same_as "$URL/x{1,2}[3-4]?echo&a=\$b'c"
}

@test "--as curl: the same bytes: logins, versions, proxies, cookies" {
    same -u me:it\'s
    same --basic -u a:b
    same --oauth2-bearer token
    same --aws-sigv4 aws:amz:us-east-1:es -u key:secret
    same --compressed --tr-encoding
    same --request-target /other
    same --path-as-is
    same -0
    same --http2
    same --haproxy-protocol
    same --proxy "$URL" -U a:b --proxy-header 'X-P: 1' --proxy-header 'X-Q: 2'
    same --proxy1.0 "${URL#http://}"
    same --connect-to "::127.0.0.1:${URL##*:}"
    same --no-keepalive --tcp-fastopen --local-port 20000-30000 -4
    printf 'machine 127.0.0.1 login me password secret\n' >netrc
    same --netrc-file netrc
    printf '127.0.0.1\tFALSE\t/\tFALSE\t0\tc\t1\n' >jar
    same -b jar
    same_as "http://me:pw@${URL#http://}/?echo"
    same -m 5 --connect-timeout 2.5 --max-filesize 1M --limit-rate 1M -Y 10 -y 5
    same_as "$URL/a?redirect=/b%3Fecho" -L --max-redirs 3 --post302 -d a
    same_as "$URL/a?redirect=/b%3Fecho" --location-trusted -u a:b
    same --template "$URL/t/{id}?echo"
    same_as 'x y' --template "$URL/t/{id}?echo"
}

@test "--as curl: JSON tasks say what they ask for" {
    same_as "{\"url\": \"$URL/?echo\", \"method\": \"PUT\", \"json\": {\"a\": [1, \"'\"]},
        \"headers\": {\"X-A\": [\"1\", \"2\"], \"Accept\": null}, \"user\": \"a:b\"}" -H 'X-A: 0' -H 'X-B: 3'
    same_as "{\"url\": \"$URL/?echo\", \"form\": {\"a\": \"b;c\", \"d\": \"@e\"}}" -d x
    same_as "{\"url\": \"$URL/?echo\", \"body_base64\": \"YQBi\"}"
    same_as "{\"id\": \"i d\", \"a\": 1, \"max_time\": 3, \"retry\": 2}" --template "$URL/{a}/{id}?echo"
}

@test "--as curl: -I, digest, TLS and retries by what the server saw and curl says" {
    diff <(coget -s -I "$URL/a") <(coget --as curl -I "$URL/a" | sh)
    local url="$URL/d?status=401&header=WWW-Authenticate:%20Digest%20realm=%22r%22,%20nonce=%22n%22"
    coget -s --digest -u me:pw "$url" >/dev/null 2>&1 || true
    coget --as curl --digest -u me:pw "$url" | sh >/dev/null 2>&1 || true
    [ "$(stat_of requests)" -eq 6 ]
    run coget --as curl --retry 3 --retry-delay 1.5s --tlsv1.2 --tls-max 1.3 --cert 'a\:b:pw' \
        --key k --ciphers X -k --no-alpn --anyauth -u a:b https://h/
    [[ $output == *" --retry 3 --retry-connrefused --retry-delay 2"* ]]
    [[ $output == *" --tlsv1.2 --tls-max 1.3"* ]]
    [[ $output == *" --cert 'a\\:b'"*" --pass pw"*" --key k"*" --ciphers X"*" --no-alpn"*" --anyauth"* ]]
    [[ $output != *--digest* ]]
    # what is not repeated, curl is not to repeat
    run coget --as curl --retry 3 -d a https://h/
    [[ $output != *--retry* ]]
    run coget --as curl --retry 3 --retry-all-errors -d a https://h/
    [[ $output == *" --retry 3 "* ]]
    run -0 coget --as curl --retry 2 "$URL/f?flaky=1"
    [ "$(sh -c "$output")" = /f ]
}

@test "--as curl: each body in its file, as coget would" {
    coget -s -o 'd/{index}-{name}' --create-dirs "$URL/a" "$URL/b'c" >/dev/null
    mv d coget.d
    coget --as curl -o 'd/{index}-{name}' --create-dirs "$URL/a" "$URL/b'c" | sh
    diff -r coget.d d
    rm -r d
    coget --as curl -O --output-dir d --create-dirs "$URL/a" | sh
    [ "$(cat d/a)" = /a ]
    run --separate-stderr coget --as curl 7 "$URL/a"
    [ "$status" -eq 1 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ $stderr == "coget: 7: the embedded task service"* ]]
    run coget --as wget "$URL/a"
    [ "$status" -eq 2 ]
    run coget --as curl --ndjson "$URL/a"
    [ "$(jq -r 'select(.curl).curl' <<<"$output")" = "$(coget --as curl "$URL/a")" ]
}

@test "--dry-run: tells each request, sends none, shows no password" {
    coget --dry-run -d a=1 -H 'X-A: 1' -u me:secret -b c=secret -o '{index}' \
        --proxy-user p:secret -H 'proxy-authorization: secret' \
        "http://you:secret@${URL#http://}/a" "$URL/b" \
        '{"url":"http://h/","user":"x:secret","headers":{"Cookie":"secret"},"json":[1]}' >out
    [ "$(stat_of requests)" -eq 0 ]
    [ ! -e 0 ]
    ! grep secret out
    diff - <(head -n 10 out) <<EOF
POST http://***@${URL#http://}/a
    User-Agent: coget/$(coget -V | sed -n 's/^coget \([^ ]*\).*/\1/p')
    Authorization: Basic ***
    Cookie: ***
    Content-Type: application/x-www-form-urlencoded
    X-A: 1
    proxy-authorization: ***
    body: 3 bytes
    file: 0
POST $URL/b
EOF
    coget --dry-run --ndjson -d a=1 -u me:secret "$URL/a" nonsense:// >out || true
    ! grep secret out
    jq -s -e --arg u "$URL" '.[0].method == "POST" and .[0].url == $u + "/a"
        and .[0].size_body == 3 and .[1].outcome == "invalid"
        and .[0].request_headers[0][0] == "User-Agent"
        and .[2].summary.tasks == 1 and .[2].summary.invalid == 1' out
    coget --dry-run --format json "$URL/a" | jq -e 'length == 2'
}

@test "--dry-run: invalid input has its error and status, as in a run" {
    local how
    for how in --dry-run '--as curl' ''; do
        # shellcheck disable=SC2086
        run --separate-stderr coget $how -s -S "$URL/a" 'ftp://x' '{"url": 1}'
        [ "$status" -eq 1 ]
        [ "${#stderr_lines[@]}" -eq 2 ]
        printf '%s\n' "$stderr" >"err.${how// /}"
    done
    cmp err. err.--dry-run
    cmp err. err.--ascurl
    run coget --dry-run -i nothere
    [ "$status" -eq 3 ]
    run coget --dry-run --no-such
    [ "$status" -eq 2 ]
    run --separate-stderr coget --dry-run -o same-{host} "$URL/a" "$URL/b"
    [ "$status" -eq 1 ]
    [[ $stderr == *"is the file of task 0 already"* ]]
}

@test "--dry-run: hosts, their limits, and the least time by the rates" {
    seq 100 | sed 's|.*|http://h&.test/|; 1,60s|//h[0-9]*|//a|' >urls
    coget --dry-run -i urls --rate 2/s --rate-host 1/5s --burst 10 -j 7 \
        --parallel-max-host 3 >out
    grep -Fx '100 tasks, 0 invalid, 0 known; 7 at once (-j), 2/s' out
    grep -Fx 'http://a.test:80: 60 tasks, 3 at once, 1/5s, at least 250.000 s' out
    grep -Fx 'http://h61.test:80: 1 task, 3 at once, 1/5s, at least 0.000 s' out
    grep '^the rates let the last one begin after 250.000 s' out
    coget --dry-run --ndjson -i urls --rate 2/s --burst 10 | tail -n 1 |
        jq -e '.summary | .time_least == 45 and .slots == 50 and .rate == "2/s"
            and (.hosts | length) == 41 and .hosts[0].tasks == 60'
    coget --dry-run -i urls | grep '^no rate limits'
}

@test "--dry-run: the host of the task service has no port yet" {
    run -0 coget --dry-run 0 1 http://127.0.0.1/
    grep -Fx 'http://127.0.0.1: 2 tasks' <<<"$output"
    grep -Fx 'http://127.0.0.1:80: 1 task' <<<"$output"
    run -0 coget --dry-run --ndjson 0
    jq -s -e '.[0].host == "http://127.0.0.1" and
        .[1].summary.hosts[0].host == .[0].host' <<<"$output"
}

@test "--dry-run: a million lines in bounded memory" {
    [ -z "${COGET_SLOW-}" ] ||
        skip "memory is not coget's own under Valgrind or a sanitizer"
    local few many
    seq 10000 | "$BUILDDIR/tests/rss" few "$COGET" --dry-run --template 'http://h/{id}' >out
    seq 300000 | "$BUILDDIR/tests/rss" many "$COGET" --dry-run --template 'http://h/{id}' >out
    [ "$(grep -c '^GET' out)" -eq 300000 ]
    few=$(cat few) many=$(cat many)
    holds '$many < $few + 4000' --argjson few "$few" --argjson many "$many"
}

@test "--dry-run: what is known already is not sent again" {
    coget -s --journal j "$URL/a" >/dev/null
    cp j before
    run coget --dry-run --journal j --resume "$URL/a" "$URL/b"
    [[ ${lines[0]} == "GET $URL/b" ]]
    grep -F '1 task, 0 invalid, 1 known' <<<"$output"
    cmp j before
    coget --dry-run --dedupe "$URL/a" "$URL/b" "$URL/a" | grep -F '2 tasks, 0 invalid, 1 known'
    coget --dry-run --journal new --resume "$URL/a" >/dev/null
    [ ! -e new ]
}

@test "--as curl: what no command of curl's does is invalid" {
    local what
    printf -- '-n\0x' >data
    same -d @data
    INPUT=data same --data-binary @-
    run --separate-stderr coget --as curl "{\"url\": \"$URL/?echo\", \"form\": {\"a=b\": \"c\"}}"
    [ "$status" -eq 1 ]
    [ "$output" = "" ]
    [[ $stderr == *'a field of the form has a "=" in its name, there is no curl command for it' ]]
    run --separate-stderr coget --as curl \
        "{\"url\": \"$URL/?echo\", \"form\": {\"a\": \"1\\u0000\", \"b\": \"2\\u0000\"}}"
    [ "$status" -eq 1 ]
    [ "$output" = "" ]
    [[ $stderr == *'several things from stdin, there is no command for it' ]]
    same_as "{\"url\": \"$URL/?echo\", \"form\": {\"a\": \"1\\u0000\", \"b\": \"2\"}}"
    echo a=1 >cookies
    mkfifo pipe
    for what in "-T pipe" "-b pipe" "-F a=@pipe"; do
        echo b=2 >pipe &
        # shellcheck disable=SC2086
        run --separate-stderr coget --as curl -b <(cat cookies) $what "$URL/?echo"
        wait $!
        [ "$status" -eq 1 ]
        [[ $stderr == *'several things from stdin, there is no command for it' ]]
    done
    run --separate-stderr coget --as curl -b <(cat cookies) --data-binary @data "$URL/?echo"
    [ "$status" -eq 1 ]
    [[ $stderr == *'several things from stdin, there is no command for it' ]]
    run -0 coget --dry-run -T <(cat cookies) "$URL/x"
    [[ $output == *"body: a pipe"* ]]
}

@test "--dry-run: ends with its output, whatever is still to be read" {
    local status=0
    yes http://h/ | timeout 60 "$COGET" --dry-run - 2>err >/dev/full || status=$?
    [ "$status" -eq 3 ]
    [ "$(cat err)" = "coget: cannot write stdout: No space left on device" ]
    # Whether its write or its poll sees it first: both end it.
    (
        status=0
        yes http://h/ | {
            timeout 60 "$COGET" --dry-run - || status=$?
            echo $status >status
        } | head -n 1
    )
    [ "$(cat status)" -eq 141 ]
}
