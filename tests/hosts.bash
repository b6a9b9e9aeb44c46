# Hosts on this machine: a router that has the test server, and three with an
# sshd each. A host is a few namespaces and the processes in them; network and
# files of the system stay as they are. All is in $DIR: with its ssh_config
# the three are h1, h2 and h3.

PATH=$PATH:/usr/sbin:/sbin

# Its addresses are 10.77.0.1 to 10.77.0.9.
ROUTER=10.77.0.1

# no_hosts TOOL...: why there can be none, if so.
no_hosts() {
    local tool
    for tool in ip unshare nsenter "$@"; do
        command -v "$tool" >/dev/null || {
            echo "no $tool"
            return
        }
    done
    unshare -mnp --fork --mount-proc sh -c '
        mount -t tmpfs none /run && ip link add one type veth peer name two' \
        2>/dev/null ||
        echo "no network namespaces of our own"
}

# at HOST COMMAND...: on its network.
at() {
    local pid=PID_$1
    shift
    nsenter -t "${!pid}" -n -- "$@"
}

# in_host HOST COMMAND...: as a process of it, which ends with it.
in_host() {
    local pid=PID_$1 first
    shift
    first=$(<"/proc/${!pid}/task/${!pid}/children")
    nsenter -t "${first% }" -m -n -p -- "$@"
}

# boot HOST COMMAND...: COMMAND is the first process there; it starts when
# go HOST says so, and with it all others end.
boot() {
    local host=$1 go=$DIR/$1.go
    shift
    mkdir "$DIR/$host"
    mkfifo "$go"
    unshare -mnp --fork --kill-child --mount-proc sh -c '
        mount -t tmpfs none /run && mkdir /run/sshd
        read -r _ <"$0"
        exec "$@"' "$go" "$@" >"$DIR/$host.out" 2>"$DIR/$host.err" 3>&- 4>&- &
    disown "$!"
    eval "PID_$host=$!"
    # opens when it reads there
    eval "exec {GO_$host}>\$go"
}

go() {
    local fd=GO_$1
    echo >&"${!fd}"
    eval "exec ${!fd}>&-"
}

# halt HOST: without a word, as when the power fails.
halt() {
    local pid=PID_$1
    # it may be one that did not come so far
    [ "$1" = router ] || at router ip link set "$1" down || true
    kill -KILL "${!pid}" || true
    eval "PID_$1="
}

halt_all() {
    local host pid
    for host in h1 h2 h3 router; do
        pid=PID_$host
        [ -z "${!pid-}" ] || halt "$host"
    done
}

# Sets PORT, of the test server at all its addresses.
boot_router() {
    local i
    boot router "$SERVER" "$DIR/server.log" 0.0.0.0
    at router ip link set lo up
    for i in {1..9}; do
        at router ip address add "10.77.0.$i/32" dev lo
    done
    go router
    wait_until grep -q . "$DIR/router.out"
    PORT=$(<"$DIR/router.out")
}

sshd_config() {
    cat <<EOF
ListenAddress $2
HostKey $DIR/host_key
AuthorizedKeysFile $DIR/key.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
SetEnv HOME=$DIR/$1 PATH=$DIR/bin:$PATH
EOF
}

ssh_config() {
    local i
    for i in 1 2 3; do
        echo "Host h$i"
        echo "HostName 10.77.$i.2"
    done
    cat <<EOF
Host *
User $(id -un)
IdentityFile $DIR/key
IdentitiesOnly yes
UserKnownHostsFile $DIR/known_hosts
GlobalKnownHostsFile none
BatchMode yes
ServerAliveInterval 1
ServerAliveCountMax 3
EOF
}

# boot_host NUMBER: the host, and its wire to the router.
boot_host() {
    local host=h$1 pid=PID_h$1
    sshd_config "$host" "10.77.$1.2" >"$DIR/$host.sshd_config"
    echo "10.77.$1.2 $(<"$DIR/host_key.pub")" >>"$DIR/known_hosts"
    boot "$host" /usr/sbin/sshd -D -e -f "$DIR/$host.sshd_config"
    at router ip link add "$host" type veth peer name eth0 netns "${!pid}"
    at router ip address add "10.77.$1.1/24" dev "$host"
    at router ip link set "$host" up
    at "$host" ip link set lo up
    at "$host" ip address add "10.77.$1.2/24" dev eth0
    at "$host" ip link set eth0 up
    at "$host" ip route add default via "10.77.$1.1"
    go "$host"
    wait_until grep -q "listening on" "$DIR/$host.err"
}

# The router, and three hosts that have coget.
boot_all() {
    local i
    mkdir "$DIR/bin"
    # shellcheck disable=SC2016
    printf '#!/bin/sh\nexec %q "$@"\n' "$COGET" >"$DIR/bin/coget"
    chmod +x "$DIR/bin/coget"
    ssh-keygen -q -t ed25519 -N '' -f "$DIR/key"
    ssh-keygen -q -t ed25519 -N '' -f "$DIR/host_key"
    ssh_config >"$DIR/ssh_config"
    boot_router
    for i in 1 2 3; do
        boot_host "$i"
    done
}
