// Runs windows.js without a browser: node windows.mjs WINDOWS.JS JOB.JSON; prints what it computes.
import fs from "node:fs";

const code = fs.readFileSync(process.argv[2], "utf8");
const { outputSize, places, im2col, col2im, maxima, refit } = new Function(
  code + "\nreturn { outputSize, places, im2col, col2im, maxima, refit };")();
const jobs = JSON.parse(fs.readFileSync(process.argv[3], "utf8"));
for (const { x, numbers, window: [FH, FW, stride, pad], filter } of jobs) {
  const window = { FH, FW, stride, pad };
  const size = outputSize(x, window);
  if (size.why) {
    console.log("why " + size.why);
    continue;
  }
  const rows = places(x, window, size);
  const col = im2col(numbers, rows);
  const flat = [size.OH, size.OW, ...col.flat(), ...col2im(col, rows, numbers.length), ...maxima(numbers, rows, x[0]).flat()];
  const W = refit(filter, x[0], [3, 3], window);
  console.log("numbers " + [...flat, ...col.map((row) => row.reduce((sum, v, k) => sum + v * W[k], 0))].join(" "));
}
