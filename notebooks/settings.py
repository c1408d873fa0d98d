"""What lab.py needs, looked at before anything is built: each check ends in one sentence, with the remedy."""
import importlib.util
import locale
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

WINDOWS = os.name == "nt"
OLDEST_PYTHON = (3, 10)
OLDEST_JAVA = 17
SMALLEST_HEAP = 256  # MiB; the kernel alone starts with less
MISLEADING = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_NO_DEPS", "PIP_DRY_RUN", "PYTHONHOME",
              "PYTHONPATH")


class Problem(Exception):
    """One sentence for the user, with the remedy."""


def check_python(version=None):
    version = tuple(version or sys.version_info[:2])
    if version < OLDEST_PYTHON:
        raise Problem("Python %d.%d is too old: install Python 3.10 or newer and start lab.py with it."
                      % version)


def check_venv():
    """Debian packs what makes a virtual environment apart from Python."""
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise Problem("%s cannot make .venv, it has no venv or ensurepip: install them (Debian and Ubuntu: "
                      "apt install python3-venv), or activate an environment that has jupyterlab and nbclient."
                      % sys.executable)


def output(*command):
    """Standard output and error of a command."""
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          universal_newlines=True, errors="replace", env=environment())
    return done.stdout


def environment():
    """This process's environment without what sends pip's packages elsewhere or makes Python find others
    than those of its virtual environment; in UTF-8, for Java reads no other letters in paths."""
    env = {name: value for name, value in os.environ.items() if name not in MISLEADING}
    env.update(PIP_USER="0", PYTHONDONTWRITEBYTECODE="1", PYTHONUTF8="1")  # pip's file may say user, too
    if not WINDOWS and locale.nl_langinfo(locale.CODESET).upper() not in ("UTF-8", "UTF8"):
        env["LC_ALL"] = "C.UTF-8"
    return env


def java_in(home):
    return shutil.which("java", path=str(Path(home) / "bin"))


def find_java():
    """The java of JAVA_HOME, or else of the PATH; a JDK with the module the kernel runs on."""
    home = os.environ.get("JAVA_HOME")
    java = java_in(home) if home else shutil.which("java")
    if not java and home:
        meant = re.sub(r"[/\\]bin([/\\](java|javac)(\.exe)?)?[/\\]?$", "", home.strip().strip("'\"").strip())
        raise Problem("JAVA_HOME is '%s', where there is no bin/java: set JAVA_HOME to %s." % (
            home, "'%s'" % meant if java_in(meant) else "the folder of a JDK 17 or newer, or remove it to use "
            "the java of the PATH"))
    if not java:
        raise Problem("No Java found: install a JDK 17 or newer (https://adoptium.net) and put it on the PATH.")
    java = os.path.abspath(java)
    said = output(java, "-version")
    version = re.search(r'version "(?:1\.)?(\d+)', said)
    if not version:
        if set_options():
            try_java([java])
        raise Problem("%s does not work: install a JDK 17 or newer and point JAVA_HOME to it. It says: %s"
                      % (java, one_line(said)))
    if int(version.group(1)) < OLDEST_JAVA:
        raise Problem("%s is Java %s: install a JDK 17 or newer and point JAVA_HOME to it."
                      % (java, version.group(1)))
    if "jdk.jshell" not in output(java, "--list-modules"):
        raise Problem("%s is a Java without the module jdk.jshell (a JRE): install a full JDK 17 or "
                      "newer and point JAVA_HOME to it." % java)
    return java


def java_home(java):
    """Where a Java lives; by its own word, since java may be a link, a shim or a stub."""
    home = re.search(r"java\.home = (.+)", output(java, "-XshowSettings:properties", "-version"))
    return home.group(1).strip() if home else str(Path(java).resolve().parent.parent)


def one_line(text):
    return " ".join(text.split()) or "nothing"


def set_options():
    return [name for name in ("CONVNET_HEAP", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")
            if os.environ.get(name)]


def try_java(command):
    """Starts a Java with the kernel's options: what it cannot do is said by itself, and here."""
    done = subprocess.run(command + ["-version"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          universal_newlines=True, errors="replace", env=environment())
    if done.returncode:
        change = ": change " + " or ".join(set_options()) if set_options() else ""
        raise Problem("The kernel's Java does not start%s. It says: %s" % (change, one_line(done.stdout)))


def heap(java):
    """The kernel's heap in Java's spelling: CONVNET_HEAP, or 1g."""
    given = os.environ.get("CONVNET_HEAP", "")
    text = given.strip()
    if not text:
        return "1g"
    example = "for example CONVNET_HEAP=4g"
    size = re.match(r"([0-9]{1,9}) ?([mg])(i?b)?$", text, re.IGNORECASE)
    if not size:
        raise Problem("CONVNET_HEAP is '%s': give a whole number of megabytes or gigabytes, %s or %s."
                      % (given, example, "CONVNET_HEAP=1500m"))
    number, unit = int(size.group(1)), size.group(2).lower()
    mebibytes = number * (1024 if unit == "g" else 1)
    if mebibytes < SMALLEST_HEAP:
        raise Problem("CONVNET_HEAP is '%s', too little for the notebooks: give %dm or more, %s."
                      % (given, SMALLEST_HEAP, example))
    # Java knows the memory of every system, and of a container.
    flags = output(java, "-XX:MaxRAMPercentage=100", "-XX:+PrintFlagsFinal", "-version")
    memory = re.search(r" MaxHeapSize\s*=\s*(\d+)", flags)
    if memory and mebibytes > int(memory.group(1)) >> 20:
        raise Problem("CONVNET_HEAP is '%s', more than this machine's memory: give at most %dm."
                      % (given, int(memory.group(1)) >> 20))
    return "%d%s" % (number, unit)


def find_maven():
    maven = shutil.which("mvn")
    if not maven:
        raise Problem("No Maven found: install Apache Maven 3.8 or newer (https://maven.apache.org) "
                      "and put mvn on the PATH.")
    return maven


def check_folder(root, written=()):
    """What Java's class path or Jupyter's kernels cannot have in a path, and whether we may write."""
    name = str(root)
    faults = {re.escape(os.pathsep): "divides paths in Java's class path",
              "!(?=[/\\\\]|$)": "at the end of a name ends a jar's path in Java",
              r"\{\w+\}": "is replaced by Jupyter in the kernel's command"}
    if not WINDOWS:
        faults[r"\\"] = "divides folders for Maven"
    for what, why in faults.items():
        found = re.search(what, name)
        if found:
            raise Problem("The project lies in %s, where '%s' %s: rename the folder." % (name, found.group(), why))
    for path in [root] + list(written):
        if path.exists() and not os.access(str(path), os.W_OK):
            raise Problem("%s cannot be written to: copy the project into a folder of your own, and start lab.py "
                          "there." % path)
    if WINDOWS:
        for path in (name, str(Path.home())):
            try:
                path.encode("mbcs", "strict")
            except UnicodeEncodeError:
                raise Problem("Java's launcher cannot read the path %s: put the project into a folder like "
                              "C:\\work, as a user whose name has no such letters." % path)


def check_root(options):
    """JupyterLab does not start as root unasked."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and not any(
            re.match(r"--(allow-root|ServerApp\.allow_root)\b", o) for o in options):
        raise Problem("JupyterLab does not start as root: start it as another user, or take the risk with "
                      "lab.py -- --allow-root.")
