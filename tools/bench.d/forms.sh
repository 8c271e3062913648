# shellcheck shell=bash
# shellcheck disable=SC2154 # see tools/lib/bench.sh

about[forms]="60,000 texts in every form of output through Apache Kafka, read back with kcat and judged (6 min)"

# tools/forms/ways.mjs lists the routes: every output and encoding of embeddings, two of completions and of chat, three of responses,
# from every form of input; and some blank records, which have to become dead letters. What is right is what the
# service says when it is asked without the worker. FORMS_COUNT=2000 takes fewer texts.
bench_forms() {
    local count=${FORMS_COUNT:-60000} here=$root/tools/forms each texts topics topic file key found limit=500
    for each in kcat node npm; do need "$each"; done
    (cd "$root/tools/conformance" && npm ci --no-audit --no-fund --loglevel=error >&2)
    mapfile -t topics < <(node "$here/plan.mjs" topics)
    start_kafka "${topics[@]}"
    start_service
    texts=$("$root/tools/descriptions")
    BROKERS=$brokers SERVICE=$service node "$here/plan.mjs" "$home" "$texts" "$count" >"$home/inputs"
    while read -r topic file key; do
        patiently "$programs/record_writer" --brokers "$brokers" --input "$file" --topic "$topic" \
            ${key:+--key "$key"} --header tenant=blue >"$home/writer.out"
    done <"$home/inputs"

    say "Working through $count texts in $(jq '.routes | length' "$home/batchmill.json") forms ..."
    export RUN=forms-$RANDOM
    run_worker --limit $limit -- --until-end
    expect_exit 0
    say "Reading them back ..."
    patiently timeout $limit node "$here/check.mjs" "$home" "$brokers" "$service" >"$home/found.json" ||
        die "the outcomes cannot be read"

    found=$(<"$home/found.json")
    for each in forms messages; do figure $each "$(jq ".$each" <<<"$found")"; done
    for each in missing doubled malformed; do figure $each "$(jq ".$each" <<<"$found")" "==" 0; done
    figure dead_letters "$(jq .dead_letters <<<"$found")" "==" "$(jq .dead_letters_expected <<<"$found")"
    for each in float16 int8; do
        figure ${each}_worst_error "$(calculate "$(jq ".${each}_worst_error" <<<"$found")")" "<=" 1
    done
}
