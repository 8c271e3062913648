#!/usr/bin/env python3
"""Writes a model for llama.cpp, so small that it is made in a second: two layers of random numbers.

    tiny_model.py FILE

What it says means nothing, but it is read, tokenised, computed and answered as any other model. The format is
https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, version 3; the same numbers come out every time.
"""
import array
import random
import struct
import sys

WIDTH, LAYERS, HEADS, FEED, CONTEXT = 64, 2, 4, 128, 2048
UINT32, FLOAT32, STRING, ARRAY, INT32 = 4, 6, 8, 9, 5
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6
ALIGNMENT = 32


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def number(kind, value):
    return struct.pack("<f" if kind == FLOAT32 else "<I", value)


def entry(name, kind, value):
    packed = text(value) if kind == STRING else number(kind, value)
    return text(name) + struct.pack("<I", kind) + packed


def entries(name, kind, values):
    pack = {STRING: text, FLOAT32: lambda each: struct.pack("<f", each), INT32: lambda each: struct.pack("<i", each)}
    return text(name) + struct.pack("<IIQ", ARRAY, kind, len(values)) + b"".join(map(pack[kind], values))


def vocabulary():
    """Bytes, and the printable characters as tokens of their own; a blank is written as U+2581."""
    tokens = [("<unk>", 0.0, UNKNOWN), ("<s>", 0.0, CONTROL), ("</s>", 0.0, CONTROL)]
    tokens += [(f"<0x{each:02X}>", 0.0, BYTE) for each in range(256)]
    tokens += [("\u2581", -1.0, NORMAL)]
    tokens += [(chr(each), -1.0 - each / 1000, NORMAL) for each in range(33, 127)]
    return tokens


def metadata(tokens):
    names, scores, kinds = zip(*tokens)
    turn = "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}[assistant] "
    return [
        entry("general.architecture", STRING, "llama"),
        entry("general.name", STRING, "tiny"),
        entry("llama.context_length", UINT32, CONTEXT),
        entry("llama.embedding_length", UINT32, WIDTH),
        entry("llama.block_count", UINT32, LAYERS),
        entry("llama.feed_forward_length", UINT32, FEED),
        entry("llama.attention.head_count", UINT32, HEADS),
        entry("llama.attention.head_count_kv", UINT32, HEADS),
        entry("llama.attention.layer_norm_rms_epsilon", FLOAT32, 1e-5),
        entry("llama.rope.dimension_count", UINT32, WIDTH // HEADS),
        entry("llama.vocab_size", UINT32, len(tokens)),
        entry("tokenizer.ggml.model", STRING, "llama"),
        entries("tokenizer.ggml.tokens", STRING, names),
        entries("tokenizer.ggml.scores", FLOAT32, scores),
        entries("tokenizer.ggml.token_type", INT32, kinds),
        entry("tokenizer.ggml.unknown_token_id", UINT32, 0),
        entry("tokenizer.ggml.bos_token_id", UINT32, 1),
        entry("tokenizer.ggml.eos_token_id", UINT32, 2),
        entry("tokenizer.chat_template", STRING, turn),
    ]


def shapes(words):
    """Tensors by name; the first dimension is that of rows."""
    yield "token_embd.weight", (WIDTH, words)
    for at in range(LAYERS):
        yield f"blk.{at}.attn_norm.weight", (WIDTH,)
        for part in ("q", "k", "v", "output"):
            yield f"blk.{at}.attn_{part}.weight", (WIDTH, WIDTH)
        yield f"blk.{at}.ffn_norm.weight", (WIDTH,)
        yield f"blk.{at}.ffn_gate.weight", (WIDTH, FEED)
        yield f"blk.{at}.ffn_up.weight", (WIDTH, FEED)
        yield f"blk.{at}.ffn_down.weight", (FEED, WIDTH)
    yield "output_norm.weight", (WIDTH,)
    yield "output.weight", (WIDTH, words)


def main(path):
    draw = random.Random(7)
    tokens = vocabulary()
    pairs = metadata(tokens)
    infos, data, tensors = b"", b"", 0
    for name, shape in shapes(len(tokens)):
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        is_norm = len(shape) == 1
        numbers = array.array("f", (1.0 if is_norm else draw.gauss(0, 0.2) for _ in range(count)))
        infos += text(name) + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *shape)
        infos += struct.pack("<IQ", 0, len(data))  # float32, at
        data += numbers.tobytes()
        data += b"\0" * (-len(data) % ALIGNMENT)
        tensors += 1
    head = b"GGUF" + struct.pack("<IQQ", 3, tensors, len(pairs)) + b"".join(pairs) + infos
    with open(path, "wb") as file:
        file.write(head + b"\0" * (-len(head) % ALIGNMENT) + data)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__.strip())
        sys.exit(0 if "--help" in sys.argv or "-h" in sys.argv else 2)
    main(sys.argv[1])
