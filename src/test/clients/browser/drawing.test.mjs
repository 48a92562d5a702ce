import assert from "node:assert/strict";
import { ask, chip, draw, inBrowser, open, POISON, SLOW } from "./studio.mjs";
import { idle, openUrl } from "./client.mjs";

inBrowser("a picture sharpens step by step, and nothing moves meanwhile", {}, async (page) => {
  await page.addInitScript(() => {
    globalThis.shifts = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => (globalThis.shifts += entry.value))).observe({ type: "layout-shift", buffered: true });
  });
  await open(page);
  await ask(page, { steps: 24, size: [256, 256] });
  await draw(page);
  const picture = page.locator("#pictures img");
  await page.waitForFunction(() => document.querySelector("#pictures img")?.alt.startsWith("Preview after step"));
  const before = await page.locator("#box").boundingBox();
  await chip(page, "Done");
  await page.waitForFunction(() => document.querySelector("#pictures img")?.alt === "a red apple");
  assert.deepEqual(await page.locator("#box").boundingBox(), before);
  await page.waitForFunction(() => document.querySelector("#pictures img")?.naturalWidth === 256);
  assert.equal(await picture.evaluate((image) => getComputedStyle(image).filter), "blur(0px)");
  assert.equal(await page.locator("#steps i.computed").count(), 24);
  assert.equal(await page.locator("#count-computed").textContent(), "24");
  assert.ok((await page.evaluate(() => globalThis.shifts)) < 0.02, "nothing moves");
});

inBrowser("a stop ends the server's work, and the last preview stays", {}, async (page) => {
  await open(page);
  await ask(page, SLOW);
  await draw(page);
  await page.waitForFunction(() => document.querySelector("#pictures img")?.alt.startsWith("Preview after step"));
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await chip(page, "Stopped");
  await idle(openUrl);
  await page.locator("#pictures img").waitFor();
  await page.getByRole("button", { name: "Draw again" }).waitFor();
});

inBrowser("what is refused is told at the field that the server names", {}, async (page) => {
  await open(page);
  await ask(page, { prompt: "a long prompt that stays", seed: "-3" });
  await draw(page);
  const told = page.locator("#e-seed");
  await told.waitFor();
  assert.match(await told.textContent(), /^“seed .*”$/);
  assert.equal(await page.locator("#f-seed").getAttribute("aria-invalid"), "true");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "f-seed");
  assert.equal(await page.inputValue("#f-prompt"), "a long prompt that stays");
});

inBrowser("on a phone, the settings open where a field is refused", { width: 360, height: 760, touch: true }, async (page) => {
  await open(page);
  await ask(page, { seed: "-3" });
  await page.click("#summary");
  await draw(page);
  await page.locator("#e-seed").waitFor();
  assert.ok(await page.locator("#f-seed").isVisible());
});

inBrowser("what fails on the way says why, in the server's words", {}, async (page) => {
  await open(page);
  await ask(page, { prompt: POISON });
  await draw(page);
  await chip(page, "Failed");
  assert.match(await page.locator("#box-note").textContent(), /“.+”/);
});

inBrowser("several jobs wait and any one is stopped by itself", {}, async (page) => {
  await open(page);
  await ask(page, SLOW);
  await draw(page);
  await page.waitForFunction(() => document.querySelectorAll("#steps i.computed").length > 0);
  await page.fill("#f-prompt", "the second apple");
  await draw(page);
  await page.locator(".mini", { hasText: "1st in line" }).waitFor();
  await page.fill("#f-prompt", "the third apple");
  await draw(page);
  await page.locator(".mini", { hasText: /2nd in line · about / }).waitFor();
  await page.locator("#left", { hasText: /^about .* to start$/ }).waitFor();
  await page.getByRole("button", { name: "Stop: the second apple" }).click();
  await page.locator(".mini", { hasText: "the third apple" }).locator("text=1st in line").waitFor();
  await page.getByRole("link", { name: /^a slow apple/ }).click();
  await chip(page, "Drawing");
  await page.keyboard.press("Control+.");
  await page.getByRole("button", { name: "Stop: the third apple" }).click();
  await idle(openUrl);
});

inBrowser("skipped steps are told from computed ones", {}, async (page) => {
  await open(page);
  await ask(page, { steps: 12 });
  await page.check("[name=approximation][value=forecast]", { force: true });
  await draw(page);
  await chip(page, "Done");
  assert.ok((await page.locator("#steps i.forecast").count()) > 0);
  await page.check("[name=approximation][value=cache]", { force: true });
  await page.check("[name=cache-preset][value=custom]", { force: true });
  await page.fill("#cache-residual_diff_threshold", "1");
  await draw(page);
  await page.waitForFunction(() => document.querySelectorAll("#steps i.reused").length > 0);
  await chip(page, "Done");
  await page.focus("#steps");
  await page.keyboard.press("Home");
  await page.locator("#readout", { hasText: /^Step 1 computed/ }).waitFor();
  assert.match(await page.locator("#steps").getAttribute("aria-valuetext"), /^Step 1, computed/);
  await page.keyboard.press("Escape");
  await page.locator("#readout", { hasText: /^Step 12/ }).waitFor();
});

inBrowser("three pictures stand in the same box, and one is shown alone", {}, async (page) => {
  await open(page);
  await ask(page);
  await page.fill("#f-n", "3");
  await draw(page);
  await chip(page, "Done");
  assert.equal(await page.locator("#pictures img").count(), 3);
  await page.getByRole("button", { name: "Show picture 2 alone" }).press("Enter");
  assert.equal(await page.locator("#pictures .cell:visible").count(), 1);
});

inBrowser("what was drawn is there after a reload, with its settings", {}, async (page) => {
  await open(page);
  await ask(page, { prompt: "an apple that stays", seed: 7 });
  await page.keyboard.press("Control+Enter");
  await chip(page, "Done");
  await page.waitForFunction(async () => (await indexedDB.databases()).length > 0);
  await page.reload();
  await page.getByRole("link", { name: /^an apple that stays/ }).click();
  await page.waitForFunction(() => document.querySelector("#pictures img")?.naturalWidth === 64);
  await page.getByRole("button", { name: "Use settings" }).click();
  assert.equal(await page.inputValue("#f-seed"), "7");
  assert.equal(await page.inputValue("#f-prompt"), "an apple that stays");
});
