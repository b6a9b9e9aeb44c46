# Who is measured: coget, the floor and the peers, each as one who knows it
# well would have it do the scenario's work. A function each, which sets
#
#   command   what is run, in a directory of its own, with the list on stdin
#   gives     what it prints or leaves: records, bodies, files, nothing
#   less      what it does less, or else, than coget; shown in the table
#   input     what stdin is, if not the list of URLs itself
#   left_out  why it cannot do this at all
#
# from the scenario's count (whole: of all its requests, where they are a part),
# slots, wants (records, null, files), retries (on: after a 503, a second later),
# http2 and ca (a file, or nothing).

all_peers="curl wget2 aria2c xargs parallel go node aiohttp"

label() {
    case $1 in
    curl) echo "curl -Z" ;;
    xargs) echo "xargs curl" ;;
    parallel) echo "parallel curl" ;;
    go) echo "Go" ;;
    node) echo "Node" ;;
    *) echo "$1" ;;
    esac
}

# is_there PEER: installed, or not; what is missing is in $missing.
is_there() {
    case $1 in
    coget | floor) return 0 ;;
    aiohttp)
        missing=python3-aiohttp
        /usr/bin/python3 -c 'import aiohttp' 2>/dev/null
        ;;
    go)
        missing=go
        [ -x "$work/fetch" ] || {
            command -v go >/dev/null &&
                go build -o "$work/fetch" "$here/peers/fetch.go" >&2
        }
        ;;
    *)
        missing=$1
        command -v "$1" >/dev/null
        ;;
    esac
}

version_of() {
    case $1 in
    coget) "$coget" --version | head -n 1 ;;
    floor) "$coget" --version | sed -n '2s/ .*//p; 3s/ .*//p' | paste -sd ' ' ;;
    curl) curl -q --version | sed -n '1s/^\(curl [^ ]*\).*/\1/p' ;;
    wget2) wget2 --version | sed -n '1s/ - .*//p' ;;
    aria2c) aria2c --version | sed -n '1s/version //p' ;;
    xargs) xargs --version | head -n 1 ;;
    parallel) parallel --version | head -n 1 ;;
    go) go version | cut -d ' ' -f 3 ;;
    node) echo "Node $(node --version)" ;;
    aiohttp)
        /usr/bin/python3 -c 'import aiohttp, sys
print("aiohttp", aiohttp.__version__, "on Python", sys.version.split()[0])'
        ;;
    esac
}

peer_coget() {
    command=("$coget" -q -s -j "$slots")
    [ -z "$ca" ] || command+=(--cacert "$ca")
    [ -z "$retries" ] || command+=(--retry 3 --retry-delay 1)
    case $wants in
    records) command+=(--ndjson) gives=records ;;
    null) gives=bodies ;;
    files) command+=(-O) gives=files ;;
    esac
}

peer_floor() {
    command=("$build/bench/floor")
    [ -z "$ca" ] || command+=(-c "$ca")
    [ -z "$retries" ] || command+=(-r)
    # coget's own, so that the buffer's size makes no difference
    case $wants in
    files) command+=(-b 102400 -O) gives=files ;;
    null) command+=(-b 102400) gives=nothing ;;
    *) gives=nothing less="discards bodies, no order" ;;
    esac
    command+=("$slots")
}

# The options of curl that all of its kinds have here.
curl_options() {
    options=(-q -sS)
    [ -z "$ca" ] || options+=(--cacert "$ca")
    [ -z "$retries" ] || options+=(--retry 3 --retry-delay 1)
}

peer_curl() {
    local options
    curl_options
    input=$work/curl.config
    if [ "$wants" = files ]; then
        sed 's|.*/\(.*\)|url=&\noutput=\1|' "$list" >"$input"
        gives=files
    else
        sed 's/^/url=/' "$list" >"$input"
        gives=bodies less="bodies mixed as they come, no records"
    fi
    command=(curl "${options[@]}")
    if [ "$slots" -gt 300 ]; then
        less+="; 300 at once, its most"
    fi
    [ "$slots" = 1 ] || command+=(-Z --parallel-max "$slots")
    # its clock has whole seconds
    [ -z "$retries" ] || less+="; tries again within a second, not after it"
    # one needs no answer to know that HTTP/1.1 does not multiplex
    [ -n "$http2" ] || command+=(--parallel-immediate)
    command+=(-K -)
}

peer_wget2() {
    command=(wget2 -q --no-config --no-robots --no-hsts --no-ocsp
        --max-threads="$slots" --http2-request-window=100 -i "$list")
    input=/dev/null # with -i - it waits for ever, more often than not
    [ -z "$ca" ] || command+=(--ca-certificate="$ca")
    [ -z "$retries" ] || left_out="does not try again after a 503"
    if [ "$wants" = files ]; then
        gives=files
    else
        command+=(-O -)
        gives=bodies less="bodies as they come, no records"
    fi
    [ -z "$piped" ] || less+="; reads a file, not the pipe"
}

peer_aria2c() {
    [ -z "$http2" ] || left_out="has no HTTP/2"
    [ "$wants" != null ] || left_out="writes files only"
    command=(aria2c --no-conf -q -n -i - -j "$slots" -x 1 --deferred-input
        --file-allocation=none --auto-file-renaming=false --async-dns=false
        --allow-overwrite=true --auto-save-interval=0 --max-download-result=0)
    [ -z "$ca" ] || command+=(--ca-certificate="$ca")
    [ -z "$retries" ] || command+=(--max-tries=4 --retry-wait=1)
    gives=files
    [ "$wants" = files ] || less="writes files: it has no other way"
}

# in_batches: how many URLs each curl gets, one after the other, so that its
# connection is used again where they are of one host; where that would be more
# than 300 processes, each has 300 transfers at once instead. Files are so large
# that each has its own.
in_batches() {
    processes=$slots
    if [ "$slots" -gt 300 ]; then
        processes=$(((slots + 299) / 300))
        options+=(-Z --parallel-max 300 --parallel-immediate)
        less+="; $processes processes of curl -Z"
    fi
    batch=$(((whole + processes - 1) / processes))
    [ $batch -le 1000 ] || batch=1000
    if [ "$wants" = files ]; then
        batch=1 options+=(-O)
        gives=files less=
    fi
}

peer_xargs() {
    local options processes batch
    curl_options
    gives=bodies less="bodies mixed as they come, no records"
    in_batches
    command=(xargs -P "$processes" -n "$batch" -s 1000000 curl "${options[@]}")
}

peer_parallel() {
    local options processes batch
    curl_options
    gives=bodies less="no records"
    in_batches
    command=(parallel --will-cite --tmpdir . -k -j "$processes" -n "$batch"
        curl "${options[@]}")
}

# Those of ours share their options, all but the number of dashes.
own_peer() {
    local to=$1 cacert=$2 retry=$3
    command+=("$to" "$wants")
    [ -z "$ca" ] || command+=("$cacert" "$ca")
    [ -z "$retries" ] || command+=("$retry")
    gives=$wants
    [ "$wants" != null ] || gives=nothing
}

peer_go() {
    command=("$work/fetch")
    own_peer -to -cacert -retry
    command+=("$slots")
    [ "$gives" != records ] || less="records of 9 fields, coget's have some 30"
}

peer_node() {
    command=(node "$here/peers/fetch.mjs")
    own_peer --to --cacert --retry
    [ -z "$http2" ] || command+=(--http2)
    command+=("$slots")
    [ "$gives" != records ] || less="records of 9 fields, coget's have some 30"
}

peer_aiohttp() {
    [ -z "$http2" ] || left_out="has no HTTP/2"
    command=(/usr/bin/python3 "$here/peers/gather.py")
    own_peer --to --cacert --retry
    command+=("$slots")
    [ "$gives" != records ] || less="records of 9 fields, coget's have some 30"
}
