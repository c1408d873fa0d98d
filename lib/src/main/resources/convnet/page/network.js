// A network in the page: one image at a time, forward, as the library computes it. Written to be read;
// shapes stand beside the lines. spec.layers holds, for each layer, its name, kind, the shapes of its input
// and output for one image, and its numbers.

/** 16-bit floats, little endian, in base64. */
function halves(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => half(view.getUint16(2 * i, true)));
}

function half(bits) {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
}

/** Gives each layer that learns its W and b. */
function withParameters(layers, base64) {
  const numbers = halves(base64);
  let at = 0;
  const next = (count) => numbers.subarray(at, (at += count));
  return layers.map((layer) => (layer.W ? { ...layer, W: next(layer.W), b: next(layer.b) } : layer));
}

const size = (shape) => shape.reduce((product, n) => product * n, 1);

/** What every layer makes of an image (C, H, W): the image first, the scores (K) last. */
function forward(layers, image) {
  const values = [image];
  for (const layer of layers) {
    const out = new Float32Array(size(layer.out));
    LAYERS[layer.kind](layer, values[values.length - 1], out);
    values.push(out);
  }
  return values;
}

const LAYERS = {
  /** x (C, H, W), filters W (FN, C, FH, FW), b (FN) -> out (FN, OH, OW). */
  Convolution(layer, x, out) {
    const [C, H, W] = layer.in;
    const [FN, OH, OW] = layer.out;
    const [FH, FW, stride, pad] = layer.window;
    let k = 0; // the next weight, in the order of (FN, C, FH, FW)
    for (let fn = 0; fn < FN; fn++) {
      const plane = out.subarray(fn * OH * OW, (fn + 1) * OH * OW).fill(layer.b[fn]); // (OH, OW)
      for (let c = 0; c < C; c++)
        for (let fh = 0; fh < FH; fh++)
          for (let fw = 0; fw < FW; fw++) {
            const weight = layer.W[k++];
            const left = Math.max(0, Math.ceil((pad - fw) / stride)); // where the window leaves the padding
            const right = Math.min(OW - 1, Math.floor((W - 1 + pad - fw) / stride));
            for (let oh = 0; oh < OH; oh++) {
              const h = oh * stride + fh - pad;
              if (h < 0 || h >= H) continue;
              const row = (c * H + h) * W + fw - pad;
              for (let ow = left; ow <= right; ow++) plane[oh * OW + ow] += weight * x[row + ow * stride];
            }
          }
    }
  },

  /** The largest number of each window, or ... */
  Pooling(layer, x, out) {
    eachWindow(layer, x, (i, seen) => (out[i] = seen.reduce((most, v) => Math.max(most, v))));
  },

  /** ... their mean; padding does not count in either. */
  AveragePooling(layer, x, out) {
    eachWindow(layer, x, (i, seen) => (out[i] = seen.reduce((sum, v) => sum + v) / seen.length));
  },

  ReLU(layer, x, out) {
    for (let i = 0; i < x.length; i++) out[i] = x[i] > 0 ? x[i] : 0;
  },

  /** In use a dropout layer only scales. */
  Dropout(layer, x, out) {
    for (let i = 0; i < x.length; i++) out[i] = x[i] * layer.keeps;
  },

  /** x (D), W (D, M), b (M) -> out (M). */
  Affine(layer, x, out) {
    const M = out.length;
    out.set(layer.b);
    for (let d = 0; d < x.length; d++) {
      if (x[d] === 0) continue; // after ReLU many are
      const row = layer.W.subarray(d * M, (d + 1) * M);
      for (let m = 0; m < M; m++) out[m] += x[d] * row[m];
    }
  },
};

/** Calls back with the place of each output number and the numbers that its window sees, padding left out. */
function eachWindow(layer, x, what) {
  const [C, OH, OW] = layer.out;
  for (let c = 0, i = 0; c < C; c++)
    for (let oh = 0; oh < OH; oh++)
      for (let ow = 0; ow < OW; ow++, i++)
        what(i, windowAt(layer, x, c, oh, ow).filter((v) => !Number.isNaN(v)));
}

/** What the window at (oh, ow) sees of channel c, (FH, FW) row by row; NaN in the padding. */
function windowAt(layer, x, c, oh, ow) {
  const [, H, W] = layer.in;
  const [FH, FW, stride, pad] = layer.window;
  const seen = [];
  for (let fh = 0; fh < FH; fh++)
    for (let fw = 0; fw < FW; fw++) {
      const h = oh * stride + fh - pad;
      const w = ow * stride + fw - pad;
      seen.push(h < 0 || h >= H || w < 0 || w >= W ? NaN : x[(c * H + h) * W + w]);
    }
  return seen;
}

/** How number i of a convolution's output came about: for each channel its window, filter and sum; b; all. */
function explainConvolution(layer, x, i) {
  const [C] = layer.in;
  const [, OH, OW] = layer.out;
  const [FH, FW] = layer.window;
  const [fn, oh, ow] = [Math.floor(i / (OH * OW)), Math.floor(i / OW) % OH, i % OW];
  const channels = Array.from({ length: C }, (_, c) => {
    const seen = windowAt(layer, x, c, oh, ow);
    const filter = Array.from(layer.W.subarray((fn * C + c) * FH * FW, (fn * C + c + 1) * FH * FW));
    const sum = seen.reduce((all, v, k) => all + (Number.isNaN(v) ? 0 : v * filter[k]), 0);
    return { seen, filter, sum };
  });
  const b = layer.b[fn];
  return { channels, b, total: channels.reduce((all, channel) => all + channel.sum, b) };
}

/** How number m of an affine layer's output came about: the products that weigh most; b; all. */
function explainAffine(layer, x, m) {
  const M = layer.out[0];
  const products = Array.from(x, (v, d) => ({ d, x: v, weight: layer.W[d * M + m], product: v * layer.W[d * M + m] }));
  const total = products.reduce((all, p) => all + p.product, layer.b[m]);
  products.sort((p, q) => Math.abs(q.product) - Math.abs(p.product));
  return { products: products.slice(0, 5), b: layer.b[m], total };
}

/** Scores -> probabilities that add up to 1. */
function softmax(scores) {
  const most = Math.max(...scores);
  const powers = Array.from(scores, (v) => Math.exp(v - most));
  const sum = powers.reduce((all, v) => all + v);
  return powers.map((v) => v / sum);
}
