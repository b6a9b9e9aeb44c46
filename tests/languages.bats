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
