"""The laboratory's parameters at the ends of their stated ranges: no cell may fail."""
import contextlib
import json
import re
import unittest

from kernels import NOTEBOOKS, Kernel

PARAMETER = re.compile(r"^(\w+) (\w+) = (.*?);( *)// (.*)$", re.M)
RANGE = re.compile(r"([\d._,]+\d|\d) to ([\d._,]+\d|\d)")

# What costs time goes to its upper end in a case of its own; words are taken one after the other.
CHEAP = {"weights": ['"0.001"', '"0.5"', '"He"', '"Xavier"'],
         "optimizer": ['"SGD"', '"Momentum"', '"Adam"', '"AdaGrad"'],
         "schedule": ['"constant"', '"cosine"', '"x 0.5 every 2 epochs"', '"constant"']}
HIGH = [(), ("validation", "learningRate", "momentum", "weightDecay", "batchSize"), ("images", "batchSize"),
        ("epochs", "searched", "seeds", "learningRate")]


def cells():
    notebook = json.loads((NOTEBOOKS / "lab_experiments.ipynb").read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def ends(comment):
    """The two ends of the range in a parameter's comment, as Java writes them."""
    found = RANGE.search(comment)
    return [end.replace(",", "") for end in found.groups()] if found else None


def case(source, k):
    """The parameters of the k-th case."""
    def change(match):
        kind, name, value, gap, comment = match.groups()
        if name in CHEAP:
            value = CHEAP[name][k]
        elif name == "seed":
            value = str(k + 7)
        elif ends(comment):
            value = ends(comment)[name in HIGH[k]]
        return "%s %s = %s;%s// %s" % (kind, name, value, gap, comment)
    return PARAMETER.sub(change, source)


class RangesTest(unittest.TestCase):
    def test_every_range_is_tried_at_both_ends(self):
        parameters = next(source for source in cells() if "int images" in source)
        names = {match[1] for match in PARAMETER.findall(parameters) if ends(match[4])}
        self.assertEqual(names - set(CHEAP), {name for high in HIGH for name in high})
        self.assertIn("int images = 50000;", case(parameters, 2))
        self.assertIn("int images = 1000;", case(parameters, 1))
        self.assertIn("double learningRate = 1;", case(parameters, 3))

    def test_no_cell_fails(self):
        for k in range(len(HIGH)):
            with self.subTest(case=k), contextlib.ExitStack() as clean_up:
                kernel = Kernel(clean_up.callback)
                for source in cells():
                    if "int images" in source:
                        source = case(source, k)
                    for message in kernel.outputs(source):
                        self.assertNotEqual("error", message["msg_type"], "%s\n%s" % (source, message["content"]))


if __name__ == "__main__":
    unittest.main()
