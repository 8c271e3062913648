# shellcheck shell=bash
# shellcheck disable=SC2154 # see tools/lib/bench.sh

about[tls]="CPU of the worker for a text over TLS, beside plain HTTP, the floor and OpenSSL alone; handshakes (4 min)"

# What TLS has to cost is what OpenSSL takes for the same bytes, blocking, with nothing around it: raw_exchanges.
# The worker may take 1.3 times the sum of that and of the straight-line program of `bench floor`. That sum has the
# calls of the system for these bytes twice; `strict_ratio` has them once. `added_ratio` is about TLS alone: what it adds
# to the worker, over what it adds to those bytes. All take turns; medians of five.
bench_tls() {
    local count=40000 rounds=5 round what plain tls
    local -A cpu=() us=()
    start_server mock_broker --topic texts:16 --topic vectors:16 --topic dead:1
    brokers=$first_line
    start_server canned_service --inputs 64 --dimensions 1536
    plain=${first_line##* }
    servers+=(canned_tls)
    serve "$home/canned_tls.pid" "$home/canned_tls.out" "$programs/canned_service" --inputs 64 --dimensions 1536 \
        --tls "$home/canned_tls.pem"
    tls=${first_line##* }
    service=$plain
    write_long_texts $count >"$home/texts.jsonl"
    write_records "$home/texts.jsonl" texts
    say "Working through $count texts, $((rounds * 5)) times ..."

    for ((round = 1; round <= rounds; round++)); do
        meter --limit 120 --log "$home/floor.log" -- "$programs/floor" --brokers "$brokers" --to vectors \
            --port "${plain##*:}" --from texts --count $count --batch 64 --form passed
        [[ $(of_worker exit_code) == 0 ]] || die "the floor failed:" "$(<"$home/floor.log")"
        cpu[floor]+=" $(of_worker cpu_seconds)"
        run_raw --port "${plain##*:}"
        cpu[raw_plain]+=" $(of_worker cpu_seconds)"
        run_raw --port "${tls##*:}" --tls "$home/canned_tls.pem"
        cpu[raw_tls]+=" $(of_worker cpu_seconds)"
        run_over '{}'
        cpu[worker_plain]+=" $(of_worker cpu_seconds)"
        run_over "{\"endpoint\": \"$tls\", \"ca_file\": \"$home/canned_tls.pem\"}"
        cpu[worker_tls]+=" $(of_worker cpu_seconds)"
    done
    for what in floor raw_plain raw_tls worker_plain worker_tls; do
        # shellcheck disable=SC2086 # a list of numbers
        us[$what]=$(calculate "$(median ${cpu[$what]}) * 1000000 / $count")
        figure "${what}_cpu_us_per_text" "${us[$what]}"
    done
    figure ratio "$(calculate "${us[worker_tls]} / (${us[floor]} + ${us[raw_tls]})")" "<=" 1.3
    figure strict_ratio "$(calculate "${us[worker_tls]} / (${us[floor]} + ${us[raw_tls]} - ${us[raw_plain]})")"
    figure added_ratio "$(calculate "(${us[worker_tls]} - ${us[worker_plain]}) / (${us[raw_tls]} - ${us[raw_plain]})")" \
        "<=" 1.3
    figure over_plain "$(calculate "${us[worker_tls]} / ${us[worker_plain]}")"
    figure connections "$(said connections)"
    figure handshakes "$(said tls_handshakes)" "<=" "$(said connections)"
    figure resumed "$(said tls_resumed)"
}

# run_over DEPLOYMENT: the worker, with members of its deployment beyond those of all runs.
run_over() {
    write_settings "$(jq --null-input "{max_inputs: 64, max_concurrency: 8} + $1")" \
        '{"text": "/body", "parameters": {"dimensions": 1536}, "encoding": "float32"}' \
        '{"kafka": {"properties": {"session.timeout.ms": "6000"}}}'
    run_worker --limit 120 -- --until-end --from earliest
    expect_exit 0
}

# run_raw ARGUMENTS...: leaves what the meter says in `took`.
run_raw() {
    meter --limit 120 --log "$home/raw.log" -- "$programs/raw_exchanges" --requests $((count / 64)) "$@"
    [[ $(of_worker exit_code) == 0 ]] || die "raw_exchanges failed:" "$(<"$home/raw.log")"
}

# said MEMBER: of the last line of the worker's last run.
said() { jq --raw-input "fromjson? | select(.event == \"stopped\") | .$1" "$home/worker.log" | tail -n 1; }
