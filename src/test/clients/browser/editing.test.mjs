import assert from "node:assert/strict";
import { ask, chip, draw, findings, inBrowser, open, root, sideways } from "./studio.mjs";

const picture = (name) => `${process.env.INKSTREAM_PICTURES}/${name}`;

const paint = async (page) => {
  const mask = page.locator(".mask");
  await page.waitForFunction(() => document.querySelector(".mask")?.width === 45);
  const box = await mask.boundingBox();
  await page.mouse.move(box.x + box.width / 4, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
};

const painted = (page) =>
  page.locator(".mask").evaluate((mask) => mask.getContext("2d").getImageData(0, 0, mask.width, mask.height).data.filter((value, i) => i % 4 === 3 && value > 0).length);

inBrowser("a picture is painted on and drawn anew there", {}, async (page) => {
  await open(page);
  await ask(page);
  await page.goto(`${root}/#edit`);
  await page.setInputFiles("#edit input[type=file]", picture("rgb.png"));
  await paint(page);
  assert.ok((await painted(page)) > 0);
  await page.getByRole("button", { name: "Undo" }).click();
  assert.equal(await painted(page), 0);
  await paint(page);
  await page.selectOption("#edit select", "2");
  await page.fill("#edit-prompt", "a green apple");
  assert.deepEqual(await findings(page), []);
  await page.locator("#edit").getByRole("button", { name: "Draw" }).click();
  await page.waitForFunction(() => document.querySelector("#job-prompt")?.textContent === "a green apple");
  await chip(page, "Done");
});

inBrowser("a picture of the library is sent to be edited", {}, async (page) => {
  await open(page);
  await ask(page);
  await draw(page);
  await chip(page, "Done");
  await page.goto(`${root}/#library`);
  await page.locator("#library li").first().getByRole("button", { name: "Edit" }).click();
  await page.locator("#edit .easel img").waitFor();
  assert.equal(await sideways(page), 0);
});

inBrowser("what the server refuses stands in the place", {}, async (page) => {
  await open(page);
  await ask(page);
  await page.goto(`${root}/#edit`);
  await page.setInputFiles("#edit input[type=file]", [picture("rgb.png"), picture("420.jpg")]);
  await page.locator("#edit").getByRole("button", { name: "Draw" }).click();
  await page.locator("#edit-error", { hasText: "image" }).waitFor();
});
