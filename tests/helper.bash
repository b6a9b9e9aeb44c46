# What all bats files share. The environment comes from tests/run: COGET (the
# program, or a script that wraps it) and SERVER (the test server).

bats_require_minimum_version 1.5.0

# Nothing of the caller's environment leaks into the tests.
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY
unset no_proxy NO_PROXY CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR
unset LANGUAGE LC_MESSAGES
export XDG_CONFIG_HOME=/nonexistent LC_ALL=C.UTF-8

# Runs the program under test.
coget() {
    "$COGET" "$@"
}

# Starts the test server: URL, SERVER_LOG and SERVER_PID are its own.
start_server() {
    local fifo=$BATS_FILE_TMPDIR/server.port port
    SERVER_LOG=$BATS_FILE_TMPDIR/server.log
    mkfifo "$fifo"
    "$SERVER" "$SERVER_LOG" >"$fifo" 2>/dev/null 3>&- &
    SERVER_PID=$!
    read -r port <"$fifo" # waits until it listens
    rm "$fifo"
    URL=http://127.0.0.1:$port
    export URL SERVER_LOG SERVER_PID
}

stop_server() {
    [ -z "${SERVER_PID-}" ] || kill "$SERVER_PID" 2>/dev/null || true
}

# server reset: forgets what it saw. server stats: what it saw, as JSON.
# server release: answers what it holds. By bash alone: this is asked often,
# and every process takes its time.
server() {
    local place=${URL#http://} connection line reply
    exec {connection}<>"/dev/tcp/${place%:*}/${place#*:}" || return
    printf 'GET /_%s HTTP/1.0\r\n\r\n' "$1" >&"$connection"
    until [[ $line = $'\r' ]]; do
        IFS= read -r line <&"$connection" || return
    done
    IFS= read -r -d '' reply <&"$connection" || : # to the end
    exec {connection}>&-
    printf '%s' "$reply"
}

# stat_of NAME: one figure of the server's.
stat_of() {
    [[ $(server stats) =~ \"$1\":([0-9]+) ]] && echo "${BASH_REMATCH[1]}"
}

# wait_until COMMAND...: until it succeeds, for at most a minute.
wait_until() {
    local end=$((SECONDS + 60))
    until "$@"; do
        [ $SECONDS -lt $end ] || {
            echo "waited in vain for: $*" >&2
            return 1
        }
        sleep 0.03
    done
}

# Skips, or fails where everything must be there (CI).
skip_or_fail() {
    [ -z "${COGET_TESTS_STRICT-}" ] || {
        echo "must not be missing: $*" >&2
        return 1
    }
    skip "$*"
}

# Skips where the system gives no pseudo-terminals, as in a bare chroot.
needs_terminal() {
    script -qec true /dev/null </dev/null >/dev/null 2>&1 ||
        skip "no pseudo-terminals here (mount devpts on /dev/pts)"
}

# holds CONDITION JQ-ARGUMENT...: a jq condition on the arguments given.
holds() {
    local condition=$1
    shift
    jq -n -e "$@" "$condition" >/dev/null || {
        echo "does not hold: $condition ($*)" >&2
        return 1
    }
}
