"""Executes notebooks top to bottom and compares the printed shapes and numbers and the tables' structure
with the stored outputs. Started by lab.py run, in Jupyter's Python; leaves the files as they are unless
--save is given.
"""
import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # no traceback out of an import

import asyncio
import base64
import os
import re
import shutil
import struct
import sys
import tempfile
import time
import zlib
from html.parser import HTMLParser
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

NOTEBOOKS = Path(__file__).resolve().parent
SCRIPT = re.compile(r"<script>.*?</script>", re.S)  # a page's, with a network's parameters
ANIMATION = re.compile(r'<img width="(\d+)" alt="([^"]*)" src="data:image/png;base64,([^"]+)">')
SHAPE = re.compile(r"\(\d+,(?: \d+(?:, \d+)*)?\)")
NUMBER = re.compile(r"(?<![\w.,@])-?\d(?:[\d.,'’\u00a0\u202f]*\d)?(?:[eE][-+]?\d+)?")
GROUPED = re.compile(r"-?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
ACCURACY = re.compile(r"after epoch \d+: ([\d.,]+ %) of the test images")
# Numbers of cells that tell of the machine vary, and all those behind a training or a measurement.
MACHINE = re.compile(r"\bRuntime\.|\bParallel\.threads|\bEngine\.machine")
VARIES = re.compile(r"\bnanoTime\b|\bSpeed\.|\.seconds\(\)|\.train\(\w+ *->|\bnewRun\([^()]*\)\.train\(|\.run\(|"
                    r"\boptimizer(?:\(\))?\.update\(")
QUIET_SECONDS = 30  # between two lines about a running cell where they cannot be written over each other


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
    it is: code hosts strip such HTML. Its description moves into a line below, as the kernel writes it."""
    for out in list(cell.outputs):
        animation = ANIMATION.fullmatch(out.get("data", {}).get("text/html", "").strip())
        if animation:
            width, description, png = animation.groups()
            out["data"] = {"image/png": png, "text/plain": description}
            out["metadata"] = {"image/png": {"alt": description, "width": int(width)}}
            line = f"<details><summary>in words</summary>{description}</details>"
            cell.outputs.append(nbformat.v4.new_output("display_data", {"text/html": line}))


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


def words(cell):
    """What a cell printed and showed, its text and its HTML; scripts, errors' traces and the kernel's log aside."""
    text, html = "", ""
    for out in cell.outputs:
        if out.get("name") != "stderr":
            data = out.get("data", {})
            shown = SCRIPT.sub("", data.get("text/html", ""))
            text += out.get("text", "") + ("" if shown else data.get("text/plain", "")) + "\n"
            html += shown
    return text, html


def structure(cell):
    """What must not change from run to run: shapes, tables, and which kinds of output there are."""
    text, html = words(cell)
    kinds = ["+".join(k for k in sorted(out.get("data", {})) if k != "text/plain") or out.output_type
             for out in cell.outputs if out.get("name") != "stderr"]
    return {"printed shapes": SHAPE.findall(text + html), "tables": Table(html).tables,
            "kinds of output": merged(kinds)}


def numbers(cell):
    text, html = words(cell)
    return NUMBER.findall(text + re.sub(r"<[^>]*>", " ", html))


def value(number):
    """What a number is worth as Java's Locale.ROOT writes it; None in another notation."""
    try:
        return float(number.replace(",", "") if GROUPED.fullmatch(number) else number) if number.isascii() else None
    except ValueError:
        return None


def close(old, new):
    """Whether two numbers are the same but for the rounding of another machine. Whole ones are or are not,
    and what is below a thousandth is taken for rounding itself: largest differences, relative errors."""
    mantissa, _, exponent = old.lower().partition("e")
    if "." not in mantissa:
        return value(old) == value(new)
    if max(abs(value(old)), abs(value(new))) < 1e-3:
        return True
    last_place = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    return abs(value(old) - value(new)) <= 1.5 * last_place + 1e-5 * (1 + abs(value(old)))


def changed(old, new, exact):
    """Whether a number is written in another notation, or, if it must not vary, is another one."""
    if old == new:
        return False
    if value(old) is None or value(new) is None:
        return value(old) is not None or exact
    marks = [re.sub(r"\d", "", number) for number in (old, new)]
    digits = [re.sub(r"\D", "", number) for number in (old, new)]
    if digits[0] == digits[1] and marks[0] != marks[1]:
        return True  # 57,600 and 57.600
    if "," in old + new and ("." in old) != ("." in new):
        return True
    return exact and not close(old, new)


def number_faults(old, new, exact):
    """Pairs of a stored number and what came in its place."""
    if len(old) == len(new):
        return [f"{a} became {b}" for a, b in zip(old, new) if changed(a, b, exact)]
    strange = [n for n in new if value(n) is None]
    if exact or strange and not [n for n in old if value(n) is None]:
        return [f"{', '.join(old) or 'none'} became {', '.join(new) or 'none'}"]
    return []


def merged(kinds):
    """Neighbouring streams count as one: how text is cut into messages is chance."""
    return [k for i, k in enumerate(kinds) if k != "stream" or i == 0 or kinds[i - 1] != "stream"]


def code_cells(notebook):
    return [(i, c) for i, c in enumerate(notebook.cells, 1) if c.cell_type == "code"]


def differences(stored, executed):
    """A sentence for each cell whose structure or numbers are not the stored ones."""
    found = []
    exact = True
    for (number, old), (_, new) in zip(code_cells(stored), code_cells(executed)):
        before, after = structure(old), structure(new)
        for what in before:
            if before[what] != after[what]:
                found.append(f"cell {number}: {what} differ: stored {before[what]}, "
                             f"now {after[what]}")
        exact = exact and not VARIES.search(old.source)
        faults = number_faults(numbers(old), numbers(new), exact and not MACHINE.search(old.source))
        if faults:
            found.append(f"cell {number}: numbers differ: " + "; ".join(faults[:5]))
    return found


class Status:
    """Which cell runs, and what it says: a line on a terminal, elsewhere a line now and then."""

    def __init__(self, name, cells):
        self.name, self.cells, self.cell, self.said = name, cells, None, ""
        self.width = shutil.get_terminal_size().columns - 1 if sys.stdout.isatty() else 0
        self.since = self.spoke = time.monotonic()

    def begins(self, cell_index):
        self.cell, self.said, self.since = cell_index + 1, "", time.monotonic()
        self.show()

    def hears(self, content):
        """Takes the last line of a message's text; a picture's is what its description says first."""
        alt = content.get("metadata", {}).get("image/png", {}).get("alt")
        text = content.get("text") or (alt or "").partition(". ")[0] or content.get("data", {}).get("text/plain", "")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if lines and not re.search(r"@[0-9a-f]+\b", lines[-1]):  # a Java object's name and address
            self.said = lines[-1]
            self.show()

    def show(self):
        if not self.cell:
            return
        now = time.monotonic()
        line = f"{self.name}: cell {self.cell} of {self.cells}, {now - self.since:.0f} s" + \
            (f", {self.said}" if self.said else "")
        if self.width:
            print("\r" + line[:self.width].ljust(self.width), end="", flush=True)
        elif now - max(self.since, self.spoke) >= QUIET_SECONDS:
            self.spoke = now
            print(line, flush=True)

    def ends(self):
        self.cell = None
        if self.width:
            print("\r" + " " * self.width + "\r", end="", flush=True)


class Runner(NotebookClient):
    def __init__(self, notebook, status, **options):
        super().__init__(notebook, **options)
        self.status = status

    def process_message(self, msg, cell, cell_index):
        self.status.hears(msg["content"])
        return super().process_message(msg, cell, cell_index)

    async def run(self, **start):
        # nbclient's own answer to Ctrl-C ends in an assertion; asyncio's cancels, and nbclient ends its kernel.
        loop = asyncio.get_running_loop()
        loop.add_signal_handler = lambda *_: None
        work = asyncio.ensure_future(self.async_execute(**start))
        try:
            while not (await asyncio.wait([work], timeout=1))[0]:
                self.status.show()
            return work.result()
        except asyncio.CancelledError:
            loop.set_exception_handler(lambda *_: None)  # that the kernel is dead is no news
            raise  # asyncio cancels the work, too, once, and waits for it


def execute(path, name):
    """Runs a copy of the notebook; returns it and a sentence on what went wrong, or None."""
    notebook = nbformat.read(path, as_version=4)
    failed = []
    status = Status(name, len(notebook.cells))
    client = Runner(
        notebook, status, timeout=None, kernel_name="java", record_timing=False, coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_execute=lambda cell, cell_index: status.begins(cell_index),
        on_cell_error=lambda cell, cell_index, execute_reply: failed.append(
            (cell_index + 1, execute_reply["content"])))
    with tempfile.TemporaryFile("w+", errors="replace") as log, tempfile.TemporaryDirectory() as experiments:
        # the log is the kernel's own, not what cells print; a ledger of its own leaves the reader's alone
        try:
            env = dict(os.environ, CONVNET_EXPERIMENTS=experiments)
            asyncio.run(client.run(stdout=log, stderr=log, env=env))
        except CellExecutionError:
            number, reply = failed[-1]
            # what the cell shows; the reply has no words for code that does not compile
            shown = [o for o in notebook.cells[number - 1].outputs if o.output_type == "error"] + [reply]
            trace = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(shown[0].get("traceback", [])))
            return notebook, f"cell {number}: {reply.get('ename')}: {reply.get('evalue')}\n{trace}"
        except RuntimeError:  # the kernel is dead
            log.seek(0)
            last = " ".join(log.read().split())[-500:]
            what = f"cell {status.cell}: the kernel died (out of memory?)" if status.cell else "no kernel started"
            return notebook, what + (f"; it says: {last}" if last else "")
        finally:
            status.ends()
    for _, cell in code_cells(notebook):
        pictures_only(cell)
    return notebook, None


def accuracies(notebook):
    """The last accuracy that each cell tells of."""
    found = [ACCURACY.findall(words(cell)[0]) for _, cell in code_cells(notebook)]
    return [of_cell[-1] for of_cell in found if of_cell]


def save(notebook, path):
    """Replaces the file at once, without what differs from machine to machine."""
    notebook.metadata = {"kernelspec": {"display_name": "Java", "language": "java", "name": "java"},
                         # As the kernel says it: else JupyterLab would ask to save what was only opened.
                         "language_info": {"codemirror_mode": "java", "file_extension": ".jshell",
                                           "mimetype": "text/x-java-source", "name": "Java",
                                           "pygments_lexer": "java", "version": ""}}
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


def main(args):
    saving = "--save" in args
    paths = [Path(a).resolve() for a in args if a != "--save"]
    wrong = 0
    for path in paths:
        name = path.relative_to(NOTEBOOKS) if NOTEBOOKS in path.parents else path.name
        started = time.time()
        stored = nbformat.read(path, as_version=4)
        executed, error = execute(path, name)
        faults = [error] if error else [] if saving else differences(stored, executed)
        for fault in faults:
            print(f"{name}, {fault}", flush=True)
        if saving and not error:
            save(executed, path)
        wrong += bool(faults)
        learned = ", ".join(accuracies(executed))
        print(f"{name}: {'FAILED' if faults else 'saved' if saving else 'ok'}, {time.time() - started:.0f} s"
              + (f", test accuracy {learned}" if learned else ""), flush=True)
    print(f"{len(paths) - wrong} passed, {wrong} failed")
    return 1 if wrong or not paths else 0


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("lab.py run: stopped; the kernel is ended, and no notebook is half written.")
        sys.exit(130)
