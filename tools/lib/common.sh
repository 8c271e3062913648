# shellcheck shell=bash
# What the scripts of tools/ share. To be sourced after `set -euo pipefail`; defines `root`, the
# checkout, and a few words. Everything said to people goes to standard error, so that standard output
# stays free for the one thing that a caller may want to capture.

# shellcheck disable=SC2034
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"

say() { printf '%s\n' "$*" >&2; }

# die TEXT…: each argument is one line; the last one says what to do about it.
die() {
    printf '%s: %s\n' "$(basename "$0")" "$1" >&2
    shift
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit 1
}

# need COMMAND: ends with the way out where a command is missing.
need() {
    command -v "$1" >/dev/null 2>&1 || die "the command '$1' is missing" \
        "Run tools/install-dependencies, which installs everything that these scripts use."
}

# port_is_free PORT: nobody answers there on loopback.
port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_port: a port below the range that the kernel gives to outgoing connections, so that a server
# which stops for a while finds its port free when it comes back.
free_port() {
    local port
    for _ in {1..200}; do
        port=$((RANDOM % 11000 + 20000))
        if port_is_free "$port"; then
            printf '%s\n' "$port"
            return 0
        fi
    done
    die "found no free port between 20000 and 31000" "Is something opening thousands of connections here?"
}

# runs PID WORD: the process lives and is the one we started, because its command line has WORD in it.
# A number alone may belong to somebody else by now.
runs() {
    [[ -n "$1" ]] && { tr '\0' ' ' <"/proc/$1/cmdline" | grep -qF -- "$2"; } 2>/dev/null
}

# end_process PID WORD SECONDS: asks it to stop, insists after SECONDS.
end_process() {
    local pid=$1 word=$2 patience=$(($3 * 10))
    runs "$pid" "$word" || return 0
    kill -TERM "$pid" 2>/dev/null || return 0
    while ((patience-- > 0)); do
        runs "$pid" "$word" || return 0
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
    while runs "$pid" "$word"; do sleep 0.1; done
}

# serve PIDFILE OUTPUT COMMAND...: starts a server that outlives this script and is out of reach of its
# Ctrl-C, and waits for the first line that it prints; leaves that line in `first_line`.
serve() {
    local pid_file=$1 output=$2 pid
    shift 2
    : >"$output"
    setsid "$@" >"$output" 2>"$output.errors" </dev/null &
    pid=$!
    printf '%s\n' "$pid" >"$pid_file"
    for _ in {1..100}; do
        # shellcheck disable=SC2034
        if IFS= read -r first_line <"$output"; then return 0; fi
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    die "$(basename "$1") did not start" "$(tail -n 3 "$output.errors")" "Its output: $output"
}
