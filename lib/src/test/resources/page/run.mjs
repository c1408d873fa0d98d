// Runs a page's own scripts without a browser: node run.mjs FOLDER. Reads page.html, x.f32 (images) and
// ink.f32 (sheets); writes what the page computes of them.
import fs from "node:fs";
import path from "node:path";

const folder = process.argv[2];
const floats = (name) => new Float32Array(new Uint8Array(fs.readFileSync(path.join(folder, name))).buffer);
const write = (name, values) => fs.writeFileSync(path.join(folder, name), new Uint8Array(Float32Array.from(values).buffer));

const html = fs.readFileSync(path.join(folder, "page.html"), "utf8");
const [, code, call] = /<script>\(\(\) => \{\n([\s\S]*)\n(playground\([\s\S]*\);)\n\}\)\(\);<\/script>/.exec(html);
const spec = new Function("playground", "document", "return " + call)((host, spec) => spec, { currentScript: {} });
const page = new Function(code + "\nreturn { withParameters, forward, explainConvolution, explainAffine, imageOf, size, SHEET };")();

const layers = page.withParameters(spec.layers, spec.params);
const each = page.size(spec.input);
const x = floats("x.f32");
const scores = [];
const explained = []; // pairs: a sum as it is explained, the number that the layer gave
for (let n = 0; n < x.length; n += each) {
  const values = page.forward(layers, x.subarray(n, n + each));
  scores.push(...values.at(-1));
  layers.forEach((layer, k) => {
    const explain = { Convolution: page.explainConvolution, Affine: page.explainAffine }[layer.kind];
    const i = (7 * n) % page.size(layer.out);
    if (explain && n < 20 * each) explained.push(explain(layer, values[k], i).total, values[k + 1][i]);
  });
}
write("scores.f32", scores);
write("explained.f32", explained);

const ink = floats("ink.f32");
const sheet = page.SHEET ** 2;
const images = [];
for (let n = 0; n < ink.length; n += sheet) images.push(...page.imageOf(ink.subarray(n, n + sheet), 28, 28, true));
write("images.f32", images);
