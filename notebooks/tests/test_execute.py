"""The notebook check is checked: an edited copy must fail, naming the cell."""
import contextlib
import copy
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

NOTEBOOKS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(NOTEBOOKS))
import execute
import kernel
import lab
import nbformat
import settings
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

PATIENCE = 120  # seconds until a test gives up; none of them depends on how few are needed

CELLS = [
    'import convnet.tensor.*;\nimport convnet.notebook.*;\nimport tech.tablesaw.api.*;',
    'System.out.println("out " + Tensor.zeros(100, 30, 24, 24).shape());',
    'Table table = Table.create(IntColumn.create("epoch", new int[] {1, 2}));\n'
    'String shown = display(Tables.html(table), "text/html");',
]


class Check(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="notebook check ")
        cls.addClassCleanup(folder.cleanup)
        cls.path = Path(folder.name) / "small.ipynb"
        notebook = new_notebook(cells=[new_markdown_cell("# Small")] + [new_code_cell(c) for c in CELLS])
        notebook.metadata["kernelspec"] = {"name": "java", "display_name": "Java", "language": "java"}
        nbformat.write(notebook, cls.path)
        done = cls.run_check("--save")
        assert done.returncode == 0, done.stdout + done.stderr
        cls.saved = nbformat.read(cls.path, as_version=4)

    @classmethod
    def run_check(cls, *options, env=None):
        return subprocess.run([sys.executable, NOTEBOOKS / "execute.py", *options, cls.path],
                              capture_output=True, text=True, env=env)

    def check_copy(self, edit):
        notebook = copy.deepcopy(self.saved)
        edit(notebook.cells)
        nbformat.write(notebook, self.path)
        before = self.path.read_bytes()
        done = self.run_check()
        self.assertEqual(before, self.path.read_bytes(), "the check changed the file")
        return done

    def test_passes_and_leaves_no_trace(self):
        done = self.check_copy(lambda cells: None)
        self.assertEqual(0, done.returncode, done.stdout)
        self.assertIn("1 passed, 0 failed", done.stdout)
        self.assertEqual([self.path.name], os.listdir(self.path.parent))

    def test_edited_shape_and_header_are_found(self):
        def edit(cells):
            cells[2].outputs[0]["text"] = cells[2].outputs[0]["text"].replace("24, 24", "24, 25")
            html = cells[3].outputs[0]["data"]["text/html"]
            cells[3].outputs[0]["data"]["text/html"] = html.replace(">epoch</th>", ">period</th>")
        done = self.check_copy(edit)
        self.assertEqual(1, done.returncode)
        self.assertIn("small.ipynb, cell 3: printed shapes differ: stored ['(100, 30, 24, 25)'], "
                      "now ['(100, 30, 24, 24)']", done.stdout)
        self.assertIn("small.ipynb, cell 4: tables differ: ", done.stdout)

    def test_row_missing_from_the_stored_table_is_found(self):
        def edit(cells):
            html = cells[3].outputs[0]["data"]["text/html"]
            cells[3].outputs[0]["data"]["text/html"] = html.replace("<tr><td>2</td></tr>", "")
        self.assertIn("cell 4: tables differ", self.check_copy(edit).stdout)

    def test_error_names_the_cell_and_why(self):
        done = self.check_copy(lambda cells: cells[2].update(source="Tensor.zeros(0, 3);"))
        self.assertEqual(1, done.returncode)
        self.assertIn("small.ipynb, cell 3: ", done.stdout)
        self.assertIn("Shape: every dimension must be 1 or more, got (0, 3)", done.stdout)

    def test_saving_keeps_the_file_when_a_cell_fails(self):
        notebook = copy.deepcopy(self.saved)
        notebook.cells[3]["source"] = "int x = ;"
        nbformat.write(notebook, self.path)
        before = self.path.read_bytes()
        done = self.run_check("--save")
        self.assertEqual(1, done.returncode)
        self.assertEqual(before, self.path.read_bytes())

    def test_streams_cut_differently_are_equal(self):
        self.assertEqual(["stream", "image/png"], execute.merged(["stream", "stream", "image/png"]))

    def test_a_kernel_that_cannot_start_says_why(self):
        with tempfile.TemporaryDirectory() as folder:
            kernel.describe(Path(folder) / "kernels" / "java", kernel.argv(settings.find_java(), "4GB"), lab.TARGET)
            done = self.run_check(env=dict(os.environ, JUPYTER_PATH=folder))
        self.assertEqual(1, done.returncode)
        self.assertRegex(done.stdout, "^small.ipynb, no kernel started; it says: .*Invalid maximum heap size: -Xmx4GB "
                                      "Error: Could not create the Java Virtual Machine")

    def test_a_cell_that_does_not_compile_says_why(self):
        done = self.check_copy(lambda cells: cells[2].update(source="int a = nowhere;"))
        self.assertEqual(1, done.returncode)
        self.assertIn("small.ipynb, cell 3: CompilationException", done.stdout)
        self.assertIn("cannot find symbol\n  symbol:   variable nowhere", done.stdout)

    def test_a_kernel_that_dies_is_named_with_its_cell(self):
        done = self.check_copy(lambda cells: cells[2].update(source="Runtime.getRuntime().halt(1);"))
        self.assertEqual(1, done.returncode)
        self.assertIn("small.ipynb, cell 3: the kernel died (out of memory?)", done.stdout)

    @unittest.skipIf(os.name == "nt", "sends a signal to a process group")
    def test_an_interrupt_ends_the_kernel_and_says_so(self):
        started = self.path.with_name("pid")
        self.addCleanup(started.unlink, missing_ok=True)
        notebook = copy.deepcopy(self.saved)
        notebook.cells[2]["source"] = (
            'java.nio.file.Path draft = java.nio.file.Path.of("pid.new");\n'
            'java.nio.file.Files.writeString(draft, "" + ProcessHandle.current().pid());\n'
            'java.nio.file.Files.move(draft, java.nio.file.Path.of("pid"));\nwhile (true);')
        nbformat.write(notebook, self.path)
        run = subprocess.Popen([sys.executable, NOTEBOOKS / "execute.py", self.path], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, start_new_session=True)
        self.addCleanup(run.communicate)
        wait(self, started.exists)
        os.killpg(run.pid, signal.SIGINT)
        said, complaints = run.communicate(timeout=PATIENCE)
        self.assertEqual(("lab.py run: stopped; the kernel is ended, and no notebook is half written.\n", ""),
                         (said, complaints))
        self.assertEqual(130, run.returncode)
        wait(self, lambda: not alive(int(started.read_text())))


def wait(test, holds):
    end = time.monotonic() + PATIENCE
    while not holds():
        test.assertLess(time.monotonic(), end, "waited in vain")
        time.sleep(0.05)


def alive(pid):
    try:
        os.kill(pid, 0)
        return True
    except ProcessLookupError:
        return False


def cell(source, text, html=""):
    outputs = [new_output("stream", name="stdout", text=text)]
    if html:
        outputs.append(new_output("display_data", data={"text/html": html, "text/plain": html}))
    return new_code_cell(source, outputs=outputs)


class Numbers(unittest.TestCase):
    def faults(self, old, new, source="print()", before=""):
        def notebook(text):
            return new_notebook(cells=[cell(before, ""), cell(source, text, f"<td width='9'>{text}</td>")])
        return execute.differences(notebook(old), notebook(new))

    def test_another_notation_is_found_everywhere(self):
        for old, new in (("57,600", "57.600"), ("3.46 GB", "3,46 GB"), ("0.9849", "0,9851"), ("4,521,600", "4.521.700"),
                         ("57,600", "57\u202f600"), ("57,600", "57’600"), ("12", "١٢"), ("0.996", "0,997")):
            for source in ("print()", "run.train(r -> show(r));", "Runtime.version()"):
                with self.subTest(old=old, new=new, source=source):
                    faults = self.faults(f"a {old}, b", f"a {new}, b", source)
                    self.assertEqual(1, len(faults), faults)
                    self.assertTrue(faults[0].startswith("cell 2: numbers differ: "), faults)
        self.assertEqual(["cell 2: numbers differ: 57,600 became 57.600; 57,600 became 57.600"],
                         self.faults("57,600", "57.600"))

    def test_other_digits_are_found_where_they_must_not_vary(self):
        for old, new in (("780 numbers", "790 numbers"), ("57,600", "57,601"), ("2.3026", "2.3036"), ("5 7", "5"),
                         ("-0.06", "0.06"), ("3.2e-13", "3.2"), ("Conv1 780", "Conv1 781")):
            with self.subTest(old=old, new=new):
                self.assertEqual(1, len(self.faults(old, new)))

    def test_the_last_digit_may_be_rounded_otherwise(self):
        for old, new in (("2.3026", "2.3027"), ("1.1920928955078125E-7", "0.0"), ("6.780392169952393", "6.7803921"),
                         ("3.264e-13", "3.3e-13"),
                         ("0.000151", "0.000023"), ("Conv1 (1, 2)", "Conv1 (1, 2)")):
            with self.subTest(old=old, new=new):
                self.assertEqual([], self.faults(old, new))

    def test_what_varies_may(self):
        text = "update 6000 of 6000, 23 s so far; 98.49 %, 1,234 ms", "update 6000 of 6000, 9 s so far; 98.51 %, 999 ms"
        for source in ("run.train(r -> show(r));", "long t = System.nanoTime();", "Speed.median(9, f)", "sweep.run(s)",
                       "trainer.optimizer().update(p, g)", "Parallel.threads()", "Runtime.version()",
                       "trainer.newRun().train()", "newRun(RecordedLoss.FORWARD_PASS).train(q)", "end.seconds()"):
            self.assertEqual([], self.faults(*text, source), source)
        self.assertEqual([], self.faults(*text, before="run.train(r -> show(r));"))
        for source in ("mnist.train().batch(0, 10)", "network.update()"):
            self.assertEqual(1, len(self.faults(*text, source)), source)
        self.assertEqual(1, len(self.faults(*text, before="Runtime.version()")), "only of its own cell")

    def test_accuracies_of_trainings(self):
        done = "update 600 of 600, 7 s so far, done; after epoch {}: {} % of the test images\n"
        cells = [cell("", "nothing"), cell("", done.format(1, "9.75") + done.format(2, "97.49")),
                 cell("", done.format(3, "98.50"))]
        self.assertEqual(["97.49 %", "98.50 %"], execute.accuracies(new_notebook(cells=cells)))


class Progress(unittest.TestCase):
    """What a terminal shows, and what a file gets."""

    def shown(self, terminal, clock=lambda: 0):
        out = io.StringIO()
        out.isatty = lambda: terminal
        with contextlib.redirect_stdout(out), mock.patch.object(execute.time, "monotonic", clock), \
                mock.patch.object(shutil, "get_terminal_size", lambda: os.terminal_size((60, 24))):
            yield execute.Status("small.ipynb", 28)
            yield out.getvalue()

    def test_a_line_written_over_on_a_terminal(self):
        steps = self.shown(True)
        status = next(steps)
        status.begins(11)
        status.hears({"name": "stdout", "text": "first\nupdate 30 of 600\n"})
        status.hears({"data": {"text/plain": "BufferedImage@1f2e3d: type = 1"}})
        status.hears({"data": {}, "metadata": {"image/png": {"alt": "update 60 of 600, " + "x" * 99}}})
        status.ends()
        lines = next(steps).split("\r")[1:]
        self.assertEqual(["small.ipynb: cell 12 of 28, 0 s",
                          "small.ipynb: cell 12 of 28, 0 s, update 30 of 600",
                          ("small.ipynb: cell 12 of 28, 0 s, update 60 of 600, " + "x" * 99)[:59], "", ""],
                         [line.rstrip() for line in lines])
        self.assertEqual({59, 0}, {len(line) for line in lines})

    def test_a_line_now_and_then_elsewhere(self):
        now = [0]
        steps = self.shown(False, lambda: now[0])
        status = next(steps)
        status.begins(0)
        for now[0] in (1, 29, 30, 31, 59, 61):
            status.hears({"text": f"at {now[0]}"})
        status.begins(1)
        now[0] = 80
        status.show()
        status.ends()
        self.assertEqual("small.ipynb: cell 1 of 28, 30 s, at 30\nsmall.ipynb: cell 1 of 28, 61 s, at 61\n",
                         next(steps))


if __name__ == "__main__":
    unittest.main()
