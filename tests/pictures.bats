# The README's pictures, and the script that makes them.

load helper

setup() {
    cd "$BATS_TEST_TMPDIR"
    command -v python3 >/dev/null || skip_or_fail python3
}

well_formed() {
    python3 -c 'import sys, xml.dom.minidom as dom
for name in sys.argv[1:]: dom.parse(name)' "$@"
}

@test "a recording has what a terminal showed, and when it did" {
    needs_terminal
    "$SRCDIR/doc/record" --show 'typed & sent' out.svg sh -c \
        'printf "first\r"; sleep 0.3; printf "\033[K\033[31msecond\033[0m <\n"'
    well_formed out.svg
    grep -q '>\$ typed &amp; sent</text>' out.svg
    # what was overwritten goes, and without motion the end is there
    grep -q 'class="gone">first</text>' out.svg
    grep -q '"><tspan class="c31">second</tspan> &lt;</text>' out.svg
    [ "$(grep 'second' out.svg | grep -c gone)" -eq 0 ]
    # the second came 0.3 s later, of about 5
    local first second
    first=$(grep -o '@keyframes a1 .*' out.svg | grep -oE '[0-9]+\.[0-9]+%' |
        head -n 1)
    second=$(grep -o '@keyframes a2 .*' out.svg | grep -oE '[0-9]+\.[0-9]+%' |
        head -n 1)
    holds '$b - $a > 4' --argjson a "${first%\%}" --argjson b "${second%\%}"
}

@test "a command that fails is not recorded" {
    needs_terminal
    run -1 "$SRCDIR/doc/record" out.svg false
    [[ $output == *"status 1"* ]]
    [ ! -e out.svg ]
}

@test "README: its pictures are there, with a text" {
    local pictures
    pictures=$(grep -oE '!\[[^]]+\]\([^)]+\)' "$SRCDIR/README.md" |
        sed 's/.*(//; s/)$//')
    [ -n "$pictures" ]
    cd "$SRCDIR"
    # shellcheck disable=SC2086
    well_formed $pictures
}
