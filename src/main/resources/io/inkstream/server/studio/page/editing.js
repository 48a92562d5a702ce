// Pictures drawn anew: brought along, painted where they are to change, and sent with the settings of Draw.

import { byId, el, fill } from "./dom.js";
import { onLanguage, t } from "./words.js";

/**
 * @typedef {import("./studio.js").Studio} Studio
 * @typedef {{blob: Blob, url: string}} Brought
 */

const MOST = 16;
const ZOOMS = [0.5, 1, 1.5, 2, 3];
const UNDOS = 30;
const BRUSH = 48;

/** @type {Editing | undefined} */
let editing;

/**
 * @param {HTMLElement} section
 * @param {Studio} studio
 */
export function open(section, studio) {
  editing = new Editing(section, studio);
  onLanguage(() => editing?.build());
  return { shown: () => editing?.build() };
}

/** Pictures that are waiting for the place to be opened. @type {Blob[]} */
const waiting = [];

/**
 * Puts a picture there.
 * @param {Blob} blob
 */
export function bring(blob) {
  waiting.push(blob);
  location.hash = "#edit";
}

class Editing {
  /**
   * @param {HTMLElement} section
   * @param {Studio} studio
   */
  constructor(section, studio) {
    this.section = section;
    this.studio = studio;
    /** @type {Brought[]} */
    this.pictures = [];
    /** @type {ImageData[]} */
    this.before = [];
    this.mask = el("canvas", { className: "mask", tabIndex: 0 });
    this.tool = "brush";
    this.size = BRUSH;
    this.zoom = 1;
    this.painted = false;
    this.prompt = "";
    this.refused = "";
    this.strength = Number(studio.schema.fields.find((field) => field.name === "strength")?.fallback ?? 0.6);
    this.listen();
  }

  build() {
    if (this.section.hidden) return;
    while (waiting.length) this.add(/** @type {Blob} */ (waiting.shift()));
    this.prompt ||= /** @type {HTMLTextAreaElement} */ (byId("f-prompt")).value;
    const input = el("input", { type: "file", accept: "image/png,image/jpeg,image/webp", multiple: true, className: "sr", tabIndex: -1, "aria-hidden": "true" });
    input.addEventListener("change", () => {
      for (const file of input.files ?? []) this.add(file);
      this.build();
    });
    const head = el("div", { className: "head" }, el("h1", { id: "h-edit" }, t("edit")), el("p", { className: "muted" }, t("edit_line")), el("button", { type: "button", onclick: () => input.click() }, t("edit_open")), input);
    fill(this.section, head, ...(this.pictures.length ? [this.list(), this.tools(), this.easel(), this.form()] : [el("p", { className: "empty" }, t("edit_empty"))]));
  }

  /** @param {Blob} blob */
  add(blob) {
    if (this.pictures.length === MOST) return;
    this.pictures.push({ blob, url: URL.createObjectURL(blob) });
    if (this.pictures.length === 1) this.clear();
  }

  /** @param {Brought} picture */
  remove(picture) {
    URL.revokeObjectURL(picture.url);
    const first = this.pictures[0] === picture;
    this.pictures = this.pictures.filter((one) => one !== picture);
    if (first) this.clear();
    this.build();
  }

  /** The pictures, the first of which is painted on. */
  list() {
    const items = this.pictures.map((one, i) => el("li", {}, el("img", { src: one.url, alt: t("edit_picture", i + 1), width: 96, height: 96 }), el("button", { type: "button", className: "quiet small", onclick: () => this.remove(one), "aria-label": `${t("remove")}: ${t("edit_picture", i + 1)}` }, t("remove"))));
    return el("ul", { className: "brought" }, ...items);
  }

  tools() {
    /** @param {"brush" | "eraser"} name */
    const tool = (name) => el("button", { type: "button", "aria-pressed": String(this.tool === name), onclick: () => this.take(name) }, t(`edit_${name}`));
    const size = el("input", { type: "range", min: 4, max: 256, value: this.size, "aria-label": t("edit_size"), oninput: () => (this.size = Number(size.value)) });
    const zoom = el("select", { "aria-label": t("edit_zoom"), onchange: () => this.magnify(Number(zoom.value)) }, ...ZOOMS.map((one) => el("option", { value: one, selected: one === this.zoom }, `${one * 100} %`)));
    return el("div", { className: "tools", role: "toolbar", "aria-label": t("edit_tools") }, tool("brush"), tool("eraser"), size, el("button", { type: "button", onclick: () => this.undo() }, t("edit_undo")), el("button", { type: "button", onclick: () => this.wipe() }, t("edit_clear")), zoom);
  }

  /** @param {"brush" | "eraser"} name */
  take(name) {
    this.tool = name;
    this.build();
  }

  /** The first picture, and over it what was painted. */
  easel() {
    const image = el("img", { src: this.pictures[0]?.url, alt: t("edit_picture", 1) });
    image.addEventListener("load", () => this.fit(image));
    this.mask.setAttribute("aria-label", t("edit_mask"));
    this.frame = el("div", { className: "frame" }, image, this.mask);
    return el("div", { className: "easel" }, this.frame);
  }

  /** @param {HTMLImageElement} image */
  fit(image) {
    if (this.mask.width !== image.naturalWidth || this.mask.height !== image.naturalHeight) {
      this.mask.width = image.naturalWidth;
      this.mask.height = image.naturalHeight;
    }
    this.magnify(this.zoom);
  }

  /** @param {number} zoom */
  magnify(zoom) {
    this.zoom = zoom;
    if (this.frame) this.frame.style.width = `${100 * zoom}%`;
  }

  form() {
    const prompt = el("textarea", { id: "edit-prompt", rows: 2, value: this.prompt, oninput: () => (this.prompt = prompt.value) });
    const shown = el("output", {}, this.strength.toFixed(2));
    const strength = el("input", { id: "edit-strength", type: "range", min: 0.05, max: 1, step: 0.05, value: this.strength });
    strength.addEventListener("input", () => {
      this.strength = Number(strength.value);
      shown.textContent = this.strength.toFixed(2);
    });
    const form = el("form", { className: "edit-form" }, el("label", { htmlFor: "edit-prompt" }, t("prompt")), prompt, el("label", { htmlFor: "edit-strength" }, t("edit_strength"), " ", shown), strength, el("p", { className: "muted" }, t("edit_settings")), el("p", { className: "err", id: "edit-error", role: "alert", hidden: !this.refused }, this.refused), el("button", { type: "submit", className: "main" }, t("draw_it")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.draw();
    });
    return form;
  }

  async draw() {
    /** @type {Record<string, unknown>} */
    const order = { ...this.studio.form.order(), prompt: this.prompt, strength: this.strength };
    delete order.size;
    const mask = this.painted ? await this.painting() : null;
    if (mask) order.mask_mode = "alpha";
    location.hash = "#draw";
    const refused = await this.studio.jobs.draw(order, { images: this.pictures.map((one) => one.blob), mask });
    this.refused = refused?.message ?? "";
    if (refused) location.hash = "#edit"; // and it is built anew
  }

  /** What is painted as OpenAI's mask: transparent where it is. @returns {Promise<Blob | null>} */
  painting() {
    const canvas = el("canvas", { width: this.mask.width, height: this.mask.height });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const { data } = this.context.getImageData(0, 0, canvas.width, canvas.height);
    const out = context.createImageData(canvas.width, canvas.height);
    for (let i = 3; i < data.length; i += 4) out.data[i] = /** @type {number} */ (data[i]) > 0 ? 0 : 255;
    context.putImageData(out, 0, 0);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  get context() {
    return /** @type {CanvasRenderingContext2D} */ (this.mask.getContext("2d", { willReadFrequently: true }));
  }

  // ---- painting

  listen() {
    /** @type {{x: number, y: number} | null} */
    let last = null;
    this.mask.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.mask.setPointerCapture(event.pointerId);
      this.remember();
      last = this.at(event);
      this.stroke(last, last);
    });
    this.mask.addEventListener("pointermove", (event) => {
      if (!last) return;
      const to = this.at(event);
      this.stroke(last, to);
      last = to;
    });
    for (const end of ["pointerup", "pointercancel"]) this.mask.addEventListener(end, () => (last = null));
    this.mask.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "z") {
        event.preventDefault();
        this.undo();
      }
    });
  }

  /** @param {PointerEvent} event */
  at(event) {
    const box = this.mask.getBoundingClientRect();
    return { x: ((event.clientX - box.left) * this.mask.width) / box.width, y: ((event.clientY - box.top) * this.mask.height) / box.height };
  }

  /**
   * @param {{x: number, y: number}} from
   * @param {{x: number, y: number}} to
   */
  stroke(from, to) {
    const { context } = this;
    context.globalCompositeOperation = this.tool === "eraser" ? "destination-out" : "source-over";
    context.strokeStyle = "#d33";
    context.lineWidth = this.size;
    context.lineCap = "round";
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x + 0.01, to.y);
    context.stroke();
    this.look();
  }

  remember() {
    this.before.push(this.context.getImageData(0, 0, this.mask.width, this.mask.height));
    if (this.before.length > UNDOS) this.before.shift();
  }

  undo() {
    const then = this.before.pop();
    if (then) this.context.putImageData(then, 0, 0);
    this.look();
  }

  wipe() {
    this.remember();
    this.context.clearRect(0, 0, this.mask.width, this.mask.height);
    this.look();
  }

  clear() {
    this.before = [];
    this.context.clearRect(0, 0, this.mask.width, this.mask.height);
    this.painted = false;
  }

  /** Whether anything is painted. */
  look() {
    const { data } = this.context.getImageData(0, 0, this.mask.width, this.mask.height);
    this.painted = data.some((value, i) => i % 4 === 3 && value > 0);
  }
}
