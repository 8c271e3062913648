# shellcheck shell=bash
# shellcheck disable=SC2154 # see tools/lib/bench.sh

about[idle]="what the worker takes with nothing to do, and how soon it asks when there is something (1 min)"

# From the moment when librdkafka deals out the partitions (a line of its debug log, which the worker passes
# on) to the first request at the simulator, in milliseconds. Both clocks are this machine's. In between lie
# the questions after committed offsets and earlier outcomes, the first fetch, and the first connection.
start_to_first_request() {
    local assigned arrived
    assigned=$(jq --slurp 'map(select((.line // "") | test("running .* assignor"))) | first | .time
        | capture("(?<second>.*)[.](?<fraction>[0-9]+)Z")
        | (.second + "Z" | fromdate) * 1000 + (.fraction | tonumber)' "$home/worker.log")
    arrived=$(account | jq .first_arrival_ms)
    printf '%s\n' $((arrived - assigned))
}

bench_idle() {
    local seconds=20 settle=3 round rounds=5 waits=()
    start_kafka nothing:8 texts:8 vectors:16 dead:1
    start_service

    write_settings '{}' '{"from": "nothing", "text": "/body"}'
    say "Doing nothing for $seconds s ..."
    run_worker --limit 60 --settle $settle --stop-after $((settle + seconds))
    expect_exit 0

    figure cpu_percent "$(calculate "$(of_worker settled_cpu_share) * 100")" "<" 0.5
    figure rss_mib "$(calculate "$(of_worker rss_peak_mib)")" "<" 40

    write_records "$("$root/tools/descriptions" --count 256)" texts
    for ((round = 1; round <= rounds; round++)); do
        # A group and an output of its own each: the way of a first start, which has the most to ask.
        make_topics "vectors-$round:16"
        write_settings '{}' '{"text": "/body", "to": "vectors-'$round'"}' \
            '{"kafka": {"properties": {"debug": "cgrp"}}, "log": {"level": "debug"}}'
        curl --silent --fail --request DELETE "$service/simulator/account" >/dev/null
        run_worker --limit 30 -- --until-end
        expect_exit 0
        waits+=("$(start_to_first_request)")
    done
    figure start_to_request_ms "$(median "${waits[@]}")" "<" 300
    figure start_to_request_ms_worst "$(jq --null-input '[$ARGS.positional[] | tonumber] | max' --args "${waits[@]}")"
}
