// Two pictures beside each other: a cut that one moves, and how much they differ.

import { el, fill } from "./dom.js";
import { t } from "./words.js";
import { segments } from "./controls.js";

/** @typedef {import("./history.js").Kept} Kept */

/** Difference is shown so many times as strong as it is. */
const AMPLIFIED = 8;

/**
 * @param {Kept} a
 * @param {Kept} b
 */
export function comparison(a, b) {
  const urls = [URL.createObjectURL(a.blob), URL.createObjectURL(b.blob)];
  const [imageA, imageB] = [picture(urls[0], `A: ${a.prompt}`), picture(urls[1], `B: ${b.prompt}`)];
  imageB.className = "b";
  const canvas = el("canvas", { hidden: true, role: "img", "aria-label": t("difference_alt", AMPLIFIED) });
  const cut = el("input", { type: "range", min: "0", max: "100", value: "50", "aria-label": t("compare_share") });
  const box = el("div", { className: "compare-box" }, imageA, imageB, canvas, el("i", { className: "cut", "aria-hidden": "true" }), el("span", { className: "tag a" }, "A"), el("span", { className: "tag b" }, "B"), cut);
  box.style.setProperty("--ratio", `${a.width} / ${a.height}`);
  cut.addEventListener("input", () => box.style.setProperty("--cut", `${cut.value}%`));
  const psnr = el("output", { className: "psnr" });
  measure(a.blob, b.blob, canvas).then(
    (decibels) => fill(psnr, decibels === Infinity ? t("identical") : `${decibels.toFixed(1)} dB`, el("span", { className: "muted" }, decibels === Infinity ? "" : " PSNR")),
    () => fill(psnr, ""),
  );
  const modes = segments("compare-mode", [["slider", t("compare_slider")], ["difference", t("compare_difference")]], "slider", (mode) => {
    canvas.hidden = mode !== "difference";
    box.classList.toggle("differs", mode === "difference");
  });
  const element = el("figure", { className: "compare" }, box, el("figcaption", {}, modes, psnr));
  return { element, close: () => urls.forEach((url) => URL.revokeObjectURL(url)) };
}

/**
 * @param {string | undefined} src
 * @param {string} alt
 */
function picture(src, alt) {
  return el("img", { src: src ?? "", alt });
}

/**
 * Draws the difference of two pictures, and gives the peak signal-to-noise ratio between them, the
 * second one brought to the size of the first.
 * @param {Blob} a
 * @param {Blob} b
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<number>} in decibels; Infinity: not one value differs
 */
export async function measure(a, b, canvas) {
  const [first, second] = await Promise.all([createImageBitmap(a), createImageBitmap(b)]);
  const { width, height } = first;
  const [of, other] = [pixels(first, width, height), pixels(second, width, height)];
  const shown = new ImageData(width, height);
  let sum = 0;
  for (let i = 0; i < of.length; i++) {
    if (i % 4 === 3) {
      shown.data[i] = 255;
    } else {
      const difference = (of[i] ?? 0) - (other[i] ?? 0);
      sum += difference * difference;
      shown.data[i] = Math.min(255, AMPLIFIED * Math.abs(difference));
    }
  }
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")?.putImageData(shown, 0, 0);
  return 10 * Math.log10(255 ** 2 / (sum / (width * height * 3)));
}

/**
 * @param {ImageBitmap} image
 * @param {number} width
 * @param {number} height
 */
function pixels(image, width, height) {
  const canvas = el("canvas", { width, height });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  context.drawImage(image, 0, 0, width, height);
  image.close();
  return context.getImageData(0, 0, width, height).data;
}
