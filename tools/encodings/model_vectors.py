"""Vectors of real texts by a real model, for tools/bench encodings.

model_vectors.py MODEL TOKENIZER TEXTS COUNT OUT

MODEL is all-MiniLM-L6-v2 as ONNX, TOKENIZER its tokenizer.json; both have to be the files that were looked at
when this was written. TEXTS are JSON lines with title and body. Writes COUNT vectors of 384 little-endian
float32, of length one: the mean over the first 64 tokens, as sentence-transformers makes them.
"""

import hashlib
import json
import sys
from itertools import islice

import numpy
import onnxruntime
import tokenizers

KNOWN = {
    "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6": "the model",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037": "the tokenizer",
}
DIMENSIONS = 384
TOKENS = 64
BATCH = 64


def check(path: str) -> str:
    with open(path, "rb") as file:
        if hashlib.sha256(file.read()).hexdigest() not in KNOWN:
            sys.exit(f"{path} is not the file that is known")
    return path


def main() -> None:
    model, tokenizer, texts, count, out = sys.argv[1:]
    words = tokenizers.Tokenizer.from_file(check(tokenizer))
    words.enable_truncation(TOKENS)
    words.enable_padding()
    session = onnxruntime.InferenceSession(check(model))
    with open(texts, encoding="utf-8") as file:
        rows = [json.loads(line) for line in islice(file, int(count))]
    said = [f"{row['title']}\n{row['body']}" for row in rows]

    vectors = numpy.zeros((len(said), DIMENSIONS), numpy.float32)
    # Texts of one length together: padding costs as much as text.
    order = sorted(range(len(said)), key=lambda each: len(said[each]))
    for begin in range(0, len(order), BATCH):
        places = order[begin : begin + BATCH]
        encoded = words.encode_batch([said[each] for each in places])
        ids = numpy.array([each.ids for each in encoded], numpy.int64)
        mask = numpy.array([each.attention_mask for each in encoded], numpy.int64)
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(ids)}
        states = session.run(None, inputs)[0]
        mean = (states * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        vectors[places] = mean / numpy.linalg.norm(mean, axis=1, keepdims=True)
    vectors.astype("<f4").tofile(out)


main()
