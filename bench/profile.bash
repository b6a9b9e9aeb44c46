# Where the time of a small request goes, beyond what bench/floor pays for it:
# instructions by library (callgrind), those of some functions with all that
# they call, and system calls (strace).

# profiled PEER TOOL...: runs the peer under a tool.
profiled() {
    prepare "$1" &&
        "${@:2}" "${command[@]}" <"$input" >/dev/null 2>tool.log
}

# by_object FILE: "name instructions" of each library, from callgrind's file.
by_object() {
    awk '/^ob=/ { id = $0; sub(/^ob=/, "", id); sub(/ .*/, "", id)
            if (NF > 1) { name = $2; sub(/.*\//, "", name); names[id] = name }
            object = names[id] }
        /^cob=.* / { id = $0; sub(/^cob=/, "", id); sub(/ .*/, "", id)
            name = $2; sub(/.*\//, "", name); names[id] = name }
        /^calls=/ { getline; next } # what was called is counted where it is
        /^[-+*0-9]/ { cost[object] += $2 }
        END { for (o in cost) print o, cost[o] }' "$1"
}

# by_call FILE: "syscall times", from strace -c.
by_call() {
    awk '$4 ~ /^[0-9]+$/ && $1 ~ /^[0-9.]+$/ && $NF != "total" {
        print $NF, $4 }' "$1"
}

# beside COGET FLOOR LEAST DIGITS: a table of two such lists, a request; what is
# less than LEAST for both is put together.
beside() {
    awk -v n="$count" -v least="$3" '
        NR == FNR { coget[$1] += $2; names[$1]; next }
        { floor[$1] += $2; names[$1] }
        END {
            for (name in names) {
                a = coget[name] / n; b = floor[name] / n
                all_a += a; all_b += b
                if (a < least && b < least) { rest_a += a; rest_b += b }
                else printf "%s %.2f %.2f\n", name, a, b | "sort -k2,2nr"
            }
            close("sort -k2,2nr")
            printf "others %.2f %.2f\nall %.2f %.2f\n", rest_a, rest_b,
                all_a, all_b
        }' "$1" "$2" |
        awk -v d="$4" '{
            f = "%." d "f"
            printf "| %s | " f " | " f " | %+." d "f |\n", $1, $2, $3,
                $2 - $3 }'
}

# with_callees FILE FUNCTION...: instructions a request.
with_callees() {
    local file=$1
    shift
    callgrind_annotate --inclusive=yes --threshold=100 --show-percs=no \
        "$file" 2>/dev/null | awk -v n="$count" -v list="$*" '
        BEGIN { wanted = split(list, names, " ") }
        match($0, /[^:\/ ]+:[^ ]+( \[|$)/) {
            cost = $1; gsub(/,/, "", cost)
            name = substr($0, RSTART, RLENGTH)
            sub(/.*:/, "", name); sub(/ \[$/, "", name)
            if (cost > most[name]) most[name] = cost
        }
        END { for (i = 1; i <= wanted; i++)
            printf "| %s | %.0f |\n", names[i], most[names[i]] / n }'
}

profile() {
    local peer
    for peer in valgrind strace; do
        command -v $peer >/dev/null || {
            echo "Not measured: $peer is not installed (bench/run --deps)."
            return
        }
    done
    count=$(few 5000 200)
    seq -f "$NGINX/%.0f" "$count" >list
    about "The work of small, $count requests, as callgrind and strace count it"
    for peer in coget floor; do
        profiled $peer valgrind --tool=callgrind \
            --callgrind-out-file="$work/calls.$peer" &&
            profiled $peer strace -f -c -o "$work/strace.$peer" || {
            head -n 3 tool.log
            return 1
        }
        by_object "calls.$peer" >"objects.$peer"
        by_call "strace.$peer" >"syscalls.$peer"
    done
    echo "| instructions a request | coget | floor | more |"
    echo "|---|--:|--:|--:|"
    beside objects.coget objects.floor 300 0
    echo
    echo "| of coget's, with all that they call | instructions a request |"
    echo "|---|--:|"
    with_callees calls.coget curl_multi_socket_action begin_easy \
        curl_easy_cleanup fetch_body record_ended
    echo
    echo "| system calls a request | coget | floor | more |"
    echo "|---|--:|--:|--:|"
    beside syscalls.coget syscalls.floor 0.02 2
}
