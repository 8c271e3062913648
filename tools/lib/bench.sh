# shellcheck shell=bash
# What the benches of tools/bench.d/ are made of. Each file there is one bench NAME: it sets about[NAME]
# and defines bench_NAME, which starts what it needs, measures, and names its figures with `figure`.

# shellcheck disable=SC2154 # root, home, programs, bench, json and keep are those of tools/bench; so are heading and
# labels where a script wants another head line, and further members (JSON) in its last line

declare -A about=()
declare -A value_of=()
declare -A wanted_of=()
figure_names=()
servers=()
kafka_is_ours=0
worker_pid=() # of tools/lib/workers.sh, where there are several
command_pid=
began=0
now=0

# figure NAME VALUE [OPERATOR BOUND]: one of the results, and what it has to be, such as: lost 0 == 0
figure() {
    local name=$1 value=$2
    figure_names+=("$name")
    value_of[$name]=$value
    (($# < 3)) || wanted_of[$name]="$3 $4"
}

# holds VALUE OPERATOR BOUND
holds() { jq --null-input --exit-status "$1 $2 $3" >/dev/null; }

# calculate EXPRESSION [JQ-OPTIONS...]: a number with at most four decimals.
calculate() {
    local expression=$1
    shift
    jq --null-input "$@" "($expression) * 10000 | round / 10000"
}

# The middle one of the numbers given.
median() { jq --null-input '[$ARGS.positional[] | tonumber] | sort | .[length / 2 | floor]' --args "$@"; }

show_figures() {
    local name verdict missed=()
    printf '\n%-32s %14s  %s\n' "${heading:-tools/bench $bench}" found wanted
    for name in "${figure_names[@]}"; do
        verdict=
        if [[ -n ${wanted_of[$name]:-} ]]; then
            # shellcheck disable=SC2086 # an operator and a bound
            if holds "${value_of[$name]}" ${wanted_of[$name]}; then
                verdict="${wanted_of[$name]}"
            else
                verdict="${wanted_of[$name]}   NOT MET"
                missed+=("$name")
            fi
        fi
        printf '%-32s %14s  %s\n' "$name" "${value_of[$name]}" "$verdict"
    done
    if ((json)); then
        for name in "${figure_names[@]}"; do printf '%s %s\n' "$name" "${value_of[$name]}"; done |
            jq --raw-input --slurp --compact-output --arg bench "$bench" --argjson labels "${labels:-{\}}" '
                {bench: $bench} + $labels +
                (split("\n") | map(select(. != "") | split(" ") | {(.[0]): (.[1] | tonumber)}) | add)'
    fi
    ((${#missed[@]} == 0)) || exit 1
}

on_exit() {
    local code=$? each
    trap - EXIT
    trap '' INT TERM  # a second Ctrl-C must not leave half of it behind
    for each in "${worker_pid[@]}"; do
        [[ -n $each ]] || continue
        kill -KILL "$each" 2>/dev/null || true
        wait "$each" 2>/dev/null || true
    done
    if [[ -n $command_pid ]]; then end_process "$command_pid" "$command_name" 5; fi
    for each in "${servers[@]}"; do
        if [[ -f $home/$each.pid ]]; then end_process "$(<"$home/$each.pid")" "/$each" 5; fi
    done
    if ((kafka_is_ours)); then "$root/tools/kafka" down --name bench; fi
    if ((code == 0 && !keep)); then
        rm -rf "$home"
    else
        say "Logs and settings: ${home#"$root"/}"
    fi
    exit "$code"
}

# start_server NAME ARGUMENTS...: a program of ours; leaves what it says first in `first_line`.
start_server() {
    local name=$1
    shift
    servers+=("$name")  # before it has started: one that takes too long must end as well
    serve "$home/$name.pid" "$home/$name.out" "$programs/$name" "$@"
}

# start_kafka TOPIC:PARTITIONS...: a real one; leaves its address in `brokers`.
start_kafka() {
    kafka_is_ours=1
    "$root/tools/kafka" down --name bench  # what a kill -9 has left
    brokers=$("$root/tools/kafka" up --name bench)
    make_topics "$@"
}

make_topics() {
    local each arguments=()
    for each in "$@"; do arguments+=(--topic "$each"); done
    "$programs/topic_maker" --brokers "$brokers" "${arguments[@]}" >/dev/null
}

# start_service ARGUMENTS...: the simulator; leaves its URL in `service`.
start_service() {
    start_server batchmill-simulator "$@"
    service=${first_line##* }
    [[ $service == http://* ]] || die "the simulator did not say where it listens, but: $first_line"
}

account() { curl --silent --fail --max-time 10 "$service/simulator/account"; }

quota() { curl --silent --fail --max-time 10 "$service/simulator/quota" "$@"; }

# write_records FILE TOPIC: each line one record, the key its id.
write_records() {
    patiently "$programs/record_writer" --brokers "$brokers" --input "$1" --topic "$2" --key /id >"$home/writer.out"
}

# write_settings DEPLOYMENT ROUTE [TOP]: members beyond those that all benches share, as JSON.
write_settings() {
    jq --null-input --arg brokers "$brokers" --arg service "$service" --arg group "bench-$RANDOM" \
        --argjson deployment "$1" --argjson route "$2" --argjson top "${3:-{\}}" '
        {
          kafka: {brokers: $brokers, group: $group},
          deployments: {service: ({
            api: "azure", endpoint: $service, deployment: "text-embedding-3-large", model: "text-embedding-3-large",
            auth: {api_key: {env: "AZURE_OPENAI_API_KEY"}}} + $deployment)},
          routes: {texts: ({
            from: "texts", operation: "embeddings", id: "/id", deployments: ["service"], to: "vectors",
            dead_letters: "dead"} + $route)}
        } * $top' >"$home/batchmill.json"
    "$programs/batchmill" check -c "$home/batchmill.json" >"$home/check.out" 2>&1 ||
        die "the worker refuses the settings of this bench:" "$(<"$home/check.out")"
}

# patiently COMMAND...: runs it in the background and waits, because a signal to this script is heard while
# it waits, not while a command runs. on_exit ends the command.
patiently() {
    "$@" &
    command_pid=$!
    command_name=$1
    local code=0
    wait "$command_pid" || code=$?
    command_pid=
    return "$code"
}

# Milliseconds since `began`, in `now`; a line with that time; a pause.
clock() { now=$((${EPOCHREALTIME/[!0-9]/} / 1000 - began)); }
tell() { printf '%7d.%d s  %s\n' $((now / 1000)) $((now % 1000 / 100)) "$*" >&2; }
rest() { patiently sleep "$1" 2>/dev/null || true; }

# meter ARGUMENTS...: process_meter, with which its command ends; leaves its figures in `took`.
meter() {
    patiently "$programs/process_meter" "$@" >"$home/took.json" || die "process_meter failed"
    took=$(<"$home/took.json")
}

# run_worker METER-ARGUMENTS... [-- WORKER-ARGUMENTS...]: leaves what the meter says in `took`.
run_worker() {
    local watching=()
    while (($#)) && [[ $1 != -- ]]; do
        watching+=("$1")
        shift
    done
    (($#)) && shift
    meter --log "$home/worker.log" "${watching[@]}" -- "$programs/batchmill" run -c "$home/batchmill.json" "$@"
}

# of_worker MEMBER: one figure of the last run.
of_worker() { jq --exit-status ".$1" <<<"$took"; }

# expect_exit CODE...: how the last run may have ended.
expect_exit() {
    local code each
    code=$(of_worker exit_code)
    for each in "$@"; do [[ $code != "$each" ]] || return 0; done
    die "the worker ended with exit code $code; its last words:" "$(tail -n 5 "$home/worker.log")"
}

# write_long_texts COUNT: records of about 1 KB, made of descriptions one after the other.
write_long_texts() {
    jq --raw-input --raw-output --null-input --argjson count "$1" '
        [limit($count; inputs) | fromjson | .body] as $texts
        | range($count) | . as $i
        | {id: "text-\($i)", body: ([range(8) | $texts[($i + . * 7919) % $count]] | join(" ") | .[:1000])}
        | tojson' "$("$root/tools/descriptions" --count "$1")"
}
