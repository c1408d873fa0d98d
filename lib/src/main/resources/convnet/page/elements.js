// What the pages are made of: elements, pictures of numbers, tables of numbers.

/** <name attributes>children</name> */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** An empty page in its own room, so that no style of the notebook's reaches it; what stood there is hidden. */
function room(host, css) {
  host.setAttribute("data-lm-suppress-shortcuts", "true"); // in JupyterLab keys belong to the notebook else
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  root.replaceChildren(make("style", {}, css));
  return root;
}

const shapeOf = (shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;

const fixed = (v, digits = 2) => (Math.abs(v) < 0.5 * 10 ** -digits ? 0 : v).toFixed(digits).replace("-", "\u2212");

/** White for 0, towards blue-black for +1, towards orange for -1: red, green, blue. */
function colour(v) {
  const [r, g, b] = v < 0 ? [213, 94, 0] : [0, 20, 60];
  const t = Math.min(1, Math.abs(v));
  return [255 + t * (r - 255), 255 + t * (g - 255), 255 + t * (b - 255)].map(Math.round);
}

/** The same as pixels, for 511 steps from -1 to 1. */
const PIXELS = new Uint32Array(
  Uint8ClampedArray.from({ length: 4 * 511 }, (_, k) => [...colour((k >> 2) / 255 - 1), 255][k & 3]).buffer);

/** Whether a key is meant for the page, and not for the browser. */
const ours = (event) => !event.ctrlKey && !event.altKey && !event.metaKey;

const largest = (values) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0) || 1;

/** A small table of numbers on their colours; those that are no numbers lie in the padding. */
function numbers(caption, values, columns, scale) {
  const table = make("table", {}, make("caption", {}, caption));
  for (let i = 0; i < values.length; i += columns) {
    const row = make("tr");
    for (const v of values.slice(i, i + columns)) {
      const [r, g, b] = colour(Number.isNaN(v) ? 0 : v / scale);
      const ink = 0.3 * r + 0.59 * g + 0.11 * b < 128 ? "white" : "black";
      row.append(make("td", { style: `background: rgb(${r}, ${g}, ${b}); color: ${ink}` }, Number.isNaN(v) ? "pad" : fixed(v)));
    }
    table.append(row);
  }
  return table;
}

const GAP = 4; // between planes, and half of it around them: room for frames

/** Planes (C, H, W) side by side on a canvas; a pixel is chosen by pointer or keys. */
class Maps {
  constructor([C, H, W], label, choose, zoom = Math.max(1, Math.min(6, Math.floor(72 / W)))) {
    Object.assign(this, { C, H, W, zoom, columns: 1, marks: [], values: null, at: 0 });
    this.plane = make("canvas", { width: W, height: H });
    this.canvas = make("canvas", { tabindex: 0, role: "application", "aria-label": label });
    this.canvas.addEventListener("pointermove", (event) => this.pointed(event, choose));
    this.canvas.addEventListener("pointerdown", (event) => this.pointed(event, choose));
    this.canvas.addEventListener("focus", () => this.canvas.matches(":focus-visible") && choose(this.at));
    this.canvas.addEventListener("keydown", (event) => this.key(event, choose));
  }

  /** Whether it is to be seen; else it need not be drawn. */
  open() {
    return this.canvas.closest("details")?.open ?? true;
  }

  /** As many beside each other as there is room for. */
  fit(width) {
    this.columns = Math.max(1, Math.min(this.C, Math.floor(width / (this.W * this.zoom + GAP))));
    this.draw();
  }

  show(values, marks) {
    Object.assign(this, { values, marks });
    this.draw();
  }

  corner(c) {
    return [GAP / 2 + (c % this.columns) * (this.W * this.zoom + GAP), GAP / 2 + Math.floor(c / this.columns) * (this.H * this.zoom + GAP)];
  }

  draw() {
    if (!this.values || !this.open()) return;
    const { C, H, W, zoom, canvas } = this;
    canvas.width = this.columns * (W * zoom + GAP);
    canvas.height = Math.ceil(C / this.columns) * (H * zoom + GAP);
    const g = canvas.getContext("2d");
    g.fillStyle = "#cccccc"; // around each plane
    g.imageSmoothingEnabled = false;
    const scale = 255 / largest(this.values);
    const plane = this.plane.getContext("2d");
    const image = plane.createImageData(W, H);
    const pixels = new Uint32Array(image.data.buffer);
    for (let c = 0; c < C; c++) {
      for (let i = 0; i < H * W; i++) pixels[i] = PIXELS[255 + Math.round(this.values[c * H * W + i] * scale)];
      plane.putImageData(image, 0, 0);
      const [x, y] = this.corner(c);
      g.fillRect(x - 1, y - 1, W * zoom + 2, H * zoom + 2);
      g.drawImage(this.plane, x, y, W * zoom, H * zoom);
    }
    g.strokeStyle = "#d55e00";
    g.lineWidth = 2;
    for (const { c, h, w, rows, columns } of this.marks) {
      const [x, y] = this.corner(c);
      g.strokeRect(x + w * zoom - 1, y + h * zoom - 1, columns * zoom + 2, rows * zoom + 2);
    }
  }

  /** How far down the canvas a number lies, in pixels of the page. */
  place(i) {
    const y = this.corner(Math.floor(i / (this.H * this.W)))[1] + (Math.floor(i / this.W) % this.H) * this.zoom;
    return (y * this.canvas.clientHeight) / this.canvas.height;
  }

  pointed(event, choose) {
    const box = this.canvas.getBoundingClientRect();
    const x = ((event.clientX - box.left) * this.canvas.width) / box.width;
    const y = ((event.clientY - box.top) * this.canvas.height) / box.height;
    const [column, row] = [Math.floor(x / (this.W * this.zoom + GAP)), Math.floor(y / (this.H * this.zoom + GAP))];
    const c = row * this.columns + column;
    const [left, top] = this.corner(c);
    const [w, h] = [Math.floor((x - left) / this.zoom), Math.floor((y - top) / this.zoom)];
    if (column >= this.columns || c >= this.C || w < 0 || w >= this.W || h < 0 || h >= this.H) return;
    this.at = (c * this.H + h) * this.W + w;
    choose(this.at);
  }

  /** Arrows go from pixel to pixel, PageUp and PageDown from plane to plane. */
  key(event, choose) {
    const plane = this.H * this.W;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.W, ArrowDown: this.W, PageUp: -plane, PageDown: plane }[event.key];
    if (!step || !ours(event)) return;
    event.preventDefault();
    if (this.at + step >= 0 && this.at + step < this.C * plane) this.at += step;
    choose(this.at);
  }
}

/** Numbers as bars: up to ten in their order; of more the ten largest, the largest first or in their order. */
class Bars {
  /** @param most how much fills the room; 0: the largest of them */
  constructor(label, most, choose) {
    Object.assign(this, { most, choose, order: [] });
    this.list = make("div", { class: "bars", tabindex: 0, role: "listbox", "aria-label": label });
    this.list.addEventListener("keydown", (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!step || !ours(event)) return;
      event.preventDefault();
      const now = this.order.indexOf(this.at);
      this.pick(this.order[Math.max(0, Math.min(this.order.length - 1, now + step))]);
    });
    this.list.addEventListener("focus", () => this.list.matches(":focus-visible") &&
      this.pick(this.order.includes(this.at) ? this.at : this.best));
  }

  pick(i) {
    this.at = i;
    this.list.setAttribute("aria-activedescendant", "option-" + i);
    this.choose(i);
  }

  /** How far down the list a number lies. */
  place(i) {
    return this.list.querySelector("#option-" + i)?.offsetTop - this.list.offsetTop || 0;
  }

  /** @param marked whether the best is marked: not where nothing was drawn */
  show(values, marks, marked = true) {
    const best = Array.from(values, (_, i) => i).sort((a, b) => values[b] - values[a]);
    const order = best.slice(0, 10);
    if (this.most || values.length <= 10) order.sort((a, b) => a - b);
    this.best = best[0];
    const scale = this.most || largest(values);
    if (order.join() !== this.order.join()) this.rows(order);
    order.forEach((i, n) => {
      const row = this.list.children[n];
      row.children[1].firstChild.style.width = (100 * Math.max(0, values[i])) / scale + "%";
      row.children[2].textContent = fixed(values[i]);
      row.className = marked && i === this.best ? "best" : "";
      row.setAttribute("aria-selected", marks.some((mark) => mark.i === i));
    });
  }

  rows(order) {
    this.order = order;
    this.list.replaceChildren(...order.map((i) => {
      const row = make("div", { role: "option", id: "option-" + i },
        make("span", {}, String(i)), make("span", {}, make("i")), make("span"));
      for (const event of ["pointermove", "pointerdown"]) row.addEventListener(event, () => this.pick(i));
      return row;
    }));
  }
}
