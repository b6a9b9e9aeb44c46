# Several machines: parts of a list, and their results put together.

load helper
load own_server

# A list with what is no target, equal ones, and some that are invalid.
write_list() {
    local i
    {
        echo "# a comment"
        for ((i = 0; i < 40; i++)); do
            echo "$URL/$i"
            [ $((i % 10)) -ne 0 ] || echo
        done
        echo "{\"id\": 7, \"url\": \"$URL/7\"}"
        echo "{\"id\": 8, \"url\": \"$URL/7\", \"json\": {\"a\": 1.10}}"
        echo "http://a b/"
        echo "{bad"
        echo "$URL/0?status=404"
        echo "$URL/1"
    } >"$1"
}

# Puts records of parts into the order of the list.
by_index() {
    cat "$@" >all
    paste <(jq .index all) all | sort -n | cut -f 2-
}

@test "the parts of --shard are the whole list, each target once" {
    local k
    write_list list
    run -1 --separate-stderr coget --ndjson --stable -s -i list
    echo "$output" >whole
    server reset >/dev/null
    for k in 1 2 3; do
        coget --shard $k/3 --ndjson --stable -s -i list >part.$k ||
            [ $? -eq 1 ]
        [ "$(wc -l <part.$k)" -gt 5 ]
        jq -s -e 'map(.index) | . == sort' part.$k
    done
    by_index part.1 part.2 part.3 | cmp - whole
    [ "$(stat_of requests)" = 44 ]
    # equal ones are together
    jq -e 'select(.input | strings | endswith("/1")) | .index' part.* |
        sort -n >places
    [ "$(cat places)" = $'1\n45' ]
    [ "$(grep -lE '"index":(1|45),' part.* | wc -l)" = 1 ]
}

@test "a part is the same whatever the options give to all targets" {
    write_list list
    coget --shard 2/3 --dry-run -s --ndjson -i list | jq -c '.index' >plain
    coget --shard 2/3 --dry-run -s --ndjson -H 'X-Machine: 2' -u a:b -i list |
        jq -c '.index' >with
    cmp plain with
    [ "$(wc -l <plain)" -gt 5 ]
}

@test "--shard-by host keeps a host in one part" {
    local k i
    for ((i = 0; i < 60; i++)); do
        echo "http://h$((i % 12)).example/$i"
    done >list
    for k in 1 2 3 4; do
        coget --shard $k/4 --shard-by host --dry-run --ndjson -s -i list |
            jq -r --arg k $k '.url // empty | split("/")[2] + " " + $k'
    done >found
    [ "$(wc -l <found)" = 60 ]
    [ "$(sort -u found | wc -l)" = 12 ]
    [ "$(cut -d ' ' -f 2 found | sort -u | wc -l)" -gt 1 ]
}

@test "--dedupe fetches equal GETs once over all parts" {
    local k i
    for ((i = 0; i < 30; i++)); do
        echo "{\"id\": $i, \"url\": \"$URL/$((i % 6))\"}"
    done >list
    for k in 1 2 3; do
        coget --shard $k/3 --dedupe --ndjson -s -i list >>all
    done
    [ "$(wc -l <all)" = 30 ]
    [ "$(stat_of requests)" = 6 ]
    # the first of them is named by its place in the whole list
    jq -s -e 'all(.[]; (.dedup_of // .index) == .index % 6)' all
}

@test "chunks with --index-offset are the whole list again" {
    local i
    write_list list
    # one target a line
    grep -v '^#' list | grep . >clean
    run -1 --separate-stderr coget --ndjson --stable -s -i - <clean
    echo "$output" >whole
    split -l 10 -d clean chunk.
    i=0
    for chunk in chunk.*; do
        coget --index-offset $i --ndjson --stable -s -i - <$chunk >>pieces ||
            [ $? -eq 1 ]
        i=$((i + 10))
    done
    cmp pieces whole
    jq -s -e '.[42].errormsg ==
        "stdin:43: a space in the URL (%20 stands for one)"' whole
    coget -s --index-offset 30 -o '{index:3}.txt' -i chunk.03
    [ "$(ls [0-9]*.txt | tr '\n' ' ')" = "$(printf '%03d.txt ' {30..39})" ]
    [ "$(cat 030.txt)" = /30 ]
}

@test "a part may be empty; one that is none is told" {
    run -0 --separate-stderr coget --shard 1/2 --ndjson -i /dev/null
    [ -z "$output" ]
    run -2 coget --shard 0/3 a
    [ "$output" = 'coget: --shard: "0/3" is no part K/N, as 1/3, 2/3 or 3/3' ]
    run -2 coget --shard-by host a
    [ "$output" = 'coget: --shard-by says how --shard parts the targets: it needs that' ]
    run -2 coget --index-offset -1 a
    [[ $output == 'coget: --index-offset: "-1" is no number from 0 to '* ]]
}

@test "a timeline, the progress and -w of a part name places in the list" {
    write_list list
    coget --shard 2/3 -s --ndjson --timeline=t.har --progress json \
        --progress-fd 5 -i list >part 5>progress || [ $? -eq 1 ]
    jq .index part | sort -n >told
    jq 'select(.event == "task_finished").index' progress | sort -n |
        cmp - told
    jq '.log.entries[]._index' t.har | sort -nu >drawn
    jq 'select(.outcome != "invalid") | .index' part | sort -n | cmp - drawn
    coget --shard 2/3 -s -w '%{stderr}%{index}\n' -i list 2>written >bodies ||
        [ $? -eq 1 ]
    sort -n written | cmp - told
}

# merged CONDITION: of the file "merged".
merged() {
    jq -e "$1" merged >/dev/null || {
        echo "does not hold: $1" >&2
        jq . merged >&2
        return 1
    }
}

@test "--merge adds up the summaries of parts" {
    local k
    write_list list
    for k in 1 2 3; do
        coget --shard $k/3 -s --summary s.$k -o /dev/null -i list ||
            [ $? -eq 1 ]
    done
    run -1 --separate-stderr coget --merge --summary merged s.1 s.2 s.3
    [ -z "$stderr" ]
    [ "${lines[0]}" = "merged       3 runs" ]
    [ "${lines[1]}" = "tasks        43 ok, 1 failed, 2 invalid" ]
    grep -q '^cause        1 x HTTP status 404' <<<"$output"
    grep -qE '^concurrent   [0-9.]+ s   from the first start to the last end$' <<<"$output"
    ! grep -q '^limited by' <<<"$output" || false
    merged '.runs == 3 and .tasks == 46 and .attempts == 44 and
        .outcomes.ok == 43 and .outcomes.http_error == 1 and
        .outcomes.invalid == 2 and .limited_by == null'
    merged '.task_times | .count == 44 and
        .count == ([.steps[][1]] | add) and .min <= .p50 and .p99 <= .max'
    jq -n -e '[inputs] | .[:3] as $s | .[3] |
        .size_download == ($s | map(.size_download) | add) and
        .task_times.max == ($s | map(.task_times.max) | max) and
        .slowest[0].time == .task_times.max and
        .time_run >= ($s | map(.time_run) | max) and
        .started_at == ($s | map(.started_at) | min)' s.1 s.2 s.3 merged
    # sums of sums, and a file of several
    coget --merge --summary some s.1 s.2 >/dev/null || [ $? -eq 1 ]
    run -1 coget --merge --summary again some s.3
    cmp again merged
    run -1 --separate-stderr coget --merge -s --summary - <<<"$(cat s.1 s.2 s.3)"
    [ "$output" = "$(cat merged)" ]
}

@test "--merge tells how many slots there were at once, and from when to when" {
    local at
    coget -s -j 4 --summary one -o /dev/null "$URL/1" "$URL/2"
    # run NAME BEGIN LENGTH JOBS AT-ONCE
    made() {
        jq -c --arg at "2026-01-01T00:00:$2.000000Z" \
            ".started_at = \$at | .time_run = $3 | .jobs = $4 |
            .most_at_once = $5" one >"$1"
    }
    made a 00 10 4 3
    made b 05 10 7 5
    made c 10 30.5 6 1
    run -0 coget --merge --summary merged c a b
    merged '.started_at == "2026-01-01T00:00:00.000000Z" and .time_run == 40.5'
    # b with either of the others; c begins when a ends
    merged '.jobs == 13 and .most_at_once == 8'
    merged '.time_concurrent == 40.5 and (.sequential_is_measured | not)'
    grep -q '(8 at once; -j 13)' <<<"$output"
}

@test "--merge says which file is no summary, and why" {
    local i
    coget -s --summary good -o /dev/null "$URL/1"
    echo 'coget: a message' >bad
    run -2 coget --merge good bad
    [ "$output" = "coget: bad: no summary: '[' or '{' expected near 'coget'" ]
    jq '.tasks = 7' good >bad
    run -2 coget --merge good bad
    [ "$output" = 'coget: bad: no summary of this coget: "outcomes" is missing or wrong' ]
    jq '.task_times.min = .task_times.max + 1' good >bad
    run -2 coget --merge good bad
    [ "$output" = 'coget: bad: no summary of this coget: "min" is missing or wrong' ]
    jq '.size_download = 9e18' good | sed 's/9e+18/9000000000000000000/' >bad
    run -2 coget --merge good bad
    [ "$output" = 'coget: bad: no summary of this coget: "size_download" is missing or wrong' ]
    coget -s --ndjson "$URL/1" >bad
    run -2 coget --merge bad
    [ "$output" = 'coget: bad: no summary of this coget: "tasks" is missing or wrong' ]
    coget -s --compare --summary bad -o /dev/null "$URL/1"
    run -2 coget --merge bad
    [ "$output" = "coget: bad: it is of --compare: several runs of one list do not add up" ]
    head -c 100 good >bad
    run -2 coget --merge bad
    [[ $output == "coget: bad: no summary: "* ]]
    : >bad
    run -2 coget --merge good bad
    [ "$output" = "coget: bad: it is empty, no summary" ]
    run -3 coget --merge good none
    [ "$output" = "coget: cannot read none: No such file or directory" ]
    run -2 coget --merge --journal j good
    [ "$output" = "coget: --merge fetches nothing: --journal does not go with it" ]
    jq -c '.slowest[0].task = "a\u001b[31mb"' good >bad
    for i in {1..10}; do cat bad; done >many
    run -0 coget --merge many
    [[ $output != *$'\e'* ]]
    grep -q '^slowest .*a\\x1b\[31mb$' <<<"$output"
}
