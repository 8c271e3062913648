# shellcheck shell=bash
# shellcheck disable=SC2154 # see tools/lib/bench.sh

about[delivery]="texts a second with exactly_once beside at_least_once, on Apache Kafka (3 min)"

# Both in turns over the same records, each in a group of its own. The service answers after 5 ms and has no
# quota, and vectors are short, so that the worker is what the others wait for: with long ones it is the
# broker, and where that writes faster than its disk, the disk is measured. The cores tell.
bench_delivery() {
    local count=400000 rounds=7 round delivery
    local share=''
    local -A one=() speed=([at_least_once]='' [exactly_once]='') core=() cpu=()
    start_kafka texts:8 vectors:16 dead:1
    start_server canned_service --inputs 64 --dimensions 256 --latency 5
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
                    '{text: "/body", parameters: {dimensions: 256}, encoding: "float32", to: $to}')" \
                "{\"kafka\": {\"delivery\": \"$delivery\"}}"
            run_worker --brokers "$brokers" --topic "$delivery-$round" --expect $count --limit 120 -- \
                --until-end --from earliest
            expect_exit 0
            one[$delivery]=$(of_worker per_second)
            speed[$delivery]+=" ${one[$delivery]}"
            core[$delivery]+=" $(calculate "$(of_worker cpu_seconds) / $(of_worker seconds)")"
            cpu[$delivery]+=" $(calculate "$(of_worker cpu_seconds) * 1000000 / $count")"
        done
        share+=" $(calculate "${one[exactly_once]} / ${one[at_least_once]}")"
    done
    # shellcheck disable=SC2086 # lists of numbers
    {
        figure exactly_once_share "$(median $share)" ">=" 0.9
        for delivery in at_least_once exactly_once; do
            figure "${delivery}_texts_per_second" "$(calculate "$(median ${speed[$delivery]}) | round")"
            figure "${delivery}_cpu_us_per_text" "$(median ${cpu[$delivery]})"
            figure "${delivery}_cores" "$(median ${core[$delivery]})" ">=" 0.9
        done
    }
}
