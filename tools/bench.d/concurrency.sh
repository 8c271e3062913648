# shellcheck shell=bash
# shellcheck disable=SC2154 # see tools/lib/bench.sh

about[concurrency]="how many calls at a time the worker finds a server to use, and what that costs (2 min)"

# A server that works on eight calls at a time, each for 20 ms, and keeps the others waiting. Beside the worker
# that has to find this out: one that always has 64 calls there, and one that has been told.
bench_concurrency() {
    local count=60000 rounds=3 round form calls=()
    local -A most=([told]=8 [crowd]=64 [finds]=64) least=([finds]='"min_concurrency": 1, ') speed=()
    start_kafka texts:8 vectors:16 dead:1
    start_service --latency 20ms --places 8
    write_records "$("$root/tools/descriptions" --count $count)" texts
    say "Working through $count texts, $((rounds * 3)) times ..."
    for ((round = 1; round <= rounds; round++)); do
        for form in told crowd finds; do
            make_topics "$form-$round:16"
            write_settings "{${least[$form]-}\"max_inputs\": 16, \"max_concurrency\": ${most[$form]}}" \
                '{"text": "/body", "parameters": {"dimensions": 64}, "to": "'$form-$round'"}'
            run_worker --brokers "$brokers" --topic "$form-$round" --topic dead --expect $count --limit 120 -- \
                --until-end --from earliest
            expect_exit 0
            speed[$form]+=" $(of_worker per_second)"
        done
        calls+=("$(jq --slurp 'map(select(.event == "calls at a time")) | last | .most' "$home/worker.log")")
    done
    # shellcheck disable=SC2086 # lists of numbers
    {
        figure share "$(calculate "$(median ${speed[finds]}) / $(median ${speed[crowd]})")" ">=" 0.9
        figure calls "$(median "${calls[@]}")" "<=" 16
        for form in told crowd finds; do
            figure "${form}_texts_per_second" "$(calculate "$(median ${speed[$form]}) | round")"
        done
    }
}
