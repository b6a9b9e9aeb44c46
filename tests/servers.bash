# Real servers for the tests: nginx and httpbin, on ports found free.

# Starts nginx with the lines on stdin inside its server blocks: NGINX and
# NGINX_TLS are its URLs (TLS with HTTP/2, for "localhost", self-signed).
start_nginx() {
    local dir=$BATS_FILE_TMPDIR/nginx port try locations nginx
    nginx=$(PATH=$PATH:/usr/sbin command -v nginx) ||
        { skip_or_fail "nginx"; return; }
    locations=$(cat)
    mkdir -p "$dir/www"
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout "$dir/key.pem" \
        -out "$dir/cert.pem" 2>/dev/null
    for try in 1 2 3 4 5 6 7 8 9; do
        port=$((20000 + RANDOM % 10000))
        cat >"$dir/nginx.conf" <<EOF
daemon off;
master_process off;
pid $dir/pid;
error_log $dir/error.log;
worker_rlimit_nofile 10000;
events { worker_connections 4096; }
http {
    access_log $dir/access.log;
    root $dir/www;
    client_body_temp_path $dir/body; proxy_temp_path $dir/proxy;
    fastcgi_temp_path $dir/fastcgi; uwsgi_temp_path $dir/uwsgi;
    scgi_temp_path $dir/scgi;
    server {
        listen 127.0.0.1:$port;
        keepalive_requests ${NGINX_KEEPALIVE:-1000};
        $locations
    }
    server {
        listen 127.0.0.1:$((port + 1)) ssl http2;
        ssl_certificate $dir/cert.pem;
        ssl_certificate_key $dir/key.pem;
        $locations
    }
}
EOF
        "$nginx" -c "$dir/nginx.conf" -p "$dir" 2>/dev/null >&2 3>&- &
        NGINX_PID=$!
        NGINX=http://127.0.0.1:$port
        NGINX_TLS=https://localhost:$((port + 1))
        # it listens, or another has the port and it ends
        while kill -0 $NGINX_PID 2>/dev/null; do
            if curl -q -s -o "$dir/null" "$NGINX/" && [ -s "$dir/pid" ]; then
                export NGINX NGINX_TLS NGINX_PID NGINX_DIR=$dir
                return
            fi
            sleep 0.02
        done
    done
    echo "nginx does not start" >&2
    cat "$dir/error.log" >&2
    return 1
}

stop_nginx() {
    [ -z "${NGINX_PID-}" ] || kill "$NGINX_PID" 2>/dev/null || true
}

# Starts Debian's python3-httpbin: HTTPBIN is its URL.
start_httpbin() {
    local log=$BATS_FILE_TMPDIR/httpbin.log python=/usr/bin/python3
    "$python" -c 'import httpbin, gunicorn' 2>/dev/null ||
        { skip_or_fail "python3-httpbin, gunicorn"; return; }
    "$python" -m gunicorn -b 127.0.0.1:0 --threads 16 httpbin:app \
        >"$log" 2>&1 3>&- &
    HTTPBIN_PID=$!
    wait_until grep -q 'Listening at' "$log"
    HTTPBIN=$(sed -n 's/.*Listening at: \([^ ]*\).*/\1/p' "$log")
    export HTTPBIN HTTPBIN_PID
}

stop_httpbin() {
    [ -z "${HTTPBIN_PID-}" ] || kill "$HTTPBIN_PID" 2>/dev/null || true
}
