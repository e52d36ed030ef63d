"""Every message of messages.def is given by the code and provoked by a test; every code that is given is in messages.def.

Usage: coverage.py ROOT. Prints what is missing, and fails if anything is.
"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])


def texts(folders, suffixes):
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in suffixes:
                yield path.read_text(errors="replace")


table = (root / "frontend/diag/messages.def").read_text()
errors = set(re.findall(r"^ERROR\((E\d{4})", table, re.M))
warnings = dict(re.findall(r'^WARNING\((W\w+), "([\w-]+)"', table, re.M))

given = set()
for text in texts(["frontend", "passes", "runtime"], {".cpp"}):
    text = re.sub(r"//.*", "", text)
    given |= set(re.findall(r"\bE\d{4}\b", text))
    given |= {code for code, name in warnings.items() if re.search(rf'\b{code}\b|"-W{name}"', text)}

# What a test expects: CHECK lines of lit, string literals of GoogleTest.
expected = set()
for text in texts(["test"], {".orr", ".test", ".mlir"}):
    for line in re.findall(r"^.*\b[A-Z]+(?:-[A-Z]+)?:.*$", text, re.M):
        expected |= set(re.findall(r"\[(E\d{4}|-W[\w-]+)\]", line))
for text in texts(["test"], {".cpp", ".py"}):
    expected |= set(re.findall(r"\bE\d{4}\b", re.sub(r"//.*", "", text)))

# Messages of parts of the language that are not built yet: whoever gives one of them takes it out of this list.
PLANNED: set[str] = set()

# What cannot be provoked at will: a call of MPI that fails. E0899 is the communication's own test.
UNPROVOKED = {"E0815"}

errors -= PLANNED - given
given_names = {name for text in texts(["frontend"], {".cpp"}) for name in re.findall(r'"-W([\w-]+)"', re.sub(r"//.*", "", text))}
problems = [f"-W{name} is given, and is not in messages.def" for name in sorted(given_names - set(warnings.values()) - {"no-", "no-outer", "error"})]
problems += [f"{code} is given, and is not in messages.def" for code in sorted(given - errors - set(warnings) - {"E0899"})]
problems += [f"{code} is in messages.def, and nothing gives it" for code in sorted((errors | set(warnings)) - given)]
problems += [f"{code} has no test that provokes it" for code in sorted(errors - expected - UNPROVOKED)]
problems += [f"-W{name} has no test that provokes it" for name in sorted(warnings.values()) if f"-W{name}" not in expected]
print("\n".join(problems) or "all messages are tested")
sys.exit(bool(problems))
