import assert from "node:assert/strict";
import { findings, inBrowser, open, root, sideways } from "./studio.mjs";

const FORMS = ["serve", "docker run", "compose", "Helm", "env"];

const code = (page) => page.locator("#deploy-code code").textContent();

inBrowser("every command has only flags and variables that the server has", {}, async (page) => {
  const table = await (await page.request.get(`${root}/studio/deploy.json`)).json();
  const flags = new Set(table.settings.map((setting) => setting.flag));
  const variables = new Set(table.settings.map((setting) => setting.variable));
  await open(page, "#deploy");
  for (const hardware of ["CPU-16", "NVIDIA-80", "AMD-128"]) {
    await page.selectOption("#deploy-hardware", hardware);
    for (const approximation of ["exact", "forecast", "cache"]) {
      await page.check(`[name=deploy-approximation][value=${approximation}]`, { force: true });
      for (const form of FORMS) {
        await page.getByRole("tab", { name: form }).click();
        const text = await code(page);
        for (const [flag] of text.matchAll(/--[a-z][a-z-]+/g)) {
          if (!["--rm", "--read-only", "--tmpfs", "--gpus"].includes(flag)) assert.ok(flags.has(flag), `${flag} in ${form}`);
        }
        for (const [variable] of text.matchAll(/\b(INKSTREAM|SGLANG|QUARKUS)_[A-Z_]+/g)) assert.ok(variables.has(variable), `${variable} in ${form}`);
      }
    }
  }
});

inBrowser("a card that no execution provider serves is said to rest", {}, async (page) => {
  await open(page, "#deploy");
  assert.match(await code(page), /--device cuda/);
  await page.selectOption("#deploy-hardware", "AMD-128");
  await page.getByRole("note").filter({ hasText: "no execution provider" }).waitFor();
  assert.doesNotMatch(await code(page), /--device/);
  await page.locator(".memory .total", { hasText: "main memory" }).waitFor();
});

inBrowser("a value of any setting goes into every form", {}, async (page) => {
  await open(page, "#deploy");
  await page.selectOption("#deploy-hardware", "CPU-16");
  await page.check("[name=deploy-checkpoint][value='the pocket model']", { force: true });
  await page.fill("#deploy-max-queued-requests", "7");
  await page.getByText("All other settings").click();
  await page.fill("#deploy-cors-origins", "https://a.example, it's");
  assert.match(await code(page), /^\.\/inkstream serve \\\n {2}--max-queued-requests 7 \\\n {2}--cors-origins 'https:\/\/a\.example, it'\\''s'$/);
  await page.getByRole("tab", { name: "Helm" }).click();
  assert.match(await code(page), /INKSTREAM_MAX_QUEUED_REQUESTS: "7"/);
});

inBrowser("too little memory is refused, and looks so", {}, async (page) => {
  await open(page, "#deploy");
  await page.locator(".memory.fits").waitFor();
  await page.selectOption("#deploy-hardware", "NVIDIA-24");
  await page.locator(".memory.slow").waitFor();
  await page.selectOption("#deploy-hardware", "CPU-16");
  await page.locator(".memory.refused").waitFor();
  assert.match(await page.locator(".verdict").textContent(), /more are needed/);
});

for (const width of [360, 1280, 3840]) {
  for (const theme of ["light", "dark"]) {
    inBrowser(`Deploy, Server and Library at ${width} px, ${theme}`, { width, theme, height: 900 }, async (page) => {
      await open(page);
      for (const place of ["deploy", "server", "library"]) {
        await page.goto(`${root}/#${place}`);
        await page.locator(`#h-${place}`).waitFor();
        if (place === "server") await page.locator(".card").first().waitFor();
        assert.deepEqual(await findings(page), [], place);
        assert.equal(await sideways(page), 0, place);
      }
      await page.click("#language");
      for (const place of ["deploy", "server", "library"]) {
        await page.goto(`${root}/#${place}`);
        await page.locator(`#h-${place}`).waitFor();
        assert.equal(await sideways(page), 0, `${place}, Chinese`);
      }
    });
  }
}
