// Controls that are made from what the server says of its fields.

import { el, marked } from "./dom.js";
import { isWord, line, t } from "./words.js";

/**
 * A control: an element with its label, and its value as it goes into a request.
 * @typedef {{element: HTMLElement, get: () => unknown, set: (value: unknown) => void}} Control
 */

/**
 * The label of a field: words of the page, or else its name.
 * @param {string} name
 */
export function label(name) {
  const word = `f_${name}`;
  if (isWord(word)) return t(word);
  const words = name.replace(/_/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * What a field says of itself, where a request does not say it.
 * @param {import("./server.js").Field} field
 * @param {string} [fallback]
 */
function placeholder(field, fallback) {
  return String(fallback ?? field.fallback ?? t("models_own"));
}

/**
 * A control for any field of a simple kind.
 * @param {import("./server.js").Field} field
 * @param {string} [fallback] what counts where nothing is given, if the field does not say it
 * @returns {Control}
 */
export function control(field, fallback) {
  switch (field.type) {
    case "word":
      return choice(field, fallback);
    case "flag":
      return flag(field);
    case "whole":
    case "real":
      return number(field, fallback);
    default:
      return text(field);
  }
}

/**
 * A field with its label above and the place of its error below.
 * @param {string} name
 * @param {string} labelled
 * @param {HTMLElement} input
 * @param {string} help
 */
export function framed(name, labelled, input, help) {
  input.id = `f-${name}`;
  input.setAttribute("name", name);
  input.setAttribute("aria-describedby", `e-${name}`);
  input.title = help.replace(/`/g, "");
  return el("div", { className: "field", "data-field": name }, el("label", { htmlFor: input.id }, labelled), input, errorLine(name));
}

/** @param {string} name */
export function errorLine(name) {
  return el("p", { className: "err", id: `e-${name}`, hidden: true });
}

/**
 * @param {import("./server.js").Field} field
 * @param {string} [fallback]
 * @returns {Control}
 */
function number(field, fallback) {
  const input = el("input", {
    type: "number",
    min: field.low ?? "",
    max: field.type === "whole" ? (field.high ?? "") : "",
    step: field.type === "whole" ? "1" : "any",
    inputMode: field.type === "whole" ? "numeric" : "decimal",
    placeholder: placeholder(field, fallback),
  });
  return {
    element: framed(field.name, label(field.name), input, line(field.name, field.line)),
    get: () => (input.value === "" ? undefined : Number(input.value)),
    set: (value) => (input.value = value === undefined || value === null ? "" : String(value)),
  };
}

/**
 * @param {import("./server.js").Field} field
 * @param {string} [fallback]
 * @returns {Control}
 */
function choice(field, fallback) {
  const first = fallback ?? field.fallback;
  const options = (field.words ?? []).filter((word) => word !== "jpg").map((word) => el("option", { value: word }, word));
  const select = el("select", {}, ...options);
  select.value = String(first);
  return {
    element: framed(field.name, label(field.name), select, line(field.name, field.line)),
    get: () => (select.value === first ? undefined : select.value),
    set: (value) => (select.value = String(value ?? first)),
  };
}

/**
 * @param {import("./server.js").Field} field
 * @returns {Control}
 */
function flag(field) {
  const box = el("input", { type: "checkbox", checked: field.fallback === true });
  const element = el("label", { className: "check", "data-field": field.name }, box, el("span", {}, label(field.name)), errorLine(field.name));
  return {
    element,
    get: () => (box.checked === (field.fallback === true) ? undefined : box.checked),
    set: (value) => (box.checked = value === true || (value !== false && field.fallback === true)),
  };
}

/**
 * Anything else, as text; an object as its JSON.
 * @param {import("./server.js").Field} field
 * @returns {Control}
 */
function text(field) {
  const input = el("input", { type: "text", autocomplete: "off", spellcheck: false });
  return {
    element: framed(field.name, label(field.name), input, line(field.name, field.line)),
    get: () => (input.value === "" ? undefined : input.value),
    set: (value) => (input.value = value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value)),
  };
}

/**
 * Radio buttons in a row, of which one is pressed.
 * @param {string} name
 * @param {[string, string][]} options value and words
 * @param {string} chosen
 * @param {(value: string) => void} changed
 */
export function segments(name, options, chosen, changed) {
  return el(
    "div",
    { className: "seg" },
    ...options.map(([value, words]) =>
      el("label", {}, el("input", { type: "radio", name, value, checked: value === chosen, onchange: () => changed(value) }), el("span", {}, words)),
    ),
  );
}

/**
 * A line in Markdown below a control.
 * @param {string} text
 */
export function hint(text) {
  return el("p", { className: "hint" }, ...marked(text));
}
