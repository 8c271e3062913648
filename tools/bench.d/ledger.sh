# shellcheck shell=bash
# shellcheck disable=SC2154 # see tools/lib/bench.sh

about[ledger]="instructions of the offset ledger for a record, with a thousand to a million open (1 min)"

bench_ledger() {
    local open
    local -A cost=()
    for open in 1000 10000 100000 1000000; do
        cost[$open]=$(calculate "($(ledger_instructions $open 3) - $(ledger_instructions $open 1)) / (2 * $open)")
        figure "instructions_at_$open" "${cost[$open]}"
    done
    figure growth "$(calculate "${cost[1000000]} / ${cost[1000]}")" "<=" 1.2
}

# ledger_instructions OPEN TIMES
ledger_instructions() {
    valgrind --tool=callgrind --callgrind-out-file="$home/callgrind.out" \
        "$programs/ledger_rounds" --open "$1" --times "$2" 2>&1 >"$home/ledger.out" | sed -n 's/.*Collected : //p'
}
