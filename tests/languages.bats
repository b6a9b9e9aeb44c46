# Messages in the user's language; and what never is in it.

load helper

setup_file() {
    start_server
}

teardown_file() {
    stop_server
}

setup() {
    grep -q '^#define ENABLE_NLS' "$BUILDDIR/config.h" ||
        skip "built with --disable-nls"
    cd "$BATS_TEST_TMPDIR"
    unset LC_ALL LC_MESSAGES LANG LANGUAGE
}

# The first line of --help, in an environment.
first_line() {
    env "$@" "$COGET" --help | head -n 1
}

@test "the language is LANGUAGE's, whichever locales there are" {
    local portuguese='uso: coget [OPÇÃO...] [ALVO...]'
    [ "$(first_line LANGUAGE=pt_BR)" = "$portuguese" ]
    [ "$(first_line LANGUAGE=pt_BR LANG=C.UTF-8)" = "$portuguese" ]
    [ "$(first_line LANGUAGE=pt_BR LC_ALL=C.UTF-8)" = "$portuguese" ]
    [ "$(first_line LANGUAGE=xx:pt_BR LANG=xx_XX.UTF-8)" = "$portuguese" ]
    # without LANGUAGE the locale's, be it installed or not
    [ "$(first_line LANG=pt_BR.UTF-8)" = "$portuguese" ]
    [ "$(first_line LANG=en_US.UTF-8 LC_MESSAGES=pt_BR)" = "$portuguese" ]
}

@test "English without a language, in the locale C, and where it comes first" {
    local english='usage: coget [OPTION...] [TARGET...]'
    [ "$(first_line A=)" = "$english" ]
    [ "$(first_line LANGUAGE= LANG=)" = "$english" ]
    [ "$(first_line LANGUAGE=xx LANG=C.UTF-8)" = "$english" ]
    [ "$(first_line LANG=pt_BR.UTF-8 LC_ALL=C LANGUAGE=pt_BR)" = "$english" ]
    [ "$(first_line LANG=POSIX LANGUAGE=pt_BR)" = "$english" ]
    [ "$(first_line LANGUAGE=en_US:en:pt_BR LANG=en_US.UTF-8)" = "$english" ]
}

@test "tasks, bodies and the summary are in Portuguese" {
    run --separate-stderr env LANGUAGE=pt_BR "$COGET" -v --task-delay 50ms 0 1 2
    [ "$status" -eq 0 ]
    [ "$output" = $'Dados da Tarefa 0\nDados da Tarefa 1\nDados da Tarefa 2' ]
    local id
    for id in 0 1 2; do
        [ "$(grep -cx "Iniciando Tarefa $id\.\.\." <<<"$stderr")" -eq 1 ]
        [ "$(grep -cx "Concluindo Tarefa $id\.\.\." <<<"$stderr")" -eq 1 ]
    done
    grep -qE '^Tempo total síncrono +[0-9.]+ s ' <<<"$stderr"
    grep -qE '^Tempo total assíncrono +[0-9.]+ s ' <<<"$stderr"
}

@test "the summary's columns are as wide as the language needs" {
    export LC_ALL=C.UTF-8
    # what stands before the first figure of each line, in characters
    columns() {
        local line
        while IFS= read -r line; do
            [[ $line == *[0-9]*" s   "* || $line =~ [0-9]x\  ]] || continue
            line=${line%%[0-9]*}
            echo ${#line}
        done | sort -u | tr '\n' ' '
    }
    [ "$(coget --compare --task-delay 1ms 0 2>&1 >/dev/null | columns)" = "13 " ]
    [ "$(LANGUAGE=pt_BR coget --compare --task-delay 1ms 0 2>&1 >/dev/null |
        columns)" = "25 " ]
}

@test "a terminal that is not UTF-8 gets ASCII" {
    [ -z "${COGET_SLOW-}" ] || skip "the C library's iconv leaks"
    localedef -i pt_BR -f ISO-8859-1 "$PWD/pt_BR.ISO-8859-1" 2>/dev/null ||
        skip "no sources of locales here"
    run -3 env LOCPATH="$PWD" LANG=pt_BR.ISO-8859-1 "$COGET" -i none
    [[ $output == "coget: nao foi possivel abrir none: "* ]]
}

# Are two files the same, but for the port of the task service?
same() {
    cmp <(sed 's/127.0.0.1:[0-9]*/HOST/g' "$1") \
        <(sed 's/127.0.0.1:[0-9]*/HOST/g' "$2")
}

@test "records are the same in all languages, byte for byte" {
    local format
    for format in ndjson json json-seq; do
        for language in '' pt_BR; do
            printf '%s\n' 0 1 "$URL/" "$URL/?status=404" '' 'a b' \
                'http://127.0.0.1:1/' '{"id": 7, "retry": "x"}' |
                LANGUAGE=$language coget -s --stable --format "$format" \
                    --task-delay 1ms -o "$format.$language" || true
        done
        [ "$(grep -c 'Data of task' "$format.")" -ge 1 ]
        same "$format." "$format.pt_BR"
    done
    run env LANGUAGE=pt_BR "$COGET" -s --ndjson ''
    [ "$(jq -r .errormsg <<<"${lines[0]}")" = "an empty target" ]
    # nor are bodies that are kept for another run
    LANGUAGE=pt_BR coget -s --task-delay 1ms --journal j 0 >/dev/null
    [ "$(coget -s --task-delay 1ms --journal j --resume 0)" = "Data of task 0" ]
    rm -f j
    LANGUAGE=pt_BR coget -s --task-delay 1ms --cache c 0 >out
    [ "$(cat out)" = "Data of task 0" ]
}

@test "the system's errors in a record are the same in all languages" {
    export LC_ALL=C.UTF-8
    local language
    for language in '' pt_BR; do
        LANGUAGE=$language coget -s --ndjson --stable --task-delay 1ms \
            -o 'there/{id}' --output-dir /proc/nowhere 0 >"out.$language" ||
            true
    done
    grep -q 'No such file or directory' out.
    same out. out.pt_BR
}

@test "errors on stderr are in Portuguese" {
    export LANGUAGE=pt_BR
    run -2 coget --jobs x 0
    [ "$output" = 'coget: --jobs: "x" não é um número de 1 a 1000000' ]
    run -2 coget --no-such
    [ "$output" = 'coget: não há a opção --no-such; veja coget --help' ]
    run -2 coget --hsts f 0
    [[ $output == 'coget: --hsts, do curl, não é uma opção aqui: '* ]]
    run -1 coget -s -S 'http://a b/'
    [ "$output" = 'coget: http://a b/: um espaço na URL (escreva %20 em seu lugar)' ]
}

@test "--help is translated line by line, and as narrow" {
    help_texts() {
        coget --help | sed -nE 's/^.{31}([^ ].*)$/\1/p' | sort -u
    }
    export LC_ALL=C.UTF-8
    help_texts >english
    LANGUAGE=pt_BR help_texts >portuguese
    # what is the same in both: a text that is not marked shows here
    [ "$(comm -12 english portuguese | grep -xvE \
        'HTTP/1\.[01]|SRP|TCP Fast Open|[^ ]+|--[a-z]+ [a-z]+|[^ ]* ?[A-Z]+')" = "" ]
    [ "$(LANGUAGE=pt_BR coget --help | grep -E '.{81}')" = "" ]
    [ "$(LANGUAGE=pt_BR coget --help | wc -l)" -eq "$(coget --help | wc -l)" ]
}

@test "make install puts the catalogs where they belong" {
    make -C "$BUILDDIR" install-data DESTDIR="$PWD/root" >/dev/null
    [ -s "$(find root -path '*/locale/pt_BR/LC_MESSAGES/coget.mo')" ]
}

@test "-w: a file that cannot be written is told in the user's language" {
    run -3 --separate-stderr env LANGUAGE=pt_BR "$COGET" -s \
        -w '%output{no/where}x' 0
    [[ $stderr == "coget: não foi possível escrever no/where: "* ]]
    # the system's own catalog may be missing
    [ ! -e /usr/share/locale/pt_BR/LC_MESSAGES/libc.mo ] ||
        [[ $stderr == *"Arquivo ou diretório inexistente" ]]
}
