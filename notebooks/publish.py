"""Writes the stored notebooks as a site that works from a folder: every notebook a page, with its pictures
and its pages that answer, the library's sources and Javadoc linked from the code, and checks every link.
Started by lab.py site, in Jupyter's Python: publish.py FOLDER JAVADOC.
"""
import html
import os
import re
import shutil
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
from jinja2 import DictLoader
from nbconvert import HTMLExporter
from nbconvert.filters import markdown2html
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import JavaLexer

NOTEBOOKS = Path(__file__).resolve().parent
ROOT = NOTEBOOKS.parent
JAVA = ROOT / "lib" / "src" / "main" / "java"
LIGHT, DARK = "default", "github-dark"  # Pygments' styles
IMPORT = re.compile(r"^import (?:static )?(convnet(?:\.[a-z0-9]+)*)\.(\*|\w+)", re.M)
NAME = re.compile(r'(<span class="nc?">|<code>)(\w+)(</span>|</code>)')
ROW = re.compile(r"^\| \[(\w+)\]\(notebooks/(\w+)\.ipynb\) \| (.*) \| (\d+) \|$", re.M)
PUBLIC = re.compile(r"^public (?:abstract |final |sealed )*(?:class|record|interface|enum) ", re.M)
UNDESCRIBED = 'alt="No description has been provided for this image"'
NOTE = ('<p class="note">This is the notebook as it was run last. To run it and to change its code, '
        '<a href="%sindex.html">install the project</a>.</p>')
ABOUT = ("Chapter 7 of <em>Deep Learning from Scratch</em>, convolutional networks, to run and to look into: notebooks "
         "in Java over a small library that reads like the chapter. Here they stand as they were run last. What you can "
         "draw on, point at or step through answers here, too. To change the code, get the project and start "
         "<code>python3 notebooks/lab.py</code> in its folder; its README says what that needs.")


class Classes:
    """The library's classes by package and name, and where their pages are."""

    def __init__(self):
        self.files = {}
        self.public = set()
        for file in sorted(JAVA.rglob("*.java")):
            package = ".".join(file.parent.relative_to(JAVA).parts)
            if file.stem != "package-info":
                self.files[package, file.stem] = file
                if PUBLIC.search(file.read_text(encoding="utf-8")):
                    self.public.add((package, file.stem))

    def page(self, key):
        return "sources/%s/%s.html" % (key[0].replace(".", "/"), key[1])

    def known(self, imports, package=None):
        """Name -> key for what some imports, and the package itself, make known."""
        found = {name: (p, name) for p, name in self.files if p == package}
        for p, what in imports:
            found.update({name: (q, name) for q, name in self.public if q == p and what in ("*", name)})
        return found

    def linked(self, text, known, up):
        """Code in HTML with each known class a link to its source; up leads to the site's folder."""
        def link(match):
            key = known.get(match[2])
            return match[0] if not key else \
                f'{match[1]}<a class="class" href="{up}{self.page(key)}">{match[2]}</a>{match[3]}'
        return NAME.sub(link, text)


def page(title, body, up="", before=None, after=None):
    """A whole page; before and after are the neighbours' addresses and titles."""
    ways = [f'<a href="{up}index.html">convnet</a>']
    ways += [f'<a href="{way[0]}">{sign} {html.escape(way[1])}</a>' for way, sign in ((before, "←"), (after, "→")) if way]
    nav = "<nav>" + "".join(ways) + "</nav>"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{up}site.css">
</head>
<body>
{nav}
<main>
{body}
</main>
{nav}
</body>
</html>
"""


def title_of(notebook):
    return re.search(r"^# (.*)$", notebook.cells[0].source, re.M)[1]


class Site:
    def __init__(self, folder):
        self.folder = folder
        self.classes = Classes()
        self.exporter = HTMLExporter(
            template_name="lab", template_file="page.html.j2",
            extra_loaders=[DictLoader({"page.html.j2": "{%- extends 'lab/base.html.j2' -%}"})])

    def write(self, name, text):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")

    def styles(self):
        both = [HtmlFormatter(style=style).get_style_defs(".highlight") for style in (LIGHT, DARK)]
        own = (NOTEBOOKS / "publish.css").read_text(encoding="utf-8")
        self.write("site.css", f"{both[0]}\n@media (prefers-color-scheme: dark) {{\n{both[1]}\n}}\n{own}")

    def sources(self):
        for key, file in self.classes.files.items():
            text = file.read_text(encoding="utf-8")
            up = "../" * (key[0].count(".") + 2)
            code = highlight(text, JavaLexer(), HtmlFormatter())
            code = self.classes.linked(code, self.classes.known(IMPORT.findall(text), key[0]), up)
            javadoc = f"javadoc/{key[0].replace('.', '/')}/{key[1]}.html"
            more = f' · <a href="{up}{javadoc}">Javadoc</a>' if (self.folder / javadoc).exists() else ""
            self.write(self.classes.page(key), page(key[1], f"<h1>{key[1]}</h1>\n<p>{key[0]}{more}</p>\n{code}", up))

    def notebook(self, path, before, after):
        """One page; its neighbours' titles stand in the bars."""
        notebook, name = self.read(path), path.relative_to(NOTEBOOKS)
        up = "../" * (len(name.parts) - 1)
        body = self.described(notebook, self.exporter.from_notebook_node(notebook)[0])
        code = "\n".join(c.source for c in notebook.cells if c.cell_type == "code")
        # Scripts stay as they are: what looks like a class within them is none.
        parts = re.split(r"(<script>.*?</script>)", body, flags=re.S)
        known = self.classes.known(IMPORT.findall(code))
        parts[::2] = [self.links(self.classes.linked(part, known, up), path, up) for part in parts[::2]]
        self.write(name.with_suffix(".html").as_posix(), page(title_of(notebook), NOTE % up + "".join(parts), up, before, after))

    @staticmethod
    def described(notebook, body):
        """Pictures with the descriptions that the notebook has for them; nbconvert leaves them out."""
        outputs = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
        words = iter([o.metadata["image/png"]["alt"] for o in outputs
                      if "image/png" in o.get("data", {}) and "text/html" not in o.data])
        return re.sub(UNDESCRIBED, lambda _: f'alt="{html.escape(next(words))}"', body)

    @staticmethod
    def read(path):
        return nbformat.read(path, as_version=4)

    def links(self, text, path, up):
        """Links to notebooks lead to their pages, links to other files of the project to copies of them."""
        def link(match):
            target, mark, fragment = match[1].partition("#")
            if not target or urlsplit(target).scheme or target.startswith(up + "sources/"):
                return match[0]
            file = (path.parent / unquote(target)).resolve()
            if file.suffix == ".ipynb":
                return f'href="{target[:-len(".ipynb")]}.html{mark}{fragment}"'
            return f'href="{up}{self.copied(file)}{mark}{fragment}"'
        return re.sub(r'href="([^"]*)"', link, text)

    def copied(self, file):
        name = "files/" + file.relative_to(ROOT).as_posix()
        if file.suffix == ".md":
            text = re.sub(r"(?<!\!)\[([^\]]*)\]\((?!https?:)[^)]*\)", r"\1", file.read_text(encoding="utf-8"))
            self.write(name + ".html", page(file.name, markdown2html(text), "../" * (name.count("/"))))
            return name + ".html"
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, self.folder / name)
        return name

    def contents(self, paths):
        """The home page. What each notebook shows stands in README."""
        shows = {name: (what, minutes) for _, name, what, minutes in
                 ROW.findall((ROOT / "README.md").read_text(encoding="utf-8"))}  # a test holds that all are there
        rows = []
        for path in paths:
            what, minutes = shows[path.stem]
            solutions = f'<a href="solutions/{path.stem}.html">solutions</a>' \
                if (NOTEBOOKS / "solutions" / path.name).exists() else ""
            rows.append(f'<tr><td><a href="{path.stem}.html">{html.escape(title_of(self.read(path)))}</a></td>'
                        f"<td>{html.escape(what)}</td><td>{minutes}</td><td>{solutions}</td></tr>")
        packages = {}
        for package, name in self.classes.files:
            packages.setdefault(package, []).append(f'<a href="{self.classes.page((package, name))}">{name}</a>')
        library = "".join(f"<tr><td>{package}</td><td>{' '.join(names)}</td></tr>" for package, names in packages.items())
        self.write("index.html", page("convnet", f"""<h1>convnet</h1>
<p>{ABOUT}</p>
<p><a href="{paths[0].stem}.html"><b>Begin: draw a digit</b></a></p>
<table><thead><tr><th>notebook</th><th>what it shows</th><th>minutes</th><th></th></tr></thead>
<tbody>{''.join(rows)}</tbody></table>
<h2>The library</h2>
<p>Every class with its source; in the notebooks each name leads there. All of it with a search:
<a href="javadoc/index.html">Javadoc</a>.</p>
<table class="library"><tbody>{library}</tbody></table>"""))


class Page(HTMLParser):
    """The links of a page and the marks that others may lead to."""

    def __init__(self, text):
        super().__init__()
        self.targets, self.ids = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("id", "name") and value:
                self.ids.add(value)
            elif name in ("href", "src") and value:
                self.targets.append(value)


def broken(folder):
    """A sentence for each link that leads nowhere, Javadoc's own left to Javadoc."""
    pages = {file: Page(file.read_text(encoding="utf-8")) for file in sorted(folder.rglob("*.html"))
             if "javadoc" not in file.relative_to(folder).parts}
    found, links = [], 0
    for file, content in pages.items():
        for target in content.targets:
            parts = urlsplit(target)
            if parts.scheme in ("data", "https", "http"):
                continue
            links += 1
            aim = Path(os.path.normpath(file.parent / unquote(parts.path))) if parts.path else file
            marks = pages[aim].ids if aim in pages else None
            if not aim.exists() or parts.fragment and marks is not None and unquote(parts.fragment) not in marks:
                found.append(f"{file.relative_to(folder)} leads to {target}, which is not there")
    return found, len(pages), links


def main(target, javadoc):
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as draft:  # a failure leaves the site before as it is
        folder = Path(draft) / target.name
        folder.mkdir()
        site = Site(folder)
        site.styles()
        shutil.copytree(javadoc, folder / "javadoc")
        (folder / "javadoc").chmod(0o755)  # a temporary folder's mode keeps a web server out
        site.sources()
        paths = sorted(NOTEBOOKS.glob("*.ipynb"))
        titles = [(path.stem + ".html", title_of(site.read(path))) for path in paths]
        for i, path in enumerate(paths):
            site.notebook(path, titles[i - 1] if i else None, titles[i + 1] if i + 1 < len(paths) else None)
            solution = NOTEBOOKS / "solutions" / path.name
            if solution.exists():
                site.notebook(solution, ("../" + titles[i][0], titles[i][1]), None)
        site.contents(paths)
        found, pages, links = broken(folder)
        for sentence in found:
            print(sentence)
        if found:
            print(f"{len(found)} broken links; the site was not written")
            return 1
        shutil.rmtree(target, ignore_errors=True)
        os.replace(folder, target)
    print(f"{pages} pages, {links} links checked: open {os.path.relpath(target / 'index.html')}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
