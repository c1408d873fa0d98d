// The sheet to draw on: by mouse, finger or pen, and by keyboard.

const PEN = 11; // the radius, in pixels of the sheet

class Sheet {
  /** @param changed called after every change, lifted when a stroke has ended */
  constructor(changed, lifted) {
    Object.assign(this, { changed, lifted, ink: new Float32Array(SHEET * SHEET) });
    this.filled = false; // with an image, until something is drawn
    this.pen = { x: SHEET / 2, y: SHEET / 2, down: false, shown: false, pointer: null };
    this.canvas = make("canvas", { width: SHEET, height: SHEET, tabindex: 0, role: "application", class: "sheet",
      "aria-label": "Sheet to draw a digit on. Arrow keys move the pen, Space lowers and lifts it, Delete clears." });
    for (const [name, react] of Object.entries({
      pointerdown: this.touched, pointermove: this.moved, pointerup: this.left, pointercancel: this.left,
      keydown: this.key, focus: this.focused, blur: this.blurred })) this.canvas.addEventListener(name, react.bind(this));
  }

  draw() {
    const g = this.canvas.getContext("2d");
    const pixels = g.createImageData(SHEET, SHEET);
    const packed = new Uint32Array(pixels.data.buffer);
    for (let i = 0; i < this.ink.length; i++) packed[i] = PIXELS[255 + Math.round(255 * this.ink[i])];
    g.putImageData(pixels, 0, 0);
    if (!this.pen.shown) return;
    g.beginPath();
    g.arc(this.pen.x, this.pen.y, PEN, 0, 2 * Math.PI);
    g.lineWidth = this.pen.down ? 5 : 2;
    g.strokeStyle = "#0072b2";
    g.stroke();
  }

  clear() {
    this.ink.fill(0);
    this.filled = this.pen.down = false;
    this.changed();
  }

  /** Shows an image (C, H, W), its first channel; the next stroke begins on an empty sheet. */
  fill(image, H, W) {
    for (let i = 0; i < this.ink.length; i++) {
      const h = Math.floor((Math.floor(i / SHEET) * H) / SHEET);
      this.ink[i] = image[h * W + Math.floor(((i % SHEET) * W) / SHEET)];
    }
    this.filled = true;
  }

  penTo(x, y) {
    const { pen, ink } = this;
    if (pen.down) {
      if (this.filled) ink.fill(0);
      this.filled = false;
      drawLine(ink, pen.x, pen.y, x, y, PEN);
    }
    [pen.x, pen.y] = [x, y];
    this.changed();
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * SHEET) / box.width, ((event.clientY - box.top) * SHEET) / box.height];
  }

  touched(event) {
    if (event.button !== 0 || this.pen.pointer !== null) return; // a second finger, a resting hand
    this.pen.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.canvas.focus({ preventScroll: true });
    this.pen.shown = this.pen.down = false;
    this.penTo(...this.place(event));
    this.pen.down = true;
    this.penTo(...this.place(event));
    event.preventDefault();
  }

  moved(event) {
    if (event.pointerId !== this.pen.pointer) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) this.penTo(...this.place(one));
  }

  left(event) {
    if (event.pointerId !== this.pen.pointer) return;
    this.pen.down = false;
    this.pen.pointer = null;
    this.lifted();
  }

  key(event) {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
    if (!ours(event)) return;
    if (event.key === "Delete" || event.key === "Backspace") this.clear();
    else if (event.key === " ") this.pen.down = !this.pen.down;
    else if (!dx && !dy) return;
    event.preventDefault();
    this.pen.shown = true;
    const within = (v) => Math.max(PEN, Math.min(SHEET - PEN, v));
    this.penTo(within(this.pen.x + 10 * dx), within(this.pen.y + 10 * dy));
    if (event.key === " " && !this.pen.down) this.lifted();
  }

  focused() {
    this.pen.shown = this.canvas.matches(":focus-visible");
    this.changed();
  }

  blurred() {
    this.pen.shown = this.pen.down = false;
    this.changed();
  }
}
