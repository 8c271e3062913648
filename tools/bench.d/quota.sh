# shellcheck shell=bash
# shellcheck disable=SC2154 # see tools/lib/bench.sh

about[quota]="use of the quota and refused calls, in virtual time, beside the usual ways to send (1 min)"

bench_quota() {
    local median worst allocations row
    "$programs/quota_table" "$root/tools/quota/scenarios" || true
    "$programs/quota_table" "$root/tools/quota/scenarios" --json >"$home/rows.json" || true
    figure rows "$(jq '.rows | length' "$home/rows.json")"
    figure rows_not_as_wanted "$(jq '[.rows[] | select(.pass | not)] | length' "$home/rows.json")" "==" 0
    figure rows_short_of_their_aim "$(jq '[.rows[] | select(.aim | not)] | length' "$home/rows.json")"
    read -r median worst allocations < <("$programs/quota_table" --decisions)
    figure decision_ns "$median" "<=" 150
    figure decision_ns_p99 "$worst" "<=" 1000
    figure decision_allocations "$allocations" "==" 0
    if ((json)); then row=$(jq -c . "$home/rows.json"); printf '%s\n' "$row"; fi
}
