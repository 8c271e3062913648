# shellcheck shell=bash
# Several workers of one group: a small supervisor, which starts whoever is wanted and not there.

# shellcheck disable=SC2154 # home, programs, workers and now are those of whoever sources this

worker_pid=()
worker_wanted=()   # 1: is to run
worker_expected=() # how its end was asked for: kill, term, or nothing
worker_not_before=()
worker_starts=0
exits=0      # ends that nobody asked for
exits_told=5 # of these the log says why, and there is little hope for a run with many more
exits_endured=60
declare -A codes_of_exits=()
crashes=0    # those by a signal
late_ends=0  # ended by SIGTERM, and some jobs were still open
odd_ends=0   # SIGTERM, and an exit code that is none of an orderly end

worker_start() {
    local k=$1 log
    worker_starts=$((worker_starts + 1))
    log=$home/worker-$k.$worker_starts.log
    # Out of reach of this script's Ctrl-C, which would be a second way to stop it.
    INSTANCE=worker-$k setsid "$programs/batchmill" run -c "$home/batchmill.json" >"$log" 2>&1 </dev/null &
    worker_pid[k]=$!
    worker_log[k]=$log
    worker_expected[k]=
}

worker_signal() {
    local pid=${worker_pid[$1]:-}
    [[ -n $pid ]] && kill "-$2" "$pid" 2>/dev/null
}

worker_kill() {
    worker_wanted[$1]=0
    worker_signal "$1" KILL || return 1
    worker_expected[$1]=kill
}
worker_term() {
    worker_wanted[$1]=0
    worker_signal "$1" TERM || return 1
    worker_expected[$1]=term
}

# Takes note of those that have ended, and starts those that are wanted.
tend_workers() {
    local k code
    for ((k = 1; k <= workers; k++)); do
        if [[ -n ${worker_pid[k]:-} ]] && ! kill -0 "${worker_pid[k]}" 2>/dev/null; then
            code=0
            wait "${worker_pid[k]}" 2>/dev/null || code=$?
            worker_pid[k]=
            worker_ended "$k" "$code"
        fi
        if [[ -z ${worker_pid[k]:-} ]] && ((worker_wanted[k] && now >= ${worker_not_before[k]:-0})); then
            worker_start "$k"
        fi
    done
}

worker_ended() {
    local k=$1 code=$2 asked=${worker_expected[$1]}
    if [[ $asked == kill ]]; then return 0; fi
    # One that has said nothing yet did not listen for signals either, and had begun nothing.
    if [[ $asked == term && $code == 143 && ! -s ${worker_log[k]} ]]; then return 0; fi
    if ((code >= 128)); then crashes=$((crashes + 1)); fi
    if [[ $asked == term ]]; then
        case $code in
            0) return 0 ;;
            3) late_ends=$((late_ends + 1)) ;; # brokers or service were away for longer than it may take to finish
            *) odd_ends=$((odd_ends + 1)) ;;
        esac
    else
        exits=$((exits + 1))
        codes_of_exits[$code]=$((${codes_of_exits[$code]:-0} + 1))
        worker_not_before[k]=$((now + 1000))
        if ((exits > exits_told)); then return 0; fi
    fi
    tell "worker $k ended with exit code $code: $(tail -n 1 "${worker_log[k]}" | cut -c 1-400)"
}

any_worker() {
    local each
    for each in "${worker_pid[@]}"; do [[ -z $each ]] || return 0; done
    return 1
}

# end_workers SECONDS: asks all to stop, and insists after SECONDS.
end_workers() {
    local k left=$1
    for ((k = 1; k <= workers; k++)); do worker_term "$k" || true; done
    while ((left-- > 0)); do
        clock
        tend_workers
        any_worker || return 0
        rest 1
    done
    tell "workers that do not end are killed: ${worker_pid[*]}"
    for ((k = 1; k <= workers; k++)); do worker_kill "$k" || true; done
    odd_ends=$((odd_ends + 1))
}
