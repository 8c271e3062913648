# shellcheck shell=bash
# shellcheck disable=SC2154 # see tools/lib/bench.sh
# shellcheck source=tools/lib/workers.sh
source "$root/tools/lib/workers.sh"

about[rebalance]="how long partitions stand still while members come and go, with 500 calls under way (1 min)"

# The time of the last line of a worker's log with that event, in milliseconds.
time_of() {
    jq --slurp --arg event "$2" 'map(select(.event == $event)) | last | .time // empty
        | capture("(?<second>.*)[.](?<fraction>[0-9]+)Z")
        | (.second + "Z" | fromdate) * 1000 + (.fraction | tonumber)' "$1" 2>/dev/null
}
times_assigned() { grep --count '"partitions assigned"' "$1" || true; }

# await_assignment K COUNT: until worker K has had so many.
await_assignment() {
    local k=$1 count=$2
    until (($(times_assigned "${worker_log[k]}") >= count)); do
        clock
        ((now < 120000)) || die "worker $k was not given partitions" "$(tail -n 3 "${worker_log[k]}")"
        rest 0.1
    done
}

bench_rebalance() {
    local count=5000 before joined left
    workers=2
    start_kafka texts:8 vectors:4 dead:1
    start_service --latency 4s
    write_records "$("$root/tools/descriptions" --count $count)" texts
    write_settings '{"max_inputs": 1, "max_concurrency": 500}' '{"text": "/body", "parameters": {"dimensions": 16}}' \
        '{"kafka": {"properties": {"session.timeout.ms": "6000", "heartbeat.interval.ms": "500"}}}'
    began=${EPOCHREALTIME/[!0-9]/}
    began=$((began / 1000))
    worker_start 1
    until (($(account | jq .inputs) >= 500)); do
        clock
        ((now < 60000)) || die "no calls under way"
        rest 0.1
    done
    worker_start 2
    await_assignment 1 2
    await_assignment 2 1
    joined=$(time_of "${worker_log[1]}" "partitions revoked")
    figure standstill_join_s "$(calculate "([$(time_of "${worker_log[1]}" "partitions assigned"),
        $(time_of "${worker_log[2]}" "partitions assigned")] | max | . - $joined) / 1000")" "<=" 3

    # What the one that stays has under way goes on; the one that leaves finishes its own first.
    before=$(times_assigned "${worker_log[1]}")
    worker_term 2
    await_assignment 1 $((before + 1))
    left=$(time_of "${worker_log[1]}" "partitions revoked")
    figure standstill_leave_s \
        "$(calculate "($(time_of "${worker_log[1]}" "partitions assigned") - $left) / 1000")" "<=" 3
    until (($(account | jq .bought_inputs) >= count)); do
        clock
        ((now < 150000)) || die "not all texts were asked within the time"
        rest 0.5
    done
    rest 2
    figure repeated_calls "$(($(account | jq .bought_inputs) - count))" "==" 0
    end_workers 30
}
