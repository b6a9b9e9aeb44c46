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
    seq 300 | coget -s -k -j 100 --ndjson --template "$NGINX_TLS/connection/{id}" >out
    jq -s -e 'length == 300 and all(.outcome == "ok")
        and all(.http_version == "2")' out
    [ "$(jq -s -r 'map(.input) | .[]' out)" = "$(seq 300)" ]
    # one connection carries them all, as nginx and as coget count
    jq -s -e '(map(.body) | unique | length) == 1
        and (map(.num_connects) | add) == 1' out
}

@test "nginx: a certificate that nobody vouches for is refused, in words" {
    run --separate-stderr coget "$NGINX_TLS/x"
    [ "$status" -eq 1 ]
    [[ ${stderr_lines[0]} == *certificate* ]]
    run coget -s --ndjson "$NGINX_TLS/x"
    jq -e '.outcome == "network_error" and .exitcode == 60' <<<"$output"
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
