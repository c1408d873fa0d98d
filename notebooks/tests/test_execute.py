"""The notebook check is checked: an edited copy must fail, naming the cell."""
import copy
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(NOTEBOOKS))
import execute
import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

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
    def run_check(cls, *options):
        return subprocess.run([sys.executable, NOTEBOOKS / "execute.py", *options, cls.path],
                              capture_output=True, text=True)

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
            cells[3].outputs[0]["data"]["text/html"] = html.replace("<th>epoch", "<th>period")
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

    def test_unknown_notebook(self):
        done = subprocess.run([sys.executable, NOTEBOOKS / "execute.py", "nothing"],
                              capture_output=True, text=True)
        self.assertNotEqual(0, done.returncode)
        self.assertIn("lab.py run: no notebook nothing; there are ", done.stderr)


if __name__ == "__main__":
    unittest.main()
