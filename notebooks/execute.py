"""Executes notebooks top to bottom and compares the printed shapes and the tables' structure with
the stored outputs. Started by lab.py run, in Jupyter's Python; leaves the files as they are unless
--save is given.
"""
import base64
import os
import re
import struct
import subprocess
import sys
import time
import zlib
from html.parser import HTMLParser
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

NOTEBOOKS = Path(__file__).resolve().parent
ANIMATION = re.compile(r'<img width="(\d+)" alt="([^"]*)" src="data:image/png;base64,([^"]+)">')
SHAPE = re.compile(r"\(\d+,(?: \d+(?:, \d+)*)?\)")


class Table(HTMLParser):
    """The headers and the number of rows and cells of every table in a piece of HTML."""

    def __init__(self, html):
        super().__init__()
        self.tables = []
        self.in_header = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.tables.append({"headers": [], "rows": 0, "cells": 0})
        elif self.tables and tag in ("tr", "td"):
            self.tables[-1]["rows" if tag == "tr" else "cells"] += 1
        elif self.tables and tag == "th":
            self.tables[-1]["headers"].append("")
            self.in_header = True

    def handle_endtag(self, tag):
        if tag == "th":
            self.in_header = False

    def handle_data(self, data):
        if self.in_header:
            self.tables[-1]["headers"][-1] += data


def pictures_only(cell):
    """An animated PNG comes as HTML from the kernel, which can send stills only, and is stored as what
    it is: code hosts strip such HTML."""
    for out in cell.outputs:
        animation = ANIMATION.fullmatch(out.get("data", {}).get("text/html", "").strip())
        if animation:
            width, description, png = animation.groups()
            out["data"] = {"image/png": png, "text/plain": description}
            out["metadata"] = {"image/png": {"alt": description, "width": int(width)}}


def smaller(png):
    """The same picture, packed as tightly as zlib can: Java's PNG writer does not try hard. An
    animation stays as it is."""
    chunks, at = [], 8
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at:at + 8])
        chunks.append((kind, png[at + 8:at + 8 + size]))
        at += size + 12
    if any(kind == b"acTL" for kind, _ in chunks):
        return png
    pixels = zlib.compress(zlib.decompress(b"".join(c for k, c in chunks if k == b"IDAT")), 9)
    packed, written = [png[:8]], False
    for kind, content in chunks:
        if kind == b"IDAT" and written:
            continue
        if kind == b"IDAT":
            content, written = pixels, True
        packed.append(struct.pack(">I", len(content)) + kind + content
                      + struct.pack(">I", zlib.crc32(kind + content)))
    small = b"".join(packed)
    return small if len(small) < len(png) else png


def structure(cell):
    """What must not change from run to run: shapes, tables, and which kinds of output there are."""
    shapes, tables, kinds = [], [], []
    for out in cell.outputs:
        if out.output_type == "stream" and out.name == "stderr":
            continue
        data = out.get("data", {})
        html = data.get("text/html", "")
        text = out.get("text", "") + ("" if html else data.get("text/plain", ""))
        shapes += SHAPE.findall(text + html)
        tables += Table(html).tables
        kinds.append("+".join(k for k in sorted(data) if k != "text/plain") or out.output_type)
    return {"printed shapes": shapes, "tables": tables, "kinds of output": merged(kinds)}


def merged(kinds):
    """Neighbouring streams count as one: how text is cut into messages is chance."""
    return [k for i, k in enumerate(kinds) if k != "stream" or i == 0 or kinds[i - 1] != "stream"]


def code_cells(notebook):
    return [(i, c) for i, c in enumerate(notebook.cells, 1) if c.cell_type == "code"]


def differences(stored, executed):
    """A sentence for each cell whose structure is not the stored one."""
    found = []
    for (number, old), (_, new) in zip(code_cells(stored), code_cells(executed)):
        before, after = structure(old), structure(new)
        for what in before:
            if before[what] != after[what]:
                found.append(f"cell {number}: {what} differ: stored {before[what]}, "
                             f"now {after[what]}")
    return found


def execute(path):
    """Runs a copy of the notebook; returns it and a sentence on what went wrong, or None."""
    notebook = nbformat.read(path, as_version=4)
    failed = []
    client = NotebookClient(
        notebook, timeout=None, kernel_name="java", record_timing=False, coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_error=lambda cell, cell_index, execute_reply: failed.append(
            (cell_index + 1, execute_reply["content"])))
    try:
        # The kernel's own log, not what cells print.
        client.execute(stderr=subprocess.DEVNULL)
    except CellExecutionError:
        number, reply = failed[-1]
        trace = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(reply.get("traceback", [])))
        return notebook, f"cell {number}: {reply.get('ename')}: {reply.get('evalue')}\n{trace}"
    except DeadKernelError:
        running = [n for n, c in code_cells(notebook) if c.execution_count is None]
        return notebook, f"cell {running[0] if running else '?'}: the kernel died (out of memory?)"
    for _, cell in code_cells(notebook):
        pictures_only(cell)
    return notebook, None


def save(notebook, path):
    """Replaces the file at once, without what differs from machine to machine."""
    notebook.metadata = {"kernelspec": {"display_name": "Java", "language": "java", "name": "java"},
                         "language_info": {"file_extension": ".jshell", "mimetype": "text/x-java-source",
                                           "name": "Java", "pygments_lexer": "java"}}
    for _, cell in code_cells(notebook):
        cell.metadata.pop("execution", None)
        cell.outputs = [o for o in cell.outputs if o.get("name") != "stderr"]
        for out in cell.outputs:
            if "image/png" in out.get("data", {}):
                png = smaller(base64.b64decode(out["data"]["image/png"]))
                out["data"]["image/png"] = base64.b64encode(png).decode()
    draft = path.with_name("." + path.name + ".new")
    nbformat.write(notebook, draft)
    os.replace(draft, path)


def find(name):
    for candidate in (Path(name), NOTEBOOKS / name, NOTEBOOKS / f"{name}.ipynb"):
        if candidate.is_file():
            return candidate.resolve()
    sys.exit(f"lab.py run: no notebook {name}; there are " +
             ", ".join(sorted(p.stem for p in NOTEBOOKS.rglob("[!.]*.ipynb"))))


def main(args):
    saving = "--save" in args
    names = [a for a in args if a != "--save"]
    paths = [find(n) for n in names] or sorted(
        p for p in NOTEBOOKS.rglob("*.ipynb")
        if not any(q.startswith(".") or q == "node_modules" for q in p.relative_to(NOTEBOOKS).parts))
    wrong = 0
    for path in paths:
        name = path.relative_to(NOTEBOOKS) if NOTEBOOKS in path.parents else path.name
        started = time.time()
        stored = nbformat.read(path, as_version=4)
        executed, error = execute(path)
        faults = [error] if error else [] if saving else differences(stored, executed)
        for fault in faults:
            print(f"{name}, {fault}", flush=True)
        if saving and not error:
            save(executed, path)
        wrong += bool(faults)
        print(f"{name}: {'FAILED' if faults else 'saved' if saving else 'ok'}, "
              f"{time.time() - started:.0f} s", flush=True)
    print(f"{len(paths) - wrong} passed, {wrong} failed")
    return 1 if wrong or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
