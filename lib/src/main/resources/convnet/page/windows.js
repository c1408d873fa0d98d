// A window that slides over an image (C, H, W), stride by stride, with padding: what each step sees.

/** OH and OW, or why there are none. window = { FH, FW, stride, pad } */
function outputSize([, H, W], { FH, FW, stride, pad }) {
  if (FH > H + 2 * pad || FW > W + 2 * pad) return { why: `${FH} x ${FW} does not fit into ${H} x ${W} with pad ${pad}` };
  if (pad >= Math.min(FH, FW)) return { why: `with pad ${pad} a window of ${FH} x ${FW} would lie wholly in the padding` };
  for (const [out, h, fh] of [["OH", H, FH], ["OW", W, FW]])
    if ((h + 2 * pad - fh) % stride) return { why: `${out} = (${h} + 2*${pad} \u2212 ${fh}) / ${stride} + 1 is not a whole number` };
  return { OH: (H + 2 * pad - FH) / stride + 1, OW: (W + 2 * pad - FW) / stride + 1 };
}

/** For each entry of the column matrix (OH*OW, C*FH*FW) the place of its pixel in the image; -1 in the padding. */
function places([C, H, W], { FH, FW, stride, pad }, { OH, OW }) {
  const rows = [];
  for (let oh = 0; oh < OH; oh++)
    for (let ow = 0; ow < OW; ow++) {
      const row = [];
      for (let c = 0; c < C; c++)
        for (let fh = 0; fh < FH; fh++)
          for (let fw = 0; fw < FW; fw++) {
            const [h, w] = [oh * stride + fh - pad, ow * stride + fw - pad];
            row.push(h < 0 || h >= H || w < 0 || w >= W ? -1 : (c * H + h) * W + w);
          }
      rows.push(row);
    }
  return rows;
}

/** The column matrix; 0 in the padding. */
const im2col = (x, rows) => rows.map((row) => row.map((i) => (i < 0 ? 0 : x[i])));

/** The way back: each row is added to the pixels that it came from. */
function col2im(col, rows, pixels) {
  const x = new Array(pixels).fill(0);
  rows.forEach((row, r) => row.forEach((i, k) => i >= 0 && (x[i] += col[r][k])));
  return x;
}

/** The largest number that each step sees, in each of C channels: (C, OH*OW). */
const maxima = (x, rows, C) => Array.from({ length: C }, (_, c) => rows.map((row) => {
  const each = row.length / C;
  return Math.max(...row.slice(c * each, (c + 1) * each).map((i) => (i < 0 ? -Infinity : x[i])));
}));

/** A filter (C, FH, FW) for another window: its first rows and columns, or with zeros behind them. */
function refit(W, C, [fromH, fromW], { FH, FW }) {
  return Array.from({ length: C * FH * FW }, (_, k) => {
    const [c, h, w] = [Math.floor(k / (FH * FW)), Math.floor(k / FW) % FH, k % FW];
    return h < fromH && w < fromW ? W[(c * fromH + h) * fromW + w] : 0;
  });
}
