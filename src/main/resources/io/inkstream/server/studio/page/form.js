// The settings of a picture: a form made of the server's fields, and a request made of the form.

import { approximation } from "./approximation.js";
import { control, errorLine, framed, label } from "./controls.js";
import { byId, el, fill, icon, outline } from "./dom.js";
import { line, onLanguage, t } from "./words.js";

/**
 * @typedef {import("./server.js").Schema} Schema
 * @typedef {import("./server.js").Field} Field
 * @typedef {import("./controls.js").Control} Control
 * @typedef {Record<string, unknown>} Order
 */

/** Fields that have no control of their own here: other words for those that do, or of the answer. */
const LEFT_OUT = new Set(["prompt", "model", "size", "width", "height", "guidance_scale", "quality", "output_quality", "enable_cache_dit", "cache_dit_params", "forecast", "lora", "seed", "negative_prompt"]);

/** What stands in rows of two above the rest. */
const PAIRS = [
  ["num_inference_steps", "true_cfg_scale"],
  ["n", "output_format"],
  ["sampler", "preview"],
];

/** Whose control tells of an error at a field. */
const TOLD_AT = /** @type {Record<string, string>} */ ({
  width: "size",
  height: "size",
  guidance_scale: "true_cfg_scale",
  enable_cache_dit: "approximation",
  cache_dit_params: "approximation",
  forecast: "approximation",
  quality: "approximation",
});

const MOST_SEED = 2 ** 31;

export class Form {
  /**
   * @param {Schema} schema
   * @param {import("./server.js").Adapters | null} adapters
   */
  constructor(schema, adapters) {
    this.schema = schema;
    this.adapters = adapters;
    /** The seed that a lock keeps; undefined: one by lot. @type {() => number | undefined} */
    this.seedToKeep = () => undefined;
    /** @type {Map<string, Control>} */
    this.controls = new Map();
    this.prompt = /** @type {HTMLTextAreaElement} */ (byId("f-prompt"));
    this.settings = byId("settings");
    this.build();
    onLanguage(() => this.rebuild());
    byId("summary").addEventListener("click", () => this.open(byId("summary").getAttribute("aria-expanded") !== "true"));
    byId("form").addEventListener("input", () => this.summarise());
    byId("form").addEventListener("change", () => this.summarise());
  }

  /** In another language, with the same values. */
  rebuild() {
    const order = this.order();
    this.build();
    this.use(order);
  }

  build() {
    this.controls.clear();
    const parts = [this.negative(), this.sizes(), ...this.pair(PAIRS[0]), this.seed(), this.approximated(), ...this.adapterList()];
    for (const names of PAIRS.slice(1)) parts.push(...this.pair(names));
    fill(this.settings, ...parts, this.more());
    this.summarise();
  }

  /** @param {string} name */
  field(name) {
    return this.schema.fields.find((field) => field.name === name);
  }

  /** @param {string} name */
  fallback(name) {
    const { defaults } = this.schema;
    switch (name) {
      case "num_inference_steps":
        return String(defaults.num_inference_steps);
      case "true_cfg_scale":
        return String(defaults.true_cfg_scale);
      case "sampler":
        return defaults.sampler;
      default:
        return undefined;
    }
  }

  /**
   * @param {string[]} [names]
   * @returns {HTMLElement[]}
   */
  pair(names = []) {
    const made = names.flatMap((name) => {
      const field = this.field(name);
      return field ? [this.added(name, control(field, this.fallback(name)))] : [];
    });
    if (names.includes("preview") && this.controls.has("preview")) this.controls.get("preview")?.set("fast");
    return made.length ? [el("div", { className: "pair" }, ...made)] : [];
  }

  /**
   * @param {string} name
   * @param {Control} made
   */
  added(name, made) {
    this.controls.set(name, made);
    return made.element;
  }

  negative() {
    const input = el("textarea", { rows: 2, autocomplete: "off" });
    const field = this.field("negative_prompt");
    const fallback = String(field?.fallback ?? "");
    const element = framed("negative_prompt", label("negative_prompt"), input, line("negative_prompt", field?.line ?? ""));
    const details = el("details", { className: "sub" }, el("summary", {}, label("negative_prompt")), ...element.childNodes);
    details.dataset.field = "negative_prompt";
    details.querySelector("label")?.classList.add("sr");
    return this.added("negative_prompt", {
      element: details,
      get: () => (input.value.trim() === "" ? undefined : input.value),
      set: (value) => {
        input.value = value === undefined || value === fallback ? "" : String(value);
        details.open ||= input.value !== "";
      },
    });
  }

  sizes() {
    const { defaults, sizes, model } = this.schema;
    const shown = el("output", { className: "muted" });
    const inputs = /** @type {HTMLInputElement[]} */ ([defaults.width, defaults.height].map((value) => el("input", { type: "number", value: String(value), step: String(model.side_unit), min: String(model.side_unit), inputMode: "numeric" })));
    const [width, height] = /** @type {[HTMLInputElement, HTMLInputElement]} */ (inputs);
    width.setAttribute("aria-label", t("width"));
    height.setAttribute("aria-label", t("height"));
    const other = el("div", { className: "pair other", hidden: true }, width, height);
    const tell = () => (shown.value = `${width.value} × ${height.value}`);
    const tiles = sizes.map((size) => ({ size, radio: el("input", { type: "radio", name: "size-tile", value: `${size.width}x${size.height}`, "aria-label": `${size.width} × ${size.height}, ${size.ratio}` }) }));
    const free = el("input", { type: "radio", name: "size-tile", value: "other" });
    /** @param {boolean} isOther */
    const choose = (isOther) => {
      free.checked = isOther;
      other.hidden = !isOther;
      tell();
    };
    for (const { size, radio } of tiles) {
      radio.addEventListener("change", () => {
        [width.value, height.value] = [String(size.width), String(size.height)];
        choose(false);
      });
    }
    free.addEventListener("change", () => choose(true));
    other.addEventListener("input", tell);
    const set = (/** @type {unknown} */ value) => {
      const [w, h] = typeof value === "string" ? value.split("x") : [defaults.width, defaults.height];
      [width.value, height.value] = [String(w), String(h)];
      const tile = tiles.find(({ size }) => size.width === Number(w) && size.height === Number(h));
      if (tile) tile.radio.checked = true;
      choose(!tile);
    };
    set(undefined);
    const element = el(
      "fieldset",
      { className: "field", "data-field": "size" },
      el("legend", {}, t("size"), " ", shown),
      el("div", { className: "sizes" }, ...tiles.map(({ size, radio }) => el("label", { title: `${size.width} × ${size.height}` }, radio, el("span", {}, outline(size.width, size.height), size.ratio))), el("label", {}, free, el("span", {}, icon("plus"), t("size_other")))),
      other,
      errorLine("size"),
    );
    return this.added("size", { element, get: () => `${width.value}x${height.value}`, set });
  }

  seed() {
    const field = this.field("seed");
    const input = el("input", { type: "text", inputMode: "numeric", autocomplete: "off", placeholder: t("by_lot") });
    const keep = (/** @type {unknown} */ seed) => {
      input.value = seed === undefined || seed === null ? "" : Array.isArray(seed) ? JSON.stringify(seed) : String(seed);
      tell();
    };
    const tell = () => lock.setAttribute("aria-pressed", String(input.value !== ""));
    const lot = el("button", { type: "button", className: "icon", "aria-label": t("lottery"), title: t("lottery"), onclick: () => keep(byLot()) }, icon("dice"));
    const lock = el("button", { type: "button", className: "icon", "aria-label": t("keep_seed"), title: t("keep_seed"), "aria-pressed": "false" }, icon("lock"));
    lock.addEventListener("click", () => keep(input.value === "" ? (this.seedToKeep() ?? byLot()) : undefined));
    input.addEventListener("input", tell);
    const element = framed("seed", label("seed"), input, line("seed", field?.line ?? ""));
    const joined = el("div", { className: "join" });
    input.replaceWith(joined);
    joined.append(input, lot, lock);
    return this.added("seed", {
      element,
      get: () => seedOf(input.value.trim()),
      set: keep,
    });
  }

  approximated() {
    const made = approximation(this.schema, () => this.summarise());
    this.approximation = made;
    return this.added("approximation", made);
  }

  /** Adapters that the server has by name; where it has none, there is nothing to choose. */
  adapterList() {
    const named = this.adapters?.loaded_adapters ?? [];
    if (!named.length || !this.field("lora")) return [];
    const active = new Map(this.adapters?.active.transformer.map((one) => [one.nickname, one.strength]));
    const rows = named.map(({ nickname }) => {
      const box = el("input", { type: "checkbox", checked: active.has(nickname) });
      const scale = el("input", { type: "number", step: "0.05", value: String(active.get(nickname) ?? 1), "aria-label": t("adapter_scale", nickname) });
      return { nickname, box, scale };
    });
    const element = el(
      "fieldset",
      { className: "field", "data-field": "lora" },
      el("legend", {}, t("adapters")),
      ...rows.map(({ nickname, box, scale }) => el("div", { className: "adapter" }, el("label", { className: "check" }, box, el("span", {}, nickname)), scale)),
      errorLine("lora"),
    );
    return [
      this.added("lora", {
        element,
        get: () => rows.filter(({ box }) => box.checked).map(({ nickname, scale }) => ({ name: nickname, scale: Number(scale.value) })),
        set: (value) => {
          if (!Array.isArray(value)) return;
          for (const { nickname, box, scale } of rows) {
            const chosen = value.find((one) => one.name === nickname);
            box.checked = Boolean(chosen);
            if (chosen) scale.value = String(chosen.scale ?? 1);
          }
        },
      }),
    ];
  }

  /** All other fields that change pictures or their files. */
  more() {
    const rest = this.schema.fields.filter((field) => field.of !== "answer" && field.of !== "edit" && !LEFT_OUT.has(field.name) && !this.controls.has(field.name));
    return el("details", { className: "sub more" }, el("summary", {}, t("more")), el("div", { className: "settings" }, ...rest.map((field) => this.added(field.name, control(field)))));
  }

  /** The request that the form asks for. @returns {Order} */
  order() {
    /** @type {Order} */
    const order = { prompt: this.prompt.value };
    for (const [name, made] of this.controls) {
      const value = made.get();
      if (name === "approximation") Object.assign(order, value);
      else if (value !== undefined) order[name] = value;
    }
    return order;
  }

  /**
   * Shows what an order says, and the defaults where it says nothing.
   * @param {Order} order
   */
  use(order) {
    if (typeof order.prompt === "string") this.prompt.value = order.prompt;
    const size = order.size ?? (order.width && order.height ? `${order.width}x${order.height}` : undefined);
    for (const [name, made] of this.controls) {
      if (name === "approximation") made.set(order);
      else if (name === "size") made.set(size);
      else if (name !== "preview" || order.preview) made.set(order[name]);
    }
    this.clearErrors();
    this.summarise();
  }

  summarise() {
    const order = this.order();
    const steps = order.num_inference_steps ?? this.schema.defaults.num_inference_steps;
    const words = [String(order.size).replace("x", " × "), `${steps} ${label("num_inference_steps").toLowerCase()}`, this.approximation?.words().toLowerCase()];
    byId("summary-text").textContent = words.join(" · ");
  }

  /** @param {boolean} opened */
  open(opened) {
    byId("form").classList.toggle("open", opened);
    byId("summary").setAttribute("aria-expanded", String(opened));
  }

  clearErrors() {
    for (const told of byId("form").querySelectorAll(".err")) {
      told.textContent = "";
      /** @type {HTMLElement} */ (told).hidden = true;
    }
    for (const wrong of byId("form").querySelectorAll("[aria-invalid]")) wrong.removeAttribute("aria-invalid");
  }

  /**
   * Shows the server's words at the field that they name, or below Draw.
   * @param {string | null} param
   * @param {string} message
   * @returns {string} the field's label, or nothing
   */
  refuse(param, message) {
    this.clearErrors();
    const name = TOLD_AT[param ?? ""] ?? param ?? "form";
    const place = document.getElementById(`e-${name}`) ?? byId("e-form");
    place.textContent = `“${message}”`;
    place.hidden = false;
    const field = place.closest("[data-field]");
    if (!field) return "";
    this.open(true);
    for (let at = field.closest("details"); at; at = at.parentElement?.closest("details") ?? null) at.open = true;
    const input = /** @type {HTMLElement | null} */ (field.querySelector("input:checked, input:not([type=radio]), textarea, select"));
    input?.setAttribute("aria-invalid", "true");
    input?.focus({ preventScroll: true });
    field.scrollIntoView({ block: "nearest" });
    return field.querySelector("label, legend")?.firstChild?.textContent ?? name;
  }
}

function byLot() {
  return Math.floor(Math.random() * MOST_SEED);
}

/**
 * A number, a list of those, or as it was written: the server says what is wrong with it.
 * @param {string} text
 */
function seedOf(text) {
  if (text === "") return undefined;
  if (!/^(\d{1,15}|\[[\d, ]*\])$/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
