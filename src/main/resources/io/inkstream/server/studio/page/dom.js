// What every module does with the document.

/**
 * The element of that id.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element #${id}`);
  return /** @type {T} */ (found);
}

/**
 * @typedef {Node | string | null | undefined | false} Kid
 * @typedef {Record<string, unknown>} Props
 */

/**
 * Makes an element. `onclick` and the like are listeners, names that the element has are set as
 * properties, the others as attributes; null and undefined are left out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Props} [props]
 * @param {...Kid} kids
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, props = {}, ...kids) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(made, name, value);
  made.append(...present(kids));
  return made;
}

/**
 * @param {HTMLElement} element
 * @param {string} name
 * @param {unknown} value
 */
function set(element, name, value) {
  if (value === null || value === undefined) return;
  if (name.startsWith("on") && typeof value === "function") {
    element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
  } else if (name in element && name !== "list") {
    Reflect.set(element, name, value);
  } else {
    element.setAttribute(name, String(value));
  }
}

/** @param {Kid[]} kids */
function present(kids) {
  return kids.filter((kid) => kid !== null && kid !== undefined && kid !== false);
}

/**
 * Puts these in the place of all that an element holds.
 * @param {Element} element
 * @param {...Kid} kids
 */
export function fill(element, ...kids) {
  element.replaceChildren(...present(kids));
}

const PATHS = {
  dice: "M4.5 3h11A1.5 1.5 0 0 1 17 4.5v11a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 15.5v-11A1.5 1.5 0 0 1 4.5 3zM7 7v.1M13 13v.1M10 10v.1",
  lock: "M5.5 9h9A1.5 1.5 0 0 1 16 10.5v5a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 4 15.5v-5A1.5 1.5 0 0 1 5.5 9zM7 9V6a3 3 0 0 1 6 0v3",
  plus: "M10 4v12M4 10h12",
  close: "M5 5l10 10M15 5L5 15",
};

/**
 * A drawn sign, without words.
 * @param {keyof typeof PATHS} name
 */
export function icon(name) {
  return drawn("0 0 20 20", PATHS[name]);
}

/**
 * The outline of a picture of these sides.
 * @param {number} width
 * @param {number} height
 */
export function outline(width, height) {
  const scale = 26 / Math.max(width, height);
  const [w, h] = [width * scale, height * scale];
  return drawn("0 0 34 30", `M${17 - w / 2} ${15 - h / 2}h${w}v${h}h${-w}z`);
}

/**
 * @param {string} viewBox
 * @param {string} path
 */
function drawn(viewBox, path) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", viewBox);
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/**
 * A line in Markdown as the server's tables have it: words of code stand between backquotes.
 * @param {string} line
 */
export function marked(line) {
  return line.split("`").map((part, i) => (i % 2 ? el("code", {}, part) : part));
}

/**
 * Says something to who cannot see the page.
 * @param {string} words
 */
export function say(words) {
  byId("live").textContent = words;
}

/**
 * Runs a function at the next frame, once however often it is asked for.
 * @param {() => void} paint
 */
export function perFrame(paint) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      paint();
    });
  };
}

/**
 * Tabs of which the arrow keys choose one.
 * @param {string} label of all of them
 * @param {string[]} names
 * @param {HTMLElement} panel
 * @param {(index: number) => void} show
 */
export function tabs(label, names, panel, show) {
  const list = el("div", { className: "tabs", role: "tablist", "aria-label": label });
  const buttons = names.map((name, i) =>
    el("button", { type: "button", role: "tab", id: `${panel.id}-${i}`, "aria-controls": panel.id, onclick: () => pick(i), onkeydown: (/** @type {KeyboardEvent} */ e) => move(e, i) }, name),
  );
  /** @param {number} chosen */
  function pick(chosen) {
    buttons.forEach((button, i) => {
      button.setAttribute("aria-selected", String(i === chosen));
      button.tabIndex = i === chosen ? 0 : -1;
    });
    panel.setAttribute("aria-labelledby", `${panel.id}-${chosen}`);
    show(chosen);
  }
  /**
   * @param {KeyboardEvent} event
   * @param {number} from
   */
  function move(event, from) {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by) {
      const to = (from + by + names.length) % names.length;
      pick(to);
      buttons[to]?.focus();
    }
  }
  list.append(...buttons);
  return { list, pick };
}
