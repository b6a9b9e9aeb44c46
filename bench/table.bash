# What was measured, as Markdown: a scenario's table, its targets, and the file
# of results.

# stats PEER: the median of wall clock, its least and its most; the same of CPU
# time; the most memory, in MiB.
stats() {
    awk 'function sorted(a, n,    i, j, t) {
            for (i = 2; i <= n; i++)
                for (j = i; j > 1 && a[j - 1] > a[j]; j--) {
                    t = a[j]; a[j] = a[j - 1]; a[j - 1] = t
                }
            m = int((n + 1) / 2)
            t = n % 2 ? a[m] : (a[m] + a[m + 1]) / 2
            return t " " a[1] " " a[n]
        }
        { wall[NR] = $1; cpu[NR] = $2; if ($3 > most) most = $3 }
        END { print sorted(wall, NR), sorted(cpu, NR), most / 1024 }' \
        "figures/$1"
}

# figure PEER wall|cpu: the median; nothing where there is none.
figure() {
    local wall cpu
    [ "${rounds_of[$1]-0}" != 0 ] || return 0
    read -r wall _ _ cpu _ < <(stats "$1")
    if [ "$2" = wall ]; then echo "$wall"; else echo "$cpu"; fi
}

# note PEER: what it does less, and what the kernel dropped of its connections.
note() {
    local note
    prepare "$1"
    note=$less
    if [ -s "figures/$1.dropped" ]; then
        note+="${note:+; }$(awk '{ n += $1 } END { print n }' \
            "figures/$1.dropped") connections refused by a full queue"
    fi
    echo "$note"
}

table() {
    local peer wall cpu
    wall=$(figure coget wall) cpu=$(figure coget cpu)
    echo "| | rounds | wall, s (least-most) | / coget | CPU, s (least-most) | / coget | MiB | does less |"
    echo "|---|--:|--:|--:|--:|--:|--:|---|"
    for peer; do
        if [ "${rounds_of[$peer]}" = 0 ]; then
            echo "| $(label "$peer") | - | | | | | | ${reason_of[$peer]} |"
            continue
        fi
        stats "$peer" | awk -v name="$(label "$peer")" -v wall="$wall" \
            -v cpu="$cpu" -v note="$(note "$peer")" \
            -v rounds="$(wc -l <"figures/$peer")" '
            function of(x, y) { return y > 0 ? sprintf("%.2f", x / y) : "-" }
            function spread(a, b, c) {
                if (rounds == 1)
                    return sprintf("%.3f", a)
                return sprintf("%.3f (%.3f-%.3f)", a, b, c)
            }
            { printf "| %s | %d | %s | %s | %s | %s | %.1f | %s |\n", name,
                rounds, spread($1, $2, $3), of($1, wall),
                spread($4, $5, $6), of($4, cpu), $7, note }'
    done
    echo
    # without these two nothing is measured
    [ "${rounds_of[coget]}" != 0 ] && [ "${rounds_of[floor]}" != 0 ]
}

# judge TEXT RATIO MOST: a target's line; false where it is missed. In a quick
# test nothing is judged.
judge() {
    local verdict
    [ -z "$quick" ] || return 0
    [ -n "$2" ] || {
        echo "- $1: not judged"
        return 0
    }
    verdict=$(awk -v r="$2" -v m="$3" 'BEGIN {
        print (r <= m ? "met" : "MISSED") }')
    echo "- $1: $2, $verdict"
    [ $verdict = met ]
}

# ratio wall|cpu A B, of medians, or nothing.
ratio() {
    local a b
    a=$(figure "$2" "$1") b=$(figure "$3" "$1")
    [ -z "$a" ] || [ -z "$b" ] ||
        awk -v a="$a" -v b="$b" 'BEGIN { printf "%.3f\n", a / b }'
}

# cpu_at_most LIMIT: of coget, against the floor's.
cpu_at_most() {
    judge "CPU at most $1 times the floor's" "$(ratio cpu coget floor)" "$1"
}

# times_as_fast TIMES PEER: coget, at least, by wall clock. What the floor, with
# nothing of coget, comes to stands beside it.
times_as_fast() {
    local r
    [ -z "$quick" ] || return 0
    r=$(ratio wall "$2" coget)
    judge "at least $1 times as fast as $(label "$2") (the floor $(
        ratio wall "$2" floor))" "${r:+-$r}" "-$1" |
        sed 's/: -/: /'
    return "${PIPESTATUS[0]}"
}

# no_slower PEER...: coget, by wall clock, than any of these. Medians of equals
# differ a little, by chance.
no_slower() {
    local peer name=none wall best='' text
    for peer; do
        wall=$(figure "$peer" wall)
        if [ -n "$wall" ] && { [ -z "$best" ] ||
            awk -v a="$wall" -v b="$best" 'BEGIN { exit !(a < b) }'; }; then
            best=$wall name=$peer
        fi
    done
    text="no slower than $(label "$name")"
    text+=" (wall clock at most $no_slower_limit times its;"
    text+=" the floor $(ratio wall floor "$name"))"
    judge "$text" "$(ratio wall coget "$name")" $no_slower_limit
}
no_slower_limit=1.03

# --- the file of results

machine() {
    local peer
    echo "Machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)," \
        "$(getconf _NPROCESSORS_ONLN) processors," \
        "$(awk '/^MemTotal/ { printf "%.1f GiB", $2 / 1048576 }' /proc/meminfo)," \
        "Linux $(uname -r)," \
        "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)," \
        "files on $(stat -f -c %T "$work")."
    echo
    echo "Servers: $(PATH=$PATH:/usr/sbin nginx -v 2>&1 | sed 's/.*: //')," \
        "one worker, and bench/delay.c, on the same processors, wherever the" \
        "scheduler puts them, in $network."
    echo
    echo "Versions: $(for peer in floor $all_peers; do
        is_there "$peer" && version_of "$peer"
    done | paste -sd, | sed 's/,/, /g')."
}

# write_results FILE: the sections of this run, and those of earlier ones on
# the same machine with the same versions.
write_results() {
    local file=$1 name
    {
        cat <<END
# What \`bench/run\` measured

Medians of rounds in which all did the same work in turn, after one that was
not counted and in which the work of each was checked; fewer where one took long
(at most $budget s for each peer and table, $limit s for a run), more where it took
little ($brief s). CPU time is user and system, children too; MiB is the most that
one process had resident.

END
        machine
    } >header
    if [ -f "$file" ] && ! sed '/^## /,$d' "$file" | sed '$d' |
        cmp -s - header; then
        echo "bench/run: $file is of another machine or other versions:" \
            "its other scenarios are dropped" >&2
        rm -f "$file"
    fi
    for name in $scenarios soak; do
        if [ -f "section.$name" ]; then
            printf '\n## %s\n\n' "$name"
            cat "section.$name"
        elif [ -f "$file" ]; then
            awk -v s="## $name" '/^## / { on = $0 == s; if (on) print "" }
                on { lines = lines $0 "\n" }
                END { sub(/\n+$/, "\n", lines); printf "%s", lines }' "$file"
        fi
    done >sections
    cat header sections >results.new && cp results.new "$file"
}
