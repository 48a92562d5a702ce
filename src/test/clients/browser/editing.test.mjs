import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { ask, chip, draw, editRoot, findings, inBrowser, open, root, shot, sideways } from "./studio.mjs";

const picture = (name) => `${process.env.INKSTREAM_PICTURES}/${name}`;

const bring = async (page, ...names) => {
  await page.setInputFiles("#edit input[type=file]", names.map(picture));
  await page.waitForFunction(() => document.querySelector(".mask, .brought"));
};

const onPicture = async (page) => {
  await page.goto(`${root}/#edit`);
  await bring(page, "rgb.png");
  await page.waitForFunction(() => document.querySelector(".mask")?.width === 45);
};

const stroke = async (page) => {
  const box = await page.locator(".mask").boundingBox();
  await page.mouse.move(box.x + box.width / 4, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
};

/** The first of the strip in the documents. */
const tiger = async (page) => {
  const strip = await readFile(picture("../../../../docs/edits.png"), "base64");
  const cut = await page.evaluate(async (strip) => {
    const bytes = Uint8Array.from(atob(strip), (letter) => letter.charCodeAt(0));
    const canvas = new OffscreenCanvas(192, 192);
    canvas.getContext("2d").drawImage(await createImageBitmap(new Blob([bytes])), 0, 0);
    return Array.from(new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer()));
  }, strip);
  return { name: "tiger.png", mimeType: "image/png", buffer: Buffer.from(cut) };
};

const painted = (page) =>
  page.locator(".mask").evaluate((mask) => {
    // A copy is read: a canvas that is read often must say so when it is made.
    const copy = new OffscreenCanvas(mask.width, mask.height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(mask, 0, 0);
    return copy.getImageData(0, 0, mask.width, mask.height).data.filter((value, i) => i % 4 === 3 && value > 127).length;
  });

/** Notes what is put into forms: a browser tells nobody of a body with files. */
const noteForms = (page) =>
  page.evaluate(() => {
    globalThis.sent = [];
    const append = FormData.prototype.append;
    FormData.prototype.append = function (name, value, ...filename) {
      globalThis.sent.push([name, value instanceof Blob ? (filename[0] ?? "blob") : value]);
      return append.call(this, name, value, ...filename);
    };
  });

const button = (page, name) => page.locator("#edit").getByRole("button", { name, exact: true });

inBrowser("a picture is painted on and drawn anew there", {}, async (page) => {
  await open(page);
  await ask(page);
  await onPicture(page);
  assert.ok(await button(page, "Undo").isDisabled());
  await stroke(page);
  assert.ok((await painted(page)) > 0);
  await button(page, "Undo").click();
  assert.equal(await painted(page), 0);
  await stroke(page);
  await page.selectOption("#edit select", "2");
  await page.fill("#edit-prompt", "a green apple");
  assert.deepEqual(await findings(page), []);
  await noteForms(page);
  await button(page, "Draw").click();
  await page.waitForFunction(() => document.querySelector("#job-prompt")?.textContent === "a green apple");
  await chip(page, "Done");
  const form = new Map(await page.evaluate(() => globalThis.sent));
  assert.equal(form.get("mask"), "mask.png");
  assert.equal(form.get("mask_mode"), "alpha");
});

inBrowser("keys paint, erase, undo and zoom, and the tools keep the focus", {}, async (page) => {
  await open(page);
  await onPicture(page);
  await page.focus(".mask");
  await page.keyboard.press("Space");
  for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  const before = await painted(page);
  assert.ok(before > 0);
  await page.keyboard.press("e");
  assert.equal(await button(page, "Eraser").getAttribute("aria-pressed"), "true");
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  assert.ok((await painted(page)) < before);
  await page.keyboard.press("Control+z");
  assert.equal(await painted(page), before);
  await page.keyboard.press("Control+z");
  assert.equal(await painted(page), 0);
  const width = async () => (await page.locator(".mask").boundingBox()).width;
  const fitted = await width();
  await page.keyboard.press("+");
  assert.ok(Math.abs((await width()) - 1.5 * fitted) < 2);
  await page.keyboard.press("-");
  assert.ok(Math.abs((await width()) - fitted) < 2);
  const size = Number(await page.inputValue("#edit-size"));
  await page.keyboard.press("]");
  assert.ok(Number(await page.inputValue("#edit-size")) > size);
  await button(page, "Brush").press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Brush");
});

inBrowser("a picture of the library, and one that was just drawn, are sent to be edited", {}, async (page) => {
  await open(page);
  await ask(page);
  await draw(page);
  await chip(page, "Done");
  await page.locator("#acts").getByRole("button", { name: "Edit" }).click();
  await page.waitForFunction(() => document.querySelector(".mask")?.width === 64);
  await page.goto(`${root}/#library`);
  await page.locator("#library li").first().getByRole("button", { name: "Edit" }).click();
  await page.locator("#edit .easel img").waitFor();
  assert.equal(await page.locator("#edit .easel img").count(), 1);
});

inBrowser("what the server refuses stands in the place", {}, async (page) => {
  await open(page);
  await ask(page);
  await page.goto(`${root}/#edit`);
  await page.setInputFiles("#edit input[type=file]", { name: "cut.png", mimeType: "image/png", buffer: Buffer.from("\x89PNG\r\n\x1a\n", "latin1") });
  await button(page, "Draw").click();
  await page.locator("#edit-error", { hasText: /^“.*(image|picture).*”$/ }).waitFor();
});

inBrowser("a model that joins pictures gets several, in order, and neither mask nor strength", {}, async (page) => {
  await page.goto(editRoot);
  await page.waitForFunction(() => location.hash === "#edit" && !document.querySelector("#go")?.disabled);
  await page.click("a[href='#draw'].brand");
  await ask(page, { steps: 2 });
  await page.click("#to-edit");
  await bring(page, "rgb.png", "420.jpg");
  assert.equal(await page.locator(".brought li").count(), 2);
  assert.equal(await page.locator(".mask").count(), 0);
  assert.equal(await page.locator("#edit-strength").count(), 0);
  assert.deepEqual(await findings(page), []);
  await button(page, "Remove: Picture 1").click();
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Open pictures");
  await bring(page, "rgb.png");
  await page.fill("#edit-prompt", "Picture 1 on Picture 2");
  await noteForms(page);
  await button(page, "Draw").click();
  await chip(page, "Done");
  const names = await page.evaluate(() => globalThis.sent.map(([name]) => name));
  assert.equal(names.filter((name) => name === "image[]").length, 2);
  assert.ok(!names.includes("mask") && !names.includes("strength"));
});

for (const [name, width] of [["edit", 1280], ["edit-phone", 360]]) {
  inBrowser(`what is painted on lies over the picture, as the documents show it at ${width} px`, { width, height: 800 }, async (page) => {
    await open(page);
    await page.goto(`${root}/#edit`);
    await page.setInputFiles("#edit input[type=file]", await tiger(page));
    await page.waitForFunction(() => document.querySelector(".mask")?.width === 192);
    const { x, y, width: side } = await page.locator(".mask").boundingBox();
    const at = (across, down) => page.mouse.move(x + side * across, y + side * down, { steps: 8 });
    await at(0.12, 0.4);
    await page.mouse.down();
    for (const [across, down] of [[0.3, 0.25], [0.4, 0.35], [0.2, 0.5], [0.35, 0.55], [0.7, 0.45], [0.6, 0.7], [0.2, 0.7]]) await at(across, down);
    await page.mouse.up();
    await page.fill("#edit-prompt", "a panda in the evening sun");
    const covered = await painted(page);
    assert.ok(covered > 0.1 * 192 * 192 && covered < 0.9 * 192 * 192, `${covered} pixels`);
    await page.evaluate(() => scrollTo(0, 0));
    await shot(page, name);
  });
}

for (const width of [360, 1280, 3840]) {
  for (const theme of ["light", "dark"]) {
    inBrowser(`Edit at ${width} px, ${theme}`, { width, theme, height: 800 }, async (page) => {
      await open(page);
      await onPicture(page);
      await stroke(page);
      assert.deepEqual(await findings(page), []);
      assert.equal(await sideways(page), 0);
      await page.click("#language");
      await page.locator("#edit").getByRole("button", { name: "橡皮擦" }).waitFor();
      assert.equal(await sideways(page), 0);
      assert.deepEqual(await findings(page), []);
      assert.ok((await painted(page)) > 0, "what was painted stays");
    });
  }
}
