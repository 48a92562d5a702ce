// How a picture may be drawn with less work: exact, forecast or cache, each with its parameters.

import { errorLine, segments } from "./controls.js";
import { el, fill, marked } from "./dom.js";
import { line, t } from "./words.js";

/**
 * @typedef {import("./server.js").Schema} Schema
 * @typedef {import("./server.js").CacheParameter} CacheParameter
 * @typedef {{kind: string, preset: string, custom: Record<string, unknown>, policy: string, share: number, tolerance: string}} Chosen
 */

/**
 * @param {Schema} schema
 * @param {() => void} changed
 * @returns {import("./controls.js").Control & {words: () => string}}
 */
export function approximation(schema, changed) {
  /** @type {Chosen} */
  const chosen = initial(schema);
  const body = el("div", { className: "approximation" });
  const kinds = el("div");
  const element = el(
    "fieldset",
    { className: "field", "data-field": "approximation" },
    el("legend", {}, t("approximation")),
    kinds,
    body,
    errorLine("approximation"),
  );
  const repaint = () => {
    fill(kinds, segments("approximation", [["exact", t("exact")], ["forecast", t("forecast")], ["cache", t("cache")]], chosen.kind, choose));
    fill(body, ...parts(schema, chosen, repaintBody));
  };
  const repaintBody = () => {
    fill(body, ...parts(schema, chosen, repaintBody));
    changed();
  };
  /** @param {string} kind */
  function choose(kind) {
    chosen.kind = kind;
    repaintBody();
  }
  repaint();
  return {
    element,
    get: () => asked(schema, chosen),
    set: (value) => {
      Object.assign(chosen, initial(schema), read(schema, /** @type {Record<string, unknown>} */ (value ?? {})));
      repaint();
    },
    words: () => (chosen.kind === "exact" ? t("exact") : chosen.kind === "forecast" ? t("forecast") : t("cache")),
  };
}

/**
 * @param {Schema} schema
 * @returns {Chosen}
 */
function initial(schema) {
  const share = schema.defaults.forecast.share;
  return { kind: schema.defaults.approximation, preset: "default", custom: {}, policy: "", share: typeof share === "number" ? share : 0.5, tolerance: "" };
}

/**
 * The fields of a request.
 * @param {Schema} schema
 * @param {Chosen} chosen
 * @returns {Record<string, unknown>}
 */
function asked(schema, chosen) {
  switch (chosen.kind) {
    case "cache": {
      const params = chosen.preset === "tuned" ? tuned(schema) : chosen.preset === "custom" ? chosen.custom : {};
      return { enable_cache_dit: true, ...(Object.keys(params).length ? { cache_dit_params: params } : {}) };
    }
    case "forecast":
      return { forecast: forecastOf(chosen) };
    default:
      return { enable_cache_dit: false, forecast: false };
  }
}

/** @param {Chosen} chosen */
function forecastOf(chosen) {
  const policy = chosen.policy ? { policy: chosen.policy } : {};
  return { ...policy, share: chosen.share, ...(chosen.policy === "guarded" && chosen.tolerance ? { tolerance: Number(chosen.tolerance) } : {}) };
}

/** @param {Schema} schema */
function tuned(schema) {
  return Object.fromEntries(schema.cache_dit.filter((key) => JSON.stringify(key.tuned) !== JSON.stringify(key.normal)).map((key) => [key.name, key.tuned]));
}

/**
 * What a request's fields say of it.
 * @param {Schema} schema
 * @param {Record<string, unknown>} fields
 * @returns {Partial<Chosen>}
 */
function read(schema, fields) {
  if (fields.enable_cache_dit === true) {
    const params = /** @type {Record<string, unknown>} */ (fields.cache_dit_params ?? {});
    const isTuned = JSON.stringify(sorted(params)) === JSON.stringify(sorted(tuned(schema)));
    return { kind: "cache", preset: isTuned ? "tuned" : Object.keys(params).length ? "custom" : "default", custom: { ...params } };
  }
  if (fields.forecast && typeof fields.forecast === "object") {
    const { policy = "", share, tolerance = "" } = /** @type {Record<string, unknown>} */ (fields.forecast);
    return { kind: "forecast", policy: String(policy), ...(typeof share === "number" ? { share } : {}), tolerance: String(tolerance) };
  }
  return "forecast" in fields || "enable_cache_dit" in fields ? { kind: "exact" } : {};
}

/** @param {Record<string, unknown>} map */
function sorted(map) {
  return Object.entries(map).sort(([a], [b]) => a.localeCompare(b));
}

/**
 * @param {Schema} schema
 * @param {Chosen} chosen
 * @param {() => void} repaint
 * @returns {HTMLElement[]}
 */
function parts(schema, chosen, repaint) {
  switch (chosen.kind) {
    case "cache":
      return cacheParts(schema, chosen, repaint);
    case "forecast":
      return forecastParts(schema, chosen, repaint);
    default:
      return [el("p", { className: "hint" }, t("exact_line"))];
  }
}

/**
 * @param {Schema} schema
 * @param {Chosen} chosen
 * @param {() => void} repaint
 */
function forecastParts(schema, chosen, repaint) {
  const policy = el(
    "select",
    { id: "forecast-policy", onchange: () => ((chosen.policy = policy.value), repaint()) },
    el("option", { value: "" }, t("forecast_auto")),
    ...schema.forecast_policies.map((name) => el("option", { value: name }, name)),
  );
  policy.value = chosen.policy;
  const amount = [...share(chosen), ...(chosen.policy === "guarded" ? tolerance(chosen) : [])];
  return [el("p", { className: "hint" }, t("forecast_line")), ...amount, el("label", { htmlFor: "forecast-policy" }, t("forecast_policy")), policy];
}

/** @param {Chosen} chosen */
function share(chosen) {
  const shown = el("output", { htmlFor: "forecast-share" }, `${Math.round(chosen.share * 100)}%`);
  const slider = el("input", { type: "range", id: "forecast-share", min: "5", max: "100", step: "5", value: String(Math.round(chosen.share * 100)) });
  slider.addEventListener("input", () => {
    chosen.share = Number(slider.value) / 100;
    shown.value = `${slider.value}%`;
  });
  return [el("label", { htmlFor: "forecast-share" }, t("forecast_share")), el("div", { className: "slide" }, slider, shown)];
}

/** @param {Chosen} chosen */
function tolerance(chosen) {
  const input = el("input", { type: "number", id: "forecast-tolerance", min: "0", step: "any", placeholder: "0.02", value: chosen.tolerance });
  input.addEventListener("input", () => (chosen.tolerance = input.value));
  return [el("label", { htmlFor: "forecast-tolerance" }, t("forecast_tolerance")), input];
}

/**
 * @param {Schema} schema
 * @param {Chosen} chosen
 * @param {() => void} repaint
 */
function cacheParts(schema, chosen, repaint) {
  const presets = segments("cache-preset", [["default", t("cache_default")], ["tuned", t("cache_tuned")], ["custom", t("cache_custom")]], chosen.preset, (preset) => {
    if (preset === "custom" && chosen.preset === "tuned") chosen.custom = tuned(schema);
    chosen.preset = preset;
    repaint();
    /** @type {HTMLElement | null} */ (document.querySelector(`[name=cache-preset][value=${preset}]`))?.focus();
  });
  const keys = chosen.preset === "custom" ? schema.cache_dit.map((key) => customRow(key, chosen)) : [el("dl", { className: "told" }, ...told(schema, chosen.preset))];
  return [presets, el("p", { className: "hint" }, t("cache_line")), ...keys];
}

/**
 * The parameters of a preset, with what each does.
 * @param {Schema} schema
 * @param {string} preset
 */
function told(schema, preset) {
  const values = { ...schema.defaults.cache_dit_params, ...(preset === "tuned" ? tuned(schema) : {}) };
  return schema.cache_dit
    .filter((key) => ![undefined, false, "none"].includes(/** @type {any} */ (values[key.name])))
    .flatMap((key) => [el("dt", { title: key.name }, String(values[key.name])), el("dd", {}, ...marked(line(key.name, key.line)))]);
}

/**
 * @param {CacheParameter} key
 * @param {Chosen} chosen
 */
function customRow(key, chosen) {
  const id = `cache-${key.name}`;
  const input = customInput(key, id, chosen);
  return el("div", { className: "parameter" }, el("label", { htmlFor: id }, el("code", {}, key.name)), input, el("p", { className: "hint" }, ...marked(line(key.name, key.line))));
}

/**
 * @param {CacheParameter} key
 * @param {string} id
 * @param {Chosen} chosen
 */
function customInput(key, id, chosen) {
  const now = chosen.custom[key.name];
  /** @param {unknown} value undefined where it is the default */
  const keep = (value) => {
    if (value === undefined || value === key.normal) delete chosen.custom[key.name];
    else chosen.custom[key.name] = value;
  };
  if (typeof key.normal === "boolean") {
    const box = el("input", { type: "checkbox", id, checked: now ?? key.normal });
    box.addEventListener("change", () => keep(box.checked));
    return box;
  }
  if (key.words.length) {
    const select = el("select", { id }, ...key.words.map((word) => el("option", { value: word }, word)));
    select.value = String(now ?? key.normal);
    select.addEventListener("change", () => keep(select.value));
    return select;
  }
  const numeric = typeof key.normal === "number";
  const input = el("input", { type: numeric ? "number" : "text", step: "any", id, placeholder: String(key.normal), value: now === undefined ? "" : String(now) });
  input.addEventListener("input", () => keep(input.value === "" ? undefined : numeric ? Number(input.value) : input.value));
  return input;
}
