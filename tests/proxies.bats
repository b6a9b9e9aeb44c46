# Through proxies that are not ours: tinyproxy and microsocks.

load helper
load servers
load own_server

setup_file() {
    start_server
    start_nginx <<'EOF'
        location / { return 200 "tls $request_uri\n"; }
EOF
}

teardown_file() {
    stop_server
    stop_nginx
}

# A bare system may have no localhost, and curl needs none of it; proxies do.
setup() {
    fresh_test
    TLS=https://127.0.0.1:${NGINX_TLS##*:}
}

teardown() {
    stop_by TINYPROXY MICROSOCKS
}

# tinyproxy LINE...: with these lines in its configuration
start_tinyproxy() {
    has_server tinyproxy
    # its port stands in the file: a wrapper writes it
    printf '%s\n' 'Listen 127.0.0.1' 'Timeout 60' 'LogLevel Connect' \
        'DisableViaHeader Yes' "$@" >tinyproxy.conf
    start_on_a_port TINYPROXY bash -c \
        "echo Port {} >>tinyproxy.conf; exec tinyproxy -d -c $PWD/tinyproxy.conf"
}

start_microsocks() {
    has_server microsocks
    start_on_a_port MICROSOCKS microsocks -i 127.0.0.1 -p {} "$@"
}

proxy_log() {
    cat "$BATS_FILE_TMPDIR/TINYPROXY.log"
}

@test "tinyproxy: HTTP by the proxy, HTTPS by CONNECT, many at once" {
    start_tinyproxy
    seq 100 | coget -s -x "http://127.0.0.1:$TINYPROXY_PORT" -j 20 \
        --template "$URL/{id}" >out
    seq 100 | sed 's|^|/|' | cmp - out
    proxy_log | grep -q "GET $URL/7 "
    seq 20 | coget -s -k -x "http://127.0.0.1:$TINYPROXY_PORT" \
        --template "$TLS/{id}" >out
    seq 20 | sed 's|^|tls /|' | cmp - out
    proxy_log | grep -q "CONNECT ${TLS#https://} "
}

@test "tinyproxy: from the environment, and not for NO_PROXY" {
    start_tinyproxy
    http_proxy=http://127.0.0.1:$TINYPROXY_PORT coget -s "$URL/by" >/dev/null
    proxy_log | grep -q "GET $URL/by "
    http_proxy=http://127.0.0.1:$TINYPROXY_PORT no_proxy=127.0.0.1 \
        coget -s "$URL/past" >/dev/null
    coget -s -x "http://127.0.0.1:$TINYPROXY_PORT" --noproxy '*' \
        "$URL/past" >/dev/null
    run proxy_log
    [[ $output != *past* ]]
    [ "$(stat_of requests)" -eq 3 ]
}

@test "tinyproxy: with a password, which is told to nobody else" {
    start_tinyproxy 'BasicAuth me geheim'
    local proxy=http://127.0.0.1:$TINYPROXY_PORT
    run coget -s --ndjson -x "$proxy" "$URL/1"
    [ "$status" -eq 1 ]
    jq -e '.response_code == 407' <<<"$output"
    run coget -s --ndjson -k -x "$proxy" "$TLS/1"
    [ "$status" -eq 1 ]
    jq -e '.outcome == "network_error" and (.errormsg | contains("407"))' \
        <<<"$output"
    run --separate-stderr coget -v --ndjson -k -x "$proxy" -U me:geheim \
        "$URL/2?echo" "$TLS/3"
    [ "$status" -eq 0 ]
    [[ $output$stderr != *geheim* && $output != *bWU6Z2VoZWlt* ]]
    run --separate-stderr coget -v --ndjson \
        -x "http://me:geheim@127.0.0.1:$TINYPROXY_PORT" "$URL/4?echo"
    [ "$status" -eq 0 ]
    [[ $output$stderr != *geheim* && $output != *bWU6Z2VoZWlt* ]]
}

@test "a proxy that is not there is a failure of each task" {
    run coget -s --ndjson -x http://127.0.0.1:1 "$URL/1" "$URL/2"
    [ "$status" -eq 1 ]
    jq -s -e 'map(.exitcode) == [7, 7]' <<<"$output"
    [ "$(stat_of requests)" -eq 0 ]
}

@test "microsocks: SOCKS5, names looked up here or there, HTTP and HTTPS" {
    start_microsocks
    local option
    for option in "--socks5 127.0.0.1:$MICROSOCKS_PORT" \
        "--socks5-hostname 127.0.0.1:$MICROSOCKS_PORT" \
        "--socks5 socks5://127.0.0.1:$MICROSOCKS_PORT" \
        "--socks4 socks5h://127.0.0.1:$MICROSOCKS_PORT" \
        "-x socks5h://127.0.0.1:$MICROSOCKS_PORT" \
        "--preproxy socks5://127.0.0.1:$MICROSOCKS_PORT"; do
        # shellcheck disable=SC2086
        seq 30 | coget -s -k $option --template "$URL/{id}" >out
        seq 30 | sed 's|^|/|' | cmp - out
    done
    [ "$(coget -s -k --socks5-hostname "127.0.0.1:$MICROSOCKS_PORT" \
        "$TLS/x")" = "tls /x" ]
    grep -q "connected to 127.0.0.1:${URL##*:}" "$BATS_FILE_TMPDIR/MICROSOCKS.log"
    grep -q "connected to ${TLS#https://}" "$BATS_FILE_TMPDIR/MICROSOCKS.log"
    # the name is for the proxy to look up
    run coget -s --ndjson --socks5-hostname "127.0.0.1:$MICROSOCKS_PORT" \
        http://no-such-host.invalid/
    jq -e '.exitcode == 97' <<<"$output"
}

@test "microsocks: with a password" {
    start_microsocks -u me -P geheim
    run coget -s --ndjson -x "socks5://127.0.0.1:$MICROSOCKS_PORT" "$URL/1"
    jq -e '.exitcode == 97' <<<"$output"
    run coget -s --ndjson -x "socks5://me:falsch@127.0.0.1:$MICROSOCKS_PORT" "$URL/1"
    jq -e '.exitcode == 97' <<<"$output"
    [[ $output != *falsch* ]]
    [ "$(coget -s -x "socks5://me:geheim@127.0.0.1:$MICROSOCKS_PORT" "$URL/1")" = /1 ]
}

# crl FILE: what of nginx's certificates is revoked by now
crl() {
    openssl ca -gencrl -crldays 2 -config ca.conf -keyfile key.pem \
        -cert cert.pem -out "$1" 2>/dev/null
}

@test "an HTTPS proxy: --capath and --crlfile count for it, as in curl" {
    local proxy=https://localhost:${NGINX_TLS##*:} program
    cp "$NGINX_DIR"/{cert.pem,key.pem,ca.conf} .
    : >index.txt
    crl none.pem
    openssl ca -revoke cert.pem -config ca.conf -keyfile key.pem \
        -cert cert.pem 2>/dev/null
    crl revoked.pem
    mkdir trusted empty
    cp cert.pem "trusted/$(openssl x509 -noout -hash -in cert.pem).0"
    for program in "curl -q" coget; do
        run -0 $program -s -x "$proxy" --capath trusted http://h.test/a
        [ "$output" = "tls /a" ]
        run -0 $program -s -x "$proxy" --proxy-cacert cert.pem --crlfile none.pem \
            http://h.test/a
        run ! $program -s -x "$proxy" --proxy-cacert cert.pem --crlfile revoked.pem \
            http://h.test/a
        # but not where the proxy has its own
        run ! $program -s -x "$proxy" --capath trusted --proxy-capath empty \
            http://h.test/a
        run -0 $program -s -x "$proxy" --proxy-cacert cert.pem --crlfile revoked.pem \
            --proxy-crlfile none.pem http://h.test/a
        run ! $program -s -x "$proxy" --cacert cert.pem http://h.test/a
        SSL_CERT_DIR=trusted run -0 $program -s -x "$proxy" http://h.test/a
    done
}
