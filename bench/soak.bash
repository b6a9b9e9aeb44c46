# The soak: half an hour or more of mixed work and faults in one process, to
# see that its memory, its open files and its threads do not grow. Not among
# the scenarios that run by default.

# The work, in parts of a thousand, and what must come of each. Generator and
# judge both know the kind of a line by its number.
soak_kinds="plain 400 ok, delayed 250 ok, flaky 50 ok, post 60 ok,
    chunked 60 ok, redirected 40 ok, gzip 40 ok, large 20 ok, file 2 ok,
    missing 5 http_error, busy 1 http_error, refused 15 network_error,
    reset 15 network_error, cut 15 network_error, garbage 10 network_error,
    badchunk 10 network_error, hanging 5 timeout, invalid 2 invalid"

# Sets kind[0..999] and outcome[kind], in awk.
soak_table='BEGIN {
    gsub(/\n */, " ", kinds)
    parts = split(kinds, part, ", ")
    for (p = 1; p <= parts; p++) {
        split(part[p], word, " ")
        outcome[word[1]] = word[3]
        for (k = 0; k < word[2]; k++)
            kind[filled++] = word[1]
    }
}
function kind_of(i) { return kind[i * 617 % 1000] }
'

# soak_lines: tasks without an end, until there is a file stop.
soak_lines() {
    awk -v kinds="$soak_kinds" -v fast="$NGINX" -v slow="$DELAY" \
        -v odd="$ODD" -v busy="$BUSY" "$soak_table"'
    BEGIN {
        # "gzip" and a line end, compressed
        gzip = "1f8b08000000000002034bafca2ce00200ff7c5e6105000000"
        gsub(/../, "%&", gzip)
        how["chunked"] = "size=20000&chunked"
        how["redirected"] = "redirect=/there"
        how["gzip"] = "body=" gzip "&header=Content-Encoding:%20gzip"
        how["large"] = "size=262144"
        how["missing"] = "status=404"
        how["reset"] = "reset"
        how["cut"] = "size=5000&cut=1000"
        how["garbage"] = "headless&body=garbage"
        how["badchunk"] = "badchunk"
        for (i = 0; i % 1000 || (getline end <"stop") < 0; i++) {
            k = kind_of(i)
            if (k == "plain")
                print fast "/" i
            else if (k == "delayed")
                print slow "/2000/" i
            else if (k == "flaky")
                print slow "/20/flaky/" i % 1000000
            else if (k == "refused")
                print "http://127.0.0.1:1/" i
            else if (k == "busy")
                print busy "/?status=429&header=Retry-After:%201"
            else if (k == "post")
                print "{\"url\":\"" odd "/?echo\",\"method\":\"POST\"," \
                    "\"body\":\"line " i "\",\"id\":" i "}"
            else if (k == "hanging")
                print "{\"url\":\"" odd "/?hang\",\"max_time\":1,\"retry\":0}"
            else if (k == "file")
                print "{\"url\":\"" odd "/?size=300000\",\"output\":\"" i "\"}"
            else if (k == "invalid")
                print "{\"url\":" i "}"
            else
                print odd "/" i "?" how[k]
        }
    }'
}

# soak_judge: of the records on stdin; what it saw so far is in the file seen,
# its counts at the end in the file kinds.
soak_judge() {
    awk -v kinds="$soak_kinds" "$soak_table"'
    {
        k = kind_of(NR - 1)
        wanted = "\"outcome\":\"" outcome[k] "\""
        n[k]++
        if (!/^{"index":[0-9]+,/ || substr($0, 10) + 0 != NR - 1)
            disorder++
        if (index($0, wanted) == 0 && bad[k]++ < 3)
            print "line " NR - 1 ", " k ": " substr($0, 1, 400) >"wrong"
    }
    NR % 1000 == 0 { print NR >"seen"; close("seen") }
    END {
        for (k in outcome) {
            print k, outcome[k], n[k] + 0, bad[k] + 0 | "sort >kinds"
            all_bad += bad[k]
        }
        print NR, all_bad + 0, disorder + 0 >"judged"
    }'
}

# soak_sample PID: seconds, records so far, KiB resident, open files, threads.
soak_sample() {
    local rss threads fds seen=0
    rss=$(awk '/^VmRSS/ { r = $2 } /^Threads/ { t = $2 }
        END { print r + 0, t + 0 }' "/proc/$1/status" 2>/dev/null) || return
    read -r rss threads <<<"$rss"
    fds=$(find "/proc/$1/fd" -mindepth 1 2>/dev/null | wc -l)
    [ ! -s seen ] || seen=$(cat seen)
    [ "$rss" = 0 ] || echo "$((SECONDS - began)) ${seen:-0} $rss $fds $threads"
}

# soak_figures: from the samples, of the second minute and of the last: medians
# of memory (KiB) and open files, most threads; the most memory at all; seconds,
# and records in between.
soak_figures() {
    awk -v first="$1" -v span="$2" '
        function median(a, n,    i, j, t) {
            for (i = 2; i <= n; i++)
                for (j = i; j > 1 && a[j - 1] > a[j]; j--) {
                    t = a[j]; a[j] = a[j - 1]; a[j - 1] = t
                }
            return a[int((n + 1) / 2)]
        }
        NR == FNR { last = $1; next }
        $3 > most { most = $3 }
        $1 >= first && $1 < first + span {
            n1++; rss1[n1] = $3; fds1[n1] = $4; seen1 += $2
            if ($5 > t1) t1 = $5
        }
        $1 > last - span {
            n2++; rss2[n2] = $3; fds2[n2] = $4; seen2 += $2
            if ($5 > t2) t2 = $5
        }
        END {
            if (n1 == 0 || n2 == 0)
                exit 1
            printf "%d %d %d %d %d %d %d %d %d\n", median(rss1, n1),
                median(rss2, n2), median(fds1, n1), median(fds2, n2), t1, t2,
                most, last, seen2 / n2 - seen1 / n1
        }' samples samples
}

# soak_course: the median memory, in KiB, of each tenth of the samples.
soak_course() {
    local count tenth
    count=$(wc -l <samples)
    for tenth in {0..9}; do
        sed -n "$((count * tenth / 10 + 1)),$((count * (tenth + 1) / 10))p" \
            samples | sort -n -k 3,3 | awk '{ rss[NR] = $3 }
            END { print rss[int((NR + 1) / 2)] }'
    done | paste -sd ' ' | sed 's/ /, /g'
}

# What must be there besides bench/run's servers: one for what is odd, and one
# that is always busy, on an address of its own: it stops its whole host.
soak_servers() {
    local port
    make -s -C "$build" --no-print-directory tests/testserver >/dev/null ||
        return
    "$build/tests/testserver" /dev/null >odd.port &
    servers+=($!)
    "$build/tests/testserver" /dev/null 127.0.0.2 >busy.port &
    servers+=($!)
    until [ -s odd.port ] && [ -s busy.port ]; do
        kill -0 "${servers[-1]}" && kill -0 "${servers[-2]}" || return
        sleep 0.1
    done
    read -r port <odd.port && ODD=http://127.0.0.1:$port
    read -r port <busy.port && BUSY=http://127.0.0.2:$port
}

soak() {
    local began pid judge status enough=$(few 1000000 1000) first=$(few 60 5)
    local span=$first missed=0 rss1 rss2 fds1 fds2 threads1 threads2 most last
    local between all bad disorder attempts
    soak_servers || {
        echo "Not measured: the servers do not start."
        return 1
    }
    mkdir soak && cd soak || return
    about "Mixed work and faults in one process, 500 at once, retried"
    mkfifo lines records
    echo 0 >seen
    soak_lines >lines &
    servers+=($!)
    soak_judge <records &
    judge=$!
    "$coget" -q -s --ndjson -L --compressed -j 500 --window 20000 --retry 2 \
        --retry-delay 0.1 --output-dir files --create-dirs \
        --summary summary.json -i - <lines >records 2>errors &
    pid=$!
    began=$SECONDS
    while kill -0 $pid 2>/dev/null; do
        soak_sample $pid
        [ $((SECONDS - began)) -lt "$soak_time" ] ||
            ! [ "$(cat seen)" -ge "$enough" ] 2>/dev/null || : >>stop
        sleep 1
    done >samples
    wait $pid
    status=$?
    wait $judge
    read -r all bad disorder <judged
    read -r rss1 rss2 fds1 fds2 threads1 threads2 most last between < <(
        soak_figures "$first" "$span") || missed=1
    attempts=$(grep -oE '"attempts":[0-9]+' summary.json | cut -d : -f 2)
    between=$((between * attempts / all)) # requests
    [ $status = 1 ] || missed=1 # some have failed, as they should
    echo "$all tasks, $attempts requests in $last s; coget's exit status is" \
        "$status, with $bad wrong outcomes and $disorder out of order."
    echo
    echo "| kind | outcome | tasks | wrong |"
    echo "|---|---|--:|--:|"
    awk '{ printf "| %s | %s | %d | %d |\n", $1, $2, $3, $4 }' kinds
    echo
    echo "| | second minute | last minute |"
    echo "|---|--:|--:|"
    echo "| memory, KiB (median) | $rss1 | $rss2 |"
    echo "| open files (median) | $fds1 | $fds2 |"
    echo "| threads (most) | $threads1 | $threads2 |"
    echo
    echo "The most memory was $most KiB. Its median in each tenth of the run:" \
        "$(soak_course)."
    echo
    judge "requests missing of $enough" \
        $((enough > attempts ? enough - attempts : 0)) 0 || missed=1
    judge "wrong outcomes, and records out of order" $((bad + disorder)) 0 ||
        missed=1
    judge "KiB of growth each 100,000 requests, at most 1024" \
        $(((rss2 - rss1) * 100000 / (between > 0 ? between : 1))) 1024 ||
        missed=1
    judge "KiB of growth after the first minute, at most 1024 in all" \
        $((rss2 - rss1)) 1024 || missed=1
    judge "more open files after the first minute, at most 25" \
        $((fds2 - fds1)) 25 || missed=1
    judge "more threads after the first minute" \
        $((threads2 - threads1)) 0 || missed=1
    judge "threads missing of 2: one writes files" \
        $((threads2 < 2 ? 2 - threads2 : 0)) 0 || missed=1
    [ ! -s wrong ] || head -n 5 wrong errors >&2
    cd ..
    return $missed
}
