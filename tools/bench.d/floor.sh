# shellcheck shell=bash
# shellcheck disable=SC2154 # see tools/lib/bench.sh

about[floor]="CPU of the worker for a text, beside a straight-line program that does only what must be done (3 min)"

# Worker and floor take turns, so that what the neighbours of this machine do falls on both; medians of five.
# The broker is librdkafka's mock: it takes a tenth of the CPU of a JVM, and nothing of what it does depends
# on who asks. It forgets old results, which nobody reads here. The service has its answers ready, so that
# it is never what the others wait for.
#
#   base64    the service sends base64, the result carries base64
#   numbers   the service sends numbers, the result carries them unread
#   raw       the service sends base64, the result is the vector's bytes
bench_floor() {
    local count=40000 rounds=5 round form what
    local -A cpu=() route=(
        [base64]='{encoding: "float32"}' [numbers]='{encoding: "json"}' [raw]='{output: "raw", encoding: "float32"}')
    local -A floor_form=([base64]=passed [numbers]=numbers [raw]=raw)
    start_server mock_broker --topic texts:16 --topic vectors:16 --topic dead:1
    brokers=$first_line
    start_server canned_service --inputs 64 --dimensions 1536
    service=${first_line##* }
    write_long_texts $count >"$home/texts.jsonl"
    write_records "$home/texts.jsonl" texts
    say "Working through $count texts, $((rounds * 6)) times ..."

    for ((round = 1; round <= rounds; round++)); do
        for form in base64 numbers raw; do
            meter --limit 120 --log "$home/floor.log" -- "$programs/floor" --brokers "$brokers" --from texts \
                --to vectors --port "${service##*:}" --count $count --batch 64 --form "${floor_form[$form]}"
            [[ $(of_worker exit_code) == 0 ]] || die "the floor failed:" "$(<"$home/floor.log")"
            cpu[floor_$form]+=" $(of_worker cpu_seconds)"
            write_settings '{"max_inputs": 64, "max_concurrency": 8}' \
                "$(jq --null-input "{text: \"/body\", parameters: {dimensions: 1536}} + ${route[$form]}")" \
                '{"kafka": {"properties": {"session.timeout.ms": "6000"}}}'
            run_worker --limit 120 -- --until-end --from earliest
            expect_exit 0
            cpu[worker_$form]+=" $(of_worker cpu_seconds)"
        done
    done
    local -A us=()
    for what in "${!cpu[@]}"; do
        # shellcheck disable=SC2086 # a list of numbers
        us[$what]=$(calculate "$(median ${cpu[$what]}) * 1000000 / $count")
    done
    for form in base64 numbers raw; do
        figure "${form}_worker_cpu_us_per_text" "${us[worker_$form]}"
        figure "${form}_floor_cpu_us_per_text" "${us[floor_$form]}"
    done
    figure ratio "$(calculate "${us[worker_base64]} / ${us[floor_base64]}")" "<=" 1.7
    figure numbers_ratio "$(calculate "${us[worker_numbers]} / ${us[floor_numbers]}")" "<=" 1.7
    figure raw_ratio "$(calculate "${us[worker_raw]} / ${us[floor_raw]}")" "<=" 1.7
}

# write_long_texts COUNT: records of about 1 KB, made of descriptions one after the other.
write_long_texts() {
    jq --raw-input --raw-output --null-input --argjson count "$1" '
        [limit($count; inputs) | fromjson | .body] as $texts
        | range($count) | . as $i
        | {id: "text-\($i)", body: ([range(8) | $texts[($i + . * 7919) % $count]] | join(" ") | .[:1000])}
        | tojson' "$("$root/tools/descriptions" --count "$1")"
}
