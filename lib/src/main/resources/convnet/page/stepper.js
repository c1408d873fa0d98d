// A window to be moved by hand, and what a convolution, a pooling, im2col or col2im makes of each step.

function stepper(host, spec, css) {
  const root = room(host, css);
  const shape = spec.x;
  const [C, H, W] = shape;
  const state = { FH: spec.window[0], FW: spec.window[1], stride: spec.window[2], pad: spec.window[3], step: 0, pixel: -1 };
  const square = state.FH === state.FW;

  // ---- Sliders; a value that does not fit is skipped, with the reason

  const why = make("p", { class: "why", role: "status" });
  const slider = (name, text, least, most) => {
    const input = make("input", { type: "range", min: least, max: most, step: 1, "aria-label": text });
    const now = make("b");
    input.addEventListener("input", () => set(name, Number(input.value)));
    return { name, input, now, label: make("label", { class: "slider" }, text, input, now) };
  };
  const side = spec.kind === "pooling" ? "window" : "filter";
  const sliders = [
    slider("step", "step", 0, 0),
    ...(square ? [slider("FH", side, 1, Math.max(state.FH, Math.min(H, W)))] : []),
    slider("stride", "stride", 1, Math.max(state.stride, Math.min(H, W))),
    slider("pad", "pad", 0, Math.max(state.pad, 3)),
  ];

  function set(name, value) {
    if (name === "step") return change({ step: value });
    const { input } = sliders.find((one) => one.name === name);
    const called = name === "FH" ? side : name;
    const before = state[name];
    let reason = "";
    for (let v = value; v >= input.min && v <= input.max; v += Math.sign(value - before) || 1) {
      const next = { ...state, [name]: v, ...(name === "FH" ? { FW: v } : {}), step: 0, pixel: -1 };
      const size = outputSize(shape, next);
      if (!size.why) {
        Object.assign(state, next);
        break;
      }
      reason ||= `${called} ${v} does not fit: ${size.why}`;
    }
    why.textContent = reason && `${reason}; ${state[name] === before ? "it stays" : "the next that fits is"} ${state[name]}`;
    update();
  }

  /** Takes over a step or a pixel; draws anew only where something changed. */
  function change(next) {
    if (Object.entries(next).every(([name, value]) => state[name] === value)) return;
    Object.assign(state, next);
    update();
  }

  // ---- Tables

  const matrix = spec.kind === "im2col" || spec.kind === "col2im";
  const images = Array.from({ length: C }, (_, c) => new Grid(`${spec.kind === "col2im" ? "dx" : "x"}, channel ${c}`, (i) => pointed(c, i)));
  const filters = Array.from({ length: C }, (_, c) => new Grid(`filter, channel ${c}`));
  const result = new Grid(spec.kind === "im2col" ? "col" : spec.kind === "col2im" ? "dcol" : "out", (i) => chosen(i));
  const [filterTitle, resultTitle] = [make("h4"), make("h4")];
  const words = make("p", { "aria-live": "polite" });

  /** A pixel of the padded image. */
  function pointed(c, i) {
    const wide = W + 2 * state.pad;
    const [h, w] = [Math.floor(i / wide) - state.pad, (i % wide) - state.pad];
    change({ pixel: h < 0 || h >= H || w < 0 || w >= W ? -1 : (c * H + h) * W + w });
  }

  /** An entry of the column matrix, or a number of the output. */
  function chosen(i) {
    const rows = places(shape, state, outputSize(shape, state));
    const step = matrix ? Math.floor(i / rows[0].length) : i % rows.length;
    change({ step, pixel: matrix ? rows[step][i % rows[0].length] : -1 });
  }

  function update() {
    const size = outputSize(shape, state);
    const rows = places(shape, state, size);
    for (const { name, input, now } of sliders) {
      if (name === "step") input.max = rows.length - 1;
      input.value = now.textContent = state[name];
    }
    const view = VIEWS[spec.kind](spec, state, rows, size);
    const window = new Set(windowCells(state, size, W));
    const wide = W + 2 * state.pad;
    images.forEach((grid, c) => {
      const cells = Array.from({ length: (H + 2 * state.pad) * wide }, (_, i) => {
        const [h, w] = [Math.floor(i / wide) - state.pad, (i % wide) - state.pad];
        const padding = h < 0 || h >= H || w < 0 || w >= W;
        const at = (c * H + h) * W + w;
        return { text: padding ? (spec.kind === "pooling" ? "" : "0") : written(view.image[at]),
          kinds: [padding && "padding", window.has(i) && "in", !padding && at === state.pixel && "mark"] };
      });
      grid.show(cells, wide);
    });
    filters.forEach((grid, c) => {
      const each = state.FH * state.FW;
      grid.show((view.filter ?? []).slice(c * each, (c + 1) * each).map((v) => ({ text: written(v), kinds: [] })), state.FW);
    });
    result.at = matrix ? state.step * view.columns + (Math.max(0, result.at) % view.columns)
      : Math.floor(Math.max(0, result.at) / rows.length) * rows.length + state.step;
    result.show(view.cells, view.columns, view.heads);
    filterTitle.textContent = `filter ${shapeOf([C, state.FH, state.FW])}`;
    resultTitle.textContent = `${result.label} ${shapeOf(view.shape)}`;
    words.textContent = view.words;
  }

  const titled = (title, ...grids) => make("div", {}, title, ...grids.map((grid) => grid.table));
  root.append(
    make("div", { class: "sliders" }, ...sliders.map((s) => s.label)), why, words,
    make("div", { class: "stepper" },
      titled(make("h4", {}, `${spec.kind === "col2im" ? "dx" : "x"} ${shapeOf(shape)}`), ...images),
      ...(spec.kind === "convolution" ? [titled(filterTitle, ...filters)] : []),
      titled(resultTitle, result)));
  update();
}

/** The cells of the padded image that the window covers. */
function windowCells({ FH, FW, stride, pad, step }, { OW }, W) {
  const [top, left] = [Math.floor(step / OW) * stride, (step % OW) * stride];
  return Array.from({ length: FH * FW }, (_, k) => (top + Math.floor(k / FW)) * (W + 2 * pad) + left + (k % FW));
}

/** What the right side shows, and what is said, for each kind. */
const VIEWS = {
  convolution(spec, state, rows, size) {
    const filter = refit(spec.filter, spec.x[0], spec.window, state);
    const col = im2col(spec.numbers, rows);
    const out = col.map((row) => row.reduce((sum, v, k) => sum + v * filter[k], spec.b));
    const row = col[state.step];
    const products = row.length <= 12 ? row.map((v, k) => `${factor(v)}\u00d7${factor(filter[k])}`).join(" + ") : `the sum of ${row.length} products`;
    return { image: spec.numbers, filter, ...outputs([out], rows, state, size), words:
      `${where(state, size, rows)}: ${products}${spec.b ? ` + b ${factor(spec.b)}` : ""} = ${written(out[state.step])}${seen(rows, state, "window")}` };
  },
  pooling(spec, state, rows, size) {
    const out = maxima(spec.numbers, rows, spec.x[0]);
    const each = state.FH * state.FW;
    const largest = out.map((plane, c) => {
      const window = rows[state.step].slice(c * each, (c + 1) * each).filter((i) => i >= 0).map((i) => written(spec.numbers[i]));
      return `${out.length > 1 ? `in channel ${c} ` : ""}the largest of ${window.join(", ")} is ${written(plane[state.step])}`;
    });
    return { image: spec.numbers, ...outputs(out, rows, state, size), words:
      `${where(state, size, rows)}: ${largest.join("; ")}${seen(rows, state, "window")}` };
  },
  im2col(spec, state, rows, size) {
    const cells = matrix(im2col(spec.numbers, rows), rows, state, (r) => r <= state.step);
    return { image: spec.numbers, ...cells, words:
      `${where(state, size, rows)} is row ${state.step} of col (${rows.length}, ${rows[0].length})${seen(rows, state, "row")}` };
  },
  col2im(spec, state, rows, size) {
    const ones = rows.map((row) => row.map(() => 1));
    const image = col2im(ones, rows.slice(0, state.step + 1), spec.numbers.length);
    const cells = matrix(ones, rows, state, () => true);
    return { image, ...cells, words:
      `Row ${state.step} of dcol (${rows.length}, ${rows[0].length}) was added to its window; every number of dcol is 1, so dx counts` +
      ` the windows over each pixel so far${state.pad ? "; what falls into the padding is dropped" : ""}${seen(rows, state, "row")}` };
  },
};

/** A number with at most four places; as a factor in brackets if it is below 0. */
const written = (v) => String(Math.round(1e4 * v) / 1e4).replace("-", "\u2212");
const factor = (v) => (v < 0 ? `(${written(v)})` : written(v));

function where({ step, stride, pad }, { OW }, rows) {
  const [h, w] = [Math.floor(step / OW) * stride - pad, (step % OW) * stride - pad];
  return `Step ${step}, of 0 to ${rows.length - 1}: the window at row ${written(h)}, column ${written(w)}`;
}

/** How often the chosen pixel is seen. */
function seen(rows, { pixel }, what) {
  if (pixel < 0) return ".";
  const by = rows.flatMap((row, r) => (row.includes(pixel) ? [r] : []));
  return `. The marked pixel is in ${by.length ? `${by.length} ${what}${by.length > 1 ? "s" : ""}: ${by.join(", ")}` : `no ${what}`}.`;
}

/** Planes of output (OH, OW), side by side as far as they are known. */
function outputs(planes, rows, state, { OH, OW }) {
  const cells = [];
  planes.forEach((out, c) => out.forEach((v, r) => cells.push({
    text: r <= state.step ? written(v) : "",
    kinds: [r === state.step && "in", rows[r].includes(state.pixel) && state.pixel >= 0 && "mark", c > 0 && r < OW && "first"],
  })));
  return { cells, columns: OW, shape: [planes.length, OH, OW] };
}

/** The column matrix as far as it is written; every entry of the chosen pixel is marked. */
function matrix(col, rows, state, known) {
  const cells = rows.flatMap((row, r) => row.map((i, k) => ({
    text: known(r) ? written(col[r][k]) : "",
    kinds: [i < 0 && "padding", r === state.step && "in", i >= 0 && i === state.pixel && "mark"],
  })));
  const each = state.FH * state.FW;
  const heads = rows[0].map((_, k) => (rows[0].length > each ? Math.floor(k / each) + ":" : "") +
    `${Math.floor((k % each) / state.FW)},${k % state.FW}`);
  return { cells, columns: rows[0].length, heads, shape: [rows.length, rows[0].length] };
}

/** A table of numbers; its cells are chosen by pointer or keys, if there is a choice. */
class Grid {
  constructor(label, choose) {
    Object.assign(this, { label, choose, at: -1, count: 0, columns: 1 });
    this.table = make("table", { class: "grid", "aria-label": label });
    if (!choose) return;
    this.table.tabIndex = 0;
    for (const event of ["pointermove", "pointerdown"])
      this.table.addEventListener(event, ({ target }) => this.pick(Number(target.dataset.i ?? -1)));
    this.table.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.columns, ArrowDown: this.columns }[event.key];
      if (!step || !ours(event)) return;
      event.preventDefault();
      this.pick(this.at < 0 ? 0 : this.at + step);
      this.mark();
      this.table.querySelector(".at")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
  }

  pick(i) {
    if (i < 0 || i >= this.count) return;
    this.at = i;
    this.choose(i);
  }

  /** @param cells each with its text and kinds, the classes that hold */
  show(cells, columns, heads = []) {
    const rows = heads.length ? [make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))] : [];
    for (let i = 0; i < cells.length; i += columns)
      rows.push(make("tr", {}, ...cells.slice(i, i + columns).map((cell, k) =>
        make("td", { "data-i": i + k, class: cell.kinds.filter(Boolean).join(" ") }, cell.text))));
    if (cells.length !== this.count || columns !== this.columns) this.at = Math.min(this.at, cells.length - 1);
    Object.assign(this, { count: cells.length, columns });
    this.table.replaceChildren(...rows);
    this.mark();
  }

  /** Where the keys are. */
  mark() {
    this.table.querySelector(".at")?.classList.remove("at");
    this.table.querySelector(`[data-i="${this.at}"]`)?.classList.add("at");
  }
}
