# shellcheck shell=bash
# shellcheck disable=SC2154 # see tools/lib/bench.sh
# shellcheck source=tools/lib/workers.sh
source "$root/tools/lib/workers.sh"

about[rebalance]="how long nothing new is asked while a member comes and goes, with 500 calls under way (1 min)"

assignments() { grep --count '"partitions assigned"' "${worker_log[$1]}" || true; }

# watch_calls COUNT: until worker 1 has had so many assignments, and three seconds more; leaves the longest time
# without a new call, in milliseconds, in `longest`. A look takes some tens of milliseconds.
watch_calls() {
    local asked seen=0 last until=0 limit
    clock
    longest=0
    last=$now
    limit=$((now + 60000))
    while ((until == 0 || now < until)); do
        asked=$(account | jq .requests)
        clock
        if ((asked > seen)); then
            ((now - last <= longest)) || longest=$((now - last))
            seen=$asked
            last=$now
        fi
        if ((until == 0 && $(assignments 1) >= $1)); then until=$((now + 3000)); fi
        ((now < limit)) || die "worker 1 was not given partitions" "$(tail -n 3 "${worker_log[1]}")"
    done
    ((now - last <= longest)) || longest=$((now - last))
}

bench_rebalance() {
    workers=2
    start_kafka texts:8 vectors:4 dead:1
    start_service --latency 1s --jitter 3s
    write_records "$("$root/tools/descriptions" --count 30000)" texts
    write_settings '{"max_inputs": 1, "max_concurrency": 500}' '{"text": "/body", "parameters": {"dimensions": 16}}' \
        '{"kafka": {"properties": {"session.timeout.ms": "6000", "heartbeat.interval.ms": "500"}}}'
    began=$((${EPOCHREALTIME/[!0-9]/} / 1000))
    worker_start 1
    until (($(account | jq .requests) >= 1500)); do
        clock
        ((now < 60000)) || die "no calls under way"
        rest 0.1
    done
    worker_start 2
    watch_calls 2
    figure standstill_join_s "$(calculate "$longest / 1000")" "<=" 3
    worker_term 2
    watch_calls 3
    figure standstill_leave_s "$(calculate "$longest / 1000")" "<=" 3
    end_workers 30
}
