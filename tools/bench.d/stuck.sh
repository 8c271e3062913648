# shellcheck shell=bash
# shellcheck disable=SC2154 # see tools/lib/bench.sh

about[stuck]="a million texts done behind one that is never answered, and what a restart buys again (3 min)"

# All in one partition, so that the offset that can be committed stays at the stuck text, or at one of those that
# travel with it, and what is done above it must find its way into the metadata of the commit.
bench_stuck() {
    local count=1000000 max_inputs=64 asked
    {
        printf '{"id": "stuck", "text": "STUCK-FOR-EVER"}\n'
        seq $count | jq --compact-output '{id: "\(.)", text: "text number \(.)"}'
    } >"$home/texts.jsonl"
    printf '[{"when": {"input_contains": "STUCK-FOR-EVER"}, "then": {"ending": "stalled_before"}}]\n' >"$home/faults.json"
    start_kafka texts:1 vectors:4 dead:1
    start_service --faults "$home/faults.json"
    write_records "$home/texts.jsonl" texts
    write_settings '{"max_inputs": '$max_inputs', "max_concurrency": 8}' \
        '{"text": "/text", "parameters": {"dimensions": 8}}' '{"drain_deadline": "1s"}'

    say "Working through $((count + 1)) texts, one of them stuck ..."
    run_worker --brokers "$brokers" --topic vectors --topic dead --expect $count \
        --stop-at $((count + 1 - max_inputs)) --limit 300 -- --until-end --from earliest
    expect_exit 3  # stopped with jobs left open, as it should
    figure outcomes "$(of_worker records)" ">=" $((count + 1 - max_inputs))
    figure rss_tenth_mib "$(of_worker rss_tenth_mib)"
    figure rss_ratio "$(calculate "$(of_worker rss_end_mib) / $(of_worker rss_tenth_mib)")" "<=" 1.3
    figure texts_per_second "$(calculate "$(of_worker per_second) | round")"

    say "Once more, with an answer for the stuck one ..."
    curl --silent --fail --request PUT --data '[]' "$service/simulator/faults" >/dev/null
    asked=$(account | jq .inputs)
    run_worker --limit 120 -- --until-end
    expect_exit 0
    figure passed_over "$(jq --slurp 'map(.done_before // empty) | add' "$home/worker.log")" ">=" $((count + 1 - max_inputs))
    figure asked_again "$(($(account | jq .inputs) - asked))" "<=" $max_inputs
}
