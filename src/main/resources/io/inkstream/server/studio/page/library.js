// Pictures that were drawn: looked at, compared, used again; and dropped ones, whose settings are read.

import { comparison } from "./compare.js";
import { el, fill, say } from "./dom.js";
import { bring } from "./editing.js";
import { forget, keep, kept, onHistory, small } from "./history.js";
import { onServer, picture } from "./lasting.js";
import { settingsOf } from "./picturetext.js";
import { key, takesPictures } from "./server.js";
import { duration, onLanguage, t } from "./words.js";

/**
 * @typedef {import("./history.js").Kept} Kept
 * @typedef {import("./studio.js").Studio} Studio
 */

/**
 * @param {HTMLElement} section
 * @param {Studio} studio
 */
export function open(section, studio) {
  const library = new Library(section, studio);
  onHistory(() => library.paint());
  onLanguage(() => library.paint());
  return { shown: () => library.paint() };
}

class Library {
  /**
   * @param {HTMLElement} section
   * @param {Studio} studio
   */
  constructor(section, studio) {
    this.section = section;
    this.studio = studio;
    /** Those that are compared, by their ids. @type {(number | undefined)[]} */
    this.pair = [];
    this.opened = { close: () => {} };
    this.painting = 0;
  }

  async paint() {
    if (this.section.hidden) return;
    const turn = ++this.painting;
    const pictures = await kept();
    if (turn !== this.painting) return;
    const chosen = [...pictures.filter((one) => this.pair.includes(one.id)), ...pictures.filter((one) => !this.pair.includes(one.id))].slice(0, 2);
    const [a, b] = chosen.sort((one, other) => this.pair.indexOf(one.id) - this.pair.indexOf(other.id));
    this.opened.close();
    const server = await this.onServer(pictures);
    if (turn !== this.painting) return;
    fill(this.section, this.head(), ...(a && b ? this.compared(a, b) : a ? [] : [el("p", { className: "empty" }, t("library_empty"))]), this.thumbs(pictures, a && b ? [a, b] : []), ...server);
  }

  /**
   * Pictures of the server's jobs that are not among these.
   * @param {Kept[]} pictures
   */
  async onServer(pictures) {
    if (!this.studio.jobs.lasting) return [];
    const all = await onServer().catch(() => []);
    const others = all.filter((one) => !pictures.some((own) => own.seed === one.seed && own.prompt === one.prompt));
    if (!others.length) return [];
    const items = others.map((one) => {
      const fetched = async () => read([new File([await picture(one.url)], `${one.seed}`)], this.studio);
      return el("li", {}, seen(one), el("p", { title: one.prompt }, one.prompt || "\u00a0"), el("div", { className: "row" }, button(t("keep_here"), fetched, "quiet small")));
    });
    return [el("h2", { className: "of-server" }, t("on_server")), el("ul", { className: "thumbs" }, ...items)];
  }

  head() {
    const input = el("input", { type: "file", accept: "image/png,image/jpeg", className: "sr", tabIndex: -1, "aria-hidden": "true" });
    input.addEventListener("change", () => input.files && read([...input.files], this.studio));
    return el("div", { className: "head" }, el("h1", { id: "h-library" }, t("library")), el("p", { className: "muted" }, t("library_line")), el("button", { type: "button", onclick: () => input.click() }, t("library_open")), input);
  }

  /**
   * @param {Kept} a
   * @param {Kept} b
   */
  compared(a, b) {
    const shown = comparison(a, b);
    this.opened = shown;
    const { use } = this.studio;
    const acts = el("div", { className: "acts" }, button(t("use_of", "A"), () => use(a.order)), button(t("use_of", "B"), () => use(b.order)), button(t("download_both"), () => [a, b].forEach(save)));
    return [el("div", { className: "side-by-side" }, shown.element, el("div", { className: "differences" }, el("h2", {}, t("what_differs")), table(a, b), acts))];
  }

  /**
   * @param {Kept[]} pictures
   * @param {Kept[]} pair
   */
  thumbs(pictures, pair) {
    return el("ul", { className: "thumbs" }, ...pictures.map((one) => this.thumb(one, ["A", "B"][pair.indexOf(one)])));
  }

  /**
   * @param {Kept} one
   * @param {string | undefined} tag
   */
  thumb(one, tag) {
    const url = URL.createObjectURL(one.thumb);
    const image = el("img", { src: url, alt: one.prompt, width: 192, height: 192, loading: "lazy", onload: () => URL.revokeObjectURL(url) });
    const choose = el("button", { type: "button", className: "choose", "aria-pressed": String(Boolean(tag)), title: t("library_choose"), "aria-label": `${t("library_choose")}: ${one.prompt}`, onclick: () => this.choose(one) }, image, tag ? el("span", { className: "tag" }, tag) : null);
    return el("li", { className: tag ? "chosen" : "" }, choose, el("p", { title: one.prompt }, one.prompt || "\u00a0"), el("div", { className: "row" }, button(t("use_settings"), () => this.studio.use(one.order), "quiet small"), button(t("download"), () => save(one), "quiet small"), takesPictures(this.studio.schema) ? button(t("send_to_edit"), () => bring(one.blob), "quiet small") : null, button(t("remove"), () => forget(one), "quiet small")));
  }

  /** The newest two choices are compared. @param {Kept} one */
  choose(one) {
    this.pair = [this.pair.at(-1), one.id].filter((id, i, all) => id !== undefined && all.indexOf(id) === i);
    this.paint();
  }
}

/**
 * A picture of the server's. An element sends no key: where there is one, the page fetches for it.
 * @param {{url: string, prompt: string}} one
 */
function seen({ url, prompt }) {
  const image = el("img", { alt: prompt, width: 192, height: 192, loading: "lazy" });
  if (!key()) image.src = url;
  else {
    picture(url).then((blob) => {
      image.onload = image.onerror = () => URL.revokeObjectURL(image.src);
      image.src = URL.createObjectURL(blob);
    }, () => image.remove());
  }
  return image;
}

/**
 * @param {string} words
 * @param {() => void} onclick
 * @param {string} [className]
 */
function button(words, onclick, className = "") {
  return el("button", { type: "button", className, onclick }, words);
}

/**
 * @param {Kept} a
 * @param {Kept} b
 */
function table(a, b) {
  const [ofA, ofB] = [told(a), told(b)];
  const names = [...new Set([...ofA.keys(), ...ofB.keys()])];
  const rows = names.filter((name) => ofA.get(name) !== ofB.get(name)).map((name) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, ofA.get(name) ?? "–"), el("td", {}, ofB.get(name) ?? "–")));
  const same = names.filter((name) => ofA.get(name) === ofB.get(name)).map((name) => (name === t("prompt") ? name : `${name} ${ofA.get(name)}`));
  return el("table", {}, el("thead", {}, el("tr", {}, el("td"), el("th", { scope: "col" }, "A"), el("th", { scope: "col" }, "B"))), el("tbody", {}, ...rows, same.length ? el("tr", {}, el("th", { scope: "row" }, t("the_same")), el("td", { colSpan: 2 }, same.join(", "))) : null));
}

/**
 * What there is to say of a picture, by name.
 * @param {Kept} one
 */
function told(one) {
  const { order, counts } = one;
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  /** @type {[string, unknown][]} */
  const facts = [
    [t("prompt"), one.prompt],
    [t("f_negative_prompt"), order.negative_prompt],
    [t("size"), `${one.width} × ${one.height}`],
    [t("f_seed"), one.seed],
    [t("f_true_cfg_scale"), order.true_cfg_scale],
    [t("f_sampler"), order.sampler],
    [t("approximation"), order.enable_cache_dit ? [t("cache"), params(order.cache_dit_params)].filter(Boolean).join(": ") : order.forecast ? [t("forecast"), params(order.forecast)].join(": ") : t("exact")],
    [t("steps_computed"), all ? `${counts.computed} / ${all}` : undefined],
    [t("drawn_in"), one.seconds ? duration(one.seconds) : undefined],
    [t("f_output_format"), one.format],
  ];
  return new Map(facts.filter(([, value]) => value !== undefined && value !== "").map(([name, value]) => [name, String(value)]));
}

/** @param {unknown} map */
function params(map) {
  return map && typeof map === "object" ? Object.entries(map).map(([name, value]) => `${name} ${value}`).join(", ") : "";
}

/** @param {Kept} one */
function save(one) {
  const url = URL.createObjectURL(one.blob);
  el("a", { href: url, download: `${one.seed}.${one.format}` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/**
 * Reads the settings of pictures into the form, and keeps the pictures to be compared.
 * @param {File[]} files
 * @param {Studio} studio
 */
export async function read(files, studio) {
  for (const file of files) {
    const order = await settingsOf(file).catch(() => null);
    if (!order) {
      studio.tell(t("dropped_none", file.name));
      continue;
    }
    const image = await createImageBitmap(file);
    const format = file.type === "image/jpeg" ? "jpeg" : "png";
    await keep({ at: Date.now(), prompt: String(order.prompt ?? ""), order, seed: Number(order.seed ?? 0), format, width: image.width, height: image.height, seconds: 0, counts: {}, model: "", bytes: file.size, blob: file, thumb: await small(file) });
    image.close();
    studio.use(order);
    studio.tell(t("dropped", file.name));
    say(t("dropped", file.name));
  }
}
