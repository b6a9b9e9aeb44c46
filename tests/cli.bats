# The command line's feel: help, version, manual, completions; and the house.

load helper

setup() {
    cd "$BATS_TEST_TMPDIR"
}

# The long options of the program, one a line.
options() {
    coget --help | grep -E '^  (-.,|   ) --' | sed 's/\([^ ]\)  .*/\1/' |
        grep -oE -- ' --[a-z0-9.-]+' | tr -d ' '
}

@test "--help: on stdout, status 0" {
    run --separate-stderr coget --help
    [ "$status" -eq 0 ]
    [ "$stderr" = "" ]
    [[ ${lines[0]} == "usage: coget "* ]]
    run coget -h
    [ "$status" -eq 0 ]
    [ "$(options | wc -l)" -gt 30 ]
}

@test "--version: coget's and its libraries'" {
    run coget -V
    [ "$status" -eq 0 ]
    [[ ${lines[0]} =~ ^'coget '[0-9]+\.[0-9]+ ]]
    [[ ${lines[1]} == libcurl/* ]]
    [[ ${lines[2]} == libevent/* ]]
    [[ ${lines[3]} == jansson/* ]]
    [[ ${lines[4]} == "Features: "*SSL* ]]
}

@test "the manual has every option, and no other" {
    options | sort >have
    grep '^\.It ' "$SRCDIR/man/coget.1" | grep -oE 'Fl Fl [a-z0-9.-]+' |
        sed 's/Fl Fl /--/' | sort >documented
    diff -u have documented
    local letter
    for letter in $(coget --help | sed -n 's/^  -\(.\),.*/\1/p'); do
        grep -q "^\.It Fl $letter ," "$SRCDIR/man/coget.1"
    done
}

@test "the record's manual has every field, and no other" {
    coget -s --ndjson --task-delay 1ms 0 | jq -r 'keys[]' >have
    printf "%s\n" body_base64 body_file body_json >>have
    sort -o have have
    # the list of fields; what stands in a list inside it is no field
    awk '/^\.Sh THE SUMMARY/ { exit } /^\.Bl/ { depth++ } /^\.El/ { depth-- }
        depth == 1 && /^\.It Li/ { on = 1; sub(/^\.It Li/, "") }
        on { more = /\\$/; gsub(/[,\\]/, " "); print; on = more }' \
        "$SRCDIR/man/coget-record.5" | tr -s ' ' '\n' | grep . |
        sort >documented
    diff -u have documented
}

@test "the summary's fields are in the manual, and no others" {
    coget -s --task-delay 1ms --compare --summary summary 0
    coget -s --task-delay 1ms --summary one 0
    coget --merge --summary merged one
    jq -r 'keys[]' summary merged | sort -u >have
    awk '/^\.Sh THE SUMMARY/ { in_it = 1; next } /^\.Sh/ { in_it = 0 }
        in_it && /^\.It Li/ { sub(/^\.It Li/, ""); gsub(/,/, " "); print }' \
        "$SRCDIR/man/coget-record.5" | tr -s ' ' '\n' | grep . |
        sort >documented
    diff -u have documented
}

@test "the manuals pass mandoc -Tlint" {
    command -v mandoc >/dev/null || skip_or_fail mandoc
    run mandoc -Tlint "$SRCDIR/man/coget.1" "$SRCDIR/man/coget-record.5"
    # which manuals are installed here is not the point
    [ "$(grep -vE 'referenced manual not found|mandoc.db' <<<"$output")" = "" ]
}

@test "the completions in the repository are those of the options" {
    local shell
    for shell in bash:coget zsh:_coget fish:coget.fish; do
        "$BUILDDIR/completions/generate" "${shell%:*}" |
            diff -u "$SRCDIR/completions/${shell#*:}" -
    done
}

# What bash completes for these words; the last one is being typed.
bash_completes() {
    bash --norc -c '
        source "$0"
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _coget
        printf "%s\n" "${COMPREPLY[@]}"' "$SRCDIR/completions/coget" "$@"
}

@test "bash completes options, choices and files" {
    touch list.txt
    [ "$(bash_completes coget --comp | sort)" = \
        $'--compare\n--compare-connections\n--compressed' ]
    [ "$(bash_completes coget --format js)" = $'json\njson-seq' ]
    [ "$(bash_completes coget --order = '')" = '' ] ||
        [ "$(bash_completes coget --order = com)" = completion ]
    [ "$(bash_completes coget -i li)" = list.txt ]
    [ "$(bash_completes coget --jobs '')" = '' ]
    local option
    for option in $(options); do
        [[ $'\n'$(bash_completes coget "$option")$'\n' == *$'\n'$option$'\n'* ]]
    done
}

@test "zsh completes options, choices and files" {
    command -v zsh >/dev/null || skip_or_fail zsh
    needs_terminal
    touch list.txt
    # a real zsh, with a terminal of its own
    cat >complete.zsh <<'EOF'
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PS1=; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D; zstyle ':completion:*' list-packed yes; LISTMAX=0; setopt no_beep; cd ${(q)PWD}; print RE''ADY"
zpty -r z out '*READY*'
zpty -w -n z "$2"$'\t\t'
sleep 1
zpty -w -n z $'\x15'
zpty -w z "print DO''NE"
zpty -r z out '*DONE*'
print -r -- "$out"
EOF
    zsh -f complete.zsh "$SRCDIR/completions" 'coget --comp' >out
    grep -q compare out
    grep -q compressed out
    zsh -f complete.zsh "$SRCDIR/completions" 'coget --format ' >out
    grep -q json-seq out
    zsh -f complete.zsh "$SRCDIR/completions" 'coget -i li' >out
    grep -q list.txt out
}

@test "fish completes options, choices and files" {
    command -v fish >/dev/null || skip_or_fail fish
    touch list.txt
    export HOME=$PWD XDG_CONFIG_HOME=$PWD/config XDG_DATA_HOME=$PWD/data
    fish_completes() {
        fish -N -c "source $SRCDIR/completions/coget.fish; complete -C '$1'" |
            cut -f 1
    }
    [ "$(fish_completes 'coget --comp' | sort)" = \
        $'--compare\n--compare-connections\n--compressed' ]
    [ "$(fish_completes 'coget --format json')" = $'json\njson-seq' ]
    [ "$(fish_completes 'coget -i li')" = list.txt ]
    run -0 fish -N -c "source $SRCDIR/completions/coget.fish; complete -C 'coget -'"
    [[ $'\n'$output == *$'\n-#\t--progress bar\n'* ]]
    # nothing is an error
    [ "$(grep -v '^-' <<<"$output")" = "" ]
}

@test "the floors: every file includes only what stands below it" {
    run "$SRCDIR/tests/floors" "$SRCDIR/src"
    echo "$output"
    [ "$status" -eq 0 ]
    # and the check finds what is wrong
    cp -r "$SRCDIR/src" src
    chmod -R u+w src
    echo '#include "output/gather.h"' >>src/fetch/fetch.c
    echo '#include <curl/curl.h>' >>src/core/co.c
    run "$SRCDIR/tests/floors" src
    [ "$status" -eq 1 ]
    [ "${#lines[@]}" -eq 2 ]
}

@test "colours only on a terminal that wants them" {
    needs_terminal
    esc=$'\e'
    on_terminal() {
        script -qec "$*" /dev/null </dev/null
    }
    export TERM=xterm
    run on_terminal "'$COGET' --task-delay 1ms 0"
    [[ $output == *"$esc[1m"* ]]
    run on_terminal "'$COGET' --no-color --task-delay 1ms 0"
    [[ $output != *"$esc"* ]]
    NO_COLOR=1 run on_terminal "'$COGET' --task-delay 1ms 0"
    [[ $output != *"$esc"* ]]
    run coget --task-delay 1ms 0
    [[ $output != *"$esc"* ]]
}

@test "README: the examples run as written" {
    PATH=$(dirname "$COGET"):$PATH
    awk '/^```sh$/ { n++; on = 1; next } /^```$/ { on = 0 }
        on { print > ("example." n) }' "$SRCDIR/README.md"
    [ "$(ls example.* | wc -l)" -ge 10 ]
    local n
    for n in $(seq "$(ls example.* | wc -l)"); do
        bash -e "example.$n" >"out.$n" 2>"err.$n"
    done
    [ "$(cat out.1)" = $'Data of task 0\nData of task 1\nData of task 2' ]
    [ "$(grep -c '^Starting task' err.2)" -eq 6 ]
    [ "$(grep -c 's   measured$' err.3)" -eq 2 ]
    [ "$(jq .count out.4)" -eq 3 ]
    [ "$(cat out.5)" = "Data of task 100" ]
    [ "$(head -n 1 out.6)" = '[0,200,"Data of task 0\n"]' ]
    [ "$(cat out.7)" = '"input":{"id": 7, "price": 1.10}' ]
    [ "$(cat out.8)" = $'Data of task first\nData of task second' ]
    [ "$(wc -l <out.9)" -eq 10 ]
    # nothing has changed
    n=$(grep -l changed-only example.*)
    [ "$(wc -l <"out.${n#example.}")" -eq 3 ]
    [ -z "$(bash "$n")" ]
    [ "$(cat out.10)" = "status 1" ]
    [ "$(cat out.11)" = $'Data of task 0\nData of task 2\nstatus 1' ]
    [ "$(cat out.12)" = timeout ]
    [ "$(cat out.13)" = 3 ]
}
