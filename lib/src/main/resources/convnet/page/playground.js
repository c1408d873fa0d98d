// The playground: a sheet to draw on, and at every stroke the way of the drawing through the network.

function playground(host, spec, css) {
  const root = room(host, css);
  const layers = withParameters(spec.layers, spec.params);
  const [C, H, W] = spec.input;
  let sample = null; // the image that was clicked last
  let chosen = null; // [layer, number in its output]
  let due = 0;
  const afterwards = []; // what waits for the next answer
  const sheet = new Sheet(() => soon(), () => soon(() => (spoken.textContent = `read as ${answer.best}`)));
  const centred = make("input", { type: "checkbox", checked: "" });

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

  function soon(then) {
    if (then) afterwards.push(then);
    if (!due) due = requestAnimationFrame(update);
  }

  function update() {
    due = 0;
    const start = performance.now();
    const image = sheet.filled ? sample : repeated(imageOf(sheet.ink, H, W, centred.checked), C);
    const values = forward(layers, image);
    const probabilities = softmax(values.at(-1));
    const blank = !image.some((v) => v > 0);
    time.textContent = blank ? "Nothing is drawn yet: this is the answer to an empty sheet."
      : `computed here, by this page, in ${Math.max(1, Math.round(performance.now() - start))} ms`;
    sheet.draw();
    const marks = chosen ? marksOf(layers, ...chosen) : [];
    input.show(values[0], marks[0] ?? []);
    views.forEach((view, k) => view.show(values[k + 1], marks[k + 1] ?? []));
    answer.show(probabilities, marks[layers.length] ?? [], !blank);
    if (chosen) explanation.replaceChildren(...explain(layers, values, probabilities, ...chosen));
    for (const then of afterwards.splice(0)) then();
    host.dataset.milliseconds = (performance.now() - start).toFixed(1);
  }

  function show(image) {
    sheet.fill(image, H, W);
    sample = image;
    soon();
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
      make("div", {}, make("h4", {}, "Draw a digit"), sheet.canvas,
        make("div", {}, button("Clear", () => sheet.clear()), make("label", {}, centred, " fitted and centred, as MNIST\u2019s digits are")),
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
