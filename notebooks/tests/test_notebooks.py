"""What must be true of every stored notebook: run in order, whole, portable, and not too large."""
import html
import re
import unittest
from pathlib import Path

import nbformat

NOTEBOOKS = Path(__file__).resolve().parent.parent
LARGEST = 2_500_000
LONGEST_CELL = 24

# What IJava offers and JJava does not, or otherwise: magics, and its kernel functions but the two shared.
NOT_PORTABLE = re.compile(r"^\s*%|\b(?:render|eval|addMavenDependency|addJars?|loadFromPOM)\s*\(", re.M)
MACHINE = re.compile(r"/(?:home|root|tmp|Users|usr|opt|var|mnt|private|work)/|\b[A-Z]:\\")


def notebooks():
    return sorted(p for p in NOTEBOOKS.rglob("*.ipynb")
                  if not any(part.startswith(".") or part == "node_modules"
                             for part in p.relative_to(NOTEBOOKS).parts))


# A page that answers: its still picture and its scripts are not what a cell says.
PAGE = re.compile(r'(<div class="convnet-page">\n<img [^>]*) src="data:image/png;base64,[^"]+">(.*?)<script>.*?</script></div>',
                  re.S)


def text_of(output):
    data = output.get("data", {})
    return output.get("text", "") + PAGE.sub(r"\1>\2</div>", data.get("text/html", "")) + data.get("text/plain", "") \
        + output.get("evalue", "") + "".join(output.get("traceback", []))


class Notebooks(unittest.TestCase):
    def each_notebook(self, check):
        found = notebooks()
        self.assertTrue(found)
        for path in found:
            with self.subTest(notebook=path.relative_to(NOTEBOOKS)):
                check(path, nbformat.read(path, as_version=4))

    def each_cell(self, check):
        self.each_notebook(lambda path, notebook: [
            check(cell) for cell in notebook.cells if cell.cell_type == "code"])

    def each_output(self, check):
        self.each_cell(lambda cell: [check(text_of(output)) for output in cell.outputs])

    def test_cells_were_run_from_top_to_bottom(self):
        def check(path, notebook):
            counts = [c.execution_count for c in notebook.cells if c.cell_type == "code"]
            self.assertEqual(list(range(1, len(counts) + 1)), counts)
        self.each_notebook(check)

    def test_no_cell_ends_in_an_error(self):
        """Errors on purpose are caught: JupyterLab shows all cells behind an error as not run."""
        def check(cell):
            self.assertNotIn("raises-exception", cell.metadata.get("tags", []), cell.source)
            self.assertNotIn("error", [o.output_type for o in cell.outputs], cell.source)
        self.each_cell(check)

    def test_pictures_have_a_width_and_a_description(self):
        def check(cell):
            words = []
            for output in cell.outputs:
                if "image/png" in output.get("data", {}):
                    metadata = output.metadata["image/png"]
                    self.assertEqual(["alt", "width"], sorted(metadata), cell.source)
                    self.assertGreater(len(metadata["alt"]), 10, cell.source)
                    words.append(html.escape(metadata["alt"], quote=False))
            if words:
                self.assertEqual(f"<details><summary>in words</summary>{'<br>'.join(words)}</details>",
                                 cell.outputs[-1].data["text/html"])
        self.each_cell(check)

    def test_calls_are_portable(self):
        self.each_cell(lambda cell: self.assertIsNone(NOT_PORTABLE.search(cell.source), cell.source))

    def test_the_portability_check_finds_what_it_must(self):
        for bad in ("%maven a:b:1", "  %jars x.jar", "render(x)", 'eval("1")'):
            self.assertIsNotNone(NOT_PORTABLE.search(bad), bad)
        for good in ("display(x)", "int r = a % b;", "updateDisplay(id, x);", "model.evaluate(x)"):
            self.assertIsNone(NOT_PORTABLE.search(good), good)

    def test_cells_are_short(self):
        self.each_cell(lambda cell: self.assertLessEqual(
            len(cell.source.splitlines()), LONGEST_CELL, cell.source))

    def test_pictures_are_stored_as_pictures(self):
        def check(text):
            self.assertFalse("BufferedImage@" in text or "data:image" in text, text[:200])
        self.each_output(check)

    def test_no_output_tells_of_the_machine_that_made_it(self):
        self.each_output(lambda text: self.assertIsNone(MACHINE.search(text), text[:200]))

    def test_files_are_small(self):
        self.each_notebook(lambda path, _: self.assertLess(path.stat().st_size, LARGEST))

    def test_a_notebook_has_one_page_with_a_network_at_most(self):
        def check(path, notebook):
            pages = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs
                     if '"params": ' in o.get("data", {}).get("text/html", "")]
            self.assertLessEqual(len(pages), 1)
        self.each_notebook(check)

    def test_one_finds_the_way(self):
        """Contents, what to know before, and on; the imports folded away; solutions lead back."""
        def check(path, notebook):
            first, last = notebook.cells[0].source, notebook.cells[-1].source
            imports = next(c for c in notebook.cells if c.cell_type == "code")
            self.assertTrue(imports.source.startswith("import "), imports.source)
            self.assertEqual({"source_hidden": True}, imports.metadata.get("jupyter"))
            if path.parent.name == "solutions":
                self.assertIn(f"](../{path.name})", first)
                self.assertIn(f"](../{path.name})", last)
            else:
                self.assertRegex(first, r"^# .*\n\n\[Contents\]\(")
                self.assertIn("*What you need to know before:*", first)
                self.assertRegex(last.lower(), r"\[contents\]\((07_0_start_here.ipynb|#)")
        self.each_notebook(check)

    def test_every_link_leads_somewhere(self):
        def check(path, notebook):
            for cell in notebook.cells:
                if cell.cell_type == "markdown":
                    for target in re.findall(r"\]\(([^)#]+)\)", cell.source):
                        if "://" not in target:
                            self.assertTrue((path.parent / target).exists(), target)
        self.each_notebook(check)


if __name__ == "__main__":
    unittest.main()
