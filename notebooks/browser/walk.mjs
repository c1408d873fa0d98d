// Walks through a notebook as a learner does, in a real browser: node notebooks/browser/walk.mjs
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { best, drawThree, goTo, pageOf, pointAt, typeThree } from "./pages.mjs";
import { Lab } from "./server.mjs";

const SHOTS = path.join(import.meta.dirname, "screenshots");
const CHROMIUM = process.env.CHROMIUM || "/usr/bin/chromium";
const MINUTE = 60_000;
const ONLY = process.argv[2] ?? ""; // a part of a notebook's name

const START = "07_0_start_here.ipynb"; // trains, too; walked through when it is there
const TRAINING = "07_5_simple_convnet.ipynb"; // trained again with other numbers
const STEPS = "07_2_convolution_layer.ipynb"; // holds animations

const IMPORTS = ["data", "net", "notebook", "tensor", "train"].map((name) => `import convnet.${name}.*;`).join("\n");
const NOTEBOOKS = {
  "walk_training.ipynb": [
    IMPORTS,
    "int epochs = 1;\nint filters = 30;\n" +
      "ConvNetConfig config = ConvNetConfig.chapter7().withEpochs(epochs).withFilters(filters);",
    'Mnist mnist = Mnist.load("../data/mnist");\nNetwork network = new SimpleConvNet(config);\n' +
      'System.out.println("W1 " + network.params().get("W1").shape());',
    "Trainer trainer = Trainer.of(config, mnist.train(), mnist.test().first(1000));\n" +
      "TrainingRun run = trainer.newRun();\nString view = display(Progress.picture(run));\n" +
      "run.train(r -> updateDisplay(view, Progress.picture(r)));\nSystem.out.println(Progress.text(run));",
    'System.out.println("losses kept: " + run.history().losses().length);',
  ],
  "walk_ledger.ipynb": [
    IMPORTS + "\nimport convnet.lab.*;\nimport java.util.*;",
    "int filters = 8;\nint epochs = 1;",
    'Samples samples = Samples.load("../data/mnist").withValidation(5000).withImages(3000);\n' +
      'Experiment base = Experiment.chapter7().with("epochs", epochs).with("weights", 0.05).with("learning rate", 0.02)\n' +
      '    .with("network", "conv " + filters + " 5x5, relu, pool 2, affine 50, relu, affine 10");',
    "TrainingRun run = base.newRun(samples).train();\nLedger ledger = Ledger.standard();\n" +
      "int number = ledger.append(base, run, samples);\n" +
      "System.out.println(Comparison.text(ledger, number));\nRuns.picture(ledger, number)",
    'Sweep sweep = new Sweep(new Search(base).logarithmic("learning rate", 1e-3, 1).experiments(20, 0), samples, ledger);\n' +
      "String view = display(Progress.picture(sweep));\nsweep.run(s -> updateDisplay(view, Progress.picture(s)));\n" +
      "System.out.println(Progress.text(sweep));",
    'var table = ledger.table(sweep.runs()).sortDescendingOn("validation accuracy");\n' +
      'int best = table.intColumn("run").get(0);\n' +
      "int tested = ledger.test(ledger.experiment(best), ledger.rerun(best).train(), samples);\n" +
      'System.out.println("chosen " + best + " of " + ledger.table().rowCount() + " rows, test accuracy " +\n' +
      '    ledger.table(List.of(tested)).doubleColumn("test accuracy").get(0));\n' +
      'String board = display(Runs.board(ledger, table.selectColumns("run", "learning rate", "validation accuracy")), "text/html");',
  ],
  "walk_pages.ipynb": [
    IMPORTS + "\nimport convnet.page.*;",
    'Tensor x = Mnist.load("../data/mnist").test().batch(0, 10).x();\n' +
      "Network network = new SimpleConvNet(ConvNetConfig.chapter7());\n" +
      'network.setParams(NpzFile.read("../data/simple_convnet.npz"));\n' +
      'System.out.println("sum " + network.layers().get("Conv1").forward(x).get(0, 0, 10, 12));',
    "Playground.html(network, x)",
    "Stepper.im2col(Tensor.arange(1, 1, 4, 5), 3, 3, 1, 0)",
  ],
  "walk_steps.ipynb": [
    IMPORTS,
    "Im2colSteps steps = new Im2colSteps(Tensor.arange(1, 1, 4, 4), 3, 3, 1, 0);\n" +
      'String shown = display(Animation.html(steps.pictures(), 0.5), "text/html");',
  ],
};

function missing(sentence) {
  console.error("walk: " + sentence);
  process.exit(2);
}

let failures = 0;
function check(passed, what, detail = "") {
  console.log((passed ? "ok      " : "FAILED  ") + what + (detail === "" ? "" : ": " + detail));
  failures += passed ? 0 : 1;
}

/** Asks until the answer is true; gives up with a sentence. */
async function until(what, question, milliseconds = MINUTE) {
  for (const end = Date.now() + milliseconds; !(await question()); await sleep(50))
    if (Date.now() > end) throw new Error(`waited ${milliseconds / 1000} s in vain until ${what}`);
}

// ---- The notebook on the page. Text is read as textContent, which cells out of view have too.

const cellWith = (page, source) => page.locator(".jp-Notebook .jp-CodeCell").filter({ hasText: source });
const picture = (cell) => cell.locator(".jp-OutputArea-output img");
const printed = async (cell) =>
  (await cell.locator(".jp-OutputArea-output").allTextContents()).join("\n").trim();
const running = (cell) => cell.locator(".jp-InputPrompt").filter({ hasText: "[*]" }).count();
const idle = (page) => page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').count();
const shot = (page, name) => page.screenshot({ path: path.join(SHOTS, name + ".png") });

async function show(cell) {
  await cell.evaluate((element) => element.scrollIntoView());
  await sleep(1000);
}

/** Screenshots from top to bottom. */
async function leaf(page, name) {
  const scroll = (to) => page.locator(".jp-WindowedPanel-outer").first().evaluate((panel, top) => {
    panel.scrollTop = top;
    return panel.scrollHeight - panel.clientHeight;
  }, to);
  for (let i = 0, top = 0; i < 20 && top < (await scroll(top)) + 700; i++, top += 700) {
    await sleep(500);
    await shot(page, `${name}-${String(i).padStart(2, "0")}`);
  }
}

async function open(page, lab, notebook) {
  await page.goto(lab.address(notebook));
  await page.locator(".jp-Notebook .jp-CodeCell").first().waitFor({ timeout: 2 * MINUTE });
  await until("the kernel is ready", () => lab.kernelReady(notebook), 2 * MINUTE);
  await sleep(2000); // the page hears of it, too
}

/** Replaces the beginning of a line by typing. */
async function type(page, start, line) {
  await page.locator(".jp-CodeCell .cm-line").filter({ hasText: start }).first().click();
  await page.keyboard.press("Home");
  await page.keyboard.press("Shift+End");
  await page.keyboard.type(line);
}

async function menu(page, name, item) {
  await page.locator(".lm-MenuBar-item", { hasText: new RegExp(`^${name}$`) }).click();
  await page.locator(".lm-Menu-item", { hasText: item }).first().click();
}

async function shiftEnter(page, cell) {
  await cell.locator(".cm-line").first().click();
  await page.keyboard.press("Shift+Enter");
}

const finished = (page) =>
  until("all cells ended", async () => !(await running(page)) && (await idle(page)), 10 * MINUTE);

/** Waits for so many different pictures, as they look, or for the cell's end; returns how many came. */
async function changes(cell, enough) {
  const looks = new Set();
  let last;
  await until("the training starts", () => running(cell));
  while (looks.size < enough && (await running(cell))) {
    const source = (await picture(cell).count()) && (await picture(cell).getAttribute("src"));
    if (source && source !== last) {
      const look = await picture(cell).screenshot().catch(() => null); // it may be replaced meanwhile
      if (look) looks.add(look.toString("base64"));
    }
    last = source;
    await sleep(50);
  }
  return looks.size;
}

async function checkNoErrors(page, expected) {
  const kinds = ["error", "stderr"].map((kind) => `.jp-OutputArea-output[data-mime-type$="jupyter.${kind}"]`);
  const errors = await page.locator(kinds.join()).allTextContents();
  const unexpected = errors.filter((error) => !expected || !error.includes(expected));
  check(unexpected.length === 0, "no error output" + (expected ? ` but "${expected}"` : ""), unexpected.join(" "));
}

// ---- The walk

async function firstSight(page) {
  await sleep(5000); // pop-ups come late
  await shot(page, "1-opened");
  const popups = page.locator(".Toastify__toast, .jp-Dialog");
  check((await popups.count()) === 0, "no pop-up in the way", (await popups.allInnerTexts()).join(" ").replace(/\s+/g, " "));
  check((await unsaved(page)) === 0, "an opened notebook has nothing to save");
  for (const no of await popups.getByText("No", { exact: true }).all()) await no.click();
}

const unsaved = (page) => page.locator(".jp-Document .jp-mod-dirty, .lm-TabBar-tab.jp-mod-dirty").count();

async function runAll(page, train) {
  const stored = await picture(train).boundingBox();
  await menu(page, "Run", "Run All Cells");
  await show(train);
  const pictures = await changes(train, 5);
  await shot(page, "2-training");
  check(pictures === 5, "the live chart changes during Run All", pictures + " different pictures seen");
  await finished(page);
  await show(train);
  await shot(page, "3-trained");
  check((await printed(train)).includes("update 600 of 600"), "the training came to its end", await printed(train));
  check((await picture(train).count()) === 1, "the final picture stays");
  const widths = [stored, await picture(train).boundingBox()].map((box) => Math.round(box.width));
  check(widths[0] === widths[1], "the live picture is as wide as the stored one", widths.join(" and ") + " pixels");
  await checkNoErrors(page);
  check(await idle(page), "the kernel is idle");
}

async function stop(page, train) {
  const kept = cellWith(page, "losses kept");
  await type(page, "int epochs", "int epochs = 20;");
  await shiftEnter(page, cellWith(page, "int epochs"));
  await shiftEnter(page, train);
  await changes(train, 8);
  const pressed = Date.now();
  await page.locator('[data-command="notebook:interrupt-kernel"]').first().click();
  await until("the stopped cell ends", async () => !(await running(train)));
  const seconds = (Date.now() - pressed) / 1000;
  check(seconds < 2, "Stop ends the training within two seconds", seconds.toFixed(1) + " s");
  await sleep(1000);
  await shot(page, "4-stopped");
  await shiftEnter(page, kept);
  await finished(page);
  const losses = Number(/losses kept: (\d+)/.exec(await printed(kept))?.[1]);
  check(losses > 0 && losses < 12000, "the next cell works and the history is kept", losses + " losses");
  await checkNoErrors(page, "Evaluation interrupted");
}

async function change(page) {
  const network = cellWith(page, "Network network = new");
  const before = await printed(network);
  await type(page, "int filters ", "int filters = 16;");
  await type(page, "int epochs", "int epochs = 1;");
  await menu(page, "Run", "Run Selected Cell and All Below");
  await until("the cells start", () => running(page));
  await finished(page);
  const shapes = before + " -> " + (await printed(network));
  check(shapes === "W1 (30, 1, 5, 5) -> W1 (16, 1, 5, 5)", "16 filters change the printed shapes", shapes);
  const count = await printed(cellWith(page, "losses kept"));
  check(count === "losses kept: 600", "and the network is trained anew", count);
  await checkNoErrors(page);
  await leaf(page, "5-other-parameters");
}

/** A typo in the parameters, then Run All: one red box, and no training with the settings before. */
async function errorInRunAll(page, train) {
  await type(page, "int filters ", 'int filters = "many";');
  await menu(page, "Run", "Run All Cells");
  await until("the cells start", () => running(page));
  await finished(page);
  const errors = await page.locator('.jp-OutputArea-output[data-mime-type$="jupyter.stderr"]').allTextContents();
  check(errors.length === 1 && errors[0].includes("incompatible types"), "a typo gives one error", errors.join(" | "));
  check((await prompt(train)) === "[ ]:", "the cells behind it did not run", await prompt(train));
  await dark(page);
  await type(page, "int filters ", "int filters = 30;");
}

const prompt = (cell) => cell.locator(".jp-InputPrompt").first().textContent();

/** The error of a cell in the dark theme: how much lighter its letters are than their ground. */
async function dark(page) {
  await theme(page, "JupyterLab Dark");
  const output = page.locator('.jp-OutputArea-output[data-mime-type$="jupyter.stderr"]').first();
  await show(output);
  const contrasts = await output.evaluate((element) => {
    const light = ([r, g, b]) =>
      [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
    // What a part stands on: the first ground below it that is not transparent, blended upwards.
    const ground = (part) => {
      const layers = [];
      for (let e = part; e; e = e.parentElement) layers.push(numbers(getComputedStyle(e).backgroundColor));
      return layers.reduceRight((below, [r, g, b, a = 1]) => [r, g, b].map((c, i) => a * c + (1 - a) * below[i]), [255, 255, 255]);
    };
    return [...element.querySelectorAll("span")].filter((part) => part.textContent.trim()).map((part) => {
      const [a, b] = [numbers(getComputedStyle(part).color), ground(part)].map(light).sort((x, y) => y - x);
      return (a + 0.05) / (b + 0.05);
    });
  });
  await shot(page, "8-dark");
  const least = Math.min(...contrasts);
  check(contrasts.length > 1 && least >= 4.5, "an error can be read in the dark theme", "contrast " + least.toFixed(1));
  await theme(page, "JupyterLab Light");
}

async function theme(page, name) {
  await page.locator(".lm-MenuBar-item", { hasText: /^Settings$/ }).click();
  await page.locator(".lm-Menu-item", { hasText: "Theme" }).first().hover();
  await page.locator(".lm-Menu-item", { hasText: name }).first().click();
  await sleep(3000);
}

/** Stop during Run All: what waits behind the training does not run. */
async function stopInRunAll(page, train) {
  const kept = cellWith(page, "losses kept");
  await type(page, "int epochs", "int epochs = 20;");
  await menu(page, "Run", "Run All Cells");
  await show(train);
  await changes(train, 4);
  await page.locator('[data-command="notebook:interrupt-kernel"]').first().click();
  await finished(page);
  check((await prompt(kept)) === "[ ]:", "Stop ends Run All", await prompt(kept));
}

/** An import that comes after a training: the training is still there. */
async function importAfterTraining(page) {
  const kept = cellWith(page, "losses kept");
  await shiftEnter(page, kept);
  await finished(page);
  const before = await printed(kept);
  await type(page, "import convnet.train", 'import convnet.train.*; import java.util.*; String late = "late";');
  await shiftEnter(page, cellWith(page, "String late"));
  await shiftEnter(page, kept);
  await finished(page);
  check(/^losses kept: \d+$/.test(before) && (await printed(kept)) === before,
    "a late import leaves the training as it is", before + ", then " + (await printed(kept)));
  await checkNoErrors(page, "Evaluation interrupted");
}

/** The chapter's training of one epoch, and five reruns of it with other numbers. */
async function reruns(page) {
  const train = cellWith(page, "TrainingRun run = trainer.newRun()");
  const compared = cellWith(page, "Comparison.text");
  await type(page, "int epochs", "int epochs = 1;");
  await menu(page, "Run", "Run All Cells");
  await until("the cells start", () => running(page));
  await finished(page);
  const first = await printed(compared);
  check(first.startsWith("Run 1 is the first"), "the first run is the first", first.split("\n")[0]);
  const changed = [
    ["int filters ", "int filters = 16;", "conv 30 5x5 -> conv 16 5x5"],
    ["double learningRate", "double learningRate = 0.02;", "learning rate 0.06 -> 0.02"],
    ["int hidden", "int hidden = 50;", "affine 100 -> affine 50"],
    ["long seed", "long seed = 1;", "seed 0 -> 1"],
    ["int batchSize", "int batchSize = 50;", "batch size 100 -> 50"],
  ];
  for (const [line, now, sentence] of changed) {
    await type(page, line, now);
    await menu(page, "Run", "Run Selected Cell and All Below");
    await show(train);
    await changes(train, 6);
    await shot(page, "10-rerun-" + line.trim().split(" ")[1]);
    await finished(page);
    const text = await printed(compared);
    check(text.includes(sentence) && text.includes("all else equal. Of 10,000 images"),
      now + " stands in front of the run before", text.split("\n")[0]);
  }
  await show(compared);
  await shot(page, "10-compared");
  await checkNoErrors(page);
}

/** A search, and the same again after a restart; a choice by validation, one test: the ledger keeps it all. */
async function choose(page, lab) {
  await menu(page, "Run", "Run All Cells");
  await until("the cells start", () => running(page));
  await finished(page);
  await menu(page, "Kernel", "Restart Kernel…");
  await page.locator(".jp-Dialog-button.jp-mod-warn, .jp-Dialog-button.jp-mod-accept").last().click();
  await sleep(3000);
  await menu(page, "Run", "Run All Cells");
  await until("the cells start", () => running(page));
  await finished(page);
  const sweep = await printed(cellWith(page, "Sweep sweep"));
  check(sweep.startsWith("20 of 20 experiments"), "the search goes to its end after a restart", sweep);
  const chosen = await printed(cellWith(page, "int best"));
  check(/chosen \d+ of \d+ rows, test accuracy 0\.[89]/.test(chosen), "one is chosen and tested", chosen.split("\n")[0]);
  await show(cellWith(page, "int best"));
  await shot(page, "11-chosen");
  await checkNoErrors(page);
  const rows = fs.readFileSync(path.join(lab.notebooks, "experiments/ledger.csv"), "utf8").trim().split("\n").length - 1;
  check(chosen.includes(` of ${rows} rows`), "the ledger lies beside the notebooks, with every row", rows + " rows");
}

/** Shift+Tab at the end of a name and within a call. */
async function help(page) {
  const line = page.locator(".jp-CodeCell .cm-line").filter({ hasText: "Trainer trainer = Trainer.of(" }).first();
  for (const [keys, what] of [[28, "at the end of a name"], [36, "within a call"]]) {
    await line.click();
    await page.keyboard.press("Home");
    for (let i = 0; i < keys; i++) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Shift+Tab");
    await until("the help appears", () => page.locator(".jp-Tooltip").count());
    await shot(page, "9-help-" + keys);
    const text = await page.locator(".jp-Tooltip").first().textContent();
    check(text.includes("Trainer.of(ConvNetConfig config, Dataset train, Dataset test)") &&
      text.includes("A fresh SimpleConvNet"), "Shift+Tab " + what + " shows signature and comment", text);
    await page.keyboard.press("Escape");
  }
}

async function start(page) {
  await menu(page, "Run", "Run All Cells");
  await until("the cells start", () => running(page));
  await finished(page);
  await checkNoErrors(page);
  await leaf(page, "7-" + path.parse(START).name);
}

async function animations(page, notebook) {
  const animated = async () => {
    const images = await page.locator('.jp-RenderedImage img[src^="data:image/png"]').all();
    const sources = await Promise.all(images.map((image) => image.getAttribute("src")));
    return images.filter((_, i) => Buffer.from(sources[i].split(",")[1], "base64").includes("acTL"));
  };
  await until("an animated PNG is shown", async () => (await animated()).length);
  let moving = 0;
  const images = await animated();
  for (const [number, image] of images.entries()) {
    await show(image);
    const looks = new Set();
    for (let i = 0; i < 10; i++, await sleep(300)) looks.add((await image.screenshot()).toString("base64"));
    moving += looks.size > 1 ? 1 : 0;
    await shot(page, `6-${path.parse(notebook).name}-${number + 1}`);
  }
  check(moving === images.length, "stored animations are animated PNG and move", `${moving} of ${images.length}`);
}

/** The pages that answer: in JupyterLab once their cells ran, in both themes, and in a file. */
async function pages(page, lab) {
  const cell = cellWith(page, "Playground.html");
  check((await cell.locator("img").count()) === 1 && (await printed(cell)).includes("still picture"),
    "where a notebook is not trusted a still picture stands", (await printed(cell)).split("\n")[0]);
  await show(cell);
  await shot(page, "12-still");
  await menu(page, "Run", "Run All Cells");
  await until("the cells start", () => running(page));
  await finished(page);
  const sum = Number((await printed(cellWith(page, "setParams"))).split(" ")[1]);
  await play(page, sum, "in JupyterLab");
  await theme(page, "JupyterLab Dark");
  await show(cell);
  await shot(page, "12-dark");
  await theme(page, "JupyterLab Light");
  await checkNoErrors(page);

  const file = lab.convert("walk_pages.ipynb");
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto("file://" + file);
  await play(page, sum, "in a file");
  for (const width of [900, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await pageOf(page, 0).scrollIntoViewIfNeeded();
    await sleep(500);
    await shot(page, "12-wide-" + width);
    const box = await pageOf(page, 0).boundingBox();
    check(box.x >= 0 && box.x + box.width <= width, `the playground fits into ${width} pixels`, Math.round(box.width));
  }
  check(errors.length === 0, "no error on the page", errors.join(" "));
}

async function play(page, sum, where) {
  const [playground, stepper] = [pageOf(page, 0), pageOf(page, 1)];
  await playground.scrollIntoViewIfNeeded();
  const said = await pointAt(page, playground, 10, 12);
  check(Math.abs(Number(/that is ([-\d.]+)/.exec(said)?.[1]) - sum) < 2e-3, "the sum under the pointer is Java's, " + where, said);
  const took = await drawThree(page, playground);
  check((await best(playground)) === "3", "a 3 drawn by mouse is read, " + where, await best(playground));
  const middle = took.sort((a, b) => a - b)[took.length >> 1];
  check(middle > 0 && middle <= 50, "a stroke is answered within 50 ms, " + where, `${middle} ms, at most ${Math.max(...took)} ms`);
  await shot(page, "12-drawn-" + where.split(" ").at(-1));
  await typeThree(page, playground);
  check((await best(playground)) === "3", "a 3 drawn by keyboard is read, " + where, await best(playground));
  await shot(page, "12-typed-" + where.split(" ").at(-1));
  const by = await goTo(page, playground, 2, 3);
  check(by.includes("map 0, row "), "arrow keys go from number to number, " + where, by);

  await stepper.locator("input[aria-label=step]").focus();
  for (let i = 0; i < 2; i++) await page.keyboard.press("ArrowRight");
  const words = () => stepper.locator("p[aria-live]").innerText();
  check((await words()).startsWith("Step 2, of 0 to 5: the window at row 0, column 2"), "arrow keys step, " + where, await words());
  await stepper.locator(".grid").first().locator("td", { hasText: /^12$/ }).hover();
  check((await words()).includes("The marked pixel is in 6 rows"), "a pixel tells its entries, " + where, await words());
  await stepper.locator("input[aria-label=stride]").focus();
  await page.keyboard.press("ArrowRight");
  const why = await stepper.locator(".why").innerText();
  check(why.includes("is not a whole number"), "what does not fit is skipped, with the reason, " + where, why);
  await shot(page, "12-stepper-" + where.split(" ").at(-1));
}

/** The walk's own notebooks, executed and stored as an author does it. */
function writeNotebooks(lab) {
  const kernelspec = { display_name: "Java", language: "java", name: "java" };
  for (const [name, sources] of Object.entries(NOTEBOOKS)) {
    if (!name.includes(ONLY)) continue;
    const cells = sources.map((source, i) =>
      ({ cell_type: "code", id: "walk" + i, metadata: {}, execution_count: null, outputs: [], source }));
    const notebook = { cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
    fs.writeFileSync(path.join(lab.notebooks, name), JSON.stringify(notebook));
    lab.save(name);
  }
}

async function visit(browser, lab, notebook, walk) {
  if (!notebook.includes(ONLY) || !fs.existsSync(path.join(lab.notebooks, notebook))) return;
  console.log(notebook);
  const page = await browser.newPage({ viewport: { width: 1366, height: 900 } });
  page.setDefaultTimeout(MINUTE);
  try {
    await open(page, lab, notebook);
    await walk(page);
  } catch (error) {
    await shot(page, "failed-" + path.parse(notebook).name).catch(() => {});
    check(false, "the walk goes to its end", error.message);
  }
  await page.close();
}

if (!fs.existsSync(CHROMIUM))
  missing(`No Chromium at ${CHROMIUM}: apt-get install chromium, or set CHROMIUM to its path.`);
const { chromium } = await import("playwright-core").catch(() =>
  missing("No playwright-core: run npm ci in notebooks/browser."));

fs.rmSync(SHOTS, { recursive: true, force: true });
fs.mkdirSync(SHOTS);
let lab, browser;
async function end() {
  await browser?.close();
  const left = await lab?.stop();
  check(!left, "nothing keeps running", left);
}
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => end().finally(() => process.exit(130)));
try {
  lab = new Lab();
  await lab.prepare();
  writeNotebooks(lab);
  await lab.start(path.join(SHOTS, "jupyterlab.log"));
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : []; // Chromium's own does not work for root
  browser = await chromium.launch({ executablePath: CHROMIUM, args, handleSIGINT: false, handleSIGTERM: false });
  await visit(browser, lab, "walk_training.ipynb", async (page) => {
    const train = cellWith(page, "Trainer trainer");
    await firstSight(page);
    await runAll(page, train);
    await stop(page, train);
    await importAfterTraining(page);
    await change(page);
    await help(page);
    await errorInRunAll(page, train);
    await stopInRunAll(page, train);
  });
  await visit(browser, lab, TRAINING, reruns);
  await visit(browser, lab, "walk_ledger.ipynb", (page) => choose(page, lab));
  await visit(browser, lab, "walk_pages.ipynb", (page) => pages(page, lab));
  await visit(browser, lab, START, start);
  for (const notebook of ["walk_steps.ipynb", STEPS])
    await visit(browser, lab, notebook, (page) => animations(page, notebook));
} catch (error) {
  check(false, "the walk starts", error.message);
} finally {
  await end();
}
console.log(failures ? failures + " failed" : "all passed");
process.exitCode = failures ? 1 : 0;
