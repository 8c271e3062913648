"""Debian's Translation-en files on standard input become JSON lines on standard output.

A paragraph reads, as its format has it (https://wiki.debian.org/DebianRepository/Format#Translation):

    Package: 0ad
    Description-md5: d943033bedada21853d2ae54a2578a7b
    Description-en: Real-time strategy game of ancient warfare
     0 A.D. (pronounced "zero ey-dee") is a free, open-source ...
     .
     A dot alone is an empty line.
"""
import hashlib
import json
import sys


def paragraphs(lines):
    paragraph = []
    for line in lines:
        if line.strip():
            paragraph.append(line.rstrip("\n"))
        elif paragraph:
            yield paragraph
            paragraph = []
    if paragraph:
        yield paragraph


def describe(paragraph):
    package = title = None
    body = []
    for line in paragraph:
        if line.startswith("Package: "):
            package = line[len("Package: "):]
        elif line.startswith("Description-en: "):
            title = line[len("Description-en: "):]
        elif line.startswith(" "):
            body.append("" if line == " ." else line[1:])
    return package, title, "\n".join(body)


def main():
    seen = set()
    packages = set()
    found = []
    for package, title, body in map(describe, paragraphs(sys.stdin)):
        if not package or not title or (title, body) in seen or package in packages:
            continue
        seen.add((title, body))
        packages.add(package)
        found.append((hashlib.md5(package.encode()).digest(), package, title, body))
    for _, package, title, body in sorted(found):
        print(json.dumps({"id": package, "title": title, "body": body}, ensure_ascii=False))


if __name__ == "__main__":
    main()
