# Against servers that are not ours: nginx and httpbin.

load helper
load servers

setup_file() {
    NGINX_KEEPALIVE=100 start_nginx <<'EOF'
        location / { return 200 "$request_uri\n"; }
        location /connection/ { return 200 "$connection"; }
        location /gzip { gzip on; gzip_min_length 1; gzip_types text/plain;
            try_files /text =404; default_type text/plain; }
        location /file { try_files /text =404; }
        location /heads { return 200 "$request_uri\n";
            add_header A "$long$long"; add_header B "$long$long"; add_header C "$long$long";
            add_header D "$long$long"; add_header E "$long$long"; add_header F "$long$long"; }
        set $long "_123456789_123456789_123456789_123456789_123456789_123456789";
        set $long "$long$long$long$long"; set $long "$long$long$long$long";
        set $long "$long$long$long$long";
EOF
    seq 20000 >"$NGINX_DIR/www/text"
    start_httpbin
}

teardown_file() {
    stop_nginx
    stop_httpbin
}

setup() {
    cd "$BATS_TEST_TMPDIR"
}

@test "nginx: keep-alive limits close connections, nothing is lost" {
    # nginx ends each connection after 100 requests
    seq 5000 | coget -s -j 20 --template "$NGINX/{id}" >out
    seq 5000 | sed 's|^|/|' | cmp - out
}

@test "nginx: gzip is decompressed, and only when asked for" {
    coget -s --compressed "$NGINX/gzip" | cmp - "$NGINX_DIR/www/text"
    coget -s --ndjson --compressed "$NGINX/gzip" >out
    jq -e '.headers["content-encoding"] == ["gzip"]
        and .size_download < (.body | length)' out
    coget -s --ndjson "$NGINX/gzip" >out
    jq -e '.headers | has("content-encoding") | not' out
}

@test "nginx: HTTP/2 over TLS, multiplexed" {
    seq 1000 | coget -s -k --ndjson --template "$NGINX_TLS/connection/{id}" >out
    jq -s -e 'length == 1000 and all(.outcome == "ok")
        and all(.http_version == "2")' out
    [ "$(jq -s -r 'map(.input) | .[]' out)" = "$(seq 1000)" ]
    # one connection carries them all, as nginx and as coget count
    jq -s -e '(map(.body) | unique | length) == 1
        and (map(.num_connects) | add) == 1' out
}

@test "nginx: large headers of HTTP/2, and what stands behind them" {
    # libcurl before 8.1 wants a buffer for all of them
    run -0 coget -s -k --ndjson -m 20 "$NGINX_TLS/heads"
    jq -e '.http_version == "2" and (.headers.c[0] | length) > 7000 and .body == "/heads\n"' <<<"$output"
    seq 200 | coget -s -k --ndjson -m 30 --template "$NGINX_TLS/heads{id}" >out
    jq -s -e 'length == 200 and all(.outcome == "ok" and (.headers.a[0] | length) > 7000)
        and map(.body) == map("/heads\(.input)\n")' out
}

@test "nginx: a certificate that nobody vouches for is refused, in words" {
    run --separate-stderr coget "$NGINX_TLS/x"
    [ "$status" -eq 1 ]
    [[ ${stderr_lines[0]} == *certificate* ]]
    run coget -s --ndjson "$NGINX_TLS/x"
    jq -e '.outcome == "network_error" and .exitcode == 60' <<<"$output"
}

@test "nginx: a wrong host name and a certificate whose time is over, in words" {
    local port=${NGINX_TLS##*:}
    run coget -s --ndjson --cacert "$NGINX_DIR/cert.pem" "$NGINX_TLS/x"
    jq -e '.outcome == "ok"' <<<"$output"
    run coget -s --ndjson --cacert "$NGINX_DIR/cert.pem" \
        --resolve "other.test:$port:127.0.0.1" "https://other.test:$port/x"
    jq -e '.exitcode == 60 and (.errormsg | contains("other.test"))' <<<"$output"
    run coget -s --ndjson --cacert "$NGINX_DIR/expired.pem" "$NGINX_EXPIRED/x"
    jq -e '.exitcode == 60 and (.errormsg | contains("expired"))' <<<"$output"
    run coget -s --ndjson --cacert "$NGINX_DIR/cert.pem" --tls-max 1.2 \
        --ciphers PSK-AES128-CBC-SHA "$NGINX_TLS/x"
    jq -e '.exitcode == 35 and (.errormsg | length > 10)' <<<"$output"
}

@test "nginx: -w tells of TLS what curl does, --as curl speaks it" {
    local w='%{stderr}%{num_certs}\n%{certs}\n%{ssl_verify_result} %{scheme} %{http_version} %{response_code} %{size_header}\n'
    curl -q -s -k -w "$w" "$NGINX_TLS/x" >/dev/null 2>curl.txt
    coget -s -k -w "$w" "$NGINX_TLS/x" >/dev/null 2>coget.txt
    grep -q 'BEGIN CERTIFICATE' curl.txt
    diff -u curl.txt coget.txt
    curl -q -s -w "$w" "$NGINX_TLS/x" >/dev/null 2>curl.txt || true
    coget -s -w "$w" "$NGINX_TLS/x" >/dev/null 2>coget.txt || true
    diff -u curl.txt coget.txt
    [ "$(coget --as curl --cacert "$NGINX_DIR/cert.pem" --tlsv1.2 --tls-max 1.2 "$NGINX_TLS/x" | sh)" = /x ]
    run ! sh -c "$(coget --as curl --tlsv1.3 "$NGINX_TLS/x")"
}

@test "nghttpd: 1,000 requests on one connection" {
    has_server nghttpd
    mkdir -p www
    echo hello >www/file
    start_on_a_port NGHTTPD nghttpd -a 127.0.0.1 -d "$PWD/www" \
        {} "$NGINX_DIR/key.pem" "$NGINX_DIR/cert.pem"
    seq 1000 | coget -s --cacert "$NGINX_DIR/cert.pem" --ndjson \
        --template "https://localhost:$NGHTTPD_PORT/file?{id}" >out
    stop_by NGHTTPD
    jq -s -e 'length == 1000 and all(.outcome == "ok" and .body == "hello\n"
        and .http_version == "2") and (map(.num_connects) | add) == 1' out
}

@test "nghttpd: HTTP/2 without TLS, by prior knowledge" {
    has_server nghttpd
    mkdir -p www
    echo hello >www/file
    start_on_a_port NGHTTPD nghttpd -a 127.0.0.1 --no-tls -d "$PWD/www" {}
    # more tasks than slots: connections are there already
    seq 200 | coget -s -j 20 --http2-prior-knowledge --ndjson \
        --template "http://127.0.0.1:$NGHTTPD_PORT/file?{id}" >out
    stop_by NGHTTPD
    jq -s -e 'length == 200 and all(.outcome == "ok" and .http_version == "2")' out
}

@test "nginx: plain text where TLS is spoken" {
    run coget -s --ndjson "${NGINX_TLS/https:/http:}/x"
    jq -e '.outcome == "http_error" and .response_code == 400' <<<"$output"
    run coget -s --ndjson -k "${NGINX/http:/https:}/x"
    jq -e '.outcome == "network_error" and .exitcode == 35' <<<"$output"
}

@test "nginx: a file through many slots, byte for byte" {
    local i
    for i in $(seq 50); do echo "$NGINX/file?$i"; done |
        coget -s -j 50 >out
    for i in $(seq 50); do cat "$NGINX_DIR/www/text"; done | cmp - out
}

@test "httpbin: methods, bodies, headers, login" {
    run coget -s -X PATCH --json '{"a":[1]}' "$HTTPBIN/anything"
    jq -e '.method == "PATCH" and .json == {"a": [1]}
        and .headers["Content-Type"] == "application/json"' <<<"$output"
    run coget -s -d a=1 -d b=x "$HTTPBIN/post"
    jq -e '.form == {"a": "1", "b": "x"}' <<<"$output"
    run coget -s -u me:secret "$HTTPBIN/basic-auth/me/secret"
    jq -e '.authenticated' <<<"$output"
    run coget -s -u me:wrong "$HTTPBIN/basic-auth/me/secret"
    [ "$status" -eq 1 ]
}

@test "httpbin: redirects, statuses, encodings, chunks, delays" {
    run coget -s --ndjson -L "$HTTPBIN/redirect/3"
    jq -e '.num_redirects == 3 and .response_code == 200' <<<"$output"
    run coget -s --ndjson "$HTTPBIN/status/418" "$HTTPBIN/status/200"
    jq -s -e 'map(.outcome) == ["http_error", "ok"]' <<<"$output"
    coget -s --compressed "$HTTPBIN/gzip" "$HTTPBIN/deflate" >out
    jq -s -e '.[0].gzipped and .[1].deflated' out
    [ "$(coget -s "$HTTPBIN/stream-bytes/5000" | wc -c)" -eq 5000 ]
    coget -s "$HTTPBIN/html" --ndjson | jq -e '.body | test("Herman Melville")'
    run coget -s --ndjson "$HTTPBIN/image/png"
    [ "$(jq -r .body_base64 <<<"$output" | base64 -d | head -c 4 | tail -c 3)" = PNG ]
}

@test "httpbin: 16 delays at once take the time of a few" {
    run coget -s --ndjson -j 16 --template "$HTTPBIN/delay/0.3?{id}" \
        $(seq 16)
    jq -s -e 'all(.outcome == "ok") and map(.time_total) as $t
        | ($t | add) > 2 * ($t | max)' <<<"$output"
}
