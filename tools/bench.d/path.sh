# shellcheck shell=bash
# shellcheck disable=SC2154 # see tools/lib/bench.sh

about[path]="the whole way of 60,000 texts through Apache Kafka: grouping, memory, losses, cost (1 min)"

bench_path() {
    local count=60000 max_inputs=256 texts asked found
    # Without the eight longest, some of which no model takes: each of those costs eighteen small requests to
    # be found, which says nothing about grouping. Bisection has its own tests.
    texts=$home/texts.jsonl
    awk -v count=$count 'length($0) < 16000 && ++taken <= count' "$("$root/tools/descriptions")" >"$texts"
    start_kafka texts:8 vectors:16 dead:1
    start_service --latency 100ms
    write_records "$texts" texts
    write_settings '{"max_inputs": '$max_inputs', "max_concurrency": 8}' \
        '{"text": "{{/title}}\n\n{{/body}}", "parameters": {"dimensions": 1536}, "encoding": "float32"}'

    say "Working through $count texts ..."
    run_worker --brokers "$brokers" --topic vectors --topic dead --expect $count --limit 300 -- --until-end
    expect_exit 0
    asked=$(account)
    printf '%s\n' "$asked" >"$home/account.json"
    # Exit code 1 says that the reader misses something, which the figures below say as well.
    patiently "$programs/outcome_reader" --brokers "$brokers" --results vectors --dead-letters dead \
        --expect "$texts" --json >"$home/found.json" || [[ -s $home/found.json ]] || die "the outcomes cannot be read"
    found=$(<"$home/found.json")

    figure inputs_per_request_share "$(calculate "(\$asked.inputs / \$asked.requests) / $max_inputs" \
        --argjson asked "$asked")" ">=" 0.90
    figure rss_ratio "$(calculate '$took.rss_end_mib / $took.rss_tenth_mib' --argjson took "$took")" "<=" 1.3
    figure lost "$(jq .missing <<<"$found")" "==" 0
    figure doubled "$(jq .doubled <<<"$found")" "==" 0
    figure dead_letters "$((count - $(jq '.endings.result // 0' <<<"$found")))" "==" 0
    figure bought_twice "$(jq '.bought_inputs - .distinct_inputs' <<<"$asked")"
    figure rss_tenth_mib "$(calculate "$(of_worker rss_tenth_mib)")"
    figure rss_end_mib "$(calculate "$(of_worker rss_end_mib)")"
    figure rss_peak_mib "$(calculate "$(of_worker rss_peak_mib)")"
    figure texts_per_second "$(calculate "$(of_worker per_second) | round")"
    figure cpu_us_per_text "$(calculate "$(of_worker cpu_seconds) * 1000000 / $count")"
}
