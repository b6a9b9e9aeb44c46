# Files for the bodies of single tasks.

load helper
load own_server

setup() {
    fresh_test
    mkdir here
    cd here
}

# files: the names below this directory, sorted
files() {
    find . ! -type d | sed 's|^\./||' | LC_ALL=C sort | xargs
}

@test "-o with fields: a file for each task" {
    run coget -s --ndjson --create-dirs -o 'out/{host}/{path}_{index}.{ext}' \
        "$URL/a/b.txt" "$URL/c"
    [ "$status" -eq 0 ]
    [ "$(files)" = "out/127.0.0.1/a/b.txt_0.txt out/127.0.0.1/c_1." ]
    [ "$(cat out/127.0.0.1/a/b.txt_0.txt)" = /a/b.txt ]
    jq -s -e 'map(.body_file) == ["out/127.0.0.1/a/b.txt_0.txt",
        "out/127.0.0.1/c_1."] and all(has("body") | not)' <<<"$output"
}

@test "-o with fields: IDs, hashes, fields of JSON tasks" {
    coget -s --template "$URL/{id}" -o '{id}-{name}' 7 ü
    coget -s -o 'h{hash}' "$URL/x" "$URL/y"
    [ "$(find . -name 'h????????????????' | wc -l)" -eq 2 ]
    rm h*
    [ "$(files)" = "7-7 ü-%C3%BC" ]
    rm -- *
    echo "{\"url\": \"$URL/x\", \"id\": 5, \"who\": \"../a b\"}" >list
    coget -s -o '{who}.{id}' -i list
    [ "$(cat '_._a b.5')" = /x ]
    run coget -s --ndjson -o '{nothing}' "$URL/x"
    [ "$status" -eq 1 ]
    jq -e '.outcome == "invalid" and
        .errormsg == "no \"nothing\" for the name of its file"' <<<"$output"
    # braces alone make no field
    coget -s -o 'a{b' "$URL/x"
    [ "$(cat 'a{b')" = /x ]
    # beside a field they are a mistake
    rm -- *
    for name in '{name' '{}'; do
        coget -s -o "$name" "$URL/x"
    done
    [ "$(files)" = "{name {}" ]
    rm -- *
    for name in '{name}{index' '{name}{}' '{name}}' '{name}{a b}'; do
        run -2 coget -s -o "$name" "$URL/x"
        [ "$output" = "coget: --output: a brace that makes no {field} in \"$name\"" ]
    done
    coget -s --create-dirs -o 'a{b/{name}' "$URL/x"
    [ "$(cat 'a{b/x')" = /x ]
}

@test "of several -o and -O the last one counts, and it is said" {
    local said="coget: of several -o and -O only the last one counts;"
    run -0 --separate-stderr coget -s -o a "$URL/1" -o b "$URL/2" -o c
    [[ $stderr == "$said"* && ${#stderr_lines[@]} -eq 1 ]]
    [ "$(files)" = c ]
    [ "$(cat c)" = $'/1\n/2' ]
    rm -- *
    run -0 --separate-stderr coget -s -O "$URL/1" -o c
    [[ $stderr == "$said"* && $(files) == c ]]
    rm -- *
    run -0 --separate-stderr coget -s -o c -O "$URL/1"
    [[ $stderr == "$said"* && $(files) == 1 ]]
    rm -- *
    # the same again, and what a configuration file has, is no mistake
    echo 'output = a' >config
    for option in "-o c -o c" "-K config -o c" "--no-remote-name -o c" \
        "-O --no-remote-name -o c" "-O --no-remote-name-all -o c" "-J -K config -o c"; do
        run -0 --separate-stderr coget -s $option "$URL/1"
        [[ $stderr == "" && $(files) == "c config" ]]
        rm c
    done
    run -0 --separate-stderr coget -s -K config -J -O -O \
        "$URL/1?header=Content-Disposition:%20filename=mine"
    [[ $stderr == "" && $(files) == "config mine" ]]
}

@test "-O, -J and Content-Disposition" {
    coget -s -O "$URL/dir/name?query" "$URL/a//" "$URL/"
    [ "$(files)" = "a curl_response name" ]
    rm -- *
    coget -s -OJ "$URL/1?header=Content-Disposition:%20attachment;%20filename=%22x%20y.txt%22" \
        "$URL/2?header=Content-Disposition:%20attachment;%20filename=plain;%20size=3" \
        "$URL/3"
    [ "$(files)" = "3 plain x y.txt" ]
    # what is there already is none of the server's business
    echo mine >mine
    run coget -s --ndjson -OJ \
        "$URL/1?header=Content-Disposition:%20attachment;%20filename=mine"
    [ "$status" -eq 3 ]
    jq -e '.outcome == "network_error" and .exitcode == 23 and
        .errormsg == "cannot create mine: File exists"' <<<"$output"
    [ "$(cat mine)" = mine ]
    run -2 coget -J "$URL/"
}

@test "-J: filename* goes before filename, where it can be read" {
    local D=header=Content-Disposition:%20attachment
    # NAME:PARAMETERS, percent-encoded for the URL
    while IFS=: read -r name parameters; do
        coget -s -OJ "$URL/url?$D;%20$parameters"
        [ "$(files)" = "$name" ] || {
            echo "$parameters gave: $(files)"
            return 1
        }
        rm -- *
    done <<'EOF'
€ rates:filename=%22EURO%22;%20filename*=UTF-8''%25e2%2582%25ac%2520rates
€:filename*=utf-8'en'%25E2%2582%25AC;%20filename=plain
naïve:FILENAME*%20=%20iso-8859-1''na%25EFve
plain:filename=plain;%20filename*=UTF-16''x
plain:filename*=UTF-8''%25ff;%20filename=plain
plain:filename*=UTF-8''%25;%20filename=plain
plain:filename*=UTF-8''a%25zz;%20filename=plain
plain:filename*=UTF-8'';%20filename=plain
plain:filename*=UTF-8'x;%20filename=plain
plain:filename*=x;%20filename=plain
plain:title=%22;%20filename=no%22;%20filename=plain
url:filename*=UTF-8''%25ff
passwd:filename*=UTF-8''..%252f..%252fetc%252fpasswd
x_y:filename*=UTF-8''%255c%255cserver%255cx%2500y
_hidden:filename*=UTF-8''.hidden
EOF
}

@test "-J: two tasks that meet in one name: the second is an error of both" {
    local D='header=Content-Disposition:%20attachment;%20filename=same'
    run coget -s --ndjson -j 1 -OJ "$URL/1?$D" "$URL/2?$D" "$URL/3" "$URL/a/3"
    [ "$status" -eq 3 ]
    jq -s -e 'map(.errormsg) == [null,
        "\"same\" is the file of task 0 already; this is 1", null,
        "\"3\" is the file of task 2 already; this is 3"]' <<<"$output"
    [ "$(cat same)" = /1 ]
    [ "$(cat 3)" = /3 ]
    [ "$(files)" = "3 same" ]
    # the same task may try again
    rm same
    run coget -s --retry 1 --retry-delay 1ms -OJ "$URL/1?$D&flaky=1&cut=1"
    [ "$(cat same)" = /1 ]
}

@test "hostile names stay in the directory and are safe" {
    local name i=0
    mkdir ../outside
    ln -s ../outside link
    for name in ../x ../../x /etc/x ..%5cx .hidden -rf %1b%5b2Jx a%0ab \
        %22..%22 link/x ./././x "$(printf 'n%.0s' {1..4096})" . .. \
        '"../../x"' '"/tmp/x"' '"..\\..\\x"' '"link/../../x"'; do
        i=$((i + 1))
        echo "$URL/$i?header=Content-Disposition:%20attachment;%20filename=$name"
    done >../list
    coget -s -OJ --output-dir . -i ../list || true
    [ -z "$(find ../outside -type f)" ]
    # every name is one part, without control characters, dot or dash first
    find . -type f | sed 's|^\./||' >../names
    [ "$(wc -l <../names)" -ge 7 ]
    ! grep -qE '^[.-]|/|[[:cntrl:]]' ../names
    [ -z "$(find .. -maxdepth 1 -name 'x*')" ]
    # nor by URLs, IDs or JSON
    coget -s --path-as-is -o '{path}' --create-dirs "$URL/../../x" "$URL/link/x" || true
    coget -s --template "$URL/{id}" -o '{id}' --create-dirs -- -rf link/x || true
    [ -z "$(find ../outside -type f)" ]
    [ -z "$(find .. -maxdepth 1 -name 'x*')" ]
}

@test "a symbolic link in place of the file is replaced, not followed" {
    echo safe >../target
    ln -s ../target name
    coget -s -O "$URL/name"
    [ "$(cat ../target)" = safe ]
    [ ! -L name ]
    [ "$(cat name)" = /name ]
}

@test "a name never holds a part of a body" {
    echo old >short
    run coget -s -O "$URL/short?size=100&short=9" "$URL/new?size=100&short=9" \
        "$URL/bad?status=404" "$URL/zero?size=0"
    [ "$status" -eq 1 ]
    [ "$(files)" = "short zero" ]
    [ "$(cat short)" = old ]
    # and nothing is left while it comes, or after a signal
    "$COGET" -s -O "$URL/slow?size=9&stall=5" &
    local pid=$!
    wait_until requests_are 5
    kill -TERM $pid
    wait $pid || true
    [ "$(files)" = "short zero" ]
}

@test "retries leave only the last body" {
    coget -s --retry 3 --retry-delay 10ms -O "$URL/x?flaky=2&reset&body=good"
    [ "$(files)" = x ]
    [ "$(cat x)" = good ]
}

@test "two tasks for one file: the second is an error that names both" {
    run coget -s --ndjson -O "$URL/a/x" "$URL/b/y" "$URL/c/x"
    [ "$status" -eq 1 ]
    jq -s -e 'map(.outcome) == ["ok", "ok", "invalid"] and
        .[2].errormsg == "\"x\" is the file of task 0 already; this is 2"' <<<"$output"
    [ "$(cat x)" = /a/x ]
    [ "$(stat_of requests)" -eq 2 ]
}

@test "--skip-existing asks for nothing that is there" {
    echo mine >x
    run coget -s --ndjson --skip-existing -O "$URL/x" "$URL/y"
    [ "$status" -eq 0 ]
    jq -s -e 'map(.outcome) == ["skipped", "ok"]' <<<"$output"
    [ "$(cat x)" = mine ]
    run coget --skip-existing -o x "$URL/z"
    [ "$status" -eq 0 ]
    [ "$(cat x)" = mine ]
    [ "$(stat_of requests)" -eq 1 ]
}

@test "--skip-existing: -w tells of tasks, wherever it writes" {
    echo old >x
    run -0 --separate-stderr coget -s -o x --skip-existing \
        -w '%{index} %{outcome}\n%{stderr}E%{index}\n%output{>>w}W%{index}\n' \
        "$URL/"{a,b}
    [ "$output" = $'0 skipped\n1 skipped' ]
    [ "$stderr" = $'E0\nE1' ]
    [ "$(cat w)" = $'W0\nW1' ]
    run -0 coget -s --ndjson -o x --skip-existing -w '%{outcome}\n' "$URL/a"
    [ "$output" = skipped ]
    [ "$(cat x)" = old ]
    [ "$(stat_of requests)" -eq 0 ]
}

@test "--skip-existing: the record tells the file; a directory is none" {
    mkdir out
    echo old >out/x
    run -0 coget -s --ndjson --skip-existing --output-dir out -O "$URL/x"
    jq -e '.outcome == "skipped" and .body_file == "out/x"' <<<"$output"
    mkdir out/y
    run -3 --separate-stderr coget -sS --skip-existing --output-dir out -O "$URL/y"
    [[ $stderr == *": out/y is no regular file" ]]
}

@test "--skip-existing goes for the names that servers give" {
    local url="$URL/x?header=Content-Disposition:%20attachment;%20filename=n.txt"
    run -0 coget -s --ndjson -OJ "$url"
    jq -e '.body_file == "n.txt"' <<<"$output"
    run -3 coget -s --ndjson -OJ "$url"
    run -0 coget -s --ndjson -OJ --skip-existing "$url"
    jq -e '.outcome == "skipped" and .exitcode == 0' <<<"$output"
}

@test "{index:N} is filled with zeros" {
    coget -s -o '{index:3}.txt' "$URL/x" "$URL/y"
    [ "$(files)" = "000.txt 001.txt" ]
    run -1 --separate-stderr coget -sS -o '{name:3}' "$URL/x"
    [[ $stderr == *': no "name:3" for the name of its file' ]]
}

@test "a file that is replaced keeps its permissions" {
    echo old >x
    chmod 700 x
    coget -sO "$URL/x"
    [ "$(stat -c %a x)" = 700 ]
    [ "$(cat x)" = /x ]
}

@test "-C -: a file that is replaced keeps its permissions, too" {
    local url="x?size=100&ranges&etag=v1&cut=30&flaky=1"
    # what was there is the beginning, then what broke off
    printf 0 >x
    chmod 700 x
    coget -s -C - -O "$URL/x?body=01&ranges"
    [ "$(stat -c %a x)" = 700 ]
    [ "$(cat x)" = 01 ]
    rm x
    run -1 coget -s -C - -O "$URL/a/$url"
    [ "$(kept)" = "info part" ]
    echo new >x
    chmod 640 x
    coget -s -C - -O "$URL/a/$url"
    [ "$(ranges 1)" = 'bytes=30- "v1"' ]
    [ "$(stat -c %a x)" = 640 ]
    # it comes anew
    rm x
    run -1 coget -s -C - -O "$URL/b/$url&changes=1"
    [ "$(kept)" = "info part" ]
    echo new >x
    chmod 750 x
    coget -s -C - -O "$URL/b/$url&changes=1"
    [ "$(ranges 1)" = 'bytes=30- "v1"' ]
    [ "$(stat -c '%a %s' x)" = "750 100" ]
}

@test "-C -: a part that was found does not replace a pipe" {
    local url="$URL/pipe/x?size=100&ranges&etag=v1&cut=30&flaky=1"
    run -1 coget -s -C - -O "$url"
    mkfifo x
    run -3 --separate-stderr coget -sS -C - -O "$url"
    [[ $stderr == *"x is no regular file" ]]
    [ -p x ]
}

@test "--skip-existing: what is there takes no memory, however much it is" {
    [ -z "${COGET_SLOW-}" ] || skip "the memory is not its own"
    python3 -c 'for i in range(100000): open("f%d" % i, "x").close()'
    seq -f "$URL/f%.0f" 0 99999 >../all
    head -n 1000 ../all >../some
    "$BUILDDIR/tests/rss" ../few "$COGET" -s --skip-existing -O -i ../some
    "$BUILDDIR/tests/rss" ../many "$COGET" -s --skip-existing -O -i ../all
    [ "$(stat_of requests)" -eq 0 ]
    holds '$many < $few + 1500' --argjson few "$(<../few)" \
        --argjson many "$(<../many)"
    find . -type f -delete
}

@test "--skip-existing is for the names of JSON tasks, too" {
    mkdir d
    echo mine >y
    echo "{\"url\": \"$URL/y\", \"output\": \"y\"}" >../list
    run coget -s --ndjson --skip-existing -o 'd/{name}' -i ../list
    jq -e '.outcome == "skipped"' <<<"$output"
    run coget -s --ndjson -o 'd/{name}' -i ../list
    jq -e '.body_file == "y"' <<<"$output"
}

@test "--no-clobber replaces nothing" {
    echo mine >x
    coget -s --no-clobber -O "$URL/x" "$URL/a/x"
    [ "$(files)" = "x x.1 x.2" ]
    [ "$(cat x)" = mine ]
    coget -s --no-clobber -o x "$URL/z"
    # and curl's word that takes it back
    coget -s --no-clobber --clobber -o back "$URL/a"
    coget -s --no-clobber --clobber -o back "$URL/b"
    [ "$(cat back)" = /b ]
    [ "$(cat x.3)" = /z ]
}

@test "-J, --no-clobber: a file system without hard links" {
    command -v strace >/dev/null || skip_or_fail strace
    [ -z "${COGET_SLOW-}" ] || skip "strace would trace Valgrind"
    local url="$URL/x?header=Content-Disposition:%20attachment;%20filename=n"
    local call faults=(-e inject=linkat:error=EPERM)
    # nor with a rename that replaces nothing
    for call in "" renameat2; do
        [ -z "$call" ] || faults+=(-e "inject=$call:error=EINVAL")
        run -0 strace -f -qq -o /dev/null "${faults[@]}" \
            "$COGET" -sS -OJ "$url"
        [ "$(files)" = n ]
        run -3 strace -f -qq -o /dev/null "${faults[@]}" \
            "$COGET" -sS -OJ "$url"
        [[ $output == *": cannot create n: File exists" ]]
        strace -f -qq -o /dev/null "${faults[@]}" \
            "$COGET" -sS --no-clobber -o n "$URL/y"
        [ "$(files)" = "n n.1" ]
        [ "$(cat n n.1 | xargs)" = "/x /y" ]
        [ "$(stat -c %a n)" = "$(stat -c %a n.1)" ]
        rm n n.1
    done
    # what cannot be named leaves no name behind
    run -3 strace -f -qq -o /dev/null "${faults[@]}" \
        -e inject=renameat:error=EIO "$COGET" -sS -OJ "$url"
    [ "$(files)" = "" ]
}

@test "--output-dir, --create-dirs, --create-file-mode, -R" {
    run coget -s --ndjson --output-dir nothere -O "$URL/x"
    [ "$status" -eq 3 ]
    jq -e '.errormsg == "cannot create nothere/x: No such file or directory"' \
        <<<"$output"
    coget -s --output-dir a/b --create-dirs --create-file-mode 0600 -R -O \
        "$URL/x?header=Last-Modified:%20Sat,%2001%20Jan%202000%2000:00:00%20GMT"
    [ "$(files)" = a/b/x ]
    [ "$(stat -c '%a %Y' a/b/x)" = "600 946684800" ]
    # below the directory, too
    (umask 022 && coget -s --output-dir a/b --create-dirs -o 'c/{index}' "$URL/x")
    [ "$(stat -c %a a a/b a/b/c | xargs)" = "750 750 750" ]
    coget -s --output-dir a/b -o all "$URL/1" "$URL/2"
    [ "$(cat a/b/all)" = $'/1\n/2' ]
}

@test "output of a JSON task: anywhere, but with --output-dir below it" {
    cat >list <<EOF
{"url": "$URL/1", "output": "$PWD/../absolute"}
{"url": "$URL/2", "output": "new/relative"}
EOF
    coget -s --create-dirs -i list
    [ "$(cat ../absolute)" = /1 ]
    [ "$(cat new/relative)" = /2 ]
    echo "{\"url\": \"$URL/3\", \"output\": \"a/../../x\"}" >>list
    echo "{\"url\": \"$URL/3\", \"output\": 5}" >>list
    run coget -s --ndjson --create-dirs --output-dir dir -i list
    jq -s -e 'map(.outcome) == ["invalid", "ok", "invalid", "invalid"] and
        (.[0].errormsg | endswith("leads out of --output-dir"))' <<<"$output"
    [ -e dir/new/relative ]
    # one file is one, however it is written
    cat >list <<EOF
{"url": "$URL/1", "output": "new/same"}
{"url": "$URL/2", "output": ".//new/./same"}
EOF
    for option in -- --output-dir=dir; do
        run coget -s --ndjson -i list "$option"
        jq -s -e 'map(.outcome) == ["ok", "invalid"] and (.[1].errormsg |
            endswith("new/same\" is the file of task 0 already; this is 1"))' <<<"$output"
        [ "$status" -eq 1 ]
    done
}

@test "output of a JSON task stands in --output-dir, whatever -o says" {
    echo "{\"url\": \"$URL/1\", \"output\": \"x\"}" >../list
    mkdir dir
    run -0 coget -s --dry-run --as curl --output-dir dir -o 'sub/{name}' -i ../list
    [[ $output == *" -o dir/x "* ]]
    run -0 coget -s --ndjson --output-dir dir -o 'sub/{name}' -i ../list
    jq -e '.body_file == "dir/x"' <<<"$output"
    [ "$(files)" = dir/x ]
    run -0 coget -s --ndjson --skip-existing --output-dir dir -o 'sub/{name}' \
        -i ../list
    jq -e '.outcome == "skipped" and .body_file == "dir/x"' <<<"$output"
    # no link leads out of it
    mkdir ../outside
    ln -s ../../outside dir/link
    echo "{\"url\": \"$URL/1\", \"output\": \"link/y\"}" >../list
    run -3 coget -s --output-dir dir -o 'sub/{name}' -i ../list
    [ -z "$(find ../outside -type f)" ]
}

@test "one file is one, whatever its name is relative to; two are two" {
    mkdir out out/in
    task() {
        jq -nc --arg u "$URL/$1" --arg o "$2" '{url: $u, output: $o}'
    }
    # all of them are that of the first
    for name in out/0 ./out//0 "$PWD/out/0" out/in/../0 "../${PWD##*/}/out/0"; do
        task 1 "$name"
    done >../list
    run -1 --separate-stderr coget -s --ndjson -j 1 --template "$URL/{id}" \
        -o 'out/{id}' 0 -i ../list
    jq -s -e '[.[] | .outcome] == ["ok"] + [range(5) | "invalid"] and
        .[1].errormsg == "\"out/0\" is the file of task 0 already; this is 1"' <<<"$output"
    [ "$(cat out/0)" = /0 ]
    run -1 --separate-stderr coget -s --ndjson --dry-run --template "$URL/{id}" \
        -o 'out/{id}' 0 -i ../list
    [ "$(jq -s 'map(select(.outcome == "invalid")) | length' <<<"$output")" -eq 5 ]
    # the same text, but another place
    task 1 0 >../list
    coget -s --template "$URL/{id}" -o 'out/{id}' 0 -i ../list
    [ "$(cat out/0 0 | xargs)" = "/0 /1" ]
    # with the server's word, too
    rm 0 out/0
    { task 1 d/0 && task 2 "$PWD/d//0"; } >../list
    run -3 coget -s --ndjson -j 1 -OJ --create-dirs -i ../list
    jq -s -e '.[1].errormsg | endswith("d/0\" is the file of task 0 already; this is 1")' <<<"$output"
    [ "$(cat d/0)" = /1 ]
}

# kept: what is there for resuming, sorted
kept() {
    find . -name '.coget-*' | sed 's/.*\.//' | LC_ALL=C sort | xargs
}

# What was asked for, the Range and If-Range alone.
ranges() {
    jq -r '.head | [scan("(?:^|\n)(?:If-)?Range: ([^\r]*)") | .[0]] | join(" ")' \
        "$SERVER_LOG" | tail -n "$1"
}

@test "output of a JSON task: no pipe, device or directory is replaced" {
    mkfifo pipe
    mkdir dir
    ln -s pipe link
    for name in pipe dir link; do
        jq -nc --arg u "$URL/x" --arg n "$name" '{url: $u, output: $n}'
    done >../list
    run --separate-stderr coget -s -S -i ../list
    [ "$status" -eq 3 ]
    [ "$(grep -c 'is no regular file$' <<<"$stderr")" -eq 3 ]
    [ -p pipe ] && [ -d dir ] && [ -L link ]
    [ "$(files)" = "link pipe" ]
}

@test "-C - keeps what broke off, and the next run gets the rest" {
    local url="$URL/x?size=100&ranges&etag=v1&cut=30&flaky=1"
    run coget -s -C - -O "$url"
    [ "$status" -eq 1 ]
    [ "$(kept)" = "info part" ]
    [ ! -e x ]
    coget -s -C - -O "$url"
    [ "$(ranges 1)" = 'bytes=30- "v1"' ]
    coget -s "$URL/x?size=100" | cmp - x
    [ "$(files)" = x ]
}

@test "-C -: retries resume, in files of any name" {
    coget -s -C - --retry 3 --retry-delay 10ms --create-dirs -o 'd/{name}' \
        "$URL/x?size=100&ranges&etag=v1&cut=30&flaky=2"
    [ "$(ranges 3)" = $'\nbytes=30- "v1"\nbytes=60- "v1"' ]
    coget -s "$URL/x?size=100" | cmp - d/x
    coget -s -C - --retry 1 --retry-delay 10ms -o one \
        "$URL/x?size=100&ranges&etag=v2&cut=30&flaky=1"
    cmp one d/x
    [ "$(files)" = "d/x one" ]
}

@test "-C -: after a signal, and after SIGKILL" {
    local signal pid url
    for signal in TERM KILL; do
        url="$URL/$signal?size=1000000&ranges&etag=v1&stall=500000"
        "$COGET" -s -C - -O "$url" &
        pid=$!
        wait_until eval "[ \"\$(cat .coget-*.part 2>/dev/null | wc -c)\" -ge 400000 ]"
        kill -$signal $pid
        wait $pid || true
        [ ! -e $signal ]
        [ "$(kept)" = "info part" ]
        # the server is the same one but for the stalling
        url=${url%&stall*}
        sed -i "s/&stall=500000//" .coget-*.info
        coget -s -C - -O "$url"
        [[ $(ranges 1) == 'bytes='[45]*' "v1"' ]]
        [ "$(kept)" = "" ]
        coget -s "$URL/x?size=1000000" | cmp - $signal
    done
}

@test "-C -: a body that has changed comes anew, and so does any that may have" {
    local url
    # another ETag; a server that knows no If-Range; one that knows no ranges
    for url in "etag=v2&ranges" "etag=v2&ranges&blind" "etag=v2"; do
        run coget -s -C - -O "$URL/x?size=100&body=old&etag=v1&cut=30"
        [ "$(kept)" = "info part" ]
        sed -i "s/size=100&body=old&etag=v1&cut=30/size=90\&$url/" .coget-*.info
        coget -s -C - -O "$URL/x?size=90&$url"
        [[ $(jq -r .head "$SERVER_LOG") == *'If-Range: "v1"'* ]]
        coget -s "$URL/x?size=90" | cmp - x
        [ "$(files)" = x ]
        rm x
    done
    # another URL of the same name
    run coget -s -C - -O "$URL/a/x?size=100&etag=v1&cut=30"
    coget -s -C - -O "$URL/b/x?size=90&etag=v1&ranges"
    [ "$(ranges 1)" = "" ]
    [ "$(wc -c <x)" -eq 90 ]
    [ "$(files)" = x ]
}

@test "-C -: nothing is kept that nothing identifies" {
    local header
    local now="Date:%20Sat,%2001%20Jan%202000%2000:01:00%20GMT"
    local then="Last-Modified:%20Sat,%2001%20Jan%202000%2000:00:0"
    for header in "" "&header=ETag:%20W/%22v1%22" "&header=ETag:%20v1" \
        "&header=ETag:%20W/%22v1%22&header=${then}0%20GMT&header=$now" \
        "&header=${then}1%20GMT&header=$now" "&header=${then}0%20GMT"; do
        run coget -s -C - -O "$URL/x?size=100&cut=30$header"
        [ "$status" -eq 1 ]
        [ "$(files)" = "" ]
    done
    run coget -s -C - --compressed -O \
        "$URL/x?hex=1f8b08000000000000034b4c4a0600c241243503000000&etag=v1&header=Content-Encoding:%20gzip&cut=15"
    [ "$status" -eq 1 ]
    [ "$(files)" = "" ]
    # old enough
    run coget -s -C - -O \
        "$URL/x?size=100&ranges&cut=30&header=${then}0%20GMT&header=$now"
    [ "$(kept)" = "info part" ]
    run coget -s -C - -O \
        "$URL/x?size=100&ranges&cut=30&header=${then}0%20GMT&header=$now"
    [ "$(ranges 1)" = "bytes=30- Sat, 01 Jan 2000 00:00:00 GMT" ]
    # what is kept is not trusted when it is damaged
    truncate -s -5 .coget-*.info
    coget -s -C - -O "$URL/x?size=100"
    [ "$(ranges 1)" = "" ]
    [ "$(files)" = x ]
}

@test "-C - takes what another program left for the beginning" {
    coget -s "$URL/x?size=100" >whole
    head -c 40 whole >x
    coget -s -C - -O "$URL/x?size=100&ranges"
    [ "$(ranges 1)" = "bytes=40-" ]
    cmp whole x
    # it is whole: 416
    run coget -s --ndjson -C - -O "$URL/x?size=100&ranges"
    [ "$status" -eq 0 ]
    jq -e '.outcome == "ok" and .response_code == 416 and .body_file == "x"' \
        <<<"$output"
    cmp whole x
    # it is larger than what there is: 416 again, then all; it stays
    run coget -s --ndjson -C - -O "$URL/x?size=90&ranges"
    [ "$status" -eq 1 ]
    jq -e '.exitcode == 33' <<<"$output"
    cmp whole x
    # no ranges: the whole body is as good, but not a shorter one
    coget -s -C - -O "$URL/x?size=100"
    cmp whole x
    run coget -s --ndjson -C - -O "$URL/x?size=50"
    [ "$status" -eq 1 ]
    jq -e '.exitcode == 33' <<<"$output"
    cmp whole x
    # HTTP/0.9 says neither how long it is nor what it is
    run coget -s --ndjson --http0.9 -C - -O "$URL/x?size=100&headless"
    [ "$status" -eq 1 ]
    jq -e '.exitcode == 33' <<<"$output"
    cmp whole x
    # it is a part all the time, until it is whole
    head -c 40 whole >x
    run coget -s -C - -O "$URL/x?size=100&ranges&cut=30&etag=v1"
    head -c 40 whole | cmp - x
    coget -s -C - -O "$URL/x?size=100&ranges&cut=30&etag=v1"
    [ "$(ranges 1)" = 'bytes=70- "v1"' ]
    cmp whole x
    [ "$(files)" = "whole x" ]
}

@test "-C - refuses a part that does not fit" {
    local range
    echo -n abc >x
    for range in 2-9/10 3-9/3 3-2/10 x-9/10 3-9/10%0d%0aContent-Range:%20bytes%203-9/11; do
        coget -s -C - --retry 0 -O \
            "$URL/x?body=defghij&status=206&header=Content-Range:%20bytes%20$range" || true
        [ "$(cat x)" = abc ]
    done
    # less than the rest is no more than a part
    run coget -s --ndjson -C - -O \
        "$URL/x?body=de&status=206&header=Content-Range:%20bytes%203-4/10"
    jq -e '.outcome == "network_error" and .exitcode == 18' <<<"$output"
    [ "$(cat x)" = abc ]
    [ "$(files)" = x ]
}

@test "-C - leaves what it has when the server has trouble" {
    run coget -s -C - -O "$URL/x?size=100&ranges&etag=v1&cut=30"
    sed -i 's/size=100/status=500\&size=100/' .coget-*.info
    run coget -s --fail-with-body -C - -O \
        "$URL/x?status=500&size=100&ranges&etag=v1&cut=30"
    [ "$status" -eq 1 ]
    [ "$(kept)" = "info part" ]
    [ "$(wc -c <"$(echo .coget-*.part)")" -eq 30 ]
}

@test "-C -: a planted file or link is not written to" {
    local part
    run coget -s -C - -O "$URL/x?size=100&etag=v1&cut=30"
    part=$(echo .coget-*.part)
    echo safe >../target
    for way in -s ""; do
        rm -f "$part"
        ln $way ../target "$part"
        coget -s -C - -O "$URL/x?size=100&etag=v1"
        [ "$(cat ../target)" = safe ]
        [ "$(wc -c <x)" -eq 100 ]
        rm x
    done
    # nor one that another process is writing
    rm "$part"
    echo theirs >"$part"
    flock "$part" "$COGET" -s -C - -O "$URL/x?size=100&etag=v1"
    [ "$(cat "$part")" = theirs ]
    [ "$(wc -c <x)" -eq 100 ]
}

@test "-C OFFSET: as curl" {
    [ "$(coget -s -C 5 "$URL/x?size=10&ranges")" = fghij ]
    run coget -s --ndjson -C 5 "$URL/x?size=10"
    [ "$status" -eq 1 ]
    jq -e '.exitcode == 33 and .body == null' <<<"$output"
    [ "$(coget -s -C 10 "$URL/x?size=10&ranges")" = "" ]
    echo -n abcde >x
    coget -s -C 5 -o x "$URL/x?size=10&ranges"
    [ "$(cat x)" = abcdefghij ]
    coget -s -C 10 -O "$URL/x?size=10&ranges"
    [ "$(cat x)" = abcdefghij ]
    coget -s -C 5 -o new "$URL/x?size=10&ranges"
    [ "$(cat new)" = fghij ]
    coget -s -C 5 -o /dev/null "$URL/x?size=10&ranges"
    [ -c /dev/null ]
    # of the last one that is given, and 0 is none
    coget -s -C 5 -C 0 "$URL/x?size=10" >/dev/null
    [ "$(ranges 1)" = "" ]
    coget -s -C 5 -d x -G "$URL/x?size=10&ranges" >/dev/null
}

@test "-C goes with nothing that contradicts it" {
    local other
    for other in "-r 1-2" "-d x" "-F a=b" -I -OJ --no-clobber --remove-on-error \
        "-T $SRCDIR/README.md"; do
        run -2 coget -s -C - $other "$URL/"
        [[ $output == *"--continue-at does not go with"* ]]
    done
    run -2 coget -s -C x "$URL/"
    [ "$(stat_of requests)" -eq 0 ]
    echo -n 12345 >up
    coget -s -C 3 -T up "$URL/x?echo" | tail -c 3 | grep -qx 45
}

@test "a directory that cannot be written is told, status 3, the rest goes on" {
    [ "$(id -u)" -ne 0 ] || skip "root may write anywhere"
    mkdir closed
    chmod 500 closed
    run coget -s --ndjson -o 'closed/{name}' "$URL/x"
    [ "$status" -eq 3 ]
    jq -e '.errormsg == "cannot create closed/x: Permission denied"' <<<"$output"
}

# small_disk SIZE: a file system of that size, "disk"; teardown takes it away.
small_disk() {
    mkdir disk
    mount -t tmpfs -o size="$1" tmpfs disk 2>/dev/null ||
        skip_or_fail "a file system of one's own (mount -t tmpfs)"
}

teardown() {
    ! mountpoint -q "$BATS_TEST_TMPDIR/here/disk" ||
        umount "$BATS_TEST_TMPDIR/here/disk"
}

@test "a full disk: the cause is told, whole files stay, no task starts any more" {
    small_disk 4m
    run coget -s --ndjson -j 1 --retry 3 --retry-all-errors --output-dir disk -O \
        "$URL/1?size=3000000" "$URL/2?size=3000000" "$URL/3?size=10"
    [ "$status" -eq 3 ]
    jq -s -e 'map(.outcome) == ["ok", "network_error", "cancelled"] and
        .[1].exitcode == 23 and .[1].attempts == 1 and
        .[1].errormsg == "cannot write disk/2: No space left on device" and
        .[2].errormsg == "the disk is full"' <<<"$output"
    [ "$(find disk -type f)" = disk/1 ]
    [ "$(wc -c <disk/1)" -eq 3000000 ]
    [ "$(stat_of requests)" -eq 2 ]
    # with -C - there is something to go on with, once there is room
    run coget -s -C - --output-dir disk -O "$URL/2?size=3000000&etag=v1&ranges"
    [ "$status" -eq 3 ]
    [ ! -e disk/2 ]
    rm disk/1
    coget -s -C - --output-dir disk -O "$URL/2?size=3000000&etag=v1&ranges"
    [[ $(ranges 1) == bytes=[1-9]* ]]
    coget -s "$URL/2?size=3000000" | cmp - disk/2
    [ "$(find disk -type f)" = disk/2 ]
}

@test "a file larger than allowed fails its task alone" {
    # in units of 1 KiB; the server's log is not ours
    run bash -c 'ulimit -f 100; exec "$@"' - "$COGET" -s --ndjson -j 1 -O \
        "$URL/1?size=200000" "$URL/2?size=10"
    [ "$status" -eq 3 ]
    jq -s -e 'map(.outcome) == ["network_error", "ok"] and
        .[0].errormsg == "cannot write 1: File too large"' <<<"$output"
    [ "$(files)" = 2 ]
}

@test "trouble that only fsync, close or rename tell of is told, too" {
    command -v strace >/dev/null || skip_or_fail strace
    [ -z "${COGET_SLOW-}" ] || skip "strace would trace Valgrind"
    local call name error what
    for call in fsync:EIO:sync renameat:EDQUOT:create; do
        IFS=: read -r name error what <<<"$call"
        run strace -qq -o /dev/null -e "inject=$name:error=$error" \
            "$COGET" -s --ndjson --sync -O "$URL/x"
        [ "$status" -eq 3 ]
        jq -e --arg what "cannot $what x: " \
            '.exitcode == 23 and (.errormsg | startswith($what))' <<<"$output"
        [ "$(files)" = "" ]
    done
}

@test "a body in a file is not in memory" {
    [ -z "${COGET_SLOW-}" ] || skip "the memory is not its own"
    "$BUILDDIR/tests/rss" rss "$COGET" -s -O "$URL/big?size=100000000"
    [ "$(wc -c <big)" -eq 100000000 ]
    [ "$(<rss)" -lt 30000 ]
}
