// Where a number in a network comes from: what is framed, and what is said.

/** What is framed, by values: the number itself, and before its layer all that it is made of. */
function marksOf(layers, k, i) {
  const layer = layers[k];
  const marks = [];
  if (layer.out.length === 1) {
    marks[k + 1] = [{ i }];
    if (layer.kind !== "Affine") marks[k] = [{ i }];
    return marks;
  }
  const [, OH, OW] = layer.out;
  const [c, h, w] = [Math.floor(i / (OH * OW)), Math.floor(i / OW) % OH, i % OW];
  marks[k + 1] = [{ c, h, w, rows: 1, columns: 1 }];
  if (!layer.window) marks[k] = marks[k + 1];
  else {
    const [FH, FW, stride, pad] = layer.window;
    const planes = layer.kind === "Convolution" ? Array.from({ length: layer.in[0] }, (_, n) => n) : [c];
    marks[k] = planes.map((plane) => ({ c: plane, h: h * stride - pad, w: w * stride - pad, rows: FH, columns: FW }));
  }
  return marks;
}

/** How number i of layer k came about, as elements; probabilities are what softmax makes of the last layer's. */
function explain(layers, values, probabilities, k, i) {
  const layer = layers[k];
  const [x, out] = [values[k], values[k + 1]];
  const say = (text) => make("p", {}, make("b", {}, `${layer.name}, ${placeOf(layer.out, i)}`), ": " + text);
  const last = k === layers.length - 1 ? `. That is the score of class ${i}; softmax makes probabilities of all scores, and of this one ` +
    fixed(probabilities[i], 3) : "";
  if (layer.kind === "Convolution") return explainedConvolution(layer, x, i, say);
  if (layer.kind === "Affine") return explainedAffine(layer, x, i, say, last);
  if (layer.window) {
    const [, OH, OW] = layer.out;
    const seen = windowAt(layer, x, Math.floor(i / (OH * OW)), Math.floor(i / OW) % OH, i % OW);
    const count = seen.filter((v) => !Number.isNaN(v)).length;
    const what = layer.kind === "Pooling" ? "the largest" : "the mean";
    return [say(`${what} of ${count === 1 ? "one number" : `these ${count} numbers`} is ${fixed(out[i], 3)}`),
      numbers("window, rounded", seen, layer.window[1], largest(x))];
  }
  if (layer.kind === "Dropout") return [say(`${fixed(x[i], 3)} times ${layer.keeps} is ${fixed(out[i], 3)}: a dropout layer only scales now` + last)];
  return [say((x[i] > 0 ? `${fixed(x[i], 3)} is above 0 and passes unchanged` : `${fixed(x[i], 3)} is not above 0, so 0 goes on`) + last)];
}

function explainedConvolution(layer, x, i, say) {
  const { channels, b, total } = explainConvolution(layer, x, i);
  const [FH, FW] = layer.window;
  const sums = channels.map((channel) => channel.sum);
  const shown = sums.reduce((most, v, c) => (Math.abs(v) > Math.abs(sums[most]) ? c : most), 0);
  const of = channels.length === 1 ? "" : ` of channel ${shown}`;
  const all = channels.length === 1
    ? `the sum of ${FH * FW} products, window times filter, is ${fixed(sums[0], 3)}`
    : `window times filter gives a sum in each of ${channels.length} channels, ${fixed(total - b, 3)} together, ` +
      `most of it, ${fixed(sums[shown], 3)}, in channel ${shown}`;
  return [say(`${all}; with b ${fixed(b, 3)} that is ${fixed(total, 3)}`), make("div", { class: "pair" },
    numbers(`window${of}, rounded`, channels[shown].seen, FW, largest(x)),
    numbers(`\u00d7 filter${of}`, channels[shown].filter, FW, largest(layer.W)))];
}

function explainedAffine(layer, x, i, say, last) {
  const { products, b, total } = explainAffine(layer, x, i);
  const rows = products.map((p) =>
    [placeOf(layer.in, p.d), fixed(p.x), "\u00d7 " + fixed(p.weight, 3), "= " + fixed(p.product, 3)].map((text) => make("td", {}, text)));
  const few = products.length < x.length ? `The ${products.length} that weigh most, rounded:` : "They are, rounded:";
  return [say(`the sum of ${x.length} product${x.length === 1 ? "" : "s"} and of b ${fixed(b, 3)} is ${fixed(total, 3)}${last}. ${few}`),
    make("table", { class: "products" }, ...rows.map((row) => make("tr", {}, ...row)))];
}

/** Where number i lies in a shape, in words. */
function placeOf(shape, i) {
  if (shape.length === 1) return `number ${i}`;
  const [, H, W] = shape;
  return `map ${Math.floor(i / (H * W))}, row ${Math.floor(i / W) % H}, column ${i % W}`;
}
