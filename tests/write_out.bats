# -w: what is said of each task, with curl's variables and ours.

load helper
load own_server

# The variables of curl 7.88 that are no time, address, speed or version.
SHARED="certs content_type errormsg exitcode ftp_entry_path http_code
    http_connect http_version method num_certs num_connects num_headers
    num_redirects proxy_ssl_verify_result redirect_url referer remote_ip
    remote_port response_code scheme size_download size_header size_request
    size_upload ssl_verify_result url url_effective urlnum"

# All that both tools have to say, and what they count as JSON.
format() {
    local name
    printf '%%{stderr}'
    for name in $SHARED; do
        printf '%s=%%{%s}\\n' "$name" "$name"
    done
    printf 'type=%%header{content-type} none=%%header{x-none}\\n'
    printf '%%{header_json}\\n%%{onerror}an error\\n'
}

# Milliseconds in messages are times.
no_times() {
    sed 's/ [0-9]* ms/ N ms/g; s/ [0-9]* milliseconds/ N milliseconds/g'
}

# The members that both have, but for times, addresses and versions.
members() {
    jq -S --slurpfile other "$1" 'with_entries(select(.key as $k
        | ($other[0] | has($k)) and ($k | test("^(time_|speed_|local_port|curl_version)") | not)
        or (["certs", "exitcode", "url", "urlnum"] | index($k))))' | no_times
}

# Both say the same of that request, as text and as JSON.
same() {
    curl -q -s -A me -w "$(format)" "$@" 2>curl.txt >curl.body || true
    coget -s -A me -w "$(format)" "$@" 2>coget.txt >coget.body || true
    grep '^remote_ip=' curl.txt
    diff -u <(no_times <curl.txt) <(no_times <coget.txt)
    curl -q -s -A me -w '%{stderr}%{json}\n' "$@" 2>curl.json >/dev/null || true
    coget -s -A me -w '%{stderr}%{json}\n' "$@" 2>coget.json >/dev/null || true
    members coget.json <curl.json >curl.txt
    members curl.json <coget.json >coget.txt
    [ "$(jq length curl.txt)" -ge 27 ]
    diff -u curl.txt coget.txt
}

@test "-w: the same as curl of answers as they should be" {
    same "$URL/a"
    same "$URL/a?body=&status=204"
    same "$URL/a?size=0"
    same "$URL/a?size=100000&chunked"
    same "$URL/a?size=1000&nolength"
    same "$URL/a?header=X-A:%201&header=X-A:%202&header=X-B:%20b"
    same -I "$URL/a"
    same -L "$URL/a?redirect=/b"
    same -L -e 'http://from/;auto' "$URL/a?redirect=/b"
    same "$URL/a?redirect=/b%3Fc"
}

@test "-w: the same as curl of what is sent" {
    echo "a file" >a.txt
    same -d a=1 "$URL/a"
    same --json '{}' -X PATCH "$URL/a"
    same -F f=@a.txt "$URL/a"
    same -T a.txt "$URL/a/"
    same -G -d a=1 "$URL/a"
    same -u me:secret "$URL/a"
    same -u me:secret --digest \
        "$URL/a?status=401&header=WWW-Authenticate:%20Digest%20realm=%22r%22,%20nonce=%22n%22,%20qop=%22auth%22,%20algorithm=MD5"
    same -0 "$URL/a"
    same --proxy "$URL" http://other/a
}

@test "-w: the same as curl of answers that are wrong" {
    same "$URL/a?status=404"
    same "$URL/a?status=500&size=10"
    same "$URL/a?size=1000&short=3"
    same "$URL/a?size=1000&chunked&cut=10"
    same "$URL/a?drop"
    same -m 0.3 "$URL/a?hang"
    same -m 0.3 "$URL/a?size=1000&stall=10"
    same http://127.0.0.1:1/a
}

@test "-w: the same as curl of compressed bodies" {
    local gzip
    gzip=$(head -c 10000 /dev/zero | gzip -n | od -An -v -tx1 | tr -d ' \n')
    same --compressed "$URL/a?hex=$gzip&header=Content-Encoding:%20gzip"
    same "$URL/a?hex=$gzip&header=Content-Encoding:%20gzip"
}

@test "-w: escapes, and what is no variable stays as in curl" {
    local text='%%|%x|\q|\\|\t|\r|%{http_code|%header{a|%{HTTP_Code}|%'
    [ "$(coget -s -w "$text" "$URL/a" | od -c)" = \
        "$(curl -q -s -w "$text" "$URL/a" | od -c)" ]
    run --separate-stderr coget -s -w '[%{nope}%{index}]\n' "$URL/a" "$URL/b"
    [ "$status" -eq 0 ]
    [ "$output" = $'/a\n[0]\n/b\n[1]' ]
    [ "$stderr" = "coget: unknown --write-out variable: 'nope'" ]
}

@test "-w @FILE and @-: line ends are no part of the format" {
    printf 'a%%{http_code}\r\nb\\n\n' >format
    [ "$(coget -s -w @format "$URL/a")" = $'/a\na200b' ]
    [ "$(coget -s -w @- "$URL/a" <format)" = $'/a\na200b' ]
    [ "$(coget -s -w @format "$URL/a")" = "$(curl -q -s -w @format "$URL/a")" ]
    run --separate-stderr coget -w @nothere "$URL/a"
    [ "$status" -eq 3 ]
    [[ $stderr == "coget: --write-out: "*nothere* ]]
    run --separate-stderr coget -w @- -i - </dev/null
    [ "$status" -eq 2 ]
    [ "$(coget -s -w '' "$URL/a")" = /a ]
}

@test "-w: headers, all of one name, and parts of URLs" {
    local url="$URL/p/a?header=X-A:%201&header=X-A:%202"
    run coget -s -w '\n%header{x-a}|%{header{X-A}}|%header{x-a:all:, }|%header{x-a:all:\t}\n' "$url"
    [ "${lines[1]}" = $'1|1|1, 2|1\t2' ]
    run coget -s -w '\n%{url.scheme} %{url.host} %{url.port} %{url.path} %{urle.path}|%{url.user}\n' \
        -L "$URL/a?redirect=/b"
    [ "${lines[1]}" = "http 127.0.0.1 ${URL##*:} /a /b|" ]
    # a password is no more shown than in a record
    run coget -s -w '\n%{url} %{url_effective} %{url.password}\n' \
        "http://me:secret@${URL#http://}/a"
    [[ $output != *secret* ]]
}

@test "-w: a record's own fields, with what is no request" {
    run --separate-stderr coget -s -w '%{index} %{id} %{outcome} %{attempts} %{input} %{exitcode}\n%{onerror}(%{cause}/%{errormsg})\n' \
        "{\"id\": \"x\\ud83d\\ude00\", \"url\": \"$URL/a?body=\"}" \
        "$URL/b?status=404" ftp://x/ http://127.0.0.1:1/
    [ "$status" -eq 1 ]
    [ "${lines[0]}" = "0 x😀 ok 1 {\"id\": \"x\\ud83d\\ude00\", \"url\": \"$URL/a?body=\"} 0" ]
    [ "${lines[1]}" = "1  http_error 1 $URL/b?status=404 0" ]
    [ "${lines[2]}" = "2  invalid 0 ftp://x/ 0" ]
    [[ ${lines[3]} == "(ftp:// is neither"*"/ftp:// is neither"* ]]
    [ "${lines[4]}" = "3  network_error 1 http://127.0.0.1:1/ 7" ]
    [[ ${lines[5]} == "(Failed to connect"*"/Failed to connect"* ]]
    run coget -s --retry 2 --retry-delay 1ms -w '%{num_retries} %{attempts}\n' \
        "$URL/f?flaky=2&body="
    [ "$output" = "2 3" ]
}

@test "-w: in input order, in order of completion, once a task, out of the spool" {
    seq 500 | sed "s|.*|$URL/&?size=2000\&delay=$((RANDOM % 20))|" >urls
    coget -s -i urls -j 50 --memory-limit 50k \
        -w '\n%{index} %{stderr}%{index} err\n%output{told}%{index} file %{http_code}\n%{stdout}out\n' \
        >out 2>err
    seq 0 499 | sed 's/$/ out/' | diff - <(grep out$ out)
    seq 0 499 | sed 's/$/ err/' | diff - err
    seq 0 499 | sed 's/$/ file 200/' | diff - told
    [ "$(wc -c <out)" -eq $((500 * 2001 + $(seq 0 499 | sed 's/$/ out/' | wc -c))) ]
    # the slow one comes last, with its text behind it
    run coget -s --order completion -w '%{index}\n' "$URL/a?hold" "$URL/b" &
    wait_until requests_are 2
    server release >/dev/null
    wait $!
    coget -s --order completion -w '%{index}\n' "$URL/a?delay=500" "$URL/b" >out
    [ "$(tr '\n' ' ' <out)" = "/b 1 /a 0 " ]
}

@test "-w: a body that streams has its text behind it, a slow start is held" {
    coget -s -w 'T%{index}\n' "$URL/a?size=300000" "$URL/b?size=300000" >out
    [ "$(wc -c <out)" -eq 600006 ]
    [ "$(head -c 300003 out | tail -c 3)" = T0 ]
    [ "$(tail -c 3 out)" = T1 ]
    run coget -s -w '%{time_held} ' "$URL/a?delay=300&body=" "$URL/b?body="
    read -r a b <<<"$output"
    holds '($a | tonumber) < 0.2 and ($b | tonumber) > 0.2' --arg a "$a" --arg b "$b"
}

@test "-w: stdout is stdout where the bodies go to files" {
    run --separate-stderr coget -s -o all -w '%{index} %{filename_effective}\n' "$URL/a" "$URL/b"
    [ "$output" = $'0 all\n1 all' ]
    [ "$(cat all)" = $'/a\n/b' ]
    run coget -s -o '{index}.txt' -w '%{index} %{filename_effective}\n' "$URL/a" "$URL/b"
    [ "${lines[0]}" = "0 $(jq -r .body_file <<<"$(coget -s --ndjson -o '{index}.txt' "$URL/a")")" ]
    [ "$(cat 0.txt 1.txt)" = $'/a\n/b' ]
    coget -s -w '%output{>>log}%{index}\n' "$URL/a" >/dev/null
    coget -s -w '%output{>>log}%{index}\n' "$URL/a" "$URL/a" >/dev/null
    [ "$(tr '\n' ' ' <log)" = "0 0 1 " ]
    coget -s -w '%output{log}%{index}\n' "$URL/a" >/dev/null
    [ "$(cat log)" = 0 ]
    run --separate-stderr coget -s -w '%output{no/where}%{index}\n' "$URL/a" "$URL/b"
    [ "$status" -eq 3 ]
    [ "$output" = $'/a\n/b' ]
    [ "$stderr" = "coget: cannot write no/where: No such file or directory" ]
}

@test "-w: with records it stands behind a line, never inside an array" {
    run coget -s --ndjson -w '{"w":%{http_code}}\n' "$URL/a" "$URL/b"
    jq -s -e 'map(.index // .w) == [0, 200, 1, 200]' <<<"$output"
    run --separate-stderr coget --format json -w x "$URL/a"
    [ "$status" -eq 2 ]
    [[ $stderr == "coget: --write-out would stand between"* ]]
    coget -s --format json -w '%{stderr}%{index}\n' "$URL/a" "$URL/b" >out 2>err
    jq -e 'length == 2' out
    [ "$(cat err)" = $'0\n1' ]
    run --separate-stderr coget -q -I -s -w '%{http_code}\n' "$URL/a"
    [ "${lines[-1]}" = 200 ]
}

@test "-w: known records have all their values, too" {
    local w='%{index} %{dedup_of} %{http_code} %{size_header} %{size_request} %{scheme} %header{content-type} %{local_ip} %{num_headers}\n'
    coget -s --dedupe -w "$w" "$URL/a" "$URL/a" "$URL/b" >out
    [ "$(stat_of requests)" -eq 2 ]
    [ "$(sed -n 2p out)" = "0  200 64 $(curl -q -s -A coget/"$(coget -V | sed -n 's/^coget \([^ ]*\).*/\1/p')" -o /dev/null -w '%{size_request}' "$URL/a") HTTP text/plain 127.0.0.1 2" ]
    [ "$(sed -n 4p out)" = "$(sed -n '2s/^0 /1 0/p' out)" ]
    # a journal without -w has them for a later run with it
    coget -s --journal j "$URL/x" "$URL/y?status=404" >/dev/null || true
    server reset >/dev/null
    coget -s --journal j --resume -w "$w" "$URL/x" >known
    [ "$(stat_of requests)" -eq 0 ]
    coget -s -w "$w" "$URL/x" >fresh
    diff known fresh
}

@test "-w: who reads it goes away: the file of all bodies stays as it was" {
    local status
    echo old >all
    (
        "$COGET" -s -j 2 -o all -w '%{index}\n' "$URL/a" "$URL/b?delay=500" \
            "$URL/c?delay=1000" "$URL/d?delay=30000" && status=0 || status=$?
        echo $status >status
    ) | head -n 1 >first
    wait_until [ -s status ]
    [ "$(cat first status)" = $'0\n141' ]
    [ "$(cat all)" = old ]
    run -3 --separate-stderr bash -c \
        "'$COGET' -s -o all -w x '$URL/a' '$URL/b?delay=300' >/dev/full"
    [ "$stderr" = "coget: cannot write stdout: No space left on device" ]
    [ "$(cat all)" = old ]
}

@test "-w: stdout is a file, and the summary goes there, too" {
    coget -s -o all -w '%{index}\n' --summary - "$URL/a" >out
    [ "$(head -n 1 out)" = 0 ]
    sed 1d out | jq -e '.tasks == 1'
}
