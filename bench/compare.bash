# One scenario's runs: who can do it, whether it is done right, and then all in
# turn. What was measured is in figures/PEER, a line a run: wall clock and CPU
# in seconds, the most memory in KiB.

# What a run may take, and what all runs of one peer may take, in seconds.
limit=300
budget=40

# Short runs scatter most: there are more of them, for so many seconds.
brief=12

# What a scenario sets; see scenarios.bash.
reset_scenario() {
    list=$work/list count=0 slots=$(few 100 3) size=50 wants=records expected=
    retries='' ca='' http2='' piped='' check_count='' times=1
}

declare -A absent=() # what is missing of a peer, or no

# prepare PEER: sets what peers.bash says; false where it cannot take part,
# with the reason in left_out.
prepare() {
    less='' left_out='' input=$list gives=''
    # looked for once: it takes Python a while
    [ -n "${absent[$1]-}" ] || {
        is_there "$1" && missing=no
        absent[$1]=$missing
    }
    [ "${absent[$1]}" = no ] || left_out="not installed (${absent[$1]})"
    [ -n "$left_out" ] || "peer_$1"
    [ -z "$left_out" ]
}

# What the kernel refused, because a queue of new connections was full.
dropped() {
    awk '$1 == "TcpExt:" && !names { names = split($0, name); next }
        $1 == "TcpExt:" { for (i = 2; i <= names; i++)
            if (name[i] == "ListenDrops") print $i }' /proc/net/netstat
}

# A directory for one run: on the disk where files are the point, else in
# memory, if there is such a place.
empty_place() {
    place=$work/run
    [ "$wants" = files ] || [ -z "$shm" ] || place=$shm/run
    rm -rf "$place" && mkdir "$place"
    [ "$wants" != files ] || warm_memory
}

# Pages that the machine below has not given yet, or has taken back, cost more
# than the writing itself: all find the same number of them, just used.
warm_memory() {
    dd if=/dev/zero of="$place/warm" bs=1M count=$((count * size >> 20)) \
        status=none && rm "$place/warm"
}

# Files that are written are not for the next one to wait for.
clear_place() {
    rm -rf "$place"
    [ "$wants" != files ] || sync
}

# execute FIGURES TIMES: runs what is prepared in a place of its own. Why it
# failed, or that the servers saw less than was asked for, is in the file why;
# else that is empty.
execute() {
    local status before
    before=$(dropped)
    empty_place 2>errors || {
        echo "failed: $(head -n 1 errors)" >why
        return
    }
    count_requests
    (
        set -o pipefail
        cd "$place" || exit
        set -- "$build/bench/measure" -n "$2" -t "$limit" "$work/$1" \
            "${command[@]}"
        if [ -n "$piped" ]; then
            cat "$input" | "$@"
        else
            "$@" <"$input"
        fi
    ) 2>errors
    status=$?
    count_requests
    drops=$(($(dropped) - before))
    [ $drops -eq 0 ] || echo $drops >>"$1.dropped"
    if [ $status = 124 ]; then
        echo "took over $limit s"
    elif [ $status != 0 ]; then
        echo "failed: status $status" "$(head -n 1 errors)"
    elif [ "$SEEN" -lt $((expected * $2)) ]; then
        echo "failed: the server saw $SEEN of $((expected * $2)) requests"
    fi >why
}

# Judges of what a run printed (stdin) or left: all of it, whole, and records
# in order.
judge_records() {
    awk -v n="$count" -v body="$body" '
        match($0, /"index": ?[0-9]+/) {
            i = substr($0, RSTART, RLENGTH)
            sub(/.*: ?/, "", i)
            good += i == NR - 1 && /"response_code": ?200[,}]/ &&
                index($0, body) > 0
        }
        END { exit !(good == n && NR == n) }'
}

judge_bodies() {
    [ "$(wc -c)" = $((count * size)) ]
}

judge_files() {
    cat >/dev/null
    [ "$(find "$place" -type f -size "${size}c" | wc -l)" = "$count" ]
}

judge_nothing() {
    cat >/dev/null
}

# check PEER: the run that is not counted: is its work right? It is also the
# warm-up, and says how many rounds there is time for, in rounds_of; the reason
# why there are none, in reason_of.
check() {
    local figures=$1.check wall list=$list count=$count expected=$expected
    local part=1
    [ -z "$quick" ] || figures=figures/$1
    if [ -n "$check_count" ]; then
        part=$((count / check_count))
        count=$check_count expected=$check_count
        head -n "$count" "$list" >list.check
        list=$work/list.check
    fi
    prepare "$1" || {
        reason_of[$1]=$left_out
        return 1
    }
    rm -f "$figures"
    empty_place # known to the judge, too
    execute "$figures" 1 | "judge_$gives" ||
        echo "failed: what it gives is not right" >>why
    clear_place
    [ ! -s why ] || {
        reason_of[$1]=$(head -n 1 why)
        return 1
    }
    read -r wall _ <"$figures"
    rounds_of[$1]=$(awk -v w="$wall" -v p="$part" -v t="$times" \
        -v b="$budget" -v s="$brief" -v n="$rounds" -v l="$limit" \
        -v name="$1" 'BEGIN {
        fit = int(b / (w * p * t))
        fit = w * p > l ? 0 : fit < 1 ? 1 : fit < n ? fit : n
        if (name == "coget" || name == "floor")
            fit = n
        more = int(s / (w * p * t))
        more = more < 4 * n ? more - (more % 2 == 0) : 4 * n + 1
        print (more > fit ? more : fit) }')
    [ "${rounds_of[$1]}" -gt 0 ] || {
        reason_of[$1]="would take over $limit s: $count took $wall s"
        return 1
    }
}

# measure PEER: one run that counts.
measure() {
    prepare "$1"
    execute "figures/$1" "$times" >/dev/null
    if [ -s why ]; then
        reason_of[$1]=$(head -n 1 why)
        rounds_of[$1]=0
    fi
    clear_place
}

# compare PEER...: coget, the floor and these, in turn, every other round from
# the last to the first; and the table.
compare() {
    local peer round names=()
    declare -gA rounds_of=() reason_of=()
    whole=$count
    : "${expected:=$count}"
    rm -rf figures && mkdir figures
    for peer in coget floor "$@"; do
        rounds_of[$peer]=0
        check "$peer" && names+=("$peer")
    done
    if [ -n "$quick" ]; then
        table coget floor "$@"
        return
    fi
    for ((round = 0; round <= 4 * rounds; round++)); do
        for peer in $(in_turn $round "${names[@]}"); do
            [ "${rounds_of[$peer]}" -le $round ] || measure "$peer"
        done
    done
    table coget floor "$@"
}

in_turn() {
    if [ $(($1 % 2)) = 0 ]; then
        printf '%s\n' "${@:2}"
    else
        printf '%s\n' "${@:2}" | tac
    fi
}
