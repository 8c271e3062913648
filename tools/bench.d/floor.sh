# shellcheck shell=bash
# shellcheck disable=SC2154 # see tools/lib/bench.sh

about[floor]="CPU of the worker for a text, beside a straight-line program that does only what must be done (6 min)"

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
    local topics=() topic
    for topic in texts texts-1280 texts-6400 batch-1 batch-64 vectors; do topics+=(--topic "$topic:16"); done
    start_server mock_broker "${topics[@]}" --topic dead:1
    brokers=$first_line
    start_server canned_service --inputs 64 --dimensions 1536
    service=${first_line##* }
    write_long_texts $count >"$home/texts.jsonl"
    write_records "$home/texts.jsonl" texts
    say "Working through $count texts, $((rounds * 6)) times ..."

    for ((round = 1; round <= rounds; round++)); do
        for form in base64 numbers raw; do
            run_floor --from texts --count $count --batch 64 --form "${floor_form[$form]}"
            cpu[floor_$form]+=" $(of_worker cpu_seconds)"
            worker_settings 64 "${route[$form]}"
            run_worker --limit 120 -- --until-end --from earliest
            expect_exit 0
            cpu[worker_$form]+=" $(of_worker cpu_seconds)"
        done
    done
    count_receive_calls $count
    count_instructions
    count_allocations
    compare_batches $count
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

# worker_settings BATCH ROUTE: as in the rounds, but for the members of the route.
worker_settings() {
    write_settings "{\"max_inputs\": $1, \"max_concurrency\": 8}" \
        "$(jq --null-input "{text: \"/body\", parameters: {dimensions: 1536}, encoding: \"float32\"} + $2")" \
        '{"kafka": {"properties": {"session.timeout.ms": "6000"}}}'
}

# Of the loop's thread alone, which has all connections to the service. strace without -f follows no other.
count_receive_calls() {
    worker_settings 64 '{}'
    patiently strace -qq -c -e trace=recvfrom,recvmsg,readv -o "$home/calls.txt" \
        "$programs/batchmill" run -c "$home/batchmill.json" --until-end --from earliest >"$home/worker.log" 2>&1 ||
        die "the worker under strace failed:" "$(tail -n 3 "$home/worker.log")"
    figure receive_calls_per_reply "$(calculate "$(awk '$NF == "total" {print $4}' "$home/calls.txt") / ($1 / 64)")" "<=" 6
}

# Instructions of reading a reply, without those of copying it: the difference of two counts.
count_instructions() {
    local -A instructions=()
    local form times
    for form in base64 numbers; do
        for times in 2 12; do
            patiently valgrind --tool=callgrind --callgrind-out-file="$home/callgrind.out" \
                "$programs/reply_reader" --form $form --times $times --copies 12 >"$home/valgrind.txt" 2>&1
            instructions[$form-$times]=$(sed -n 's/.*Collected : //p' "$home/valgrind.txt")
        done
    done
    figure instructions_per_vector \
        "$(calculate "(${instructions[base64-12]} - ${instructions[base64-2]}) / 640")" "<=" 20000
    figure instructions_per_numbers_vector \
        "$(calculate "(${instructions[numbers-12]} - ${instructions[numbers-2]}) / 640")"
}

# Allocations of the whole process, librdkafka included: the difference of two runs.
count_allocations() {
    local -A allocations=()
    local topic texts
    for texts in 1280 6400; do
        topic=texts-$texts
        head -n $texts "$home/texts.jsonl" >"$home/$topic.jsonl"
        write_records "$home/$topic.jsonl" "$topic"
        worker_settings 64 "{from: \"$topic\"}"
        patiently valgrind --leak-check=no --undef-value-errors=no '--soname-synonyms=somalloc=*mimalloc*' \
            "$programs/batchmill" run -c "$home/batchmill.json" --until-end --from earliest >"$home/valgrind.txt" 2>&1
        allocations[worker-$texts]=$(allocations_in "$home/valgrind.txt")
        patiently valgrind --leak-check=no --undef-value-errors=no \
            "$programs/floor" --brokers "$brokers" --from "$topic" --to vectors --port "${service##*:}" \
            --count $texts --batch 64 --form passed >"$home/valgrind.txt" 2>&1
        allocations[floor-$texts]=$(allocations_in "$home/valgrind.txt")
    done
    figure allocations_per_text \
        "$(calculate "(${allocations[worker-6400]} - ${allocations[worker-1280]}) / 5120")" "<=" 6
    figure floor_allocations_per_text \
        "$(calculate "(${allocations[floor-6400]} - ${allocations[floor-1280]}) / 5120")"
}

allocations_in() { sed -n 's/.*total heap usage: \([0-9,]*\) allocs.*/\1/p' "$1" | tr -d ,; }

# One text a request and sixty-four, side by side: what does a text cost beside its request?
compare_batches() {
    local batch count round
    local -A cpu=()
    for batch in 1 64; do
        count=$(($1 / (batch == 1 ? 4 : 1)))
        head -n $count "$home/texts.jsonl" >"$home/batch-$batch.jsonl"
        write_records "$home/batch-$batch.jsonl" "batch-$batch"
        for ((round = 1; round <= 3; round++)); do
            run_floor --from "batch-$batch" --count $count --batch $batch --form passed
            cpu[floor-$batch]+=" $(of_worker cpu_seconds)"
            worker_settings $batch "{from: \"batch-$batch\"}"
            run_worker --limit 120 -- --until-end --from earliest
            expect_exit 0
            cpu[worker-$batch]+=" $(of_worker cpu_seconds)"
        done
        # shellcheck disable=SC2086 # lists of numbers
        {
            figure "worker_cpu_us_at_$batch" "$(calculate "$(median ${cpu[worker-$batch]}) * 1000000 / $count")"
            figure "floor_cpu_us_at_$batch" "$(calculate "$(median ${cpu[floor-$batch]}) * 1000000 / $count")"
        }
    done
}

# run_floor ARGUMENTS...: leaves what the meter says in `took`.
run_floor() {
    meter --limit 120 --log "$home/floor.log" -- "$programs/floor" --brokers "$brokers" --to vectors \
        --port "${service##*:}" "$@"
    [[ $(of_worker exit_code) == 0 ]] || die "the floor failed:" "$(<"$home/floor.log")"
}
