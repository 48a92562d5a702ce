// How to deploy: a choice of hardware, model and settings, as commands and files.

import { FORMS } from "./commands.js";
import { segments } from "./controls.js";
import { copyable } from "./copying.js";
import { el, fill, marked, tabs } from "./dom.js";
import { gib, judge } from "./memory.js";
import { onLanguage, t } from "./words.js";

/**
 * @typedef {import("./server.js").Setting} Setting
 * @typedef {import("./memory.js").Checkpoint} Checkpoint
 * @typedef {{settings: Setting[], checkpoints: Checkpoint[]}} Table
 */

/** Hardware: the bytes of its memory, and whether a card draws. @type {Record<string, {name: string, memory: number, card: boolean, unserved: boolean}>} */
const HARDWARE = Object.fromEntries(
  /** @type {[string, boolean, number][]} */ ([
    ["CPU", false, 4],
    ["CPU", false, 16],
    ["CPU", false, 64],
    ["CPU", false, 128],
    ["NVIDIA", true, 16],
    ["NVIDIA", true, 24],
    ["NVIDIA", true, 48],
    ["NVIDIA", true, 80],
    ["NVIDIA", true, 141],
    ["AMD", false, 64],
    ["AMD", false, 128],
  ]).map(([kind, card, size]) => [`${kind}-${size}`, { name: `${kind} ${size} GiB`, memory: size * 2 ** 30, card, unserved: kind === "AMD" }]),
);

/** Settings that have a place of their own in the form. */
const PLACED = ["model-path", "device", "dtype", "weights", "quantization", "device-memory", "num-gpus", "dp-size", "max-running-requests", "max-queued-requests", "lora-path", "lora-folders", "api-key-file", "job-store"];

/**
 * @param {HTMLElement} section
 * @param {{table: Table}} studio
 */
export function open(section, { table }) {
  const place = new Deploying(section, table);
  onLanguage(() => place.paint());
  return { shown: () => place.paint() };
}

export class Deploying {
  /**
   * @param {HTMLElement} section
   * @param {Table} table
   */
  constructor(section, table) {
    this.section = section;
    this.table = table;
    this.hardware = "NVIDIA-80";
    this.checkpoint = 0;
    this.side = 1024;
    this.cards = 1;
    /** What several cards share: `replicas`, `pictures` or `layers`. */
    this.sharing = "pictures";
    this.replicas = 1;
    this.approximation = "exact";
    this.form = 0;
    /** Values of settings that the form names. @type {Map<string, string>} */
    this.values = new Map();
    this.memory = el("div", { className: "memory" });
    this.panel = el("div", { role: "tabpanel", id: "deploy-code", className: "code" });
  }

  get machine() {
    return /** @type {{name: string, memory: number, card: boolean, unserved: boolean}} */ (HARDWARE[this.hardware]);
  }

  /** Cards that draw. */
  get several() {
    return this.machine.card ? this.cards : 1;
  }

  /** Cards that hold one model together. */
  get spread() {
    return this.sharing === "layers" ? this.several : 1;
  }

  get model() {
    return /** @type {Checkpoint} */ (this.table.checkpoints[this.checkpoint]);
  }

  /** @param {string} name */
  setting(name) {
    return this.table.settings.find((setting) => setting.name === name);
  }

  paint() {
    const { list, pick } = tabs(t("forms"), FORMS.map((form) => form.name), this.panel, (i) => {
      this.form = i;
      this.answer();
    });
    fill(
      this.section,
      el("div", { className: "head" }, el("h1", { id: "h-deploy" }, t("deploy")), el("p", { className: "muted" }, t("deploy_line"))),
      el("div", { className: "deployment" }, this.choices(), el("div", { className: "result" }, this.machine.unserved ? el("p", { className: "aside", role: "note" }, t("unserved_note")) : null, this.memory, list, this.panel, el("p", { className: "hint" }, t("deploy_note")))),
    );
    pick(this.form);
  }

  choices() {
    const { table } = this;
    return el(
      "form",
      { className: "choices", "aria-label": t("deploy") },
      this.select("hardware", t("hardware"), Object.entries(HARDWARE).map(([id, one]) => [id, one.unserved ? t("unserved", one.name) : one.name]), this.hardware, (id) => {
        this.hardware = id;
        this.values.delete("dtype");
      }),
      ...(this.machine.card ? [this.seg("cards", t("cards"), ["1", "2", "4", "8"], String(this.cards), (n) => (this.cards = Number(n)))] : []),
      ...(this.several > 1 ? [this.seg("sharing", t("sharing"), ["pictures", "replicas", "layers"], this.sharing, (what) => (this.sharing = what), t("sharing_hint"), [t("by_pictures"), t("by_replicas"), t("by_layers")])] : []),
      this.seg("checkpoint", t("checkpoint"), table.checkpoints.map((one) => one.name), this.model.name, (name) => {
        this.checkpoint = table.checkpoints.findIndex((one) => one.name === name);
        this.side = this.model.drawing[0]?.side ?? this.side;
      }),
      this.seg("side", t("largest"), this.model.drawing.map((one) => String(one.side)), String(this.side), (side) => (this.side = Number(side)), t("largest_hint")),
      ...this.words(this.machine.card ? "dtype" : "weights"),
      ...this.words("quantization"),
      ...(this.machine.card ? this.text("device-memory") : []),
      this.seg("approximation", t("approximation"), ["exact", "forecast", "cache"], this.approximation, (kind) => (this.approximation = kind), t("approximation_hint"), [t("exact"), t("forecast"), t("cache")]),
      ...this.text("max-running-requests"),
      ...this.text("max-queued-requests"),
      this.seg("replicas", t("replicas"), ["1", "2", "4", "8"], String(this.replicas), (n) => (this.replicas = Number(n)), t("replicas_hint")),
      ...this.words("job-store"),
      ...this.text("lora-path"),
      ...this.text("lora-folders"),
      ...this.text("api-key-file"),
      this.others(),
    );
  }

  /**
   * @param {string} name
   * @param {string} words
   * @param {[string, string][]} options
   * @param {string} chosen
   * @param {(value: string) => void} changed
   */
  select(name, words, options, chosen, changed) {
    const id = `deploy-${name}`;
    const select = el("select", { id }, ...options.map(([value, text]) => el("option", { value }, text)));
    select.value = chosen;
    select.addEventListener("change", () => {
      changed(select.value);
      this.again(id);
    });
    return el("div", { className: "field" }, el("label", { htmlFor: id }, words), select);
  }

  /**
   * @param {string} name
   * @param {string} words
   * @param {string[]} options
   * @param {string} chosen
   * @param {(value: string) => void} changed
   * @param {string} [hint]
   * @param {string[]} [shown]
   */
  seg(name, words, options, chosen, changed, hint, shown = options) {
    const radios = segments(`deploy-${name}`, options.map((value, i) => [value, shown[i] ?? value]), chosen, (value) => {
      changed(value);
      this.again(`deploy-${name}`, value);
    });
    return el("fieldset", { className: "field" }, el("legend", {}, words), radios, hint ? el("p", { className: "hint" }, hint) : null);
  }

  /** Other choices may come or go; the focus stays. @param {string} name @param {string} [value] */
  again(name, value) {
    this.paint();
    const at = value === undefined ? document.getElementById(name) : document.querySelector(`[name="${name}"][value="${value}"]`);
    /** @type {HTMLElement | null} */ (at)?.focus();
  }

  /** A setting of a few words, if the server has it. @param {string} name */
  words(name) {
    const setting = this.setting(name);
    if (!setting?.words) return [];
    const words = setting.words.filter((word) => name !== "dtype" || this.machine.card || word !== "bf16");
    const fallback = words.includes(setting.fallback) ? [] : [""];
    return [this.seg(name, title(name), [...fallback, ...words], this.values.get(name) ?? (fallback.length ? "" : setting.fallback), (word) => this.give(setting, word), plain(setting.help), [...fallback.map(() => t("unset")), ...words])];
  }

  /** Any other setting, if the server has it. @param {string} name */
  text(name) {
    const setting = this.setting(name);
    return setting ? [this.input(setting)] : [];
  }

  /** @param {Setting} setting */
  input(setting) {
    const id = `deploy-${setting.name}`;
    const input = el("input", { type: "text", id, placeholder: plain(setting.fallback), value: this.values.get(setting.name) ?? "", autocomplete: "off", spellcheck: false });
    input.addEventListener("input", () => {
      this.give(setting, input.value.trim());
      this.answer();
    });
    return el("div", { className: "field" }, el("label", { htmlFor: id }, title(setting.name)), input, el("p", { className: "hint" }, ...marked(setting.help)));
  }

  /** All settings that have no place above. */
  others() {
    const rest = this.table.settings.filter((setting) => !PLACED.includes(setting.name) && !setting.variable.startsWith("SGLANG_CACHE_DIT") && !setting.name.startsWith("forecast."));
    return el("details", { className: "sub" }, el("summary", {}, t("all_settings")), el("div", { className: "settings" }, ...rest.map((setting) => (setting.is_switch ? this.toggle(setting) : this.input(setting)))));
  }

  /** @param {Setting} setting */
  toggle(setting) {
    const box = el("input", { type: "checkbox", checked: this.values.has(setting.name) });
    box.addEventListener("change", () => {
      this.give(setting, box.checked ? String(!setting.flag?.startsWith("--no-")) : "");
      this.answer();
    });
    return el("label", { className: "check", title: plain(setting.help) }, box, el("code", {}, setting.flag ?? setting.variable));
  }

  /**
   * @param {Setting} setting
   * @param {string} value its default is as good as none
   */
  give(setting, value) {
    if (value === "" || value === setting.fallback) this.values.delete(setting.name);
    else this.values.set(setting.name, value);
  }

  /** All values, with those that follow from the choices. */
  deployment() {
    const values = new Map();
    const put = (/** @type {string} */ name, /** @type {string | undefined} */ value) => value && this.setting(name) && values.set(name, value);
    put("model-path", this.model.path);
    put("device", this.machine.card ? "cuda" : undefined);
    if (this.approximation === "forecast") put("forecast.enabled", "true");
    if (this.approximation === "cache") put("cache-dit.enabled", "true");
    for (const [name, value] of this.values) if (name !== (this.machine.card ? "weights" : "device-memory")) put(name, value);
    if (this.several > 1) {
      put("num-gpus", String(this.several));
      if (this.sharing === "replicas") put("dp-size", String(this.several));
      if (this.sharing === "layers") put("performance-mode", "memory");
    }
    return { values, settings: this.table.settings, image: this.machine.card ? "inkstream:cuda" : "inkstream:jvm", card: this.machine.card ? this.cards : 0, replicas: this.replicas, model: this.model.path ?? null };
  }

  answer() {
    const deployment = this.deployment();
    const { machine, values } = this;
    const text = FORMS[this.form]?.text(deployment) ?? "";
    fill(this.panel, ...copyable(text, t("command")));
    const need = { card: machine.card, spread: this.spread, checkpoint: this.model, side: this.side, atOnce: Number(values.get("max-running-requests") ?? 1) || 1, dtype: values.get("dtype") ?? "auto", weights: values.get("weights") ?? "fast", quantization: values.get("quantization") ?? "" };
    this.tell(judge(need, this.spread * limit(values.get("device-memory"), machine)));
  }

  /** @param {import("./memory.js").Answer} answer */
  tell(answer) {
    const memory = this.spread * this.machine.memory;
    this.memory.className = `memory ${answer.grade}`;
    const bar = el("div", { className: "meter" }, ...answer.parts.map((_, i) => el("i", { className: `m${i}` })));
    answer.parts.forEach(([, bytes], i) => /** @type {HTMLElement} */ (bar.children[i]).style.setProperty("--w", `${(100 * bytes) / Math.max(memory, answer.total)}%`));
    fill(
      this.memory,
      el("div", { className: "total" }, el("span", {}, el("b", {}, t("about", gib(answer.total))), ` ${t("of", gib(memory))}`), el("span", { className: "muted" }, this.spread > 1 ? t("on_the_cards", this.spread) : this.machine.card ? t("on_the_card") : t("main_memory"))),
      bar,
      el("ul", {}, ...answer.parts.map(([name, bytes], i) => el("li", {}, el("i", { className: `m${i}` }), `${name} ${gib(bytes)}`))),
      el("p", { className: "verdict" }, answer.verdict),
    );
  }
}

/**
 * What the card may give, if a setting limits it.
 * @param {string | undefined} size
 * @param {{memory: number, card: boolean}} machine
 */
function limit(size, { memory, card }) {
  const found = card ? /^(\d+)([KMGT]?)B?$/i.exec(size ?? "") : null;
  return found ? Math.min(memory, Number(found[1]) * 2 ** (10 * " KMGT".indexOf((found[2] ?? "").toUpperCase() || " "))) : memory;
}

/** @param {string} name of a setting */
function title(name) {
  const words = name.replace(/[-.]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** @param {string} markdown */
function plain(markdown) {
  return markdown.replaceAll("`", "");
}
