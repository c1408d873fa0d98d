"""A learner never wonders what shape a thing has: whatever changes a shape has its shape printed.

Looked at is each result of an operation below in a cell's code; the same cell or the next one must print its
shape, and their stored outputs must hold one. Within a class or a method, which only runs later, the shape
may stand in a comment on the line.
"""
import re
import unittest

import nbformat
from test_notebooks import NOTEBOOKS, notebooks, text_of

CHANGES = re.compile(r"\b(?:reshape|transpose|im2col|col2im|forward|backward)\(")
SHAPE = re.compile(r"\(\d+,(?: \d+)*\)|\(\d+(?:, \d+)+\)")
IN_A_COMMENT = re.compile(r"//.*(?:\([\w*/. ]+,[\w*, ./]*\)|x's shape)")
DECLARES = re.compile(r"^(?:class|record|[\w<>\[\], ]+ \w+\([^;]*\) \{)", re.M)

# What needs no shape: drawing, one number, an error on purpose, the head of a method.
EXEMPT = re.compile(
    r"\b(?:Pictures|Charts|Diagram|Animation|Occlusion|Numbers|Canvas|Workbook|Errors|Ink|Stepper)\.|"
    r"\.maxAbsDiff\(|\.get\(\)$|\.get\(0\)$|^(?:final )?double |^public |^Tensor \w+\([A-Z]\w* ")

EXCEPTIONS = {
    ("07_2_convolution_layer", "Tensor sum = "): "a sum as a table of one number, to draw it beside its parts",
    ("07_2_convolution_layer", "return t.reshape(1, "): "drops an axis of 1 to draw",
    ("07_2_convolution_layer", "return new Convolution(W"): "in `filtered`, whose images and result the cell prints",
    ("07_2_convolution_layer", "Tensor steps = "): "the colour scale of a picture",
    ("07_3_pooling_layer", "Tensor steps = "): "the colour scale of a picture",
    ("07_3_pooling_layer", "Tensor three = "): "to draw what the line above prints",
    ("07_3_pooling_layer", "Tensor out = new Pooling(2, 2, 2, 0).forward(x)"): "the cell's table has its shape",
    ("07_3_pooling_layer", "measure("): "the table has a column of shapes",
    ("07_3_pooling_layer", "maxima.add("): "`small` prints the shape",
    ("07_3_pooling_layer", "means.add("): "likewise",
    ("07_4_im2col_and_layers", "Tensor image = "): "a helper; the line below prints the plane's shape",
    ("07_4_im2col_and_layers", "Tensor scale = "): "the colour scale of a picture",
    ("07_6_visualizing_cnn", "Tensor w = "): "`favourites` prints it",
    ("07_3_pooling_layer", "Tensor after = "): "the shape of `before`, which is printed",
    ("07_4_im2col_and_layers", "return count.reshape"): "to draw what the cell above prints",
    ("07_5_simple_convnet", "Tensor out = net."): "a count of filters, one number",
    ("07_5_simple_convnet", "return (int) out.max"): "likewise",
    ("07_9_write_it_yourself", "x = layer.forward(x)"): "waits for the reader's code; the solution's prints it",
    ("07_9_write_it_yourself", "System.out.println(\"\" + last.forward(x"): "the loss, one number",
    ("07_9_write_it_yourself", "Tensor dout = last.backward()"): "the cell above prints it",
    ("07_9_write_it_yourself", "dout = layers.get(k).backward(dout)"): "the cell above prints it",
    ("07_9_write_it_yourself", "Tensor col = Im2col.im2col(x, PH"): "the next line's comment has what becomes of it",
}


def statements(source):
    """Each statement with the comments of its lines, strings emptied."""
    plain = re.sub(r'"(?:\\.|[^"\\])*"', '""', source)
    found, start = [], 0
    for end in re.finditer(r"[;{}]", re.sub(r"//[^\n]*", lambda m: " " * len(m.group()), plain)):
        text = plain[start:end.start()]
        line_end = plain.find("\n", end.start())
        comment = plain[end.start():line_end if line_end >= 0 else len(plain)]
        code = re.sub(r"//[^\n]*", "", text).strip()
        found.append((" ".join(code.split()), text + comment))
        start = end.end()
    return found + [(" ".join(re.sub(r"//[^\n]*", "", plain[start:]).split()), plain[start:])]


def without_shape(notebook):
    """Statements that change a shape and do not show it, by the cell's number."""
    code = [(i, cell) for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    for k, (number, cell) in enumerate(code):
        both = [c for _, c in code[k:k + 2]]
        source = "\n".join(c.source for c in both)
        stored = "".join(text_of(o) for c in both for o in c.outputs)
        for statement, with_comments in statements(cell.source):
            if not CHANGES.search(statement) or EXEMPT.search(statement):
                continue
            if DECLARES.search(cell.source) and IN_A_COMMENT.search(with_comments):
                continue
            name = re.match(r"(?:[\w<>\[\]]+ )?(\w+) = ", statement)
            shown = ".shape()" in statement or statement.startswith("System.out.println(") or \
                name and re.search(r"\b%s\.shape\(\)|\+ %s\)" % (2 * name.groups()), source)
            if not (shown and SHAPE.search(stored)):
                yield number, statement


class Shapes(unittest.TestCase):
    def test_whatever_changes_a_shape_has_it_printed(self):
        used = set()
        for path in notebooks():
            for number, statement in without_shape(nbformat.read(path, as_version=4)):
                reasons = [key for key in EXCEPTIONS if key[0] == path.stem and statement.startswith(key[1])]
                used.update(reasons)
                with self.subTest(notebook=path.relative_to(NOTEBOOKS), cell=number):
                    self.assertTrue(reasons, statement)
        self.assertEqual(set(), set(EXCEPTIONS) - used, "exceptions that nothing needs")

    def found(self, source, output=""):
        cell = nbformat.v4.new_code_cell(source)
        if output:
            cell.outputs = [nbformat.v4.new_output("stream", text=output)]
        return [statement for _, statement in without_shape(nbformat.v4.new_notebook(cells=[cell]))]

    def test_the_check_finds_what_it_must(self):
        self.assertEqual(["Tensor y = x.transpose()"], self.found("Tensor y = x.transpose();"))
        self.assertEqual(["Tensor y = x.transpose()"], self.found("Tensor y = x.transpose(); // (3, 2)"))
        printed = 'Tensor y = x.transpose();\nSystem.out.println("y " + y.shape());'
        self.assertEqual(["Tensor y = x.transpose()"], self.found(printed))
        self.assertEqual([], self.found(printed, "y (3, 2)\n"))
        self.assertEqual(["layer.backward(dout)"], self.found("layer.backward(dout);", "(3, 2)"))
        self.assertEqual([], self.found("class A {\n  Tensor f(Tensor x) {\n    return x.transpose(); // (3, 2)\n  }\n}"))
        self.assertEqual(["return x.transpose()"],
                         self.found("class A {\n  Tensor f(Tensor x) {\n    return x.transpose();\n  }\n}"))


if __name__ == "__main__":
    unittest.main()
