"""Sums up a JUnit file that ctest wrote: prints PASSED FAILED SKIPPED."""
import sys
from xml.etree import ElementTree

passed = failed = skipped = 0
for case in ElementTree.parse(sys.argv[1]).iter("testcase"):
    status = case.get("status")
    if status == "run":
        passed += 1
    elif status in ("notrun", "disabled"):
        skipped += 1
    else:
        failed += 1
print(passed, failed, skipped)
