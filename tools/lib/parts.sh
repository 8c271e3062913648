# shellcheck shell=bash
# The parts of tools/test: part_NAME runs one, `about` says what it does. A part adds lines of
# "PASSED FAILED SKIPPED" to $logs/counts and fails where anything in it failed.

# shellcheck disable=SC2154 # logs and root are those of tools/test

declare -A about=(
    [scripts]="the shell scripts: shellcheck, and --help of each"
    [release]="GCC, as it is installed: all tests, those on real Kafka too"
    [debug]="GCC with AddressSanitizer and UBSan: all tests, those on real Kafka too"
    [tsan]="GCC with ThreadSanitizer: the tests with more than one thread, those on real Kafka too"
    [clang]="clang compiles every file without a warning"
    [schema]="the schemas agree with the loader, and with all that is published"
    [conformance]="requests and simulated answers are what the services' OpenAPI documents say"
    [quickstart]="tools/quickstart ends with every outcome, on the mock broker and on Kafka"
    [exactly_once]="the tests on real Kafka once more, with exactly_once"
    [faults]="tools/fault-bench with each delivery: the whole mix of faults on three nodes, once"
    [quota]="tools/quota-bench: four workers on one quota, five minutes, then every change and an outage"
    [nodes]="the tests on real Kafka once more, with three nodes"
    [renewal]="tokens, keys and certificates change, and a proxy restarts, under a run of 100,000 texts on real Kafka"
    [fuzz]="libFuzzer for two minutes on each parser of foreign bytes"
    [tidy]="clang-tidy over all sources"
    [network]="20,000 calls each through nginx and tinyproxy, which close connections; a tenth of it is in the others"
    [llama]="the worker against llama.cpp's own server, as Debian packages it, with a model of random numbers"
    [debian13]="builds and tests in a Debian 13 root: GCC 14, librdkafka 2.8, a newer Boost"
)
# shellcheck disable=SC2034
quick_parts=(scripts release exactly_once quickstart schema conformance debug tsan clang)
# shellcheck disable=SC2034
long_parts=(faults quota nodes renewal network fuzz tidy llama debian13)

count() { printf '%d %d %d\n' "$@" >>"$logs/counts"; }

# check NAME COMMAND...: one named check that passes or fails.
check() {
    local name=$1
    shift
    if "$@"; then
        printf 'passed: %s\n' "$name"
        count 1 0 0
    else
        printf 'FAILED: %s\n' "$name"
        count 0 1 0
        return 1
    fi
}

# use_kafka NAME NODES: starts a cluster, and tells the tests of it.
use_kafka() {
    local name=$1 nodes=$2
    BATCHMILL_TEST_BROKERS=$("$root/tools/kafka" up --secure --name "$name" --nodes "$nodes")
    BATCHMILL_TEST_SECURITY=$("$root/tools/kafka" security --name "$name")
    export BATCHMILL_TEST_BROKERS BATCHMILL_TEST_SECURITY
}
# The clusters have fixed names, so that what an interrupted run has left is found again.
stop_kafka() {
    local name
    for name in test test3; do
        if [[ -d $root/build/kafka/$name ]]; then "$root/tools/kafka" down --name "$name"; fi
    done
}

# count_junit FILE: counts what ctest says in it; a file that is missing is a failure.
count_junit() {
    if [[ -f $1 ]]; then
        python3 "$root/tools/lib/junit_counts.py" "$1" >>"$logs/counts"
    else
        count 0 1 0
    fi
}

# run_ctest BUILD OPTIONS...: runs ctest in a build folder and counts what it says.
run_ctest() {
    local build=$1 code=0
    shift
    rm -f "$logs/junit.xml"
    ctest --test-dir "$root/build/$build" --output-on-failure --no-tests=error --parallel 2 \
        --output-junit "$logs/junit.xml" "$@" || code=$?
    count_junit "$logs/junit.xml"
    return "$code"
}

# build_and_test PRESET [TARGET OPTIONS...]: with a real broker of one node.
build_and_test() {
    local preset=$1 target=${2:-all}
    shift $(($# > 1 ? 2 : 1))
    "$root/tools/build" --target "$target" "$preset"
    use_kafka test 1
    run_ctest "$preset" "$@"
}

part_scripts() {
    local script failures=0
    cd "$root"
    # Scripts are the files that say so in their first line.
    while IFS= read -r script; do
        check "$script is clean for shellcheck" shellcheck --external-sources "$script" || failures=1
        check "$script explains itself" script_explains_itself "$script" || failures=1
    done < <(grep -rlIE '^#!/usr/bin/env bash' tools .ci --exclude-dir=node_modules)
    return "$failures"
}

script_explains_itself() {
    [[ $1 == .ci/run ]] || (($("$1" --help | wc -l) >= 3))
}

part_release() { build_and_test release; }

part_exactly_once() {
    export BATCHMILL_TEST_DELIVERY=exactly_once
    build_and_test release all --label-regex kafka
}

part_faults() {
    local delivery failures=0
    for delivery in at_least_once exactly_once; do
        check "the mix of faults with $delivery" "$root/tools/fault-bench" --delivery "$delivery" || failures=1
    done
    return "$failures"
}

part_quota() { check "the use of a quota" "$root/tools/quota-bench" --phases all; }

part_debug() {
    export UBSAN_OPTIONS=print_stacktrace=1
    build_and_test debug
}

part_tsan() {
    # librdkafka is not instrumented: what it does with its own memory is its own business. What it hands
    # over goes through locks that are seen (tests/support/tsan).
    export TSAN_OPTIONS="ignore_noninstrumented_modules=1 second_deadlock_stack=1"
    build_and_test tsan threaded_tests --tests-regex '^(worker|tools|kafka):'
}

# Only what finds mistakes: no code is generated, which takes a third of the time of a build.
part_clang() {
    cd "$root"
    cmake --preset clang
    check "every file compiles with clang" compile_commands_pass build/clang
}

compile_commands_pass() {
    cd "$1"
    jq -r '.[].command' compile_commands.json | sed -E 's/ -o [^ ]+ -c / -fsyntax-only /' |
        xargs --delimiter='\n' --max-procs=2 --max-lines=1 bash -c
}

part_schema() {
    need node
    cd "$root/tests/schema"
    npm ci --no-audit --no-fund --loglevel=error
    "$root/tools/build" --tests --target pipeline_tests release
    local published=$logs/published failures=0
    rm -rf "$published"
    mkdir -p "$published"
    check "schema and loader agree" node agreement.mjs || failures=1
    check "messages of every form are published" env BATCHMILL_PUBLISHED="$published" \
        "$root/build/release/bin/pipeline_tests" --source-file='*forms_*' || failures=1
    check "what is published is what the schemas say" node published.mjs "$published" || failures=1
    return "$failures"
}

part_conformance() {
    "$root/tools/build"
    "$root/tools/conformance/run" --counts "$logs/counts"
}

part_quickstart() {
    local failures=0
    check "the quickstart on the mock broker" quickstart_is_complete || failures=1
    check "the quickstart on Apache Kafka" quickstart_is_complete --kafka || failures=1
    return "$failures"
}

quickstart_is_complete() {
    "$root/tools/quickstart" "$@" >"$logs/quickstart.out" || { cat "$logs/quickstart.out"; return 1; }
    cat "$logs/quickstart.out"
    grep -qx 'outcomes: 2000 distinct: 2000 missing: 0 doubled: 0' "$logs/quickstart.out"
}

part_nodes() {
    "$root/tools/build" --tests release
    use_kafka test3 3
    run_ctest release --label-regex kafka
}

part_renewal() {
    "$root/tools/build" --tests --target kafka_tests release
    use_kafka test 1
    check "nothing is lost when keys, tokens and certificates change" env BATCHMILL_TEST_TEXTS=100000 \
        "$root/build/release/bin/kafka_tests" --test-case='what is renewed during a run*'
}

part_fuzz() {
    local target name corpus failures=0
    "$root/tools/build" --tests fuzz
    for target in "$root"/build/fuzz/bin/*_fuzz; do
        name=$(basename "$target")
        # New inputs go to a folder of the build, never among those that are kept.
        corpus=$logs/corpus/$name
        mkdir -p "$corpus"
        check "$name finds nothing" "$target" -max_total_time=120 -timeout=10 -rss_limit_mb=2048 \
            -artifact_prefix="$logs/" "$corpus" "$root/tests/fuzz/corpus/$name" || failures=1
    done
    return "$failures"
}

part_tidy() {
    "$root/tools/build" clang
    cd "$root"
    check "clang-tidy" run-clang-tidy-19 -quiet -j 2 -p build/clang \
        "$root/(config|pipeline|worker|tools)/.*\.cpp$"
}

part_network() {
    "$root/tools/build" --tests --target network_tests release
    BATCHMILL_TEST_CALLS=20000 run_ctest release --label-regex network
}

part_llama() {
    "$root/tools/build"
    "$root/tools/llama/run" --counts "$logs/counts"
}

part_debian13() {
    local boost failures=0 code
    use_kafka test 1
    for boost in 1.83 1.88; do
        rm -f "$root/build/debian13/batchmill/build/junit.xml"
        code=0
        "$root/tools/debian13" test --boost "$boost" || code=$?
        count_junit "$root/build/debian13/batchmill/build/junit.xml"
        ((code == 0)) || failures=1
    done
    return "$failures"
}

# show_failure LOG: what somebody wants to see first.
show_failure() {
    printf -- '---- %s\n' "$1"
    grep -nE 'FAILED|\*\*\*(Failed|Timeout|Exception)|error:|ERROR|WARNING: ThreadSanitizer|runtime error' "$1" |
        head -n 20 || true
    printf -- '----\n'
    tail -n 25 "$1"
    printf -- '----\n'
}
