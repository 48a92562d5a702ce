// The studio in Debian's chromium; suites.py has started the servers.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, test } from "node:test";
import axe from "axe-core";
import { chromium } from "playwright-core";

export const POISON = "~";
export const root = process.env.INKSTREAM_OPEN_URL.replace(/\/v1$/, "");
export const keyedRoot = process.env.INKSTREAM_FULL_URL.replace(/\/v1$/, "");
export const editRoot = process.env.INKSTREAM_EDIT_URL?.replace(/\/v1$/, "");
export const key = process.env.INKSTREAM_FULL_KEY;

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executable = [process.env.INKSTREAM_CHROMIUM, ...PLACES].find((path) => path && existsSync(path));

/** Whatever is waited for comes within that, on a machine with much else to do. */
export const LONGEST = Number(process.env.INKSTREAM_LONGEST ?? 120) * 1000;

let browser;
after(async () => browser?.close());

/** A test in a page of its own; skipped where there is no chromium. Nothing may stand in the console. */
export const inBrowser = (name, options, body) =>
  test(name, { skip: options.skip || (!executable && "there is no chromium here: apt install chromium, or name one in INKSTREAM_CHROMIUM") }, async () => {
    browser ??= await chromium.launch({ executablePath: executable, args: ["--no-sandbox", "--disable-gpu"] });
    const { width = 1280, height = 800, theme = "light", touch = false } = options;
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, hasTouch: touch, reducedMotion: "reduce" });
    context.setDefaultTimeout(LONGEST);
    const page = await context.newPage();
    const said = [];
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && said.push(message.text()));
    page.on("pageerror", (error) => said.push(String(error)));
    try {
      await body(page, said);
      assert.deepEqual(said.filter((line) => !/status of (400|401|404|429|503)|ERR_INTERNET_DISCONNECTED/.test(line)), [], "nothing stands in the console");
    } finally {
      await context.close();
    }
  });

/** Goes to the page, and waits until it can draw. */
export const open = async (page, hash = "", from = root) => {
  await page.goto(`${from}/${hash}`);
  await page.waitForFunction(() => !document.querySelector("#go")?.disabled);
};

/** Fills the form: a small picture unless it says otherwise. */
export const ask = async (page, { prompt = "a red apple", steps = 4, size = [64, 64], seed } = {}) => {
  await page.fill("#f-prompt", prompt);
  const summary = page.locator("#summary");
  if (await summary.isVisible()) await summary.click();
  await page.check("[name=size-tile][value=other]", { force: true });
  await page.fill(".other input >> nth=0", String(size[0]));
  await page.fill(".other input >> nth=1", String(size[1]));
  await page.fill("#f-num_inference_steps", String(steps));
  if (seed !== undefined) await page.fill("#f-seed", String(seed));
};

export const draw = (page) => page.click("#go");
export const chip = (page, words) => page.locator("#job-chip", { hasText: words }).waitFor();

/** Minutes of work, unless it is stopped. */
export const SLOW = { prompt: "a slow apple", steps: 10_000, size: [512, 512] };

/** Serious findings of axe. */
export const findings = async (page) => {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
};

/** A picture of the page for the documents: in `shots` below the suite's folder, or where INKSTREAM_SHOTS says. */
export const shot = (page, name) => page.screenshot({ path: `${process.env.INKSTREAM_SHOTS ?? `${import.meta.dirname}/shots`}/${name}.png` });

/** How far the page as a whole can be moved down. */
export const downwards = (page) => page.evaluate(() => document.documentElement.scrollHeight - document.documentElement.clientHeight);

/** How far the page can be moved sideways. */
export const sideways = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
