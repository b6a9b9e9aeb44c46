# Where targets come from, and what they are.

load helper
load own_server

@test "arguments and files, in the order of the command line" {
    printf '%s/f1\n%s/f2\n' "$URL" "$URL" >list
    run coget -s "$URL/a" -i list "$URL/b" --input=list
    [ "$output" = $'/a\n/f1\n/f2\n/b\n/f1\n/f2' ]
}

@test "a pipe on stdin, where there are no targets" {
    run bash -c 'printf "%s/1\n%s/2" "$URL" "$URL" | "$COGET" -s'
    [ "$output" = $'/1\n/2' ]
    run bash -c 'printf "%s/1\n" "$URL" | "$COGET" -s "$URL/a" -i - "$URL/b"'
    [ "$output" = $'/a\n/1\n/b' ]
    # stdin is left alone where there are targets
    run bash -c 'printf "left\n" | { "$COGET" -s "$URL/a"; cat; }'
    [ "$output" = $'/a\nleft' ]
}

@test "a terminal on stdin and no targets is a usage error" {
    needs_terminal
    run timeout 10 script -qec "'$COGET'" /dev/null
    [ "$status" -eq 2 ]
    [[ $output == "coget: no targets; see coget --help"* ]]
}

@test "no stdin at all is a usage error, an empty one is no task" {
    run --separate-stderr bash -c '"$COGET" <&-'
    [ "$status" -eq 2 ]
    [[ $stderr == "coget: no targets"* ]]
    run --separate-stderr coget </dev/null
    [ "$status" -eq 0 ]
    [ "$output" = "" ]
    [ "$stderr" = "tasks        0 ok, 0 failed" ] ||
        [ "${stderr_lines[0]}" = "tasks        0 ok, 0 failed" ]
    run coget -s --format json -i /dev/null
    [ "$output" = "[]" ]
}

@test "blank lines, comments, CRLF, BOM, white space, no last line end" {
    printf '\xef\xbb\xbf%s/1\r\n\r\n   \n#%s/no\n  # no\n\t%s/2 \r\n%s/3' \
        "$URL" "$URL" "$URL" "$URL" >list
    run coget -s -i list
    [ "$status" -eq 0 ]
    [ "$output" = $'/1\n/2\n/3' ]
    [ "$(stat_of requests)" -eq 3 ]
}

@test "a NUL byte is part of a line, not white space" {
    printf '%s/1\0\n%s/2\n' "$URL" "$URL" >list
    run -1 coget --ndjson -s -i list
    [ "$(jq -r .outcome <<<"${lines[0]}")" = invalid ]
    [[ "$(jq -r .errormsg <<<"${lines[0]}")" == "list:1: "*NUL* ]]
    [ "$(jq -r .outcome <<<"${lines[1]}")" = ok ]
}

@test "a JSON task as an argument may have white space and several lines" {
    run -0 --separate-stderr coget --ndjson -s $'\n {"url": "'"$URL"$'/1",\r\n  "note": "a b"}\n'
    [ ${#lines[@]} -eq 1 ]
    [ "$(jq -c '[.outcome, .input.note]' <<<"$output")" = '["ok","a b"]' ]
}

@test "a BOM at the start of any line: files put together" {
    printf '%s/1\n\xef\xbb\xbf%s/2\n\xef\xbb\xbf# no\n' "$URL" "$URL" >list
    run -0 coget -s -i list
    [ "$output" = $'/1\n/2' ]
}

@test "lines of 1 MiB are taken, longer ones are invalid and named" {
    local base="$URL/x?" mib=$((1 << 20))
    pad() {
        printf '%s' "$1"
        head -c $(($2 - ${#1})) /dev/zero | tr '\0' "$3"
        echo
    }
    {
        echo "$URL/a"
        # a JSON task of just 1 MiB: blanks inside fill it
        printf '{"url":"%s/b"' "$URL"
        head -c $((mib - ${#URL} - 12)) /dev/zero | tr '\0' ' '
        echo '}'
        pad "$URL/c?" $((mib + 1)) x
        pad "$URL/d?" $((5 * mib)) x
        echo "$URL/e"
        pad "$URL/f?" $((3 * mib)) x | tr -d '\n'
    } >list
    [ "$(sed -n 2p list | wc -c)" -eq $((mib + 1)) ]
    for how in '-i list' '-i -'; do
        run coget -s --ndjson $how <list
        [ "$status" -eq 1 ]
        [ "$(jq -c '[.index, .outcome]' <<<"$output")" = '[0,"ok"]
[1,"ok"]
[2,"invalid"]
[3,"invalid"]
[4,"ok"]
[5,"invalid"]' ]
        jq -s -e '.[2].errormsg | test(":3: .*too long")' <<<"$output"
        jq -s -e '.[3].errormsg | test(":4: .*too long")' <<<"$output"
        jq -s -e '.[5].errormsg | test(":6: .*too long")' <<<"$output"
    done
    # a comment of any length is none
    {
        pad "# " $((3 * mib)) x
        echo "$URL/a"
        pad "#" $((mib + 1)) x
    } >comments
    run -0 coget -s --ndjson -i comments
    [ "$(jq -c '[.index, .outcome]' <<<"$output")" = '[0,"ok"]' ]
    # and from a pipe, in small pieces
    run bash -c 'dd if=list bs=777 2>/dev/null | "$COGET" -s --ndjson'
    [ "$(jq -c .outcome <<<"$output" | tr -d '\n')" = \
        '"ok""ok""invalid""invalid""ok""invalid"' ]
}

@test "the first request leaves before stdin ends" {
    mkfifo in out
    coget -s <in >out &
    local pid=$! line
    exec 5>in 6<out
    echo "$URL/1" >&5
    read -r line <&6
    [ "$line" = /1 ]
    echo "$URL/2" >&5
    read -r line <&6
    [ "$line" = /2 ]
    [ "$(stat_of requests)" -eq 2 ]
    exec 5>&-
    wait "$pid"
    exec 6<&-
}

@test "a named pipe whose writer comes late does not hold up the others" {
    mkfifo late out
    coget -s --order completion -i late "$URL/0" <<<"" >out &
    local pid=$! line
    exec 6<out
    exec 5>late
    echo "$URL/1" >&5
    read -r line <&6
    [ "$line" = /1 ]
    exec 5>&-
    read -r line <&6
    [ "$line" = /0 ]
    wait "$pid"
}

@test "JSON tasks: id and url, own fields verbatim in the record" {
    local task='{"id": 1.10, "url": "'$URL'/j", "n": 123456789012345678901234567890, "z":[1e400,"\u00e9\/"], "a":null}'
    run coget -s --ndjson "$task"
    [ "$status" -eq 0 ]
    [[ $output == *"\"id\":1.10,\"input\":$task,"* ]]
    [ "$(jq -r .body <<<"$output")" = /j ]
}

@test "JSON tasks: null is as nothing" {
    jq -nc --arg u "$URL/x?echo" '{url: $u, method: null, headers: null,
        body: null, json: null, form: null, retry: null, output: null,
        ok_status: null}' >list
    run -0 coget -s -i list
    [[ $output == "GET /x?echo "* ]]
    # beside another body, too
    jq -nc --arg u "$URL/x?echo" '{url: $u, body: "x", json: null}' >list
    run -0 coget -s -i list
    [[ $output == "POST /x?echo "*$'\n'x ]]
    # and for the URL
    run -0 coget -s --template "$URL/{id}" '{"id": 1, "url": null}'
    [ "$output" = /1 ]
    run -1 --separate-stderr coget -sS --ndjson '{"url": null}'
    jq -e '.errormsg == "neither \"url\" nor \"id\"" and
        .input == {url: null}' <<<"$output"
}

@test "JSON tasks: an id alone goes where IDs go" {
    run coget -s --task-delay 1ms '{"id":"a b/é"}' '{"id":12}' '{"id":true}'
    [ "$output" = $'Data of task a b/é\nData of task 12\nData of task true' ]
    run coget -s --template "$URL/i/{id}" '{"id":"a b/é"}'
    [ "$output" = "/i/a%20b%2F%C3%A9" ]
}

@test "--template: fields of a JSON task, missing ones named" {
    run -1 --separate-stderr coget -s -S --template "${URL#http://}/{user}/{n}{+x}" \
        '{"user":"a b","n":1.10,"x":"/y"}' '{"user":"c","id":7,"x":[]}'
    [ "$output" = "/a%20b/1.10/y" ]
    [[ $stderr == *': no "n" for the template' ]]
    run -0 --separate-stderr coget -s --template "$URL/all" 1 2
    [ "$output" = $'/all\n/all' ]
    [ "$stderr" = "coget: --template without {id} is one URL for all IDs" ]
}

@test "JSON tasks: their own requests, before the options" {
    cat >list <<EOF
{"url":"$URL/1?echo","method":"PATCH","headers":{"X-A":"1","Accept":null,"X-E":""},"json":{"a": [1, 2.50]}}
{"url":"$URL/2?echo","body":"h\u00e9\u0000llo"}
{"url":"$URL/3?echo","body_base64":"AP8="}
{"url":"$URL/4?echo","form":{"a":"1","b":2.50}}
{"url":"$URL/5?echo","user":"me:secret","headers":{"x":["1","2"]}}
{"url":"$URL/6?echo","method":"HEAD"}
{"url":"$URL/7?echo"}
EOF
    run -0 coget -s --ndjson -j 1 -H 'X-A: cli' -H 'X-B: cli' -i list
    jq -s -e 'map(.method) == ["PATCH","POST","POST","POST","GET","HEAD","GET"]' <<<"$output"
    jq -s -e '.[0].body | startswith("PATCH /1") and contains("X-A: 1\r\n")
        and contains("X-B: cli\r\n") and contains("X-E:\r\n")
        and (contains("X-A: cli") or contains("Accept") | not)
        and contains("Content-Type: application/json\r\n")
        and endswith("\r\n\r\n{\"a\": [1, 2.50]}")' <<<"$output"
    jq -s -e '.[1].body | endswith("h\u00e9\u0000llo")' <<<"$output"
    jq -s -e '.[2].body_base64 | @base64d | contains("Content-Length: 2\r\n")' <<<"$output"
    jq -s -e '.[3].body | contains("name=\"b\"\r\n\r\n2.5")' <<<"$output"
    jq -s -e '.[4].body | contains("Authorization: Basic bWU6c2VjcmV0")
        and contains("x: 1\r\nx: 2\r\n")' <<<"$output"
    # and nothing of all that is left on the handle
    jq -s -e '.[6].body | contains("X-A: cli\r\n") and (contains("x: 1") | not)
        and (contains("Authorization") | not)' <<<"$output"
}

@test "JSON tasks: their own limits and judgement" {
    cat >list <<EOF
{"url":"$URL/1?delay=3000","max_time":0.2}
{"url":"$URL/2?hang","max_time":"200ms"}
{"url":"$URL/3?status=503","retry":1}
{"url":"$URL/4?status=404","ok_status":"404"}
{"url":"$URL/5","ok_status":[404,"300-399"]}
EOF
    run -1 coget -s --ndjson --retry-delay 1ms -i list
    [ "$(jq -s -c 'map([.outcome, .attempts])' <<<"$output")" = \
        '[["timeout",1],["timeout",1],["http_error",2],["ok",1],["http_error",1]]' ]
}

@test "JSON tasks: a wrong field is named, and no secret is shown" {
    cat >list <<EOF
{"url":"$URL/1","method":5}
{"url":"$URL/2","method":"G T"}
{"url":"$URL/3","body":"x","json":1}
{"url":"$URL/4","headers":{"a b":"1"}}
{"url":"$URL/5","headers":{"a":"1\nb: 2"}}
{"url":"$URL/6","body_base64":"A"}
{"url":"$URL/7","max_time":"soon"}
{"url":"$URL/8","retry":-1}
{"url":"$URL/9","ok_status":[[1]]}
{"url":"$URL/10","form":{"a":[1]}}
{"url":"$URL/11","connect_timeout":-1}
{"url":"$URL/12","user":["a"]}
{"url":"$URL/13","headers":["Authorization: geheim"],"id":5.50}
EOF
    run -1 --separate-stderr coget -sS "{\"url\":\"$URL/4\",\"headers\":{\"X\":4}}"
    [[ $stderr == *': field "headers": "X" is no string' ]]
    run -1 coget -s --ndjson -i list
    jq -s -e 'all(.outcome == "invalid")' <<<"$output"
    [ "$(jq -r '.errormsg | capture("^list:(?<n>[0-9]+): field \"(?<f>[a-z_0-9]+)\"") | "\(.n) \(.f)"' <<<"$output")" = '1 method
2 method
3 json
4 headers
5 headers
6 body_base64
7 max_time
8 retry
9 ok_status
10 form
11 connect_timeout
12 user
13 headers' ]
    [[ $output != *geheim* && $output == *'"headers":"***","id":5.50}'* ]]
    # it is known by its id
    [[ ${lines[12]} == *'"id":5.50,"input"'* ]]
    # nobody knows what is secret in headers that are wrong
    local headers
    for headers in '{"Authorization ":"geheim"}' '{"x":{"Authorization":"geheim"}}' \
        '{"Authorization: geheim":"x"}' '{"a":"b","x":["y",["geheim"]]}'; do
        run --separate-stderr coget -s --ndjson "{\"url\":\"$URL/x\",\"headers\":$headers}"
        [ "$status" -eq 1 ] && [[ $output$stderr != *geheim* && $output == *'"headers":"***"}'* ]]
    done
    [ "$(stat_of requests)" -eq 0 ]
    run -0 coget -s --ndjson "{\"url\":\"$URL/x\",\"headers\":null}"
    [[ $output == *'"headers":null}'* ]]
    run -0 coget -s --ndjson '{"n": 1.10, "url":"'"$URL"'/x","user":"me:geheim","headers":{"a":"b","cookie":"geheim","Authorization":["geheim"]}}'
    [[ $output != *geheim* ]]
    [[ $output == *'"input":{"n": 1.10, "url":"'"$URL"'/x","user":"***","headers":{"a":"b","cookie":"***","Authorization":"***"}},'* ]]
}

@test "a bad JSON task is invalid alone, with line and cause" {
    cat >list <<EOF
$URL/1
{"id": 1, "url": "$URL/2"
{"id": [], "url": "$URL/3"}
{"id": 1, "id": 2, "url": "$URL/4"}
{"note": "nothing to fetch"}
$URL/6
EOF
    run --separate-stderr coget -i list
    [ "$status" -eq 1 ]
    [ "$output" = $'/1\n/6' ]
    [[ ${stderr_lines[0]} == 'coget: {...: list:2: column '* ]]
    [[ ${stderr_lines[1]} == *': list:3: field "id" is no scalar' ]]
    [[ ${stderr_lines[2]} == *': list:4: '*duplicate* ]]
    [[ ${stderr_lines[3]} == *': list:5: neither "url" nor "id"' ]]
    [ "${stderr_lines[4]}" = "tasks        2 ok, 0 failed, 4 invalid" ]
    [ "$(stat_of requests)" -eq 2 ]
    run coget -s --ndjson -i list
    [ "$(jq -s -c 'map(.outcome)' <<<"$output")" = \
        '["ok","invalid","invalid","invalid","invalid","ok"]' ]
    [ "$(jq -s -c 'map(.index)' <<<"$output")" = '[0,1,2,3,4,5]' ]
    # what is no JSON appears as a string
    [ "$(jq -s -c '.[1].input | type' <<<"$output")" = '"string"' ]
}

@test "targets that are no URL are invalid, and nothing is sent" {
    run --separate-stderr coget --ndjson 'http://[::1' 'ftp://127.0.0.1/x' \
        'file:///etc/passwd' "$URL/a b" '' 'http://h:99999/' "$URL/ok"
    [ "$status" -eq 1 ]
    [ "$(jq -s -c 'map(.outcome) | group_by(.) | map([.[0], length])' \
        <<<"$output")" = '[["invalid",6],["ok",1]]' ]
    [ "$(jq -s -c 'map(.attempts)' <<<"$output")" = '[0,0,0,0,0,0,1]' ]
    [ "$(stat_of requests)" -eq 1 ]
}

@test "invalid targets: the cause says what is wrong" {
    run -1 --separate-stderr coget -s -S /foo "\"$URL/\"" "[{\"id\":1}]" '{"url":""}' \
        '{"id":""}' ''
    [ "$stderr" = 'coget: /foo: no host in the URL
coget: "'"$URL"'/": a JSON string (jq -r prints it without quotes)
coget: [...: a JSON array (jq -c '"'.[]'"' prints one item a line)
coget: {"url":""}: an empty URL
coget: {"id":""}: an empty id and no "url"
coget: "": an empty target' ]
}

@test "a URL in a URL is no scheme; a missing slash is forgiven" {
    run -0 coget -s "${URL#http://}/a?u=http://x/" "http:/${URL#http://}/b"
    [ "$output" = $'/a\n/b' ]
}

@test "- is stdin" {
    run -0 coget -s "$URL/a" - "$URL/c" <<<"$URL/b"
    [ "$output" = $'/a\n/b\n/c' ]
}

@test "NUL bytes and broken UTF-8 in lines give valid records" {
    printf 'a\0b\n%s/\xe9\n\xff\xfe\n' "$URL" >list
    run -1 coget -s --ndjson -i list
    [ "$(jq -s -c 'map([.index, .outcome])' <<<"$output")" = \
        '[[0,"invalid"],[1,"ok"],[2,"invalid"]]' ]
    [ "$(jq -s -c '.[0].input' <<<"$output")" = '"a\u0000b"' ]
}

@test "--template: encoded, raw, whole input; URLs stay URLs" {
    run coget -s --template "$URL/i/{id}?w={}" 7 a/b 'x y' "$URL/u"
    [ "$output" = $'/i/7\n/i/a%2Fb\n/i/x%20y\n/u' ]
    run coget -s --template "$URL/r/{+id}" a/b 'x y'
    [ "$output" = $'/r/a/b\n/r/x%20y' ]
    grep -q '"target":"/i/x%20y?w=x%20y"' "$SERVER_LOG"
}

@test "--template: what would climb out of its path is invalid" {
    run -1 --separate-stderr coget -s -S --template "$URL/i/{id}/x" .. . ... '{"id":".."}'
    [ "$output" = /i/.../x ]
    [ "${stderr_lines[0]}" = 'coget: ..: ".." is no name in a path' ]
    [ "${#stderr_lines[@]}" -eq 3 ]
    run -0 coget -s --template "$URL/q?{id}" ..
}

@test "a device without end keeps nobody out" {
    "$COGET" -s -i /dev/zero "$URL/x" >out &
    PID=$!
    wait_until grep -q 'rchar: [0-9]\{8,\}' "/proc/$PID/io" # more than a line
    kill -INT $PID
    STATUS=0
    wait $PID || STATUS=$?
    [ "$STATUS" -eq 130 ]
}

@test "a file that cannot be read: said at once, nothing is sent" {
    run --separate-stderr coget "$URL/a" -i nothere
    [ "$status" -eq 3 ]
    [ "$stderr" = "coget: cannot open nothere: No such file or directory" ]
    [ "$output" = "" ]
    run --separate-stderr coget "$URL/a" -i .
    [ "$status" -eq 3 ]
    [ "$stderr" = "coget: cannot read .: Is a directory" ]
    [ "$(stat_of requests)" -eq 0 ]
}

@test "an international name is the same host in every locale" {
    curl -q -V | grep -q IDN || skip_or_fail "IDN in libcurl"
    local port=${URL##*:} locale
    # the last one is not installed
    for locale in C POSIX C.UTF-8 xx_XX.UTF-8; do
        LC_ALL=$locale run -0 coget -s --ndjson --stable \
            --resolve "xn--bcher-kva.example:$port:127.0.0.1" \
            "http://bücher.example:$port/x"
        [ "$output" = "${first=$output}" ]
    done
    jq -e '.outcome == "ok" and .body == "/x\n"' <<<"$first"
}

@test "a file that is taken for a host: a hint that lists are for -i" {
    local hint="is taken for a host; a file of targets is read with -i"
    touch urls.txt more.txt word
    mkdir -p dir.txt
    run -0 --separate-stderr coget --dry-run more.txt urls.txt
    [ "$stderr" = "coget: more.txt $hint" ]
    # not of an ID, a directory, a URL, a list, nor with -s
    run -0 --separate-stderr coget --dry-run --task-delay 1ms word dir.txt \
        http://urls.txt none.txt
    [[ $stderr != *"$hint"* ]]
    run -0 --separate-stderr coget --dry-run --template "$URL/{id}" urls.txt
    [[ $stderr != *"$hint"* ]]
    run -0 --separate-stderr coget -i urls.txt
    [[ $stderr != *"$hint"* ]]
    run -0 --separate-stderr coget -s --dry-run urls.txt
    [ "$stderr" = "" ]
    # the record is as it would be without the file
    mkdir -p "${URL#http://}"
    touch "${URL#http://}/x"
    run -0 --separate-stderr coget "${URL#http://}/x"
    [[ $output == /x && $stderr == *"$hint"* ]]
}

@test "localhost is a host, other words are IDs" {
    run coget -s "localhost:${URL##*:}/l"
    [ "$output" = /l ]
    run coget -s --task-delay 1ms local_host
    [ "$output" = "Data of task local_host" ]
}
