# How curl's options are given: configuration files, abbreviations, passwords,
# what is refused; and which ways to a host they allow.

load helper
load own_server

@test "-K: a value that white space cuts is told, without what it is" {
    cat >config <<'EOF'
# a comment may stand behind a value
silent
user-agent = me  # so
header = X-A: secret
-H "X-B: whole"
EOF
    run -0 --separate-stderr coget -K config "$URL/x?echo"
    [ "$stderr" = "coget: config:4: the value of header ends at its first white space: it needs double quotes" ]
    [[ $output == *"User-Agent: me"* && $output == *"X-B: whole"* ]]
}

@test "-K: a quoted value without its closing quote ends with the line, as in curl" {
    local end
    for end in '\n' '\r\n'; do
        printf "header=\"X-A: 1${end}user-agent = \"x y\"$end" >k
        run -0 coget -s -K k "$URL/x?echo"
        [[ $output == *"X-A: 1"* && $output == *"User-Agent: x y"* ]]
    done
}

@test "without a terminal a password is a line of stdin, if that is free" {
    local program with
    for program in "curl -q" "$COGET"; do
        run -0 setsid -w $program -s -u me "$URL/x?echo" <<<one
        [[ $output == *"Authorization: Basic $(printf me:one | base64)"* ]]
    done
    run -0 setsid -w "$COGET" -s -u me -U you -x "$URL" http://h.test/x?echo \
        <<<$'one\ntwo'
    [[ $output == *"Proxy-Authorization: Basic $(printf you:two | base64)"* ]]
    [[ $output == *$'\n'"Authorization: Basic $(printf me:one | base64)"* ]]
    for with in "-i -" "" "-b - $URL/"; do
        run -2 --separate-stderr setsid -w "$COGET" -u me $with <<<"$URL/x"
        [ "$stderr" = "coget: --user: no terminal to ask for a password" ]
    done
    echo "$URL/x" >list
    run -2 --separate-stderr setsid -w "$COGET" -u me -i /dev/stdin <list
    [ "$stderr" = "coget: --user: no terminal to ask for a password" ]
    # nothing is no empty password
    run -2 --separate-stderr setsid -w "$COGET" -u me "$URL/" </dev/null
    [ "$stderr" = "coget: --user: no terminal to ask for a password" ]
}

@test "-K and the default configuration: curl's syntax" {
    mkdir -p xdg/coget
    cat >xdg/coget/config <<'EOF'
# a comment
user-agent = "a \"quoted\" agent"
-H "X-A: 1"
  L
no-location
jobs: 3
EOF
    XDG_CONFIG_HOME=$PWD/xdg run -0 coget -s "$URL/x?echo"
    [[ $output == *'User-Agent: a "quoted" agent'* ]]
    [[ $output == *'X-A: 1'* ]]
    XDG_CONFIG_HOME=$PWD/xdg run -0 coget -q -s "$URL/x?echo"
    [[ $output != *'X-A: 1'* ]]
    echo "url = $URL/from-config" >k
    run -0 coget -s -K k
    [ "$output" = /from-config ]
    printf 's\nfoo = 1\n' >k
    run -2 --separate-stderr coget -K k "$URL/"
    [ "$stderr" = "coget: k:2: there is no option foo" ]
    printf 'retry\n' >k
    run -2 --separate-stderr coget -K k "$URL/"
    [ "$stderr" = "coget: k:1: option retry needs a value" ]
    # words of the command line, and values that look like comments
    printf -- '-sS\n-dx=y\n-d@data\nuser-agent = #foo\nlocation # comment\nurl "%s"\n' \
        "$URL/k?echo" >k
    echo from=file >data
    run -0 --separate-stderr coget -K k
    [ "$stderr" = "" ]
    [[ $output == *"User-Agent: #foo"*"x=y&from=file" ]]
    echo 'config = k' >k
    run -2 --separate-stderr coget -K k "$URL/"
    run -3 --separate-stderr coget -K nothere "$URL/"
}

@test "options that only curl has are refused with the reason" {
    run -2 --separate-stderr coget --include "$URL/"
    [ "$stderr" = "coget: curl's --include is no option here: the records tell (--ndjson)" ]
    run -2 --separate-stderr coget -D x "$URL/"
    [[ $stderr == "coget: curl's -D is no option here: "* ]]
    # what libcurl cannot do is named
    if ! coget -V | grep -q HTTP3; then
        run -2 --separate-stderr coget --http3 "$URL/"
        [[ $stderr == "coget: --http3: libcurl "*" does not take it: "* ]]
    fi
}

@test "each option of this curl is taken or refused with a reason, as the manual tells" {
    [ -z "${COGET_SLOW-}" ] || skip "it would be started 250 times"
    local manual=$SRCDIR/man/coget.1 option name output absent others
    table() { # NAME of the heading
        sed -n "/^\.Sh CURL'S OPTIONS/,/^\.Sh ENV/p" "$manual" |
            sed -n "/^\.Ss $1/,/^\.S/p" | sed 's/\\-/-/g'
    }
    absent=$(table Absent)
    others=$(table "The same"; table Different)
    for option in $(curl --help all | grep -oE -- ' --[a-z0-9.-]+' | sort -u); do
        name="(^|[ ])$option(,|\\.$|$| )"
        output=$("$COGET" "$option" </dev/null 2>&1) || true
        [[ $output != *"there is no option"* ]] || {
            echo "neither taken nor refused with a reason: $option"
            return 1
        }
        if [[ $output == *"is no option here: "* ]]; then
            # with the same reason
            awk -v reason="${output##*is no option here: }" '
                /^\.It/ { on = $0 == ".It " reason; next } on' <<<"$absent" |
                grep -qE -- "$name"
        else
            grep -qE -- "$name" <<<"$others"
        fi || {
            echo "not in the manual's table: $option ($output)"
            return 1
        }
    done
}

@test "a name of curl's is no abbreviation of another option" {
    # but a value is none
    run -0 coget -s -d --crlf "$URL/?echo"
    [[ $output == *--crlf ]]
    run -0 coget --data --crlf -sS "$URL/?echo"
    [[ $output == *--crlf ]]
    run -2 --separate-stderr coget --crlf "$URL/"
    [ "$stderr" = "coget: curl's --crlf is no option here: coget speaks HTTP only" ]
}

@test "--proto, --proto-redir and --proto-default" {
    run -1 --separate-stderr coget --ndjson --proto =https "$URL/"
    jq -e '.errormsg | contains("\"http\"")' <<<"$output"
    run -1 coget -s --ndjson -L --proto-redir =https "$URL/?redirect=/x"
    jq -e '.exitcode == 1 and .response_code == 302' <<<"$output"
    [ "$(stat_of requests)" -eq 1 ]
    run -2 coget --proto -all "$URL/"
    # of redirects none is to be followed
    run -0 --separate-stderr eval "$("$COGET" --as curl --proto-redir -all "$URL/y")"
    run -0 --separate-stderr coget -s --proto-redir -all "$URL/?redirect=/x"
    run -1 coget -s --ndjson -L --proto-redir -all "$URL/?redirect=/x"
    jq -e '.exitcode == 1 and .response_code == 302' <<<"$output"
    run -1 coget -s --ndjson -m 1 --proto-default https "${URL#http://}/"
    jq -e --arg url "https://${URL#http://}/" '.url == $url' <<<"$output"
}

@test "of --unix-socket and --abstract-unix-socket the last one counts" {
    local two="--unix-socket own --abstract-unix-socket coget-$$" program server
    python3 -c 'if 1:
        import socket
        listening = socket.socket(socket.AF_UNIX)
        listening.bind("own")
        listening.listen()
        listening.settimeout(20) # should the test fail
        while True:
            connection = listening.accept()[0]
            connection.recv(1000)
            connection.send(b"HTTP/1.0 200 OK\r\n\r\nown\n")
            connection.close()' 3>&- &
    server=$!
    wait_until [ -S own ]
    for program in "curl -q -s" "coget -s"; do
        run ! $program $two "$URL/"
        run -0 $program --retry 3 --retry-all-errors $two --unix-socket own "$URL/"
        [ "$output" = own ]
    done
    kill $server
}

@test "--local-port" {
    coget -s --ndjson --local-port 41000-41999 "$URL/" >/dev/null
    run -2 coget --local-port 5-3 "$URL/"
    [ "$output" = 'coget: --local-port: "5-3" is neither a port nor a range of them' ]
}

@test "no password stands in the command line that ps shows" {
    [ -z "${COGET_SLOW-}" ] || skip "Valgrind keeps the command line as it was"
    "$COGET" -s -u me:geheim1 -U me:geheim2 --oauth2-bearer geheim3 \
        -H 'Authorization: geheim4' -b a=geheim5 --pass geheim6 \
        --proxy-cert nothere:geheim8 --url http://me:geheim9@127.0.0.1:1/ \
        --template http://me:geheim10@127.0.0.1:1/ -e http://me:geheim11@h/ \
        --proxy1.0 me:geheim12@127.0.0.1:1 --socks4 me:geheim13@127.0.0.1:1 \
        --socks4a me:geheim14@127.0.0.1:1 --socks5 me:geheim15@127.0.0.1:1 \
        --socks5-hostname me:geheim16@127.0.0.1:1 --noproxy '*' \
        --proxy-header 'Proxy-Authorization: geheim17' \
        '{"url":"http://127.0.0.1:1/","user":"me:geheim18"}' \
        "http://me:geheim7@127.0.0.1:1/" "$URL/x?hang" &
    PID=$!
    wait_until requests_are 1
    run tr '\0' ' ' <"/proc/$PID/cmdline"
    kill $PID
    wait $PID || true
    [[ $output == *'-u '* ]]
    [[ $output != *geheim* ]]
}
