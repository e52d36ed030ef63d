"""Runs the examples of the operations' descriptions, and compares the optimised pipeline with the plain one.

Usage: examples.py ROOT BUILD. The examples are those of the generated reference (build/docs/NAME.md is made from the same command). An example is one
statement, whose operands become constants here, or a whole module.
"""
import pathlib
import re
import subprocess
import sys

root, build = map(pathlib.Path, sys.argv[1:3])

# What only a pass puts where it is lowered is parsed and verified, not run.
PLACED = {"check.expect_finite": "trap-nonfinite"}


def reference(dialect):
    """What mlir-tblgen makes of a dialect's descriptions."""
    ops = next((root / "dialects" / dialect).glob("*Ops.td"))
    include = subprocess.run(["llvm-config", "--includedir"], check=True, capture_output=True, text=True).stdout.strip()
    command = ["mlir-tblgen", "-gen-dialect-doc", f"-dialect={dialect}", f"-I{root}", f"-I{include}", str(ops)]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout


def split_types(text):
    """The types of `(tensor<..>, tensor<..>)`, or of a list without brackets."""
    return re.findall(r"tensor<[^<>]*<[^<>]*>>", text)


def constant(name, type, salt):
    """Numbers between 0.2 and 1.8 that differ, so that a mix-up of elements shows; small whole ones; true and false."""
    shape, element = re.match(r"tensor<((?:\d+x)*)(\w+),", type).groups()
    sizes = [int(size) for size in shape.split("x")[:-1]]
    counter = iter(range(10**9))

    def value():
        i = next(counter)
        if element == "i1":
            return "true" if (i + salt) % 3 else "false"
        return str(1 + (i + salt) % 7) if element.startswith("i") else f"{0.2 + (i * 29 + salt * 53) % 160 / 100:.2f}"

    def nest(sizes):
        return "[" + ", ".join(nest(sizes[1:]) for _ in range(sizes[0])) + "]" if sizes else value()

    return f"  {name} = field.constant dense<{nest(sizes)}> : {type}\n"


def wrap(name, example):
    """A function of one statement, and a call of it with numbers."""
    statement = " ".join(example.split())
    left, right = statement.split(" = ", 1) if re.match(r"%\w+(, %\w+)* = ", statement) else ("", statement)
    results = re.findall(r"%\w+", left)
    operands = list(dict.fromkeys(re.findall(r"%\w+", right)))
    types = right[right.rindex(" : ") + 3 :]
    given, _, returned = types.rpartition("->")
    given = split_types(given or (types if operands else ""))
    returned = split_types(returned) if results else []
    if len(given) == 1:
        given *= len(operands)
    assert len(given) == len(operands) and len(returned) == len(results), f"{name}: cannot tell the types of {statement}"
    parameters = ", ".join(f"{o}: {t}" for o, t in zip(operands, given))
    arrow = f" -> ({', '.join(returned)})"
    back = f"  return {', '.join(results)} : {', '.join(returned)}\n" if results else "  return\n"
    constants = "".join(constant(o, t, i) for i, (o, t) in enumerate(zip(operands, given)))
    call = f"  {left + ' = ' if left else ''}call @example({', '.join(operands)}) : ({', '.join(given)}){arrow}\n"
    return (
        f"func.func private @example({parameters}){arrow} {{\n  {statement}\n{back}}}\n"
        f"func.func @{name}(){arrow} {{\n{constants}{call}{back}}}\n"
    )


def run(path, *options):
    done = subprocess.run([build / "bin/orrery-run", path, *options], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{path} {' '.join(options)}: exit {done.returncode}\n{done.stderr[:2000]}")
    return done.stdout.split()


def same(a, b, tolerance):
    try:
        return abs(float(a) - float(b)) <= tolerance * max(1.0, abs(float(b)))
    except ValueError:
        return a == b


def main():
    count, out = 0, build / "test" / "examples"
    out.mkdir(parents=True, exist_ok=True)
    for folder in sorted((root / "dialects").glob("*/*Ops.td")):
        dialect = folder.parent.name
        # A section an operation: "### `field.add` (field::AddOp)".
        for section in re.split(r"^### `", reference(dialect), flags=re.M)[1:]:
            op = section.split("`")[0]
            if not op.startswith(dialect + "."):
                continue
            examples = re.findall(r"```mlir\n(.*?)```", section, re.S)
            if not examples:
                sys.exit(f"{op} has no example")
            for example in examples:
                module = example if "func.func" in example else wrap(op.replace(".", "_"), example)
                path = out / f"{op}.mlir"
                path.write_text(module)
                if op in PLACED:
                    subprocess.run([build / "bin/orrery-opt", path], check=True, stdout=subprocess.DEVNULL)
                    continue
                plain, optimised = run(path, "--plain"), run(path)
                if len(plain) != len(optimised) or not all(same(a, b, 1e-4) for a, b in zip(optimised, plain)):
                    sys.exit(f"{op}: optimised and plain differ; see {path}")
                count += 1
    print(f"{count} examples run")


main()
