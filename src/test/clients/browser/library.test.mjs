import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { ask, chip, draw, findings, inBrowser, open, root } from "./studio.mjs";

const drawn = async (page, prompt, seed) => {
  await page.fill("#f-prompt", prompt);
  await page.fill("#f-seed", String(seed));
  await draw(page);
  await page.waitForFunction((wanted) => document.querySelector("#job-prompt")?.textContent === wanted, prompt);
  await chip(page, "Done");
};

inBrowser("two pictures are compared by a cut, their difference and its PSNR", {}, async (page) => {
  await open(page);
  await ask(page);
  await drawn(page, "the first apple", 1);
  await drawn(page, "the second apple", 2);
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await page.locator(".psnr", { hasText: /\d+\.\d dB PSNR/ }).waitFor();
  await page.getByLabel("Share of picture A that is seen").fill("20");
  assert.equal(await page.locator(".compare-box").evaluate((box) => box.style.getPropertyValue("--cut")), "20%");
  await page.check("[name=compare-mode][value=difference]", { force: true });
  assert.ok(await page.locator(".compare-box canvas").isVisible());
  assert.deepEqual(await findings(page), []);
});

inBrowser("a picture beside itself is identical", {}, async (page) => {
  await open(page);
  await ask(page);
  await drawn(page, "an apple", 3);
  await drawn(page, "an apple", 3);
  await page.goto(`${root}/#library`);
  await page.locator(".psnr", { hasText: "identical" }).waitFor();
});

for (const format of ["png", "jpeg"]) {
  inBrowser(`a ${format} that is dropped gives its settings back`, {}, async (page) => {
    await open(page);
    await ask(page, { steps: 3 });
    await page.selectOption("#f-output_format", format);
    await drawn(page, "ein Apfel, “rot”, 红", 11);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download" }).click();
    const file = await (await download).path();
    const bytes = [...(await readFile(file))];
    await page.fill("#f-prompt", "");
    await page.fill("#f-seed", "");
    const dropped = await page.evaluateHandle(
      ({ bytes, format }) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], `apple.${format}`, { type: `image/${format}` }));
        return data;
      },
      { bytes, format },
    );
    await page.dispatchEvent("body", "drop", { dataTransfer: dropped });
    await page.waitForFunction(() => document.querySelector("#f-prompt")?.value === "ein Apfel, “rot”, 红");
    assert.equal(await page.inputValue("#f-seed"), "11");
    assert.equal(await page.inputValue("#f-num_inference_steps"), "3");
  });
}
