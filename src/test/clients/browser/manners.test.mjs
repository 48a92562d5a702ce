import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { ask, chip, downwards, draw, findings, inBrowser, key, keyedRoot, open, root, sideways, SLOW } from "./studio.mjs";
import { fullUrl, idle, waitUntil } from "./client.mjs";

test("the modules' types hold", () => {
  try {
    execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "."], { cwd: import.meta.dirname, encoding: "utf8" });
  } catch (failure) {
    assert.fail(failure.stdout);
  }
});

for (const width of [360, 1280]) {
  for (const theme of ["light", "dark"]) {
    inBrowser(`no serious finding of axe at ${width} px, ${theme}`, { width, theme, height: 800 }, async (page) => {
      await open(page);
      await ask(page);
      await draw(page);
      await chip(page, "Done");
      assert.deepEqual(await findings(page), []);
      assert.equal(await sideways(page), 0);
    });
  }
}

inBrowser("on a desk the place to draw has the height of the window", { width: 1280, height: 800 }, async (page) => {
  await open(page);
  assert.equal(await downwards(page), 0);
});

inBrowser("the server's place says what draws, and what of it is lost", {}, async (page) => {
  await page.route("**/metrics", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: `${await answer.text()}inkstream_device_up{device="cuda:0"} 1.0\ninkstream_device_up{device="cuda:1"} 0.0\n` });
  });
  await page.goto(`${root}/#server`);
  const health = page.locator(".card").first();
  await health.getByText("cpu, fast", { exact: true }).waitFor();
  await health.getByText("cuda:1", { exact: true }).waitFor();
});

inBrowser("it speaks Chinese without losing what was typed", { width: 360 }, async (page) => {
  await open(page);
  await ask(page, { prompt: "一个红苹果", seed: 7 });
  await page.click("#language");
  await page.getByRole("button", { name: "绘制" }).waitFor();
  assert.equal(await page.inputValue("#f-prompt"), "一个红苹果");
  assert.equal(await page.inputValue("#f-seed"), "7");
  assert.equal(await page.getAttribute("html", "lang"), "zh-Hans");
  assert.equal(await sideways(page), 0);
  assert.deepEqual(await findings(page), []);
});

inBrowser("a key is asked for once, and kept in the session alone", {}, async (page) => {
  await page.goto(keyedRoot);
  await page.fill("#key", "wrong");
  await page.getByRole("button", { name: "Use the key" }).click();
  await page.locator("#key-words", { hasText: "“" }).waitFor();
  await page.fill("#key", key);
  await page.getByRole("button", { name: "Use the key" }).click();
  await page.waitForFunction(() => !document.querySelector("#go")?.disabled);
  await ask(page);
  await draw(page);
  await chip(page, "Done");
  await page.reload();
  await page.waitForFunction(() => !document.querySelector("#go")?.disabled);
  assert.equal(await page.locator("#key-dialog[open]").count(), 0);
  assert.equal(await page.evaluate((given) => JSON.stringify(localStorage).includes(given), key), false);
});

const headers = { authorization: `Bearer ${key}` };

/** Jobs of the server with a key, at which one may wait. */
const jobs = async (status) => (await (await fetch(`${fullUrl}/images/jobs?status=${status}`, { headers })).json()).data;

const endJobs = async () => {
  for (const { id } of [...(await jobs("queued")), ...(await jobs("in_progress"))]) {
    await fetch(`${fullUrl}/images/jobs/${id}/cancel`, { method: "POST", headers });
  }
  await idle(fullUrl);
};

inBrowser("a full queue is told at Draw, with the time to wait", {}, async (page) => {
  await page.addInitScript((given) => sessionStorage.setItem("inkstream.key", given), key);
  try {
    await open(page, "", keyedRoot);
    await ask(page, SLOW);
    await draw(page);
    await page.waitForFunction(() => document.querySelectorAll("#steps i.computed").length > 0);
    await draw(page);
    await waitUntil("one job waits", async () => (await jobs("queued")).length === 1);
    await draw(page);
    await page.locator("#cost", { hasText: /queue is full/ }).waitFor();
  } finally {
    await endJobs();
  }
});

inBrowser("the first view comes soon, and nothing of it moves", {}, async (page) => {
  await open(page);
  await page.reload();
  await page.waitForFunction(() => !document.querySelector("#go")?.disabled);
  const { painted, moved } = await page.evaluate(async () => {
    const seen = (type) =>
      new Promise((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries())).observe({ type, buffered: true });
        setTimeout(() => resolve([]), 2000);
      });
    const [paints, shifts] = await Promise.all([seen("largest-contentful-paint"), seen("layout-shift")]);
    return { painted: paints.at(-1)?.startTime, moved: shifts.reduce((sum, shift) => sum + shift.value, 0) };
  });
  console.log(`largest contentful paint after ${Math.round(painted)} ms, layout shift ${moved.toFixed(4)}`);
  assert.ok(painted < 10_000, "and on a machine with nothing else to do, within a second");
  assert.ok(moved < 0.1, `${moved}`);
});

inBrowser("the first view is light and asks nobody else", {}, async (page) => {
  const asked = [];
  page.on("response", (response) => asked.push(response));
  await open(page);
  const sizes = await Promise.all(asked.map(async (response) => (await response.body()).length));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`first view: ${asked.length} files, ${bytes} bytes`);
  assert.ok(bytes < 150 * 1024, `${bytes} bytes`);
  assert.deepEqual([...new Set(asked.map((response) => new URL(response.url()).origin))], [root]);
  const policy = asked[0].headers()["content-security-policy"];
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe/);
});
