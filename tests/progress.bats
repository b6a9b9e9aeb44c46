# What is told of a run while it goes on: the bar on real terminals (tmux),
# lines, events, and what SIGUSR1 prints.

load helper
load own_server

setup() {
    fresh_test
    pane_socket=coget-$$-$BATS_TEST_NUMBER
    unset NO_COLOR
}

teardown() {
    [ -z "${pane_started-}" ] || tmux -L "$pane_socket" kill-server || true
    [ -z "${pid-}" ] || kill -9 "$pid" 2>/dev/null || true
}

# pane_start COLUMNS ROWS [LINES]: a terminal with a shell, that keeps so many
# lines that have left it upwards; the program is $COGET.
pane_start() {
    command -v tmux >/dev/null || skip_or_fail tmux
    needs_terminal
    env -u TMUX LC_ALL=C.UTF-8 tmux -u -L "$pane_socket" -f /dev/null \
        set -g history-limit "${3-1000}" \; \
        new-session -d -x "$1" -y "$2" "exec bash --norc --noprofile -i" 3>&-
    pane_started=yes
    wait_pane pane_has '[#$]$'
    # The command line itself is not to be what is looked for.
    pane_type "PS1='> '; coget() { \"$COGET\" \"\$@\"; }; clear"
    wait_pane pane_is '>'
}

# As wait_until; shows what is there instead.
wait_pane() {
    local end=$((SECONDS + 30))
    until "$@"; do
        [ $SECONDS -lt $end ] || {
            echo "waited in vain for: $*"
            pane
            return 1
        } >&2
        sleep 0.05
    done
}

# pane_type TEXT: with Enter behind it; pane_key NAME.
pane_type() {
    tmux -L "$pane_socket" send-keys -l "$1"
    pane_key Enter
}

pane_key() {
    tmux -L "$pane_socket" send-keys "$1"
}

# What it shows; pane -S -: also what has left it upwards.
pane() {
    tmux -L "$pane_socket" capture-pane -p "$@" |
        sed -e 's/ *$//' -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}

pane_has() {
    pane | grep -qE -- "$1"
}

pane_lacks() {
    ! pane_has "$1"
}

# pane_is LINE...: nothing else is there.
pane_is() {
    [ "$(pane)" = "$(printf '%s\n' "$@")" ]
}

# pane_run FILE: the shell there runs it, on a screen that is clear before.
pane_run() {
    pane_type "clear; . ./$1"
}

# Answers what is held until no more comes, and that shows.
release_until() {
    server release >/dev/null
    pane_has "$1"
}

release_all() {
    release_until '^concurrent'
}

# The last line of the pane: the bar, where it is there.
bar_line() {
    pane | tail -n 1
}

@test "the bar: one line at 80 columns, gone at the end" {
    pane_start 80 24
    echo "coget -j 2 $URL/{a,b,c}?hold >out" >run
    pane_run run
    wait_pane pane_has '0/3'
    [[ $(bar_line) =~ ^'['\ +']  0/3  0%  2 running  1 waiting (1 '(slot|host)')  ' ]]
    [ "$(pane | wc -l)" -eq 1 ]
    wait_pane release_all
    wait_pane pane_has '^>$'
    pane_lacks running
    [ "$(pane | wc -l)" -eq 5 ] # the summary and the prompt
    [ "$(cat out)" = $'/a\n/b\n/c' ]
}

@test "the bar: no wider than 40 and 10 columns" {
    local columns
    for columns in 40 10; do
        pane_start "$columns" 10
        echo "coget -s --progress bar -j 2 $URL/{a,b,c}?hold >out" >run
        pane_type 'clear; . ./run; echo end'
        wait_pane pane_has '0/3'
        [ "$(pane | grep -c '0/3')" -eq 1 ]
        [[ $(bar_line) == *0/3* ]] # nothing of it stands below
        [ "$columns" -eq 10 ] || [[ $(bar_line) == *"2 running"* ]]
        until pane_has '^end$'; do
            server release >/dev/null
        done
        pane_lacks '0/3|running|%'
        tmux -L "$pane_socket" kill-server
        server reset >/dev/null
    done
}

@test "the bar follows the terminal's size" {
    # what leaves a narrow one upwards would be back when it is wide
    pane_start 80 10 0
    echo "coget -j 2 $URL/{a,b,c}?hold >out" >run
    pane_run run
    wait_pane pane_has '0/3 .*waiting'
    local size
    bar_fits() { # one line, and as much as has room
        [ "$(pane | grep -cE '0/3|running|waiting')" -eq 1 ] &&
            [[ $(bar_line) == *0/3* ]] &&
            if [ "$1" -ge 20 ]; then pane_has '2 running'; fi &&
            if [ "$1" -lt 20 ]; then pane_lacks running; fi
    }
    for size in 40 20 100 12 60; do
        tmux -L "$pane_socket" resize-window -x "$size" -y 10
        wait_pane bar_fits "$size"
    done
    wait_pane release_all
    wait_pane pane_has '^>$'
    pane_lacks '0/3|running'
}

@test "the bar and results on one terminal do not mix" {
    local option
    # what -w says, where the results are in a file
    for option in -v -S "-o all -w '/%{index}\n'"; do
        pane_start 80 10
        seq 0 28 | sed "s|.*|$URL/&?delay=50|" >list
        echo "$URL/29?hold" >>list
        echo "coget $option -j 1 -i list" >run
        pane_run run
        wait_pane pane_has '29/30'
        wait_pane release_all
        wait_pane pane_has '^speed-up'
        pane -S - | grep -vE '^> |^(Starting|Finished) task http|^>$' |
            sed -e '/^tasks/q' | sed 's/^tasks .*/tasks/' >seen
        diff seen <(seq 0 29 | sed 's|^|/|'; echo tasks)
        if [ "$option" = -v ]; then
            [ "$(pane -S - | grep -c '^Starting task')" -eq 30 ]
            [ "$(pane -S - | grep -c '^Finished task')" -eq 30 ]
        fi
        tmux -L "$pane_socket" kill-server
    done
}

@test "results that another program prints do not mix with the bar, either" {
    pane_start 80 10
    seq 0 28 | sed "s|.*|$URL/&?delay=150|" >list
    echo "$URL/29?hold" >>list
    cat >late <<'EOF'
while read -r line; do
    sleep 0.02
    echo "$line"
done
EOF
    echo 'coget -s --progress bar -j 1 -i list | bash late; echo end' >run
    pane_run run
    wait_pane pane_has '29/30'
    wait_pane release_until '^end$'
    pane -S - | grep -v '^>' >seen
    # on a slow machine one or the other comes even later, over the bar
    awk 'NR <= 30 && index($0, "/" NR - 1) != 1 || NR == 31 && $0 != "end" || NR > 31 {
        print; bad = 1 } END { exit bad || NR != 31 }' seen
    [ "$(grep -cE '^/[0-9]+$' seen)" -ge 20 ]
}

@test "the bar waits while a line of the results is unfinished" {
    pane_start 80 10
    echo "coget -s --progress bar $URL/a?body=abc '$URL/b?delay=1500'; echo end" >run
    pane_run run
    wait_pane pane_has '^end$'
    [ "$(pane | head -n 1)" = abc/b ]
}

@test "warnings take the place of the bar" {
    pane_start 80 10
    echo "coget --retry 3 --retry-delay 0.1 -v $URL/a?hold '$URL/b?flaky=2&delay=600' >out" >run
    pane_run run
    wait_pane pane_has '0/2|1/2'
    wait_pane pane_has '^Finished task .*/b'
    wait_pane pane_has '1/2'
    [ "$(pane | grep -cE '1/2')" -eq 1 ]
    [ "$(pane | grep -c '^Retrying task http')" -eq 2 ]
    [[ $(bar_line) == *1/2* ]]
    wait_pane release_all
}

@test "^C, and ^C again: the bar leaves nothing" {
    pane_start 80 10
    echo "coget $URL/a?hang >out" >run
    pane_run run
    wait_pane pane_has '0/1'
    pane_key C-c
    wait_pane pane_has '^concurrent'
    pane_lacks '0/1|running|\^C'
    echo "{\"url\":\"$URL/a?hang\",\"shield\":true}" >list
    echo "coget --shield -i list >out" >run
    pane_run run
    wait_pane pane_has '0/1'
    pane_key C-c
    # the second one; those that follow at once are the first one still
    interrupted() {
        pane_key C-c
        # bash ends its line of a program that died by SIGINT
        pane_has '^>$'
    }
    wait_pane interrupted
    pane_lacks '0/1|running'
}

@test "^Z takes the bar away, fg brings it back" {
    pane_start 80 10
    pane_type "clear; coget $URL/a?hold >out"
    wait_pane pane_has '0/1'
    pane_key C-z
    wait_pane pane_has Stopped
    pane_lacks '0/1|running'
    pane_type 'clear; bg'
    wait_pane pane_has '^> *$'
    pane_type 'fg'
    wait_pane pane_has '0/1'
    wait_pane release_all
    pane_lacks '0/1|running'
}

@test "^Z stops it, too, when the run is over and files are written" {
    mkfifo t.svg
    exec 7<>t.svg # a reader that does not read
    seq 400 | sed "s|^|$URL/|" >list
    pane_start 80 10
    pane_type "clear; coget -s --progress bar --timeline=t.svg -i list >out"
    all_are_out() {
        [ "$(wc -l <out)" -eq 400 ]
    }
    wait_pane all_are_out
    sleep 0.2
    pane_key C-z
    wait_pane pane_has Stopped
    exec 7<&-
}

@test "^S stops the bar, not the run" {
    pane_start 80 10
    seq 0 9 | sed "s|.*|$URL/&?hold|" >list
    echo 'coget -s --progress bar -j 1 -i list >out; echo end' >run
    pane_run run
    wait_pane pane_has '0/10'
    pane_key C-s
    all_written() {
        server release >/dev/null
        [ "$(wc -l <out)" -eq 10 ]
    }
    wait_until all_written
    pane_has '^[^/]*[0-9]/10'
    pane_key C-q
    wait_pane pane_has '^end$'
    pane_lacks '/10|running'
}

@test "no bar where there is no terminal, with -s, none, or TERM=dumb" {
    run --separate-stderr coget "$URL/?delay=900"
    [[ $stderr != *"0/1"* ]]
    needs_terminal
    export TERM=xterm
    on_terminal() {
        script -qec "$*" /dev/null </dev/null
    }
    run on_terminal "'$COGET' -s '$URL/?delay=900'"
    [[ $output != *$'\e'* && $output != *0/1* ]]
    for option in "--progress none" --no-progress-meter; do
        run on_terminal "'$COGET' $option '$URL/?delay=900'"
        [[ $output != *$'\e[K'* && $output != *0/1* ]]
    done
    for option in "-s --progress bar" "-s -#" "-s --progress-bar"; do
        run on_terminal "'$COGET' $option '$URL/?delay=900'"
        [[ $output == *0/1*$'\e[K'* ]]
    done
    TERM=dumb run on_terminal \
        "'$COGET' -s --progress bar --progress-interval 0.2 '$URL/?delay=900'"
    [[ $output != *$'\e'* && $output == *"coget: 0/1, 0%, 1 running"* ]]
}

@test "what is said on a terminal begins a line, whatever bodies end with" {
    needs_terminal
    export TERM=xterm
    on_terminal() {
        script -qec "$*" /dev/null </dev/null | tr -d '\r'
    }
    local body="'$URL/a?body=ok' '$URL/b?body=ok'" option
    for option in "" "--progress none" "-o /dev/tty"; do
        run on_terminal "'$COGET' $option $body"
        [[ ${lines[0]} == okok && ${lines[1]} == tasks*"2 ok"* ]]
    done
    # one that ends its line needs no other end
    run on_terminal "'$COGET' '$URL/a'"
    [[ $output == /a$'\n'tasks* ]]
    run on_terminal "'$COGET' --timeline '$URL/a?body=ok'"
    [[ $output == ok$'\n'"concurrent: "* ]]
    run on_terminal "'$COGET' '$URL/a?body=ok' 'x://'"
    [[ $output == ok$'\n'"coget: "* || $output == "coget: "*$'\n'ok$'\n'* ]]
    run on_terminal "'$COGET' --progress plain --progress-interval 0.2 \
        '$URL/a?body=ok' '$URL/b?delay=500'"
    [[ $output == ok$'\n'"coget: 1/2"* ]]
    # what a user writes himself comes as he has it
    run on_terminal "'$COGET' -s -w '%{response_code}' $body"
    [ "$output" = ok200ok200 ]
    run on_terminal "'$COGET' -w '%{stderr}%{response_code}' \
        '$URL/a?body='"
    [[ $output == 200$'\n'tasks* ]]
    # the other end of a pipe, or a file, has bytes
    run on_terminal "'$COGET' '$URL/a?body=ok' >out"
    [[ $output == tasks* && $(<out) == ok ]]
    run on_terminal "'$COGET' '$URL/a?body=ok' 2>said"
    [[ $output == ok && $(<said) == tasks* ]]
}

@test "colours: NO_COLOR, --color" {
    needs_terminal
    export TERM=xterm
    on_terminal() {
        script -qec "$*" /dev/null </dev/null
    }
    local red=$'\e[31m'
    local args="'$URL/a?status=404' '$URL/?delay=900'"
    run on_terminal "'$COGET' -s --progress bar $args"
    [[ $output == *"${red}1 failed"* ]]
    NO_COLOR=1 run on_terminal "'$COGET' -s --progress bar $args"
    [[ $output != *"$red"* && $output == *"1 failed"* ]]
    run on_terminal "'$COGET' -s --progress bar --color never $args"
    [[ $output != *"$red"* ]]
    run --separate-stderr coget --color always "$URL/a?status=404"
    [[ $stderr == *"$red"* ]]
    run -2 coget --color blue "$URL/"
}

@test "--progress plain: lines" {
    run --separate-stderr coget -s --progress plain --progress-interval 0.2 \
        -j 2 "$URL/"{a,b,c}"?delay=900"
    [ "$status" -eq 0 ]
    [[ ${stderr_lines[0]} =~ ^"coget: 0/3, 0%, 2 running, 1 waiting (1 "(host|slot)"), 0.0/s, " ]]
    [[ ${stderr_lines[-1]} == "coget: 3/3, 100%, 0 running, "* ]]
    ! grep -v '^coget: [0-3]/3, ' <<<"$stderr"
    # shorter than the interval: nothing
    run --separate-stderr coget -s --progress plain "$URL/a"
    [ -z "$stderr" ]
    run -2 coget --progress-interval 0.05 "$URL/"
    [[ $output == *"--progress-interval: not more often than each 0.1 s" ]]
    run -2 coget --progress some "$URL/"
}

@test "the total: of arguments and files at once, of a pipe at its end" {
    {
        printf '\n# no target\n  # neither\n'
        printf '%s\n\n   \n' "$URL/x?delay=500" "$URL/y?delay=500"
        printf '\xef\xbb\xbf%s' "$URL/z?delay=500" # without an end
    } >list
    run --separate-stderr coget -s -j 1 --progress plain --progress-interval 0.2 \
        -i list "$URL/a?delay=500"
    [[ ${stderr_lines[0]} == "coget: 0/4, "* ]]
    [[ ${stderr_lines[-1]} == "coget: 4/4, "* ]]
    mkfifo fifo
    "$COGET" -s --progress plain --progress-interval 0.2 -i fifo >out 2>err &
    pid=$!
    exec 7>fifo
    echo "$URL/a" >&7
    wait_until grep -q '1 so far' err
    ! grep -q ETA err
    exec 7>&-
    wait "$pid"
    [[ $(tail -n 1 err) == "coget: 1/1, "* ]]
}

@test "--progress json: events" {
    run --separate-stderr coget -s --progress json --progress-interval 0.1 \
        --retry 1 --retry-delay 0.3 "$URL/a?flaky=1&delay=100" \
        "http://me:secret@${URL#http://}/b?size=1000" "no url" "$URL/c?status=404"
    [ "$status" -eq 1 ]
    jq -s -e '
        map(.elapsed) as $t | ($t | sort) == $t and
        .[0].event == "start" and .[-1].event == "end" and
        (.[0] | .mode == "concurrent" and .jobs == 50 and
            (.time | fromdate) > 0) and
        ([.[] | select(.event == "task_finished") | .index] | sort) == [0, 1, 2, 3] and
        ([.[] | select(.event == "task_started") | .index] | sort) == [0, 1, 3] and
        ([.[] | select(.event == "retry")] |
            length == 1 and .[0].index == 0 and .[0].attempt == 1 and
            .[0].delay >= 0.3 and .[0].response_code == 503 and
            .[0].outcome == "http_error") and
        ([.[] | select(.event == "task_finished" and .index == 0)][0] |
            .attempts == 2 and .outcome == "ok" and .errormsg == null) and
        ([.[] | select(.event == "task_finished" and .index == 1)][0] |
            .size_download == 1000 and (.url | contains("secret") | not)) and
        ([.[] | select(.event == "task_finished" and .index == 2)][0] |
            .outcome == "invalid" and .url == null and .attempts == 0) and
        ([.[] | select(.event == "progress")] | length > 0 and
            all(.total == 4 and .done <= 4 and (.waiting | keys | length) == 6)) and
        ([.[] | select(.event == "progress" and .backing_off == 1)] | length > 0) and
        (.[-1] | .done == 4 and .failed == 2 and .requests == 4 and
            .outcomes.ok == 2 and .outcomes.http_error == 1 and
            .outcomes.invalid == 1 and .bytes >= 1000)
    ' <<<"$stderr"
    [[ $stderr != *secret* ]]
}

@test "--progress json: both runs of --compare" {
    coget --compare --progress json --progress-fd 3 "$URL/"{a,b} \
        3>events >/dev/null 2>&1
    [ "$(jq -r 'select(.event == "start") | .mode' events | xargs)" = \
        "sequential concurrent" ]
    [ "$(jq -r 'select(.event == "end") | .done' events | xargs)" = "2 2" ]
}

@test "--progress-fd: a reader that does not read stalls nothing" {
    mkfifo fifo
    exec 7<>fifo 8>fifo 6<fifo 7>&-
    seq 5000 | sed "s|.*|$URL/&|" >list
    run coget -s --progress json --progress-fd 8 -i list
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 5000 ]
    # nobody's description was made non-blocking
    local flags
    flags=$(sed -n 's/^flags:[[:space:]]*//p' /proc/self/fdinfo/8)
    (((flags & 04000) == 0))
    # what arrived are whole events, but perhaps the last one
    exec 8>&-
    cat <&6 >events
    exec 6<&-
    [ "$(head -n 1 events | jq -r .event)" = start ]
    [ "$(wc -l <events)" -lt 10000 ]
    sed '$d' events | jq -e . >/dev/null
}

@test "--progress-fd: a slow reader hears how many events it missed" {
    mkfifo fifo
    exec 7<>fifo 8>fifo 6<fifo 7>&-
    { seq 5000 | sed "s|.*|$URL/&|"; echo "$URL/last?hold"; } >list
    "$COGET" -s --progress json --progress-interval 0.1 --progress-fd 8 -i list \
        >out 6<&- &
    pid=$!
    exec 8>&-
    done_but_one() {
        [ "$(stat_of requests)" -eq 5001 ]
    }
    wait_until done_but_one
    cat <&6 >events &
    local reader=$!
    exec 6<&-
    knows() {
        grep -q '"dropped":[0-9]' events
    }
    wait_until knows
    server release >/dev/null
    wait "$pid"
    wait "$reader"
    jq -s -e '.[-1].event == "end" and .[-1].done == 5001 and
        (length + (map(.dropped // 0) | add) >= 10000)' events
}

@test "--progress-fd: a reader that leaves, a descriptor that is not open" {
    seq 500 | sed "s|.*|$URL/&|" >list
    run coget -s --progress json --progress-fd 3 -i list 3> >(head -n 1 >first)
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 500 ]
    run --separate-stderr coget -s --progress json --progress-fd 9 "$URL/a" 9>&-
    [ "$status" -eq 0 ]
    [ "$output" = /a ]
    [ "$stderr" = "coget: --progress-fd 9 is not open: no progress" ]
    run --separate-stderr coget -s --progress json --progress-fd 3 "$URL/a" 3</dev/null
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
}

# usr1_shows PATTERN: asks, and looks at what was printed since.
usr1_shows() {
    kill -USR1 "$pid"
    grep -qE -- "$1" err
}

@test "SIGUSR1: what each task does, and where it waits" {
    "$COGET" -s -j 3 --retry 2 --retry-delay 600 \
        "$URL/back?status=503" "$URL/recv?size=1000&stall=10" "$URL/wait?hang" \
        "$URL/three?hang" "$URL/slot?hang" >out 2>err 3>&- &
    pid=$!
    wait_until requests_are 4 # before it has started, the signal ends it
    wait_until usr1_shows '^ +1 +receive .*\(10 of 1000 bytes\)'
    wait_until usr1_shows '^ +3 +wait '
    : >err
    wait_until usr1_shows '/slot'
    cat err
    local s='[0-9]+\.[0-9]{3}' at='fetch\.c:[0-9]+' h=$URL
    grep -qE "^ +0 +backoff +$s +$s +2 +$at +$h +$h/back" err
    grep -qE "^ +1 +receive +$s +$s +1 +$at +$h +$h/recv.*bytes\)$" err
    grep -qE "^ +2 +wait +$s +$s +1 +$at +$h +$h/wait" err
    grep -qE "^ +4 +(slot|host) +$s +$s +1 +$at +$h +$h/slot" err
    grep -qE '^coget: after [0-9.]+ s: 0/5, 3 running, 2 waiting \(1 (slot|host), 1 backoff\)' err
    grep -qE '^  root +run\.c:[0-9]+  waits for the last tasks' err
    grep -q '^  reader   has ended' err
    grep -qE '^  writer +writer\.c:[0-9]+  waits for results' err
    # the line is the one that waits
    local line
    line=$(sed -nE 's/^ +0 +backoff .* fetch\.c:([0-9]+) .*/\1/p' err | head -n 1)
    sed -n "${line}p" "$SRCDIR/src/fetch/fetch.c" | grep -q gate_back_off
    kill "$pid"
    wait "$pid" || [ $? -eq 143 ]
}

@test "SIGUSR1: an upload that is under way sends" {
    head -c 1000000 /dev/zero >file
    "$COGET" -s -T file --limit-rate 10000 "$URL/x" >out 2>err 3>&- &
    pid=$!
    catches_usr1() {
        grep -qE '^SigCgt:.*[2367abef][0-9a-f]{2}$' "/proc/$pid/status"
    }
    wait_until catches_usr1
    wait_until usr1_shows '^ +0 +send '
    kill "$pid"
    wait "$pid" || [ $? -eq 143 ]
}

@test "SIGUSR1: of many tasks the longest, and counts" {
    mkfifo fifo
    "$COGET" -s -j 5 -i fifo >out 2>err 3>&- &
    pid=$!
    exec 7>fifo
    seq 120 | sed "s|.*|$URL/&?hang|" >&7
    wait_until usr1_shows 'and 70 more: '
    grep -qE 'and 70 more:( [0-9]+ (slot|host|wait),?)+$' err
    [ "$(sed -n '/TASK/,/more/p' err | sed '/more/q' | grep -c ' fetch\.c:')" -eq 50 ]
    grep -qE '^  reader +reader\.c:[0-9]+  waits for input' err
    grep -qE '^  root +run\.c:[0-9]+  waits for targets' err
    kill "$pid"
    wait "$pid" || [ $? -eq 143 ]
    exec 7>&-
}

@test "SIGUSR1 before the loop starts does no harm" {
    mkfifo config
    "$COGET" -q -K config >out 2>err 3>&- &
    pid=$!
    opens_config() { # it stands in open()
        [ "$(tr '\0' ' ' <"/proc/$pid/cmdline")" != "${BASH##*/}" ] &&
            grep -qE '^SigIgn:.*[2367abef][0-9a-f]{2}$' "/proc/$pid/status"
    }
    wait_until opens_config
    kill -USR1 "$pid"
    { echo silent; echo "url=$URL/a"; } >config
    wait "$pid"
    [ "$(cat out)" = /a ]
}

@test "--debug counts, and names what holds the loop up" {
    run --separate-stderr coget -s --debug "$URL/"{a,b,c}
    [ "$status" -eq 0 ]
    [[ $stderr =~ "coget: debug: "[0-9]+" turns ("[0-9]+" slow, the longest "[0-9.]+" ms), "[0-9]+" wakes, 3 transfers, "[0-9]+" timers"$ ]]
    run --separate-stderr coget -s "$URL/a"
    [ -z "$stderr" ]
    command -v strace >/dev/null || skip_or_fail strace
    [ -z "${COGET_SLOW-}" ] || skip "strace would trace Valgrind"
    mkfifo fifo
    cat fifo >out &
    run strace -qq -o /dev/null -e inject=writev,write:delay_enter=300000:when=1 \
        "$COGET" -s --debug -o fifo "$URL/a"
    [ "$status" -eq 0 ]
    [[ $output =~ "coget: debug: a turn of the loop took "([0-9]+)\.[0-9]" ms, "[0-9.]+" ms of them writing results" ]]
    [ "${BASH_REMATCH[1]}" -ge 300 ]
}
