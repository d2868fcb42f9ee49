"""Secrets in the tree, by detect-secrets: whatever looks like one and is not in `reviewed-secrets.txt` is printed.

    no_secrets.py             says what is new and closes with how many
    no_secrets.py --review    writes all of it into the list, to be looked at before it is committed
"""
import json
import pathlib
import re
import subprocess
import sys

REVIEWED = pathlib.Path(__file__).with_name("reviewed-secrets.txt")
# Hashes by design.
LOCKS = r"(^|/)(package-lock\.json|Cargo\.lock|reviewed-secrets\.txt)$"

files = subprocess.run(["git", "ls-files"], check=True, capture_output=True, text=True).stdout.splitlines()
files = [name for name in files if not re.search(LOCKS, name)]
scanner = pathlib.Path(sys.executable).with_name("detect-secrets")
report = json.loads(subprocess.run([scanner, "scan", *files], check=True, capture_output=True, text=True).stdout)
found = {
    f"{name}: {secret['type']}, {secret['hashed_secret'][:12]}": secret["line_number"]
    for name, secrets in report["results"].items()
    for secret in secrets
}
if "--review" in sys.argv:
    REVIEWED.write_text("".join(line + "\n" for line in sorted(found)))
reviewed = set(REVIEWED.read_text().splitlines())
new = sorted(found.keys() - reviewed)
for line in new:
    print(f"{line} (line {found[line]})")
print(f"{len(found)} look like secrets, {len(new)} of them not reviewed")
sys.exit(bool(new))
