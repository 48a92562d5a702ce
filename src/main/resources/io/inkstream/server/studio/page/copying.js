// Code with a button that copies it.

import { el, say } from "./dom.js";
import { t } from "./words.js";

const SHOWN_FOR = 1600;

/**
 * @param {string} text
 * @param {string} label
 * @returns {HTMLElement[]}
 */
export function copyable(text, label) {
  const code = el("code", {}, text);
  const button = el("button", { type: "button", className: "copy", onclick: () => copy(button, code) }, t("copy"));
  return [button, el("pre", { tabIndex: 0, "aria-label": label, role: "group" }, code)];
}

/**
 * @param {HTMLElement} button
 * @param {HTMLElement} code
 */
async function copy(button, code) {
  try {
    await navigator.clipboard.writeText(code.textContent ?? "");
  } catch {
    // Without the right to write there, what is selected can be copied by hand.
    getSelection()?.selectAllChildren(code);
    return;
  }
  button.textContent = t("copied");
  say(t("copied"));
  setTimeout(() => (button.textContent = t("copy")), SHOWN_FOR);
}
