// Opens every page of the site in a real browser: node notebooks/browser/site.mjs, after lab.py site.
import fs from "node:fs";
import path from "node:path";
import { best, drawThree, pageOf } from "./pages.mjs";

const SITE = path.resolve(import.meta.dirname, "../../target/site");
const SHOTS = path.join(import.meta.dirname, "screenshots");
const CHROMIUM = process.env.CHROMIUM || "/usr/bin/chromium";

function missing(sentence) {
  console.error("site: " + sentence);
  process.exit(2);
}

if (!fs.existsSync(SITE)) missing("There is no site: python3 notebooks/lab.py site writes it.");
if (!fs.existsSync(CHROMIUM)) missing(`No Chromium at ${CHROMIUM}: apt-get install chromium, or set CHROMIUM to its path.`);
const { chromium } = await import("playwright-core").catch(() => missing("No playwright-core: run npm ci in notebooks/browser."));

let failures = 0;
function check(passed, what, detail = "") {
  console.log((passed ? "ok      " : "FAILED  ") + what + (detail === "" ? "" : ": " + detail));
  failures += passed ? 0 : 1;
}

fs.mkdirSync(SHOTS, { recursive: true });
const args = process.getuid?.() === 0 ? ["--no-sandbox"] : []; // Chromium's own does not work for root
const browser = await chromium.launch({ executablePath: CHROMIUM, args });
const files = fs.readdirSync(SITE, { recursive: true }).filter((name) => name.endsWith(".html") && !name.startsWith("javadoc"));
const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
const errors = [];
page.on("pageerror", (error) => errors.push(`${page.url()}: ${error.message}`));
page.on("console", (message) => message.type() === "error" && errors.push(`${page.url()}: ${message.text()}`));
page.on("requestfailed", (request) => errors.push(`${page.url()} wants ${request.url().slice(0, 200)}`));
page.on("request", (request) => /^https?:/.test(request.url()) && errors.push(`${page.url()} goes to ${request.url()}`));
const wide = [];
for (const name of files) {
  await page.setViewportSize({ width: 1100, height: 900 });
  await page.goto("file://" + path.join(SITE, name));
  if (!name.includes("/")) await page.screenshot({ path: path.join(SHOTS, `site-${path.parse(name).name}.png`) });
  await page.setViewportSize({ width: 390, height: 800 });
  if ((await page.evaluate(() => document.scrollingElement.scrollWidth)) > 390) wide.push(name);
}
check(files.length > 100, "there are pages", files.length);
check(errors.length === 0, "every page opens without an error and without a network", errors.slice(0, 5).join(" | "));
check(wide.length === 0, "every page fits into 390 pixels", wide.slice(0, 5).join(" "));

for (const [scheme, width] of [["light", 1100], ["dark", 390]]) {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: scheme });
  await page.goto("file://" + path.join(SITE, "07_0_start_here.html"));
  await drawThree(page, pageOf(page, 0));
  check((await best(pageOf(page, 0))) === "3", `a 3 is read, ${scheme}, ${width} pixels`, await best(pageOf(page, 0)));
  await page.screenshot({ path: path.join(SHOTS, `site-drawn-${scheme}.png`) });
}
await browser.close();
console.log(failures ? failures + " failed" : "all passed");
process.exitCode = failures ? 1 : 0;
