# shellcheck shell=bash
# shellcheck disable=SC2154 # see tools/lib/bench.sh

about[delivery]="texts a second with exactly_once beside at_least_once, on Apache Kafka (4 min)"

# Both in turns over the same records, each in a group of its own. The service answers after 5 ms and has no
# quota, so that the worker is what the others wait for.
bench_delivery() {
    local count=100000 rounds=5 round delivery
    local -A speed=([at_least_once]='' [exactly_once]='') core=() cpu=()
    start_kafka texts:8 vectors:16 dead:1
    start_server canned_service --inputs 64 --dimensions 1536 --latency 5
    service=${first_line##* }
    write_long_texts 20000 >"$home/part.jsonl"
    for ((round = 0; round < count / 20000; round++)); do cat "$home/part.jsonl"; done >"$home/texts.jsonl"
    write_records "$home/texts.jsonl" texts
    say "Working through $count texts, $((rounds * 2)) times ..."
    for ((round = 1; round <= rounds; round++)); do
        for delivery in at_least_once exactly_once; do
            make_topics "$delivery-$round:16"
            write_settings '{"max_inputs": 64, "max_concurrency": 16}' \
                "$(jq --null-input --arg to "$delivery-$round" \
                    '{text: "/body", parameters: {dimensions: 1536}, encoding: "float32", to: $to}')" \
                "{\"kafka\": {\"delivery\": \"$delivery\"}}"
            run_worker --brokers "$brokers" --topic "$delivery-$round" --expect $count --limit 120 -- \
                --until-end --from earliest
            expect_exit 0
            speed[$delivery]+=" $(of_worker per_second)"
            core[$delivery]+=" $(calculate "$(of_worker cpu_seconds) / $(of_worker seconds)")"
            cpu[$delivery]+=" $(calculate "$(of_worker cpu_seconds) * 1000000 / $count")"
        done
    done
    # shellcheck disable=SC2086 # lists of numbers
    {
        figure exactly_once_share \
            "$(calculate "$(median ${speed[exactly_once]}) / $(median ${speed[at_least_once]})")" ">=" 0.9
        for delivery in at_least_once exactly_once; do
            figure "${delivery}_texts_per_second" "$(calculate "$(median ${speed[$delivery]}) | round")"
            figure "${delivery}_cpu_us_per_text" "$(median ${cpu[$delivery]})"
            figure "${delivery}_cores" "$(median ${core[$delivery]})"
        done
    }
}
