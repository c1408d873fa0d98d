"""Runs the Java benchmarks, NumPy and PyTorch in turn on this machine and prints the ratios.

    python3 lib/src/jmh/reference/compare.py        (from the project's folder; about twelve minutes)

Needs torch and numpy beside Maven and a JDK: pip install torch numpy. Close everything else first:
the processor's clock, its caches and its memory are shared.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[3]


def java():
    """Medians in ms by (benchmark, engine, threads, size)."""
    subprocess.run([shutil.which("mvn"), "-q", "-B", "-ntp", "-pl", "lib", "-am", "-Pbench", "verify",
                    "-Dbench=ConvNetBench|ConvolutionBench"],
                   cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    medians = {}
    for result in json.loads((ROOT / "lib/target/jmh.json").read_text(encoding="utf-8")):
        name, params = result["benchmark"].rsplit(".", 2)[1:], result["params"]
        key = (".".join(name), params["engine"], params["threads"], params.get("size", ""))
        medians[key] = result["primaryMetric"]["scorePercentiles"]["50.0"]
        version = result["jdkVersion"]
    print(f"JDK {version}")
    return medians


def python(script, *arguments):
    """What a reference prints, and its best ms of each kind."""
    run = subprocess.run([sys.executable, HERE / script, ROOT / "data" / "mnist", *arguments],
                         check=True, stdout=subprocess.PIPE, text=True)
    print(run.stdout)
    found = {}
    for kind, pattern in {"update": r"update, batch 100: ([\d.]+) ms",
                          "evaluate": r"evaluate .*: ([\d.]+) ms",
                          "forward": r"larger convolution: forward ([\d.]+) ms",
                          "both": r"forward and backward ([\d.]+) ms"}.items():
        times = [float(ms) for ms in re.findall(pattern, run.stdout)]
        if times:
            found[kind] = min(times)
            found["memo's " + kind] = times[0]
    return found


def row(name, ours, theirs):
    print(f"{name:46} {ours:9.2f} ms {theirs:9.2f} ms   {theirs / ours:6.2f} x")


def main():
    ours = java()
    numpy = python("chapter7_numpy.py")
    torch = python("chapter7_torch.py", "bench")
    update = ours["ConvNetBench.update", "vector", "2", ""]
    evaluate = ours["ConvNetBench.evaluate", "vector", "2", ""]
    forward = ours["ConvolutionBench.forward", "vector", "2", "larger"]
    backward = ours["ConvolutionBench.backward", "vector", "2", "larger"]
    print(f"{'':46} {'Java':>9}    {'other':>9}      other / Java")
    row("update, against PyTorch's best", update, torch["update"])
    row("update, against the memo's NumPy (float64)", update, numpy["memo's update"])
    row("10,000 test images, against PyTorch's best", evaluate, torch["evaluate"])
    row("10,000 test images, against the memo's NumPy", evaluate, numpy["memo's evaluate"])
    row("larger convolution, forward, PyTorch", forward, torch["forward"])
    row("larger convolution, both ways, PyTorch", forward + backward, torch["both"])
    row("update, our own with one thread", update, ours["ConvNetBench.update", "vector", "1", ""])
    row("update, our plain engine", update, ours["ConvNetBench.update", "plain", "2", ""])


if __name__ == "__main__":
    main()
