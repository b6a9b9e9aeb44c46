# The servers of the benchmark: nginx for what is fast, delay for what takes
# time. Both count requests.

# make_certificate: cert.pem and key.pem for 127.0.0.1, self-signed. On an
# elliptic curve, as most have today: it is not the server that is measured.
make_certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
        -nodes -days 2 -subj /CN=127.0.0.1 \
        -addext subjectAltName=IP:127.0.0.1 \
        -keyout key.pem -out cert.pem 2>/dev/null
}

# write_nginx_conf PORT: one worker, as many requests a connection as come.
write_nginx_conf() {
    cat <<END
daemon off;
user root; # of the namespace, at most
master_process off;
pid $work/nginx.pid;
error_log $work/nginx.log;
worker_rlimit_nofile $(ulimit -n);
events { worker_connections 12000; }
http {
    access_log off;
    sendfile on;
    tcp_nopush on;
    root $work/www;
    client_body_temp_path $work/tmp; proxy_temp_path $work/tmp;
    fastcgi_temp_path $work/tmp; uwsgi_temp_path $work/tmp;
    scgi_temp_path $work/tmp;
    keepalive_requests 100000000;
    keepalive_timeout 300;
    ssl_certificate $work/cert.pem;
    ssl_certificate_key $work/key.pem;
    server {
        listen 127.0.0.1:$1 backlog=65535;
        listen 127.0.0.1:$(($1 + 1)) ssl backlog=65535;
        listen 127.0.0.1:$(($1 + 2)) ssl http2 backlog=65535;
        location /status { stub_status; }
        location /large/ { }
        location / { return 200 "$body"; }
    }
}
END
}

# start_on_port NAME COMMAND...: with a {} that becomes a free port, in $port;
# NAME.pid is its process.
start_on_port() {
    local name=$1 try
    shift
    for ((try = 0; try < 9; try++)); do
        port=$((20000 + RANDOM % 10000))
        [ "$name" != nginx ] || write_nginx_conf "$port" >nginx.conf
        "${@//\{\}/$port}" >"$name.log" 2>&1 &
        servers+=($!)
        # it listens, or another has the port and it ends
        while kill -0 $! 2>/dev/null; do
            (exec 6<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return
            sleep 0.05
        done
    done
    cat "$name.log" >&2
    die "$name does not start"
}

start_servers() {
    local nginx
    servers=() nginx_seen=0
    nginx=$(PATH=$PATH:/usr/sbin command -v nginx) ||
        die "there is no nginx (bench/run --deps)"
    mkdir -p www/large tmp
    make_certificate
    start_on_port nginx "$nginx" -c "$work/nginx.conf" -p "$work"
    NGINX=http://127.0.0.1:$port
    NGINX_TLS=https://127.0.0.1:$((port + 1))
    NGINX_HTTP2=https://127.0.0.1:$((port + 2))
    start_on_port delay "$build/bench/delay" {}
    DELAY=http://127.0.0.1:$port DELAY_PORT=$port
}

stop_servers() {
    [ ${#servers[@]} -eq 0 ] || kill "${servers[@]}" 2>/dev/null || true
}

# count_requests: SEEN, how many both servers had since the last time; PEAK, how
# many of them waited at once for delay.
count_requests() {
    local all slow
    read -r all slow PEAK < <(curl -q -sS "$NGINX/status" "$DELAY/count" |
        awk 'NR == 3 { all = $3 } END { print all, $0 }')
    SEEN=$((all - 1 - nginx_seen + slow)) # this one is no peer's
    nginx_seen=$all
}
