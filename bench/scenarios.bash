# The work that is measured, one function each. Set are, besides those that
# peers.bash names: count (of requests), size (of each body), list (a file of
# URLs), piped (the list comes through a pipe), times (runs that count as one),
# check_count (so many are enough for the check), expected (requests that the
# server sees, if not count).

# small: 20,000 answers of 50 bytes over keep-alive, 100 at once; ordered
#   records with the bodies
# million: 1,000,000 of them, from a pipe
# waiting: 10,000 answers that each take a second, all at once
# large: 32 bodies of 64 MiB, 16 at once, to files and to /dev/null
# tls: 5,000 small answers over TLS, HTTP/1.1 and then HTTP/2, 100 at once
# hosts: 200 addresses, 50 requests each, some hosts slower than others
# one: a single URL: start-up
# mixed: 4,000 answers, 5 % slow, 5 % a 503 that is tried again
# soak: half an hour of mixed work and faults in one process: does it grow? Only
#   where it is named
# profile: what small's requests cost, beyond the floor: instructions, calls
scenarios="small million waiting large tls hosts one mixed profile"

# What both servers answer with.
body=01234567890123456789012345678901234567890123456789

# few FULL QUICK: so many.
few() {
    if [ -n "$quick" ]; then echo "$2"; else echo "$1"; fi
}

# about WHAT: the first lines of a section.
about() {
    echo "$*. $(date -u +%F), $(version_of coget)$(commit)$busy."
    echo
}

# The results are written while it runs: they make no tree dirty.
commit() {
    local id
    id=$(git -C "$here" describe --always 2>/dev/null) || return
    git -C "$here" diff --quiet HEAD -- :/ ':(exclude,top)bench/RESULTS.md' ||
        id=$id-dirty
    echo " ($id)"
}

small() {
    count=$(few 20000 200)
    about "$count answers of 50 bytes over keep-alive, $slots at once; ordered records with the bodies"
    seq -f "$NGINX/%.0f" "$count" >list
    compare $peers || return
    local missed=0
    cpu_at_most 1.20 || missed=1
    times_as_fast 1.5 curl || missed=1
    times_as_fast 4 node || missed=1
    times_as_fast 8 aiohttp || missed=1
    return $missed
}

million() {
    count=$(few 1000000 1000) piped=yes check_count=$(few 10000 '')
    about "$count of small's answers, the list from a pipe, $slots at once"
    seq -f "$NGINX/%.0f" "$count" >list
    compare $peers || return
    cpu_at_most 1.20
}

waiting() {
    local ms room=$(($(ulimit -n) - 200)) missed=0
    count=$(few 10000 10) ms=$(few 1000 300)
    [ "$room" -ge "$count" ] || count=$room # all the system lets be open
    slots=$count
    about "$count answers that each take $ms ms, all at once"
    seq -f "$DELAY/$ms/%.0f" "$count" >list
    compare $peers || return
    cpu_at_most 1.10 || missed=1
    no_slower go || missed=1
    return $missed
}

large() {
    local i missed=0
    count=$(few 32 4) size=$(few 67108864 1048576) slots=$(few 16 2)
    head -c "$size" /dev/urandom >www/large/1
    for ((i = 2; i <= count; i++)); do
        ln -f www/large/1 "www/large/$i"
    done
    seq -f "$NGINX/large/%.0f" "$count" >list
    wants=files
    about "$count bodies of $((size >> 20)) MiB to files, $slots at once"
    if compare $peers; then
        cpu_at_most 1.02 || missed=1
        no_slower curl wget2 aria2c xargs || missed=1
        no_slower go || missed=1
    else
        missed=1
    fi
    wants=null
    echo
    echo "The same to /dev/null."
    echo
    if compare $peers; then
        cpu_at_most 1.02 || missed=1
        no_slower floor || missed=1
        no_slower go || missed=1
    else
        missed=1
    fi
    rm -f www/large/*
    return $missed
}

tls() {
    local missed=0
    count=$(few 5000 100) ca=$work/cert.pem
    about "$count answers of 50 bytes over TLS, $slots at once, HTTP/1.1 over keep-alive"
    seq -f "$NGINX_TLS/%.0f" "$count" >list
    if compare $peers; then
        cpu_at_most 1.08 || missed=1
        no_slower go || missed=1
    else
        missed=1
    fi
    http2=yes
    echo
    echo "The same over HTTP/2, multiplexed."
    echo
    seq -f "$NGINX_HTTP2/%.0f" "$count" >list
    if compare $peers; then
        cpu_at_most 1.08 || missed=1
        no_slower go || missed=1
    else
        missed=1
    fi
    return $missed
}

hosts() {
    local hosts each
    hosts=$(few 200 10) each=$(few 50 3)
    count=$((hosts * each)) slots=$hosts
    about "$hosts addresses of 127/8, $each requests each, in turn, $slots at once; every tenth host answers after 200 ms, the others after 0 to 40"
    awk -v hosts="$hosts" -v n="$count" -v port="$DELAY_PORT" 'BEGIN {
        for (i = 0; i < n; i++) {
            host = i % hosts
            printf "http://127.1.0.%d:%d/%d/%d\n", host + 1, port,
                host % 10 == 9 ? 200 : host % 10 * 5, i
        } }' >list
    compare $peers
}

one() {
    count=1 slots=1 times=$(few 20 1)
    about "a single URL; the average of $times runs, one after the other"
    echo "$NGINX/1" >list
    compare $peers
}

mixed() {
    local failures
    count=$(few 4000 40) retries=yes
    about "$count answers after 5 ms, but every 20th after 500 ms, and every 20th only after a 503 and a second, $slots at once"
    awk -v n="$count" -v base="$DELAY" 'BEGIN {
        for (i = 1; i <= n; i++)
            print base (i % 20 == 5 ? "/500/" : (i % 20 == 15 ? \
                "/5/flaky/" : "/5/")) i }' >list
    failures=$(grep -c flaky list)
    expected=$((count + failures))
    compare $peers
}
