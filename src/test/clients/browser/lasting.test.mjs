import assert from "node:assert/strict";
import { ask, chip, draw, inBrowser, open, SLOW } from "./studio.mjs";
import { idle, openUrl } from "./client.mjs";

const steps = (page, count) => page.waitForFunction((wanted) => Number(document.querySelector("#steps")?.getAttribute("aria-valuemax")) >= wanted, count);

inBrowser("a job goes on without the page, is found again and stopped", {}, async (page) => {
  await open(page);
  await ask(page, { ...SLOW, prompt: "an apple that goes on" });
  await draw(page);
  await steps(page, 2);
  await page.reload();
  await page.waitForFunction(() => document.querySelector("#job-prompt")?.textContent === "an apple that goes on");
  await chip(page, "Drawing");
  await steps(page, 3);
  await page.waitForFunction(() => document.querySelector("#pictures img")?.alt.startsWith("Preview after step"));
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await chip(page, "Stopped");
  await idle(openUrl);
});

inBrowser("what ended meanwhile is there when one comes back", {}, async (page) => {
  await open(page);
  await ask(page, { prompt: "an apple meanwhile", steps: 30 });
  await draw(page);
  await page.waitForFunction(() => localStorage.getItem("inkstream.jobs")?.includes("an apple meanwhile"));
  await page.goto("about:blank");
  await idle(openUrl);
  await open(page);
  await chip(page, "Done");
  await page.waitForFunction(() => document.querySelector("#pictures img")?.naturalWidth === 64);
  await page.waitForFunction(() => !localStorage.getItem("inkstream.jobs")?.includes("an apple meanwhile"));
});

inBrowser("a line that breaks is taken up again", {}, async (page) => {
  await open(page);
  await ask(page, { prompt: "an apple on a bad line", steps: 200, size: [256, 256] });
  await draw(page);
  await steps(page, 2);
  await page.context().setOffline(true);
  await page.locator("#health-text", { hasText: "Not reached" }).waitFor();
  await page.context().setOffline(false);
  await chip(page, "Done");
  assert.equal(await page.locator("#count-computed").textContent(), "200");
});

inBrowser("a slow network draws the same", {}, async (page) => {
  await open(page);
  const network = await page.context().newCDPSession(page);
  await network.send("Network.emulateNetworkConditions", { offline: false, latency: 400, downloadThroughput: 20_000, uploadThroughput: 20_000 });
  await ask(page, { prompt: "an apple on a slow line", steps: 20, size: [128, 128] });
  await draw(page);
  await chip(page, "Done");
  await page.waitForFunction(() => document.querySelector("#pictures img")?.naturalWidth === 128);
});
