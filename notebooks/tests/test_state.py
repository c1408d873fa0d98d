"""What a learner has survives what the learner does next: every other variable keeps its value."""
import unittest

from kernels import Kernel

# Cells, and what the last one prints.
KEPT = {
    "a wildcard import beside a statement": [
        'String s = "kept"; int[] p = {1}; var v = p;',
        "System.out.println(1);\nimport java.awt.*;",
        "System.out.println(s + p.length + (v == p));", "kept1true"],
    "a single import": [
        "int[] p = {1};", "import java.awt.Color;", "System.out.println(p.length);", "1"],
    "a static import": [
        "double area = 3; double half() { return area / 2; }",
        "import static java.lang.Math.*;\ndouble r = max(1, 2);",
        "System.out.println(area + half() + r);", "6.5"],
    "the library's imports once more, with another": [
        "import convnet.net.*;\nimport convnet.tensor.*;",
        "Tensor x = Tensor.zeros(2, 3);\nConvNetConfig config = ConvNetConfig.chapter7();\n"
        "Network network = new SimpleConvNet(config);",
        "import convnet.net.*;\nimport convnet.tensor.*;\nimport convnet.layer.*;\nint filters = 3;",
        "System.out.println(x.shape() + \" \" + config.filters() + network.params().keySet());",
        "(2, 3) 30[W1, b1, W2, b2, W3, b3]"],
    "a method declared anew": [
        "int f() { return 1; }", "var v = f(); int w = f();", "int f() { return 2; }",
        "System.out.println(v + w + f());", "4"],
    "a method that gets a lambda": [
        "int f() { return 1; }", "var v = f(); String s = \"s\" + f();",
        "int f() { return java.util.stream.IntStream.of(1, 2).map(i -> i + 1).sum(); }",
        "System.out.println(v + s + f());", "1s15"],
    "a class that gets a field": [
        "class A { int a = 1; }", "A a = new A(); int n = a.a; int[] p = {new A().a};",
        "class A { int a = 1; int b = 2; }", "System.out.println(n + p[0] + new A().b);", "4"],
    "a class whose methods change": [
        "class A { int f() { return 1; } }", "A a = new A(); var same = a;",
        "class A { int f() { return 2; } }", "System.out.println(a.f() + \" \" + (a == same));",
        "2 true"],
    "another import beside one's own types": [
        "record P(int x) {}\nenum K { A, B }\ninterface F { int f(); }\nclass C { static int n; }",
        "P p = new P(1); K k = K.B; F f = () -> 7; F g = new F() { public int f() { return 8; } };\n"
        "C.n = 9;",
        "import java.util.function.*;\nint x = 3;",
        "System.out.println(p + \" \" + (k == K.B) + f.f() + g.f() + C.n);", "P[x=1] true789"],
    "another type for one variable": [
        "int rate = 3; int twice = 2 * rate; int half() { return (int) rate / 2; }",
        "String s = \"s\" + half();", "double rate = 5;",
        "System.out.println(rate + \" \" + twice + s + half());", "5.0 6s12"],
    "a declaration that fails as it runs": [
        "int x = 5; String t = \"t\";", "int x = 1 / 0;", "System.out.println(x + t);", "5t"],
    "generic types": [
        "<T> T same(T t) { return t; }",
        "var q = same(\"q\"); var m = new HashMap<String, int[]>(); m.put(q, new int[3]);",
        "<T> T same(T t) { System.out.print(\"new \"); return t; }",
        "System.out.println(q + m.get(q).length + same(1));", "new q31"],
}


class State(unittest.TestCase):
    def test_values_are_kept(self):
        for what, cells in KEPT.items():
            with self.subTest(what):
                kernel = Kernel(self.addCleanup)
                for cell in cells[:-2]:
                    printed = kernel.run(cell)
                    self.assertNotIn("rror", printed) if "1 / 0" not in cell else None
                self.assertEqual(cells[-1], kernel.run(cells[-2]))

    def test_a_training_survives_one_more_import(self):
        kernel = Kernel(self.addCleanup)
        imports = "\n".join(f"import convnet.{p}.*;" for p in ("data", "net", "tensor", "train"))
        kernel.run(imports)
        kernel.run('Mnist mnist = Mnist.load("../data/mnist");\n'
                   "ConvNetConfig config = ConvNetConfig.chapter7().withEpochs(1);\n"
                   "Trainer trainer = Trainer.of(config, mnist.train().first(100), mnist.test().first(100));\n"
                   "TrainingRun run = trainer.newRun().train();")
        kernel.run(imports + "\nimport java.util.*;\nSystem.out.println(1);")
        self.assertEqual("1", kernel.run("System.out.println(run.update());"))
        self.assertEqual("(60000, 1) false false", kernel.run(
            'System.out.println("(" + mnist.train().size() + ", 1) " + (config == null) + " " + (trainer == null));'))


if __name__ == "__main__":
    unittest.main()
