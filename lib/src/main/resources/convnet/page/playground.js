// The playground: a sheet to draw on, and at every stroke the way of the drawing through the network.

const PEN = 11; // the radius, in pixels of the sheet

function playground(host, spec, css) {
  const root = room(host, css);
  const layers = withParameters(spec.layers, spec.params);
  const [C, H, W] = spec.input;
  const ink = new Float32Array(SHEET * SHEET);
  const pen = { x: SHEET / 2, y: SHEET / 2, down: false, shown: false, pointer: null };
  let sample = null; // the image that was clicked, until something is drawn
  let chosen = null; // [layer, number in its output]
  let due = 0;
  const afterwards = []; // what waits for the next answer

  // ---- The sheet

  const sheet = make("canvas", { width: SHEET, height: SHEET, tabindex: 0, role: "application", class: "sheet",
    "aria-label": "Sheet to draw a digit on. Arrow keys move the pen, Space lowers and lifts it, Delete clears." });
  const centred = make("input", { type: "checkbox", checked: "" });

  function drawSheet() {
    const g = sheet.getContext("2d");
    const pixels = g.createImageData(SHEET, SHEET);
    const packed = new Uint32Array(pixels.data.buffer);
    for (let i = 0; i < ink.length; i++) packed[i] = PIXELS[255 + Math.round(255 * ink[i])];
    g.putImageData(pixels, 0, 0);
    if (!pen.shown) return;
    g.beginPath();
    g.arc(pen.x, pen.y, PEN, 0, 2 * Math.PI);
    g.lineWidth = pen.down ? 5 : 2;
    g.strokeStyle = "#0072b2";
    g.stroke();
  }

  function penTo(x, y) {
    if (pen.down) {
      if (sample) ink.fill(0);
      sample = null;
      drawLine(ink, pen.x, pen.y, x, y, PEN);
    }
    [pen.x, pen.y] = [x, y];
    soon();
  }

  function place(event) {
    const box = sheet.getBoundingClientRect();
    return [((event.clientX - box.left) * SHEET) / box.width, ((event.clientY - box.top) * SHEET) / box.height];
  }

  sheet.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || pen.pointer !== null) return; // a second finger, a resting hand
    pen.pointer = event.pointerId;
    sheet.setPointerCapture(event.pointerId);
    sheet.focus({ preventScroll: true });
    pen.shown = pen.down = false;
    penTo(...place(event));
    pen.down = true;
    penTo(...place(event));
    event.preventDefault();
  });
  sheet.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pen.pointer) return;
    for (const e of event.getCoalescedEvents?.() ?? [event]) penTo(...place(e));
  });
  for (const end of ["pointerup", "pointercancel"])
    sheet.addEventListener(end, (event) => {
      if (event.pointerId !== pen.pointer) return;
      pen.down = false;
      pen.pointer = null;
      tellAnswer();
    });
  sheet.addEventListener("keydown", (event) => {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
    if (!ours(event)) return;
    if (event.key === "Delete" || event.key === "Backspace") clear();
    else if (event.key === " ") {
      pen.down = !pen.down;
      if (!pen.down) tellAnswer();
    } else if (!dx && !dy) return;
    event.preventDefault();
    pen.shown = true;
    const within = (v) => Math.max(PEN, Math.min(SHEET - PEN, v));
    penTo(within(pen.x + 10 * dx), within(pen.y + 10 * dy));
  });
  sheet.addEventListener("focus", () => {
    pen.shown = sheet.matches(":focus-visible");
    soon();
  });
  sheet.addEventListener("blur", () => {
    pen.shown = pen.down = false;
    soon();
  });

  function clear() {
    ink.fill(0);
    sample = null;
    pen.down = false;
    soon();
  }

  function show(image) {
    sample = image;
    for (let i = 0; i < ink.length; i++) {
      const h = Math.floor((Math.floor(i / SHEET) * H) / SHEET);
      ink[i] = image[h * W + Math.floor(((i % SHEET) * W) / SHEET)];
    }
    soon();
  }

  // ---- What the network makes of it

  const input = new Maps([C, H, W], `The image as the network sees it, ${H} x ${W}`, () => {}, Math.max(1, Math.floor(140 / H)));
  input.canvas.removeAttribute("tabindex");
  const answer = new Bars("The probabilities of the classes", 1, (i) => choose(layers.length - 1, i));
  const views = layers.slice(0, -1).map((layer, k) => {
    const label = `${layer.name}, ${layer.out.join(" x ")}`;
    return layer.out.length === 3
      ? new Maps(layer.out, label + ": arrow keys go from number to number, Page keys from map to map", (i) => choose(k, i))
      : new Bars(label + ": the strongest neurons", 0, (i) => choose(k, i));
  });
  const time = make("p", { class: "quiet" });
  const explanation = make("div", { class: "explanation", hidden: "" });
  const spoken = make("div", { class: "spoken", "aria-live": "polite" });

  function choose(k, i) {
    if (chosen?.join() === [k, i].join() && !explanation.hidden) return;
    explanation.hidden = false;
    chosen = [k, i];
    soon(() => {
      spoken.textContent = explanation.firstChild.textContent;
      placeExplanation();
    });
  }

  /** Beside the number that was chosen, or below it, or above where there is no room. */
  function placeExplanation() {
    const view = views[chosen[0]] ?? answer;
    const box = (view.canvas ?? view.list).getBoundingClientRect();
    const top = box.top + view.place(chosen[1]) - below.getBoundingClientRect().top;
    const wide = explanation.offsetWidth < below.clientWidth - 200;
    const room = below.clientHeight - explanation.offsetHeight;
    const free = wide ? top - 30 : top + 30 <= room ? top + 30 : top - explanation.offsetHeight - 12;
    explanation.style.top = Math.max(0, Math.min(room, free)) + "px";
  }

  function tellAnswer() {
    soon(() => (spoken.textContent = `read as ${answer.best}`));
  }

  function soon(then) {
    if (then) afterwards.push(then);
    if (!due) due = requestAnimationFrame(update);
  }

  function update() {
    due = 0;
    const start = performance.now();
    const image = sample ?? repeated(imageOf(ink, H, W, centred.checked), C);
    const values = forward(layers, image);
    const probabilities = softmax(values.at(-1));
    const blank = !image.some((v) => v > 0);
    time.textContent = blank ? "Nothing is drawn yet: this is the answer to an empty sheet."
      : `computed here, by this page, in ${Math.max(1, Math.round(performance.now() - start))} ms`;
    drawSheet();
    const marks = chosen ? marksOf(layers, ...chosen) : [];
    input.show(values[0], marks[0] ?? []);
    views.forEach((view, k) => view.show(values[k + 1], marks[k + 1] ?? []));
    answer.show(probabilities, marks[layers.length] ?? [], !blank);
    if (chosen) explanation.replaceChildren(...explain(layers, values, probabilities, ...chosen));
    for (const then of afterwards.splice(0)) then();
    host.dataset.milliseconds = (performance.now() - start).toFixed(1);
  }

  const hide = () => (explanation.hidden = true);
  explanation.addEventListener("click", hide);
  root.addEventListener("keydown", (event) => event.key === "Escape" && hide());

  // ---- Put together

  const button = (text, what, attributes = {}) => {
    const element = make("button", { type: "button", ...attributes }, text);
    element.addEventListener("click", what);
    return element;
  };
  centred.addEventListener("change", () => soon());
  const samples = samplesOf(spec).map((image, n) => {
    const small = new Maps([C, H, W], "", () => {}, 1);
    small.canvas.removeAttribute("tabindex");
    small.canvas.setAttribute("aria-hidden", "true");
    small.show(image, []);
    return button(small.canvas, () => show(image), { "aria-label": `sample ${n + 1}`, class: "sample" });
  });
  const stages = views.map((view, k) => {
    const layer = layers[k];
    const open = k < 3 || (layer.kind === "ReLU" && layer.out.length === 1) ? { open: "" } : {};
    const stage = make("details", open, make("summary", {}, make("b", {}, layer.name),
      ` ${shapeOf(layer.in)} \u2192 ${shapeOf(layer.out)}`), view.canvas ?? view.list);
    stage.addEventListener("toggle", () => soon());
    return stage;
  });
  const way = make("div", { class: "way" }, make("p", { class: "quiet" },
    "Point at a number, or go there with Tab and the arrow keys, and you see where it comes from. Each layer has a scale of its own: " +
    "white is 0, the darker the larger, orange is below 0."), ...stages);
  const below = make("div", { class: "below" }, way, explanation);
  root.append(
    make("div", { class: "top" },
      make("div", {}, make("h4", {}, "Draw a digit"), sheet,
        make("div", {}, button("Clear", clear), make("label", {}, centred, " fitted and centred, as MNIST\u2019s digits are")),
        make("p", { class: "quiet" }, "By keyboard: arrow keys move the pen, Space lowers and lifts it, Delete clears.")),
      make("div", {}, make("h4", {}, `The network sees ${shapeOf(spec.input)}`), input.canvas,
        make("div", { class: "samples" }, ...samples)),
      make("div", { class: "answer" }, make("h4", {}, "and answers, with probabilities"), answer.list, time)),
    below, spoken);
  let width = 0;
  new ResizeObserver(() => {
    if (way.clientWidth === width) return; // only the height changed, by what is drawn here
    width = way.clientWidth;
    requestAnimationFrame(() => views.forEach((view) => view.fit?.(width)));
  }).observe(way);
  if (samples.length) samples[0].click();
  update();
}

const repeated = (plane, C) => Float32Array.from({ length: C * plane.length }, (_, i) => plane[i % plane.length]);

/** Images (C, H, W), each number a byte from 0 to 255, in base64. */
function samplesOf({ samples, input }) {
  const bytes = Uint8Array.from(atob(samples), (c) => c.charCodeAt(0));
  const each = size(input);
  return Array.from({ length: bytes.length / each }, (_, n) =>
    Float32Array.from(bytes.subarray(n * each, (n + 1) * each), (v) => v / 255));
}
