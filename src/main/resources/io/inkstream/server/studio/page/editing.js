// Pictures drawn anew: brought along, painted where they are to change, and sent with the settings of Draw.

import { byId, el, fill } from "./dom.js";
import { Mask } from "./painting.js";
import { onLanguage, t } from "./words.js";

/**
 * @typedef {import("./studio.js").Studio} Studio
 * @typedef {{blob: Blob, url: string, image: HTMLImageElement}} Brought
 */

const ZOOMS = [0.5, 1, 1.5, 2, 3, 4];

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
 * Puts a picture there, and goes there.
 * @param {Blob} blob
 */
export function bring(blob) {
  waiting.push(blob);
  if (location.hash === "#edit") editing?.build();
  else location.hash = "#edit";
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
    this.mask = new Mask(() => this.told());
    this.zoom = 1;
    this.prompt = "";
    this.refused = "";
    this.strength = Number(studio.schema.fields.find((field) => field.name === "strength")?.fallback ?? 0.6);
    this.opener = el("button", { type: "button" });
    this.frame = el("div", { className: "frame" });
    this.undo = el("button", { type: "button", onclick: () => this.mask.undo() });
    this.clear = el("button", { type: "button", onclick: () => this.mask.wipe() });
    this.zooms = el("select", { onchange: () => this.magnify(Number(this.zooms.value)) });
    this.mask.canvas.addEventListener("keydown", (event) => this.key(event));
  }

  /** Whether the model changes pictures as it is told, all of them: it takes no mask and no strength. */
  get byWords() {
    return this.studio.schema.model.edits;
  }

  get most() {
    return this.studio.schema.model.most_pictures;
  }

  build() {
    if (this.section.hidden) return;
    while (waiting.length) this.add(/** @type {Blob} */ (waiting.shift()));
    this.prompt ||= /** @type {HTMLTextAreaElement} */ (byId("f-prompt")).value;
    fill(this.section, this.head(), this.pictures.length ? el("div", { className: "editing" }, this.painting(), this.form()) : el("p", { className: "empty" }, t("edit_empty")));
    this.told();
  }

  head() {
    const input = el("input", { type: "file", accept: "image/png,image/jpeg,image/webp", multiple: this.most > 1, className: "sr", tabIndex: -1, "aria-hidden": "true" });
    input.addEventListener("change", () => {
      for (const file of input.files ?? []) this.add(file);
      this.build();
    });
    this.opener = el("button", { type: "button", onclick: () => input.click() }, t(this.most > 1 ? "edit_open_some" : "edit_open"));
    return el("div", { className: "head" }, el("h1", { id: "h-edit" }, t("edit")), el("p", { className: "muted" }, t(this.byWords ? "edit_line_words" : "edit_line")), this.opener, input);
  }

  /** Where the model takes one picture, another one takes its place. @param {Blob} blob */
  add(blob) {
    if (this.pictures.length === this.most && this.most > 1) return this.studio.tell(t("edit_most", this.most));
    if (this.most === 1) this.pictures.splice(0).forEach(({ url }) => URL.revokeObjectURL(url));
    if (!this.pictures.length) this.mask.fit(1, 1); // until it is known, and if it never is
    const url = URL.createObjectURL(blob);
    const image = el("img", { src: url });
    image.addEventListener("load", () => this.pictures[0]?.image === image && this.fit(image));
    this.pictures.push({ blob, url, image });
    this.refused = "";
  }

  /** @param {Brought} picture */
  remove(picture) {
    URL.revokeObjectURL(picture.url);
    this.refused = "";
    this.pictures = this.pictures.filter((one) => one !== picture);
    this.build();
    this.opener.focus();
  }

  /** @param {HTMLImageElement} image */
  fit(image) {
    this.mask.fit(image.naturalWidth, image.naturalHeight);
    this.frame.style.setProperty("--aspect", String(image.naturalWidth / image.naturalHeight));
    this.magnify(1);
    this.told();
  }

  painting() {
    return el("div", { className: "painting" }, ...(this.byWords ? [this.all()] : [this.tools(), this.easel(), el("p", { className: "hint", id: "edit-keys" }, t("edit_keys"))]));
  }

  /** The pictures of a model that joins several, in the order in which the prompt counts them. */
  all() {
    const items = this.pictures.map((one, i) => {
      const name = t("edit_picture", i + 1);
      one.image.alt = name;
      return el("li", {}, one.image, el("div", { className: "row" }, el("span", {}, name), el("button", { type: "button", className: "quiet small", onclick: () => this.remove(one), "aria-label": `${t("remove")}: ${name}` }, t("remove"))));
    });
    return el("ol", { className: "brought" }, ...items);
  }

  tools() {
    const { mask } = this;
    const choices = /** @type {const} */ (["brush", "eraser", "move"]).map((name) => {
      const button = el("button", { type: "button", "aria-pressed": String(mask.tool === name), onclick: () => mask.take(name) }, t(`edit_${name}`));
      mask.onTool.set(name, (taken) => button.setAttribute("aria-pressed", String(taken)));
      return button;
    });
    const size = el("input", { type: "range", min: 1, max: 100, id: "edit-size" });
    size.addEventListener("input", () => mask.resize(Number(size.value) / 100));
    mask.onSize = (share) => (size.value = String(Math.round(100 * share)));
    mask.onSize(mask.share);
    fill(this.undo, t("edit_undo"));
    fill(this.clear, t("edit_clear"));
    fill(this.zooms, ...ZOOMS.map((one) => el("option", { value: one }, `${one * 100} %`)));
    this.zooms.value = String(this.zoom);
    this.zooms.setAttribute("aria-label", t("edit_zoom"));
    return el("div", { className: "tools", role: "toolbar", "aria-label": t("edit_tools") }, el("div", { className: "join" }, ...choices), el("label", { className: "size", htmlFor: size.id }, el("span", {}, t("edit_size")), size), this.zooms, el("div", { className: "join" }, this.undo, this.clear));
  }

  /** The picture, and over it what was painted. */
  easel() {
    const { canvas, ring } = this.mask;
    const { image } = /** @type {Brought} */ (this.pictures[0]);
    image.alt = t("edit_picture", 1);
    canvas.setAttribute("aria-label", t("edit_mask"));
    canvas.setAttribute("aria-describedby", "edit-keys");
    fill(this.frame, image, canvas, ring);
    const easel = el("div", { className: "easel" }, this.frame);
    this.mask.scroller = easel;
    return easel;
  }

  /** @param {number} zoom */
  magnify(zoom) {
    this.zoom = zoom;
    this.zooms.value = String(zoom);
    this.frame.style.setProperty("--zoom", String(zoom));
    this.mask.place();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const by = { "+": 1, "=": 1, "-": -1 }[event.key];
    if (!by || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.magnify(ZOOMS[Math.min(Math.max(0, ZOOMS.indexOf(this.zoom) + by), ZOOMS.length - 1)] ?? 1);
  }

  /** What there is to undo. */
  told() {
    this.undo.disabled = !this.mask.strokes.length;
    this.clear.disabled = !this.mask.painted;
  }

  form() {
    const prompt = el("textarea", { id: "edit-prompt", rows: 3, value: this.prompt, oninput: () => (this.prompt = prompt.value) });
    const form = el("form", { className: "edit-form" }, el("div", {}, el("label", { htmlFor: "edit-prompt" }, t("prompt")), prompt), this.byWords ? null : this.strengths(), el("p", { className: "hint" }, t("edit_settings")), el("p", { className: "err", id: "edit-error", role: "alert", hidden: !this.refused }, this.refused), el("button", { type: "submit", className: "main" }, t("draw_it")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.draw();
    });
    return form;
  }

  strengths() {
    const shown = el("output", { className: "muted" }, this.strength.toFixed(2));
    const strength = el("input", { id: "edit-strength", type: "range", min: 0.05, max: 1, step: 0.05, value: this.strength });
    strength.addEventListener("input", () => {
      this.strength = Number(strength.value);
      shown.textContent = this.strength.toFixed(2);
    });
    return el("div", {}, el("label", { htmlFor: "edit-strength" }, t("edit_strength"), " ", shown), strength, el("p", { className: "hint" }, t("edit_strength_hint")));
  }

  async draw() {
    const { jobs, form } = this.studio;
    /** @type {Record<string, unknown>} */
    const order = { ...form.order(), prompt: this.prompt };
    delete order.size;
    if (!this.byWords) order.strength = this.strength;
    const mask = this.byWords || !this.mask.painted ? null : await this.mask.file();
    if (mask) order.mask_mode = "alpha";
    const { naturalWidth: width, naturalHeight: height } = /** @type {Brought} */ (this.pictures.at(-1)).image;
    location.hash = "#draw";
    const refused = await jobs.draw(order, { images: this.pictures.map((one) => one.blob), mask, shape: width ? { width, height } : null });
    this.refused = refused ? `“${refused.message}”` : "";
    if (refused) location.hash = "#edit"; // and it is built anew
  }
}
