# Names that want to lead out of the directory, and links that are planted in
# it: whatever they are, files are in the directory only.

load helper
load own_server

HOSTILE=$SRCDIR/tests/hostile.py
SEED=2026

setup() {
    fresh_test
    mkdir out outside
    plant
}

# links in the directory that some of the names go through
plant() {
    rm -rf out/link out/dir
    ln -s ../outside out/link
    ln -s ../outside out/dir
}

# No name but those that were there.
nothing_outside() {
    [ -z "$(find outside -mindepth 1)" ]
    [ "$(find . -mindepth 1 -maxdepth 1 | LC_ALL=C sort | xargs)" = \
        "${1-./list ./out ./outside}" ]
}

# Every name in the directory is harmless, and there are at least so many.
names_are_safe() {
    find out -mindepth 1 -printf '%P\0' | python3 -c '
import sys, unicodedata
paths = sys.stdin.buffer.read().split(b"\0")[:-1]
for path in paths:
    for name in path.decode().split("/"):
        assert name[0] not in ".-", path
        assert len(name.encode()) <= 220, path
        assert not any(unicodedata.category(c) == "Cc" for c in name), path
assert len(paths) >= int(sys.argv[1]), len(paths)' "$1"
}

@test "1,000 hostile names in Content-Disposition" {
    python3 "$HOSTILE" headers $SEED 1000 "$URL" >list
    # some end the header lines too early: their bodies never come
    run coget -s --ndjson --speed-time 1 -OJ --output-dir out -i list
    [ "$(wc -l <<<"$output")" -eq 1000 ]
    nothing_outside
    names_are_safe 300
    # one part each
    [ -z "$(find out -mindepth 2)" ]
}

@test "1,000 hostile names in URLs" {
    python3 "$HOSTILE" paths $SEED 1000 "$URL" >list
    local how
    for how in "-O" "-o {path}" "-o {name}.{ext}" "-o {host}-{hash}{path}"; do
        plant
        # shellcheck disable=SC2086 # two words
        run coget -s --ndjson --path-as-is --create-dirs --output-dir out $how -i list
        [ "$(wc -l <<<"$output")" -eq 1000 ]
        nothing_outside
    done
    names_are_safe 1000
}

@test "1,000 hostile names: no system call leads out of the directory" {
    command -v strace >/dev/null || skip_or_fail strace
    [ -z "${COGET_SLOW-}" ] || skip "strace would trace Valgrind"
    python3 "$HOSTILE" headers $SEED 500 "$URL" >list
    python3 "$HOSTILE" paths $SEED 500 "$URL" >>list
    strace -f -y -qq -o trace \
        -e trace=open,openat,creat,truncate,/mkdir,/rename,/link,/unlink,/mknod \
        "$COGET" -s --speed-time 1 --path-as-is --create-dirs --output-dir out -OJ -i list || true
    nothing_outside "./list ./out ./outside ./trace"
    # what writes, creates or removes does so in an open directory below out,
    # by a name of one part
    # (but for the directory itself)
    grep -E 'O_WRONLY|O_RDWR|O_CREAT|^[0-9]+ +(creat|truncate|mk|rename|link|symlink|unlink)' trace |
        grep -vE '/dev/(null|tty)"|mkdir\("out", ' >writes
    [ "$(wc -l <writes)" -ge 500 ]
    local at="[0-9]+<$PWD/out(/[^>]*)?>, \"[^/\"]+\""
    run grep -vE "^[0-9]+ +(openat|mkdirat|unlinkat)\($at|^[0-9]+ +(renameat|renameat2|linkat)\($at, $at" writes
    [ "$output" = "" ]
}

@test "links that are planted meanwhile are not followed" {
    local i j how
    for ((i = 0; i < 2000; i++)); do
        echo "$URL/a$((i % 5))/b$((i % 7))/f$i?size=5000&delay=5"
    done >list
    for how in "" "-C -"; do
        rm -f stop
        timeout 60 python3 "$HOSTILE" race out outside stop >swaps &
        # shellcheck disable=SC2086 # two words, or none
        run coget -s --ndjson -j 20 --create-dirs --output-dir out -o '{path}' $how -i list
        touch stop
        wait $!
        [ "$(<swaps)" -gt 50 ]
        [ -z "$(find outside -mindepth 1)" ]
        # what was not in the way of it is there
        [ "$(grep -c '"outcome":"ok"' <<<"$output")" -gt 100 ]
        rm -rf out
        mkdir out
    done
}
