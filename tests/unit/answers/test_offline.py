"""`ask` must answer at once: without JAX, without a network."""

import subprocess
import sys

PROGRAM = """
import socket, sys
def refuse(*args, **kwargs):
    raise AssertionError("a connection was opened")
socket.socket.connect = refuse
import kapsim
answer = kapsim.ask("Why does blinding fail?")
from kapsim.answers.formats import as_html
as_html(answer)
assert answer.account
heavy = {"jax", "scipy", "pandas", "pdfminer", "docx", "bs4", "lxml"} & set(sys.modules)
assert not heavy, heavy
"""


def test_neither_jax_nor_a_network_is_needed(tmp_path):
    environment = {"KAPSIM_LIBRARY": str(tmp_path / "none.sqlite"), "PATH": ""}
    subprocess.run([sys.executable, "-c", PROGRAM], check=True, env=environment)
