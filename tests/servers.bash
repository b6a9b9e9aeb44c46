# Real servers for the tests: nginx and httpbin, on ports found free.

# make_certificates DIRECTORY: cert.pem for "localhost", self-signed, and
# expired.pem, the same but of 2020; key.pem for both.
make_certificates() (
    cd "$1" || exit
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem
    openssl req -new -key key.pem -subj /CN=localhost -out request.pem
    cat >ca.conf <<'EOF'
[ca]
default_ca = own
[own]
database = index.txt
serial = serial
default_md = sha256
policy = any
x509_extensions = names
[any]
commonName = supplied
[names]
subjectAltName = DNS:localhost
EOF
    : >index.txt
    echo 01 >serial
    openssl ca -batch -selfsign -in request.pem -keyfile key.pem -out expired.pem \
        -startdate 20200101000000Z -enddate 20200102000000Z -outdir . -notext \
        -config ca.conf
) >/dev/null 2>&1

# Starts nginx with the lines on stdin inside its server blocks: NGINX and
# NGINX_TLS are its URLs (TLS with HTTP/2, for "localhost", self-signed), and
# NGINX_EXPIRED that of one with a certificate whose time is over.
start_nginx() {
    local dir=$BATS_FILE_TMPDIR/nginx port try locations nginx
    nginx=$(PATH=$PATH:/usr/sbin command -v nginx) ||
        { skip_or_fail "nginx"; return; }
    locations=$(cat)
    mkdir -p "$dir/www"
    make_certificates "$dir"
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
        keepalive_requests 10000;
        $locations
    }
    server {
        listen 127.0.0.1:$((port + 2)) ssl;
        ssl_certificate $dir/expired.pem;
        ssl_certificate_key $dir/key.pem;
    }
}
EOF
        "$nginx" -c "$dir/nginx.conf" -p "$dir" 2>/dev/null >&2 3>&- &
        NGINX_PID=$!
        NGINX=http://127.0.0.1:$port
        NGINX_TLS=https://localhost:$((port + 1))
        NGINX_EXPIRED=https://localhost:$((port + 2))
        # it listens, or another has the port and it ends
        while kill -0 $NGINX_PID 2>/dev/null; do
            if curl -q -s -o "$dir/null" "$NGINX/" && [ -s "$dir/pid" ]; then
                export NGINX NGINX_TLS NGINX_EXPIRED NGINX_PID NGINX_DIR=$dir
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

# start_on_a_port NAME COMMAND...: starts it, a {} in its words being a free
# port, and sets NAME_PORT and NAME_PID. What it prints is in NAME.log.
start_on_a_port() {
    local name=$1 port try word words
    shift
    for try in 1 2 3 4 5 6 7 8 9; do
        port=$((20000 + RANDOM % 10000))
        words=()
        for word; do
            words+=("${word//\{\}/$port}")
        done
        PATH=$PATH:/usr/sbin env "${words[@]}" \
            >"$BATS_FILE_TMPDIR/$name.log" 2>&1 3>&- &
        eval "${name}_PID=$! ${name}_PORT=$port"
        # it listens, or another has the port and it ends
        while kill -0 $! 2>/dev/null; do
            if (exec 6<>/dev/tcp/127.0.0.1/$port) 2>/dev/null; then
                export "${name}_PID" "${name}_PORT"
                return
            fi
            sleep 0.02
        done
    done
    echo "$name does not start" >&2
    return 1
}

# stop_by NAME...: what start_on_a_port started.
stop_by() {
    local name pid
    for name; do
        pid=${name}_PID
        [ -z "${!pid-}" ] || kill "${!pid}" 2>/dev/null || true
    done
}

# has_server COMMAND: is it there, perhaps where root finds it?
has_server() {
    PATH=$PATH:/usr/sbin command -v "$1" >/dev/null ||
        { skip_or_fail "$1"; return 1; }
}
