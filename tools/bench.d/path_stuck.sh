# shellcheck shell=bash
# shellcheck disable=SC2154 # see tools/lib/bench.sh

about[path_stuck]="memory with 200 partitions, large vectors and one text that is never answered (1 min)"

# The request with the stuck text never gets an answer, so that its up to 256 texts never have outcomes and
# their offsets stay open. All other texts must pass, and the memory must stay within the budgets.
bench_path_stuck() {
    local count=40000 max_inputs=256 record_mib=64 prefetch_mib=32 texts
    texts=$home/texts.jsonl
    {
        printf '{"id": "stuck", "title": "STUCK-FOR-EVER", "body": "This text is never answered."}\n'
        cat "$("$root/tools/descriptions" --count $count)"
    } >"$texts"
    printf '[{"when": {"input_contains": "STUCK-FOR-EVER"}, "then": {"ending": "stalled_before"}}]\n' >"$home/faults.json"
    start_kafka texts:200 vectors:16 dead:1
    start_service --latency 100ms --faults "$home/faults.json"
    write_records "$texts" texts
    write_settings '{"max_inputs": '$max_inputs', "max_concurrency": 8}' \
        '{"text": "{{/title}}\n\n{{/body}}", "parameters": {"dimensions": 3072}, "encoding": "float32"}' \
        '{"budgets": {"record_bytes": "'$record_mib'MiB", "prefetch_bytes": "'$prefetch_mib'MiB"}}'

    say "Working through $count texts, one of them stuck ..."
    run_worker --brokers "$brokers" --topic vectors --topic dead --expect $count \
        --stop-at $((count - max_inputs)) --limit 300 -- --until-end
    expect_exit 3  # stopped with jobs left open, as it should

    figure rss_peak_mb "$(calculate "$(of_worker rss_peak_mib)")" "<=" $((record_mib + prefetch_mib + 100))
    figure rss_bound_mb $((record_mib + prefetch_mib + 100))
    figure rss_tenth_mb "$(calculate "$(of_worker rss_tenth_mib)")"
    figure outcomes "$(of_worker records)" ">=" $((count - max_inputs))
    figure texts_per_second "$(calculate "$(of_worker per_second) | round")"
    figure cpu_us_per_text "$(calculate "$(of_worker cpu_seconds) * 1000000 / $count")"
}
