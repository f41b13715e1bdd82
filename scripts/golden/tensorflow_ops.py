"""Writes crates/graph/tests/tensorflow_ops.txt: TensorFlow's inputs and attributes of the ops that exports name."""
import os
import re
import subprocess

from tensorflow.python.framework import op_def_registry
import tensorflow as tf  # noqa: F401  (registers the ops)

ROOT = os.path.join(os.path.dirname(__file__), "..", "..")
SOURCES = os.path.join(ROOT, "crates", "graph", "src")


def named():
    """Every capitalised string of the ops' sources: a superset of the op names."""
    text = subprocess.check_output(["grep", "-rhoE", '"[A-Z][A-Za-z0-9]+"', SOURCES]).decode()
    return {w.strip('"') for w in text.split()}


def kind(a):
    """An input's type: a number type, an attribute's name, or N*attribute for a list."""
    if a.type_list_attr:
        return "N*" + a.type_list_attr
    one = a.type_attr or tf.as_dtype(a.type).name
    return a.number_attr and "N*" + one or one


def main():
    ops = op_def_registry.get_registered_ops()
    lines = ["# Made by scripts/golden/tensorflow_ops.py from TensorFlow %s: op, inputs with types (N*: a list), attributes." % tf.__version__]
    for name in sorted(named() & set(ops)):
        op = ops[name]
        inputs = ",".join("%s:%s" % (a.name, kind(a)) for a in op.input_arg) or "-"
        lines.append(" ".join([name, inputs] + ["%s:%s" % (a.name, re.sub(r"[()]", "", a.type)) for a in op.attr]))
    with open(os.path.join(ROOT, "crates", "graph", "tests", "tensorflow_ops.txt"), "w") as f:
        f.write("\n".join(lines) + "\n")


main()
