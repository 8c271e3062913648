# shellcheck shell=bash
# What tools/fault-bench does to brokers and service; `act` does one line of the script of faults.

# shellcheck disable=SC2154 # home, programs, brokers, nodes, now are those of tools/fault-bench

declare -A done_of=()  # how often each fault was done
node_job=()            # a stop that is under way
node_pending=()        # 1: to be started as soon as it has stopped
growing=               # what a topic is to become
grow_job=
service_runs=0

kafka() { "$root/tools/kafka" "$1" --name faults "${@:2}"; }

node_stop() {
    kafka stop-node "$@" >>"$home/kafka.log" 2>&1 &
    node_job[$1]=$!
}

tend_nodes() {
    local k
    for ((k = 1; k <= nodes; k++)); do
        if [[ -n ${node_job[k]:-} ]] && kill -0 "${node_job[k]}" 2>/dev/null; then continue; fi
        node_job[k]=
        if ((${node_pending[k]:-0})); then
            node_pending[k]=0
            kafka start-node "$k" >>"$home/kafka.log" 2>&1
        fi
    done
}

# Partitions are added in the background, and again where the brokers were away.
tend_growing() {
    if [[ -n $grow_job ]]; then
        if kill -0 "$grow_job" 2>/dev/null; then return 0; fi
        local code=0
        wait "$grow_job" || code=$?
        grow_job=
        if ((code == 0)); then
            tell "the topic has grown"
            growing=
        fi
    fi
    [[ -n $growing ]] || return 0
    "$programs/topic_maker" --brokers "$brokers" --grow "$growing" >>"$home/grow.log" 2>&1 &
    grow_job=$!
}

service_start() {
    serve "$home/batchmill-simulator.pid" "$home/service.out" "$programs/batchmill-simulator" --port "$port" \
        --latency 300ms --jitter 300ms --journal "$home/journal.jsonl" --faults "$home/rules.json"
    service_runs=1
}
service_stop() {
    service_runs=0
    kill -KILL "$(<"$home/batchmill-simulator.pid")" 2>/dev/null || true
}

# rules NAME: what the service does from now on, also after a restart.
rules() {
    cp "$home/rules-$1.json" "$home/rules.json"
    ((service_runs)) || return 0
    curl --silent --fail --max-time 10 --request PUT --data-binary @"$home/rules.json" "$service/simulator/faults" ||
        die "the service does not take rules: $1"
}

# act FAULT ACTION ARGUMENT...: one line of the script.
act() {
    local fault=$1
    shift
    case $1 in
        start) worker_wanted[$2]=1 ;;
        kill | term) "worker_$1" "$2" || { tell "$*: it is not there"; return 0; } ;;
        pause) worker_signal "$2" STOP || { tell "$*: it is not there"; return 0; } ;;
        resume) worker_signal "$2" CONT || true ;;
        node_start) node_pending[$2]=1 ;;
        grow) growing=$2 ;;
        node_stop | service_start | service_stop | rules) "$@" ;;
        *) die "the script of faults has an unknown line: $*" ;;
    esac
    tell "$*"
    case $fault in
        + | -) ;;
        *) done_of[$fault]=$((${done_of[$fault]:-0} + 1)) ;;
    esac
}

# How often a worker has lost its claim to what it had under way: by its end, or by a rebalance, which takes all
# partitions away and deals them out anew. By the lines of its own log, which only ever widen a bound.
losses() {
    local revoked
    revoked=$(cat "$home"/worker-*.log | grep -cE '"event":"partitions (revoked|lost)"' || true)
    printf '%s\n' "$((revoked + kills + exits + late_ends + outages * workers))"
}
