// A copy of the project, in which notebooks may change, and JupyterLab on it, started by lab.py.
import { spawn, spawnSync } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const HERE = import.meta.dirname;
const ROOT = path.resolve(HERE, "../..");
const TOKEN = crypto.randomUUID();

function launcher(project, env, ...args) {
  const command = [path.join(project, "notebooks/lab.py"), ...args];
  const done = spawnSync("python3", command, { env, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`lab.py ${args.join(" ")} failed: ${done.stdout}${done.stderr}`);
}

async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((ready) => server.once("listening", ready));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

export class Lab {
  /** Copies the notebooks; the library and the data are linked, so build them first. */
  constructor() {
    launcher(ROOT, process.env, "setup");
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), "convnet-walk-"));
    this.notebooks = path.join(this.folder, "notebooks");
    const filter = (from) => from !== HERE && path.basename(from) !== "experiments"; // a ledger of its own
    fs.cpSync(path.join(ROOT, "notebooks"), this.notebooks, { recursive: true, filter });
    for (const name of ["lib", "data", "pom.xml"])
      fs.symlinkSync(path.join(ROOT, name), path.join(this.folder, name));
  }

  /** Everything Jupyter keeps for a user lies in the copy: this is somebody's first start. */
  async prepare() {
    const config = path.join(this.folder, "jupyter");
    const port = await freePort();
    const ServerApp = { open_browser: false, port, port_retries: 0 };
    fs.mkdirSync(config);
    fs.writeFileSync(path.join(config, "jupyter_server_config.json"), JSON.stringify({ ServerApp }));
    this.url = "http://127.0.0.1:" + port;
    this.env = { ...process.env, JUPYTER_CONFIG_DIR: config, JUPYTER_TOKEN: TOKEN };
    this.env.JUPYTER_DATA_DIR = this.env.JUPYTER_RUNTIME_DIR = path.join(this.folder, "data of jupyter");
    const venv = path.join(ROOT, ".venv"); // so that the copy does not make its own
    if (fs.existsSync(path.join(venv, "installed"))) this.env.VIRTUAL_ENV = venv;
  }

  /** Executes a notebook and stores its outputs, as an author does. */
  save(notebook) {
    launcher(this.folder, this.env, "run", "--save", path.join(this.notebooks, notebook));
  }

  /** What nbconvert makes of a stored notebook: an HTML file. */
  convert(notebook) {
    const python = path.join(this.env.VIRTUAL_ENV, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
    const command = ["-m", "nbconvert", "--to", "html", path.join(this.notebooks, notebook)];
    const done = spawnSync(python, command, { env: this.env, encoding: "utf8" });
    if (done.status !== 0) throw new Error("nbconvert failed: " + done.stderr);
    return path.join(this.notebooks, path.parse(notebook).name + ".html");
  }

  async start(logFile) {
    const log = fs.openSync(logFile, "w");
    const command = [path.join(this.notebooks, "lab.py"), "--", "--allow-root"];
    const stdio = ["ignore", log, log];
    this.process = spawn("python3", command, { env: this.env, detached: true, stdio });
    for (const end = Date.now() + 120_000; !(await this.ask("/api/status"))?.ok; await sleep(200))
      if (this.process.exitCode !== null || Date.now() > end)
        throw new Error(`JupyterLab did not start: ${fs.readFileSync(logFile, "utf8").slice(-1000)}`);
  }

  ask(way, method = "GET") {
    return fetch(this.url + way, { method, headers: { Authorization: "token " + TOKEN } }).catch(() => null);
  }

  async kernelReady(notebook) {
    const sessions = (await (await this.ask("/api/sessions"))?.json()) ?? [];
    const kernel = sessions.find((session) => session.path === notebook)?.kernel;
    return kernel?.connections > 0 && kernel.execution_state !== "starting";
  }

  address(notebook) {
    return `${this.url}/lab/tree/${notebook}?token=${TOKEN}&reset`;
  }

  /** Ends server and kernels, by force if they do not listen; returns what still ran after a while. */
  async stop() {
    if (this.process) {
      await this.ask("/api/shutdown", "POST");
      for (const end = Date.now() + 20_000; this.process.exitCode === null && Date.now() < end; ) await sleep(200);
      if (this.process.exitCode === null) process.kill(-this.process.pid, "SIGKILL");
      await sleep(1000);
    }
    const left = spawnSync("pgrep", ["-af", this.folder], { encoding: "utf8" }).stdout.trim();
    fs.rmSync(this.folder, { recursive: true, force: true });
    return left;
  }
}
