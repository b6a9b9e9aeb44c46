# What must not leak, and what must not be let in.

load helper
load servers
load own_server

setup_file() {
    start_server
    start_nginx <<'EOF'
        location /seen { return 200 "nginx: $http_authorization|$http_cookie\n"; }
EOF
}

teardown_file() {
    stop_server
    stop_nginx
}

setup() {
    fresh_test
    PORT=${URL##*:}
    echo machine 127.0.0.1 login me password geheim >netrc
}

# the heads of the requests of this test
heads() {
    tail -n "$(stat_of requests)" "$SERVER_LOG" | jq -r .head
}

# coget with other.test on the same server
with_other() {
    coget -s -k --resolve "other.test:$PORT:127.0.0.1" "$@"
}

@test "no credential follows a redirect to another host, port or scheme" {
    local logins=(
        "-u me:geheim"
        "-H Authorization:geheim"
        "-H Cookie:a=geheim"
        "-b a=geheim"
        "--oauth2-bearer geheim"
        "--netrc-file netrc"
        "-u me:geheim --anyauth"
    )
    local targets=(
        "http://other.test:$PORT/?echo"
        "http://127.0.0.1:${NGINX##*:}/seen"
        "https://other.test:${NGINX_TLS##*:}/seen"
        "//other.test:$PORT/?echo"
        "http://other.test:$PORT/a%20b?echo" # a space, as some servers have it
    )
    local login target
    for target in "${targets[@]}"; do
        for login in "${logins[@]}"; do
            server reset >/dev/null
            # shellcheck disable=SC2086
            run with_other -L --resolve "other.test:${NGINX_TLS##*:}:127.0.0.1" \
                $login "$URL/?redirect=$target"
            [ "$status" -eq 0 ]
            [[ $output == *HTTP/1.1* || $output == nginx:* ]]
            [[ $output != *geheim* && $output != *bWU6Z2VoZWlt* ]] || {
                echo "$login went to $target: $output"
                return 1
            }
            # and it was sent where it belongs
            [[ $login == *anyauth ]] || heads | grep -qE 'geheim|bWU6Z2VoZWlt'
        done
        run with_other -L --resolve "other.test:${NGINX_TLS##*:}:127.0.0.1" \
            "http://me:geheim@127.0.0.1:$PORT/?redirect=$target"
        [ "$status" -eq 0 ]
        [[ $output != *bWU6Z2VoZWlt* ]]
    done
}

@test "credentials do follow on the same host, and with --location-trusted" {
    run coget -s -L -u me:geheim -b a=cookie "$URL/?redirect=/x?echo"
    [[ $output == *bWU6Z2VoZWlt* && $output == *a=cookie* ]]
    run with_other --location-trusted -u me:geheim -b a=cookie \
        "$URL/?redirect=http://other.test:$PORT/?echo"
    [[ $output == *bWU6Z2VoZWlt* && $output == *a=cookie* ]]
    # but not the URL's own
    run with_other --location-trusted \
        "http://me:geheim@127.0.0.1:$PORT/?redirect=http://other.test:$PORT/?echo"
    [ "$status" -eq 0 ]
    [[ $output == *HTTP/1.1* && $output != *bWU6Z2VoZWlt* ]]
}

@test "back at the first host credentials are sent again, and nowhere else" {
    local first="http://127.0.0.1:$PORT" other="http://other.test:$PORT" login
    for login in "-b a=geheim" "-H Cookie:a=geheim"; do
        server reset >/dev/null
        # shellcheck disable=SC2086
        run -0 with_other -L $login \
            "$first/1?redirect=$other/2?redirect=$first/3?redirect=$other/4?echo"
        [[ $output == *HTTP/1.1* && $output != *geheim* ]]
        [ "$(heads | grep -E '^GET|geheim' | sed 's/[?:].*//')" = "\
GET /1
Cookie
GET /2
GET /3
Cookie
GET /4" ]
    done
}

@test "the next task has its credentials again" {
    run with_other -L --sequential -b a=cookie \
        "$URL/?redirect=http://other.test:$PORT/?echo" "$URL/?echo"
    [ "$(grep -c a=cookie <<<"$output")" -eq 1 ]
    run with_other --location-trusted --sequential -u me:geheim \
        "http://x:y@127.0.0.1:$PORT/?redirect=http://other.test:$PORT/?echo" \
        "$URL/?redirect=http://other.test:$PORT/?echo"
    [ "$(grep -c bWU6Z2VoZWlt <<<"$output")" -eq 1 ]
}

@test "no redirect leads out of HTTP" {
    local target
    for target in file:///etc/passwd "ftp://127.0.0.1:$PORT/x" \
        "gopher://127.0.0.1:$PORT/x" data:text/plain,x \
        "dict://127.0.0.1:$PORT/x" FILE:///etc/passwd; do
        server reset >/dev/null
        run coget -s --ndjson -L "$URL/?redirect=$target"
        [ "$status" -eq 1 ]
        jq -e '.outcome == "network_error" and .exitcode == 1 and .body == null' \
            <<<"$output"
        [ "$(stat_of requests)" -eq 1 ]
    done
}

# refused QUERY WORDS: the response is, in these words
refused() {
    run coget -s --ndjson -m 5 "$URL/?$1"
    [ "$status" -eq 1 ]
    jq -e --arg words "$2" '.outcome == "network_error" and
        .exitcode == 8 and .body == null and
        (.errormsg | contains($words))' <<<"$output"
}

@test "a response that contradicts itself is refused" {
    refused 'body=abcd&header=Content-Length:%205' 'two Content-Lengths'
    refused 'body=abcd&nolength&header=Content-Length:%204,%205' 'two Content-Lengths'
    refused 'body=abcd&nolength&header=Content-Length:%204x' 'no number'
    refused 'body=abcd&nolength&header=Content-Length:%20-4' 'Content-Length'
    refused 'body=abcd&header=X:%20a%0db' 'carriage return'
    refused 'body=abcd&header=X:%20a%0d%0dY:%20b' 'carriage return'
    refused 'status=302&header=Location:%20/a&header=Location:%20/b' \
        'two Locations'
}

@test "said twice is said; --ignore-content-length ignores it" {
    run coget -s "$URL/?body=abcd&header=Content-Length:%204"
    [ "$output" = abcd ]
    run coget -s "$URL/?body=abcd&nolength&header=Content-Length:%204,%204"
    [ "$output" = abcd ]
    run coget -s --ignore-content-length \
        "$URL/?body=abcd&close&header=Content-Length:%209"
    [ "$output" = abcd ]
}

# stdin as the test server's hex= wants it
hex() {
    od -An -v -tx1 | tr -d ' \n'
}

@test "a compressed body that ends early is no success" {
    local gzip=header=Content-Encoding:%20gzip bytes n
    seq 1000 | gzip >whole
    bytes=$(wc -c <whole)
    coget -s --compressed "$URL/?$gzip&hex=$(hex <whole)" | cmp - <(seq 1000)
    for n in 1 5 11 $((bytes / 2)) $((bytes - 9)) $((bytes - 4)) $((bytes - 1)); do
        run coget -s --ndjson --compressed \
            "$URL/?$gzip&hex=$(head -c "$n" whole | hex)"
        [ "$status" -eq 1 ]
        jq -e '.exitcode == 18 and .body == null and
            .errormsg == "the compressed body ends early"' <<<"$output"
    done
    # a response without a body may name a coding
    run coget -s --compressed "$URL/?$gzip&size=0"
    [ "$status" -eq 0 ]
    run coget -s --ndjson --compressed "$URL/?$gzip&body=plain"
    jq -e '.exitcode == 61' <<<"$output"
}

@test "JSON tasks that are refused show no password" {
    {
        echo '{"url":"http://u:geheim@127.0.0.1/","url":"x"}'
        echo '{"user":"me:geheim}'
        echo '{"user":geheim}'
        echo '{"url":5,"user":"me:geheim","headers":{"Cookie":"geheim"}}'
        printf '{"user":"geheim","x":"%01050000d"}\n' 0
    } >list
    run -1 coget --ndjson -i list
    [ "$(grep -c '"outcome":"invalid"' <<<"$output")" -eq 5 ]
    [[ $output != *geheim* ]]
}

@test "errors of options show no password" {
    run -2 coget -H 'Authorization Bearer geheim' "$URL/"
    [[ $output != *geheim* ]]
    run -2 coget --template 'http://me:geheim@h/{' "$URL/"
    [[ $output != *geheim* ]]
    run -2 coget --template 'http://me:geheim@h/}' "$URL/"
    [[ $output != *geheim* ]]
    run -2 coget --pasword=geheim "$URL/"
    [[ $output != *geheim* ]]
}

@test "numbers of a JSON task's form are sent as they were written" {
    run -0 coget -s "$(printf '{"url":"%s","form":{"a":1.10,"b":1e400,"c":true,"d":"x"}}' "$URL/?echo")"
    [[ $output == *$'\r\n1.10\r\n'*$'\r\n1e400\r\n'*$'\r\ntrue\r\n'*$'\r\nx\r\n'* ]]
}

@test "--max-filesize holds for what is decompressed" {
    [ -z "${COGET_SLOW-}" ] || skip "the memory is not its own"
    # 50 MB in a URL of 100 KB
    head -c 50000000 /dev/zero | gzip -9 | hex >bomb
    echo "$URL/?header=Content-Encoding:%20gzip&hex=$(<bomb)" >list
    run "$BUILDDIR/tests/rss" rss "$COGET" -s --ndjson \
        --compressed --max-filesize 1000 -i list
    jq -e '.exitcode == 63 and .body == null' <<<"$output"
    [ "$(<rss)" -lt 40000 ]
}

@test "a status line among the headers is a header, and hides nothing" {
    run coget -s -O --output-dir "$BATS_TEST_TMPDIR" \
        "$URL/gone?status=404&header=HTTP/9:%20x"
    [ "$status" -eq 1 ]
    [ ! -e "$BATS_TEST_TMPDIR/gone" ]
    run coget -s -O --output-dir "$BATS_TEST_TMPDIR" \
        "$URL/gone?status=404&header=HTTP/1.1%20200%20OK"
    [ "$status" -eq 1 ]
    [ ! -e "$BATS_TEST_TMPDIR/gone" ]
    # nor does it hide that a redirect leads elsewhere
    run coget -s -L -b secret=1 \
        "$URL/r?redirect=$NGINX/seen&header=HTTP/9:%20x"
    [ "$output" = "nginx: |" ]
}

@test "what begins with no status line is no response, and nothing is kept of it" {
    local line
    # for which libcurl may put a status of 200
    for line in HTTP/ip http/1.1%20404%20Not HTTP/1.1 HTTP/1:1%20404%20Not HTTP/1.1%2020 \
        HTTP/1.12%20404%20Not; do
        run --separate-stderr coget --ndjson --cache "$BATS_TEST_TMPDIR/c" \
            --timeline="$BATS_TEST_TMPDIR/t.har" \
            "$URL/?headless&body=$line%0d%0aETag:%20%22x%22%0d%0aContent-Length:%200%0d%0a%0d%0a"
        [ "$status" -eq 1 ]
        jq -e '.outcome == "network_error" and .body == null' <<<"$output"
        [ -z "$(find "$BATS_TEST_TMPDIR/c" -type f -size +0 -path '*/??/*')" ]
        jq -e '.log.entries | length == 1' "$BATS_TEST_TMPDIR/t.har"
    done
    run -0 coget -s "$URL/?headless&body=HTTP/1.1%20%20200%0d%0aContent-Length:%201%0d%0a%0d%0ax"
    [ "$output" = x ]
}

@test "a server that claims HTTP/2 where there is none gets no task another one's answer" {
    local i option claim
    # libcurl 7.88 would share its connections; the second is as its own line
    for claim in HTTP/2%20200%0d HTTP/2%20200%20%0d HTTP/2%20200; do
        for i in {1..80}; do
            echo "$URL/$i?echo"
            [ $((i % 4)) -ne 0 ] ||
                echo "$URL/?headless&body=$claim%0aContent-Length:%205%0d%0a%0d%0ahello"
        done >list
        for option in -S --location --http2; do
            run -1 coget -s --ndjson -m 20 -j 5 $option -i list
            jq -s -e --arg url "$URL" '
                map(select(.input | endswith("?echo"))) | length == 80 and
                all(.outcome == "ok" and ((.url | ltrimstr($url)) as $path | .body | startswith("GET \($path) ")))' <<<"$output"
            jq -s -e 'map(select(.outcome != "ok")) | length == 20 and
                all(.body == null and (.errormsg | test("another HTTP version")))' <<<"$output"
        done
    done
}

@test "a redirect that ends within its headers is not followed" {
    run -1 coget -s --ndjson -L -b a=b \
        "$URL/?headless&body=HTTP/1.1%20302%20Found%0d%0aLocation:%20$URL/to%0d%0a"
    jq -e '.errormsg == "the response ends within its headers"' <<<"$output"
    [ "$(stat_of requests)" -eq 1 ]
}

@test "a response that ends within its headers is none" {
    local url="$URL/?headless&body=HTTP/1.1%20200%20OK%0d%0aA:%20b%0d%0a"
    run -1 coget -s --ndjson "$url"
    jq -e '.exitcode == 18 and .errormsg == "the response ends within its headers"' <<<"$output"
    echo old >file
    run -1 coget -s -o file "$url"
    [ "$(cat file)" = old ]
}

@test "a first header line that is folded reads nothing of the transfer before" {
    # libcurl before 8.2 appends it to what it has freed: seen by ASan
    run coget -s --ndjson -j 1 "$URL/a" \
        "$URL/?headless&body=HTTP/1.1%20200%20OK%0d%0a%20folded:%20x%0d%0aContent-Length:%201%0d%0a%0d%0ax" \
        "$URL/b"
    [ "$status" -le 1 ]
    jq -s -e 'map(.body) | .[0] == "/a\n" and .[2] == "/b\n"' <<<"$output"
}

@test "--false-start does no harm where the TLS library has none" {
    run -0 --separate-stderr coget -sS --no-false-start "$URL/a"
    [ -z "$stderr" ]
    run -0 --separate-stderr coget -sS --false-start "$URL/a" "$URL/b"
    [ "$output" = $'/a\n/b' ]
    # told once, if at all
    [[ ${#stderr_lines[@]} -eq 0 || \
        $stderr == "coget: --false-start is ignored: the TLS library of libcurl has none" ]]
}
