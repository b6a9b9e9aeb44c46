# Slots, connections, limits of the system; as the server saw it.

load helper
load own_server

@test "the peak is -j: 1, 7, 200, never more" {
    local j
    for j in 1 7 200; do
        server reset >/dev/null
        # the barrier lets go only when -j requests are there at once
        seq 0 $((j * 4 - 1)) |
            coget -s -m 20 -j $j --template "$URL/{id}?barrier=$j" >out
        seq 0 $((j * 4 - 1)) | sed 's|^|/|' | cmp - out
        [ "$(stat_of peak)" -eq $j ]
        [ "$(stat_of requests)" -eq $((j * 4)) ]
    done
}

@test "the default is 50 slots" {
    seq 200 | coget -s -m 20 --template "$URL/{id}?barrier=50" >out
    [ "$(stat_of peak)" -eq 50 ]
}

@test "connections are used again: 20,000 requests, 100 slots" {
    seq 20000 | coget -s -j 100 --template "$URL/{id}" >out
    seq 20000 | sed 's|^|/|' | cmp - out
    [ "$(stat_of requests)" -eq 20000 ]
    [ "$(stat_of connections)" -le 110 ]
}

@test "a slow first task holds the order, not the others up to the window" {
    # the window is 1000: all others are fetched while the first one is held
    { echo "$URL/first?hold"; seq 999 | sed "s|^|$URL/|"; } >list
    coget -s -i list >out &
    local pid=$!
    wait_until requests_are 1000
    [ ! -s out ]
    server release >/dev/null
    wait $pid
    [ "$(head -n 1 out)" = /first ]
    [ "$(wc -l <out)" -eq 1000 ]
}

@test "the window bounds how far ahead tasks start" {
    { echo "$URL/first?hold"; seq 10999 | sed "s|^|$URL/|"; } >list
    coget -s -i list >out &
    local pid=$!
    wait_until requests_are 10000
    sleep 0.3 # nothing to await: no more may come
    [ "$(stat_of requests)" -eq 10000 ]
    server release >/dev/null
    wait $pid
    [ "$(wc -l <out)" -eq 11000 ]
}

@test "ulimit -n 256, -j 300: 1,000 URLs, all ok" {
    local host
    for host in 127.0.0.1 localhost; do
        seq 1000 | sed "s|^|http://$host:${URL##*:}/|" >list
        run --separate-stderr bash -c \
            'ulimit -n 256; "$COGET" -j 300 --ndjson -i list >out'
        [ "$status" -eq 0 ]
        [[ ${stderr_lines[0]} =~ ^'coget: -j 300 becomes -j '[0-9]+': only 256 open files (ulimit -n)'$ ]]
        [ "$(jq -s 'map(select(.outcome == "ok")) | length' out)" -eq 1000 ]
    done
}

@test "a small ulimit -n: the default is less, too, and it is said" {
    local said='coget: at most [0-9]+ at once, not 50: only 64 open files (ulimit -n)'
    said=${said//[()]/\\&}
    seq 60 | sed "s|^|$URL/|" >list
    try() {
        run -0 --separate-stderr bash -c \
            'ulimit -n 64; exec "$COGET" -o /dev/null "$@"' - "$@"
    }
    try -i list
    [[ $stderr =~ $said ]]
    try <list
    [[ $stderr =~ $said ]]
    try -s -i list
    [ -z "$stderr" ]
    try --sequential -i list
    [[ ! $stderr =~ $said ]]
    # nothing is lost where there are no more tasks
    try "$URL/1" "$URL/2"
    [[ ! $stderr =~ $said ]]
}

@test "input files count among the open files" {
    mkdir in
    local i
    for i in $(seq 40); do echo "$URL/$i" >in/$i; done
    run -0 bash -c 'ulimit -n 100; "$COGET" -s -j 60 $(printf -- "-i %s " in/*)'
    [ "${#lines[@]}" -eq 41 ] # with the message that -j is fewer
}

@test "ulimit -n 64: the task service too" {
    run --separate-stderr bash -c \
        'ulimit -n 64; seq 200 | "$COGET" -j 100 --task-delay 10ms --ndjson >out'
    [ "$status" -eq 0 ]
    [ "$(jq -s 'map(select(.outcome == "ok")) | length' out)" -eq 200 ]
}

@test "many hosts, few descriptors: idle connections make room" {
    local i
    for i in $(seq 1 240); do
        echo "http://127.0.0.$i:${URL##*:}/$i"
    done >list
    # the server listens on 127.0.0.1 alone: the others refuse
    run bash -c 'ulimit -n 80; "$COGET" -s -j 30 --ndjson -i list >out'
    [ "$(jq -s 'map(.outcome) | group_by(.) | map([.[0], length])' -c out)" = \
        '[["network_error",239],["ok",1]]' ]
    [ "$(jq -s 'map(.exitcode) | unique' -c out)" = '[0,7]' ]
}

@test "1,000 tasks of the task service at once" {
    seq 1000 | coget -s -j 1000 --task-delay 300ms --ndjson >out
    [ "$(jq -s 'map(select(.outcome == "ok")) | length' out)" -eq 1000 ]
}
