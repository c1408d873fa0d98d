// A sheet to draw on, and what becomes of it: the same steps as the library's Handwriting, by which MNIST
// was made. A sheet is an array (SHEET, SHEET) of ink from 0 to 1.

const SHEET = 280;
const PAPER = 0.2; // less ink than this share of the darkest is paper

/** A line with round ends: ink 1 within the radius, fading within a pixel. */
function drawLine(ink, x0, y0, x1, y1, radius) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const long = dx * dx + dy * dy;
  const from = (a, b) => Math.max(0, Math.floor(Math.min(a, b) - radius - 1));
  const to = (a, b) => Math.min(SHEET - 1, Math.ceil(Math.max(a, b) + radius + 1));
  for (let y = from(y0, y1); y <= to(y0, y1); y++)
    for (let x = from(x0, x1); x <= to(x0, x1); x++) {
      const along = long === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / long));
      const distance = Math.hypot(x - x0 - along * dx, y - y0 - along * dy);
      const i = y * SHEET + x;
      ink[i] = Math.max(ink[i], Math.min(1, Math.max(0, radius + 0.5 - distance)));
    }
}

/** The image (H, W) that a network gets: fitted and centred as MNIST's digits are, or the sheet as it is. */
function imageOf(ink, H, W, centred) {
  const darkest = ink.reduce((most, v) => Math.max(most, v), 0);
  if (darkest === 0) return new Float32Array(H * W);
  if (!centred) return shrink({ values: ink, H: SHEET, W: SHEET }, H, W).values;
  const clean = ink.map((v) => Math.max(0, v / darkest - PAPER) / (1 - PAPER));
  const cropped = crop(clean);
  const scale = Math.round((20 / 28) * Math.min(H, W)) / Math.max(cropped.H, cropped.W);
  const fit = (length) => Math.max(1, Math.round(length * scale));
  return centre(shrink(cropped, fit(cropped.H), fit(cropped.W)), H, W);
}

function crop(ink) {
  let [top, bottom, left, right] = [SHEET, -1, SHEET, -1];
  for (let i = 0; i < ink.length; i++) {
    if (ink[i] <= 0.25) continue;
    const [h, w] = [Math.floor(i / SHEET), i % SHEET];
    [top, bottom] = [Math.min(top, h), Math.max(bottom, h)];
    [left, right] = [Math.min(left, w), Math.max(right, w)];
  }
  const [H, W] = [bottom - top + 1, right - left + 1];
  const values = Float32Array.from({ length: H * W }, (_, i) => ink[(top + Math.floor(i / W)) * SHEET + left + (i % W)]);
  return { values, H, W };
}

/** Each new pixel is the mean of the area that it covers. */
function shrink(x, H, W) {
  const [stepH, stepW] = [x.H / H, x.W / W];
  const values = new Float32Array(H * W);
  for (let h = 0; h < H; h++)
    for (let w = 0; w < W; w++) {
      let sum = 0;
      for (let i = Math.floor(h * stepH); i < (h + 1) * stepH && i < x.H; i++) {
        const rows = Math.min(i + 1, (h + 1) * stepH) - Math.max(i, h * stepH);
        for (let j = Math.floor(w * stepW); j < (w + 1) * stepW && j < x.W; j++) {
          const columns = Math.min(j + 1, (w + 1) * stepW) - Math.max(j, w * stepW);
          sum += rows * columns * x.values[i * x.W + j];
        }
      }
      values[h * W + w] = sum / (stepH * stepW);
    }
  return { values, H, W };
}

/** Puts the centre of mass into the middle of H x W. */
function centre(x, H, W) {
  let [sum, sumH, sumW] = [0, 0, 0];
  x.values.forEach((v, i) => {
    sum += v;
    sumH += v * (Math.floor(i / x.W) + 0.5);
    sumW += v * ((i % x.W) + 0.5);
  });
  const place = (middle, length, room) => Math.max(0, Math.min(room - length, Math.round(middle)));
  const top = place(H / 2 - sumH / sum, x.H, H);
  const left = place(W / 2 - sumW / sum, x.W, W);
  const out = new Float32Array(H * W);
  x.values.forEach((v, i) => (out[(top + Math.floor(i / x.W)) * W + left + (i % x.W)] = v));
  return out;
}
