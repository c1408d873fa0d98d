// What a learner does with a page that answers: draws, goes there by keyboard, points at numbers.

/** The n-th page in a document, and what is said in it. */
export const pageOf = (page, n) => page.locator(".convnet-page").nth(n);
export const best = (host) => host.locator(".answer .best > span").first().innerText();
const milliseconds = async (host) => Number(await host.getAttribute("data-milliseconds"));

const THREE = [[0.3, 0.25], [0.45, 0.15], [0.62, 0.2], [0.65, 0.33], [0.55, 0.45], [0.45, 0.48], [0.6, 0.52], [0.68, 0.65],
  [0.6, 0.8], [0.45, 0.85], [0.3, 0.77]];

/** Draws a 3 with the mouse; returns how long the answers took, in milliseconds. */
export async function drawThree(page, host) {
  await host.getByRole("button", { name: "Clear" }).click();
  const sheet = host.locator("canvas.sheet");
  await sheet.evaluate((element) => element.scrollIntoView({ block: "center" }));
  await page.waitForTimeout(500);
  const box = await sheet.boundingBox();
  const at = ([x, y]) => [box.x + x * box.width, box.y + y * box.height];
  const took = [];
  await page.mouse.move(...at(THREE[0]));
  await page.mouse.down();
  for (const point of THREE.slice(1)) {
    await page.mouse.move(...at(point), { steps: 4 });
    await page.waitForTimeout(50); // a frame, in which it answers
    took.push(await milliseconds(host));
  }
  await page.mouse.up();
  return took;
}

/** The same 3 by arrow keys and Space: right, down, left in the middle, down, left. */
export async function typeThree(page, host) {
  await host.getByRole("button", { name: "Clear" }).click();
  await host.locator("canvas.sheet").focus();
  const press = async (key, times) => {
    for (let i = 0; i < times; i++) await page.keyboard.press(key);
  };
  await press("ArrowUp", 9);
  await press("ArrowLeft", 5);
  await press("Space", 1);
  await press("ArrowRight", 10);
  await press("ArrowDown", 9);
  await press("ArrowLeft", 8);
  await press("ArrowRight", 8);
  await press("ArrowDown", 9);
  await press("ArrowLeft", 10);
  await page.waitForTimeout(100);
}

/** Points at a number of the first map of the first layer, whose numbers are three pixels wide and begin at 2; returns what is said. */
export async function pointAt(page, host, row, column) {
  const canvas = host.locator(".way canvas").first();
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  await page.mouse.move(box.x + 3 * column + 3, box.y + 3 * row + 3);
  await page.waitForTimeout(200);
  return (await host.locator(".explanation p").first().innerText()).replace("\u2212", "-");
}

/** The same by keyboard. */
export async function goTo(page, host, row, column) {
  await host.locator(".way canvas").first().focus();
  for (let i = 0; i < row; i++) await page.keyboard.press("ArrowDown");
  for (let i = 0; i < column; i++) await page.keyboard.press("ArrowRight");
  await page.waitForTimeout(200);
  return (await host.locator(".explanation p").first().innerText()).replace("\u2212", "-");
}
