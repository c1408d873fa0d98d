"""The site: names lead to sources, links to pages, and a link that leads nowhere is found."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import publish


class Publish(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.site = publish.Site(Path(folder.name))

    def test_a_class_is_the_one_that_is_imported(self):
        known = self.site.classes.known
        code = "import convnet.layer.*;\nimport convnet.notebook.Runs;\nimport java.util.*;"
        names = known(publish.IMPORT.findall(code))
        self.assertEqual(("convnet.layer", "Affine"), names["Affine"])
        self.assertEqual(("convnet.notebook", "Runs"), names["Runs"])
        self.assertNotIn("Errors", names)
        self.assertEqual(("convnet.lab", "Samples"), known([("convnet.lab", "*")], "convnet.layer")["Samples"])
        self.assertEqual(("convnet.workbook", "Samples"), known([], "convnet.workbook")["Samples"])
        self.assertEqual({("convnet.net", "LeNet")}, set(known([("convnet.net", "LeNet")]).values()))

    def test_a_class_that_is_not_public_is_known_in_its_package_only(self):
        self.assertIn("Step", self.site.classes.known([], "convnet.engine"))
        self.assertNotIn("Step", self.site.classes.known([("convnet.engine", "*")]))

    def test_code_leads_to_sources(self):
        known = self.site.classes.known([("convnet.layer", "*")])
        code = '<span class="n">ReLU</span><span class="na">Affine</span> <span class="n">Tensor</span> <code>Affine</code> <code>Affine x</code>'
        self.assertEqual(
            '<span class="n"><a class="class" href="../sources/convnet/layer/ReLU.html">ReLU</a></span><span class="na">Affine</span> '
            '<span class="n">Tensor</span> '
            '<code><a class="class" href="../sources/convnet/layer/Affine.html">Affine</a></code> <code>Affine x</code>',
            self.site.classes.linked(code, known, "../"))

    def test_pictures_keep_their_descriptions(self):
        import nbformat
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=[
            nbformat.v4.new_output("display_data", {"image/png": "AA=="}, metadata={"image/png": {"alt": alt}})
            for alt in ("one < two", "two")])])
        body = f"<img {publish.UNDESCRIBED}><img {publish.UNDESCRIBED}>"
        self.assertEqual('<img alt="one &lt; two"><img alt="two">', self.site.described(notebook, body))

    def test_links_lead_to_pages_and_copies(self):
        path = publish.NOTEBOOKS / "solutions" / "07_4_im2col_and_layers.ipynb"
        for link, expected in (
                ("../07_0_start_here.ipynb", "../07_0_start_here.html"),
                ("../07_0_start_here.ipynb#a", "../07_0_start_here.html#a"),
                ("#Questions", "#Questions"),
                ("https://qiita.com/segavvy", "https://qiita.com/segavvy"),
                ("../../LICENSE", "../files/LICENSE"),
                ("../../data/README.md", "../files/data/README.md.html")):
            with self.subTest(link):
                self.assertEqual(f'href="{expected}"', self.site.links(f'href="{link}"', path, "../"))
        self.assertTrue((self.site.folder / "files/LICENSE").exists())

    def test_links_that_lead_nowhere_are_found(self):
        self.site.write("site.css", "")
        self.site.write("index.html", publish.page("a", '<h1 id="top">a</h1><a href="b.html#there">b</a>'))
        self.site.write("b.html", publish.page("b", '<h1 id="there">b</h1><a href="#top"></a><a href="c.html"></a>'))
        self.assertEqual((["b.html leads to #top, which is not there", "b.html leads to c.html, which is not there"], 2),
                         publish.broken(self.site.folder)[:2])

    def test_every_notebook_is_in_the_contents(self):
        """What README says of each stands on the home page."""
        rows = [name for _, name, *_ in
                publish.ROW.findall((publish.ROOT / "README.md").read_text(encoding="utf-8"))]
        self.assertEqual(sorted(path.stem for path in publish.NOTEBOOKS.glob("*.ipynb")), sorted(rows))


if __name__ == "__main__":
    unittest.main()
