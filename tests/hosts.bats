# Several machines for real: GNU parallel over ssh to three hosts, one of which
# dies in the middle, and a job array of Slurm's. The hosts are namespaces.

load helper
load hosts

setup() {
    DIR=$BATS_TEST_TMPDIR/net
    mkdir "$DIR"
    cd "$BATS_TEST_TMPDIR"
    export PARALLEL_HOME=$DIR/parallel PARALLEL_SSH="ssh -F $DIR/ssh_config"
    mkdir "$PARALLEL_HOME"
    printf '%s\n' h1 h2 h3 >hosts
}

teardown() {
    halt_all
}

# needs_hosts TOOL...: skips where they cannot be; the system may forbid it.
needs_hosts() {
    local why tool
    why=$(no_hosts "$@")
    case $why in
    "") ;;
    "no network namespaces"*) skip "$why" ;;
    *) skip_or_fail "$why" ;;
    esac
}

server() {
    at router curl -q -sS "http://$ROUTER:$PORT/_$1"
}

# asked TARGET: how often the server was.
asked() {
    grep -cF "\"target\":\"$1\"" "$DIR/server.log" || true
}

# journaled_is FILE N: so many records are in the journal.
journaled_is() {
    [ "$(grep -c '"url":"' "$1" 2>/dev/null)" = "$2" ]
}

asked_is() {
    [ "$(asked "$1")" = "$2" ]
}

# Of 60 targets number 15 is answered when it is released; some fail.
write_list() {
    local i
    echo "# a comment, and an empty line"
    echo
    for ((i = 0; i < 60; i++)); do
        case $i in
        7) echo "http://$ROUTER:$PORT/7?status=404" ;;
        15) echo "http://$ROUTER:$PORT/15?hold" ;;
        22) echo "http://a b/" ;;
        *) echo "http://$ROUTER:$PORT/$i" ;;
        esac
    done
}

@test "three hosts, one dies: what comes is byte for byte one machine's" {
    needs_hosts ssh ssh-keygen sshd parallel
    local one peer parallel
    boot_all
    write_list | grep -vE '^[[:space:]]*(#|$)' >list
    at router "$COGET" --ndjson --stable -s -i - <list >whole 3>&- &
    one=$!
    wait_until asked_is "/15?hold" 1
    server release
    wait "$one" || [ $? -eq 1 ]
    [ "$(wc -l <whole)" = 60 ]

    server reset >/dev/null
    : >"$DIR/server.log"
    mkdir journals
    at router parallel --pipe -N 10 -j 1 --keep-order --retries 3 \
        --sshloginfile hosts \
        'coget --index-offset {= $_ = (seq() - 1) * 10 =} --ndjson --stable' \
        '-s --summary /dev/stderr --journal '"$PWD"'/journals/{#} --resume' \
        '-i - || test $? -eq 1' <list >records 2>log 3>&- &
    parallel=$!
    # all of its chunk is fetched but for one, which lasts
    wait_until asked_is "/15?hold" 1
    wait_until journaled_is journals/2 9
    peer=$(jq -r 'select(.target == "/15?hold").peer' "$DIR/server.log")
    peer=${peer%.2}
    halt "h${peer##*.}"
    # another host has the chunk, and asks only for what was not there
    wait_until asked_is "/15?hold" 2
    server release
    wait "$parallel"
    cmp records whole
    [ "$(jq -r 'select(.target == "/15?hold").peer' "$DIR/server.log" |
        sort -u | wc -l)" = 2 ]
    [ "$(jq -r .target "$DIR/server.log" | grep -cv hold)" = 58 ]
    [ "$(jq -r .target "$DIR/server.log" | sort -u | wc -l)" = 59 ]
    # all three had their share
    [ "$(jq -r .peer "$DIR/server.log" | sort -u | wc -l)" = 3 ]
    # a chunk with failed tasks was not tried again
    asked_is "/7?status=404" 1

    grep '^{"tasks"' log | run -1 coget --merge --summary merged
    jq -e '.runs == 6 and .tasks == 60 and .known == 9 and
        .outcomes.ok == 58 and .outcomes.http_error == 1 and
        .outcomes.invalid == 1' merged
}

# Puts records of parts into the order of the list.
by_index() {
    paste <(jq .index "$1") "$1" | sort -n | cut -f 2-
}

@test "three hosts, parts by host: each host is asked by one of them" {
    needs_hosts ssh ssh-keygen sshd parallel
    local i
    boot_all
    for ((i = 0; i < 90; i++)); do
        echo "http://10.77.0.$((i % 9 + 1)):$PORT/$i"
    done >list
    at router "$COGET" --ndjson --stable -s -i list >whole
    : >"$DIR/server.log"
    at router parallel -j 1 --retries 3 --sshloginfile hosts \
        "coget --shard {}/3 --shard-by host --ndjson --stable -s" \
        "--summary $PWD/summary.{} -i $PWD/list || test \$? -eq 1" \
        ::: 1 2 3 >records
    by_index records | cmp - whole
    [ "$(wc -l <"$DIR/server.log")" = 90 ]
    jq -r '(.head | capture("Host: (?<host>[0-9.]+)").host) + " " + .peer' \
        "$DIR/server.log" | sort -u >asked
    [ "$(wc -l <asked)" = 9 ]
    # how the nine fall is a matter of the port, too
    [ "$(cut -d ' ' -f 2 asked | sort -u | wc -l)" -ge 2 ]
    run -0 coget --merge summary.*
    [ "${lines[1]}" = "tasks        90 ok, 0 failed" ]
}

slurm_conf() {
    local host
    host=$(hostname -s)
    cat <<EOF
ClusterName=coget
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
CredType=cred/none
StateSaveLocation=$DIR/state
SlurmdSpoolDir=$DIR/spool
SlurmctldPidFile=$DIR/slurmctld.pid
SlurmdPidFile=$DIR/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/builtin
SchedulerParameters=sched_min_interval=0,batch_sched_delay=0
SlurmdParameters=config_overrides
NodeName=$host NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
EOF
}

node_is_idle() {
    [ "$(in_host router sinfo -h -o %t 2>/dev/null)" = idle ]
}

@test "a job array of Slurm's: a part each" {
    needs_hosts slurmctld slurmd sbatch
    local i
    mkdir "$DIR/state" "$DIR/spool"
    boot_router
    slurm_conf >"$DIR/slurm.conf"
    export SLURM_CONF=$DIR/slurm.conf
    in_host router slurmctld -D 3>&- >"$DIR/slurmctld.log" 2>&1 &
    in_host router slurmd -D 3>&- >"$DIR/slurmd.log" 2>&1 &
    for ((i = 0; i < 60; i++)); do
        echo "http://$ROUTER:$PORT/$i"
    done >list
    at router "$COGET" --ndjson --stable -s -i list >whole
    : >"$DIR/server.log"
    cat >job <<EOF
#!/bin/sh
#SBATCH --array=1-4
#SBATCH --output=job.%a.log
part=\$SLURM_ARRAY_TASK_ID
"$COGET" --shard \$part/\$SLURM_ARRAY_TASK_COUNT --ndjson --stable -s \\
    --journal journal.\$part --resume --summary summary.\$part \\
    -o records.\$part -i list || test \$? -eq 1
EOF
    wait_until node_is_idle
    in_host router sbatch --chdir "$PWD" job
    for i in 1 2 3 4; do
        wait_until test -s "summary.$i"
    done
    cat records.? >records
    by_index records | cmp - whole
    [ "$(wc -l <"$DIR/server.log")" = 60 ]
    run -0 coget --merge summary.?
    [ "${lines[0]}" = "merged       4 runs" ]
    [ "${lines[1]}" = "tasks        60 ok, 0 failed" ]
    # again: nothing is left to do
    rm summary.?
    in_host router sbatch --chdir "$PWD" job
    for i in 1 2 3 4; do
        wait_until test -s "summary.$i"
    done
    cat records.? >records
    by_index records | cmp - whole
    [ "$(wc -l <"$DIR/server.log")" = 60 ]
}
