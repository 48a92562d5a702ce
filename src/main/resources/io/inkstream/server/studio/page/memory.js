// What a deployment needs of memory, and what the server would say to it.

import { t } from "./words.js";

/**
 * @typedef {{side: number, host: number, device: number, stage: number}} Drawing
 * @typedef {{name: string, path?: string, transformer_blocks: number, blocks: number, modulations: number, text_encoder: number, rest: number, drawing: Drawing[]}} Checkpoint
 * @typedef {{card: boolean, spread: number, checkpoint: Checkpoint, side: number, atOnce: number, dtype: string, weights: string, quantization: string}} Need
 * @typedef {{parts: [string, number][], total: number, verdict: string, grade: "fits" | "slow" | "refused"}} Answer
 */

/** The card's own: its context and its libraries. */
const CONTEXT = 2 ** 31;
/** Blocks whose weights are on their way at once. */
const TURNS = 3;
/** Bytes of a weight of the layers, with its scales. */
const STORED = /** @type {Record<string, number>} */ ({ int8: 1.02, fp8: 1.01, int4: 0.57 });

/**
 * @param {Need} need
 * @param {number} available bytes
 * @returns {Answer}
 */
export function judge(need, available) {
  return need.card ? onCard(need, available) : onProcessor(need, available);
}

/** @param {Need} need */
function drawingOf({ checkpoint, side }) {
  return checkpoint.drawing.find((one) => one.side === side) ?? /** @type {Drawing} */ (checkpoint.drawing[0]);
}

/**
 * @param {Need} need
 * @param {number} available
 * @returns {Answer}
 */
function onProcessor(need, available) {
  const { checkpoint, atOnce } = need;
  const low = need.weights === "low-memory" && !need.quantization;
  const layer = STORED[need.quantization] ?? (low ? 0 : 4);
  const wide = low ? 0 : 4;
  const transformer = layer * checkpoint.blocks + wide * (checkpoint.modulations + checkpoint.rest);
  /** @type {[string, number][]} */
  const parts = [[t("m_transformer"), transformer], [t("m_text"), layer * checkpoint.text_encoder], [t("m_drawing"), atOnce * drawingOf(need).host]];
  const total = parts.reduce((sum, [, bytes]) => sum + bytes, 0);
  const mapped = 2 * (checkpoint.blocks + checkpoint.modulations + checkpoint.text_encoder + checkpoint.rest);
  if (total > available) return { parts, total, grade: "refused", verdict: low ? t("v_smaller", gib(total - available)) : t("v_host", gib(total - available)) };
  if (low && total + mapped > available) return { parts, total, grade: "slow", verdict: t("v_reread", gib(mapped)) };
  return { parts, total, grade: "fits", verdict: low ? t("v_mapped", gib(mapped)) : t("v_fits", gib(available - total)) };
}

/**
 * The text encoder's layers leave the card first, then blocks. Cards that share layers have each a
 * context, a modulation's turns and what a block works in.
 * @param {Need} need
 * @param {number} available of all cards that share layers
 * @returns {Answer}
 */
function onCard(need, available) {
  const { checkpoint, atOnce, spread } = need;
  const number = need.dtype === "fp32" ? 4 : 2;
  const layer = STORED[need.quantization] ?? number;
  const blocks = layer * checkpoint.blocks;
  const text = layer * checkpoint.text_encoder;
  const turn = (TURNS * number * checkpoint.modulations) / checkpoint.transformer_blocks;
  const other = spread * (CONTEXT + turn) + 4 * checkpoint.rest;
  const { device, stage } = drawingOf(need);
  const drawing = (atOnce * (device + (spread - 1) * stage) * number) / 2;
  /** @type {[string, number][]} */
  const parts = [[t("m_transformer"), blocks], [t("m_text"), text], [t("m_other"), other], [t("m_drawing"), drawing]];
  const total = blocks + text + other + drawing;
  const least = other + drawing + (TURNS * blocks) / checkpoint.transformer_blocks;
  if (total <= available) return { parts, total, grade: "fits", verdict: t("v_fits", gib(available - total)) };
  if (total - text <= available) return { parts, total, grade: "slow", verdict: t("v_text_from_host") };
  if (least <= available) return { parts, total, grade: "slow", verdict: t("v_blocks_from_host", Math.max(1, Math.floor(((available - least) / blocks) * checkpoint.transformer_blocks)), checkpoint.transformer_blocks) };
  return { parts, total, grade: "refused", verdict: t("v_card", gib(least)) };
}

/** @param {number} bytes */
export function gib(bytes) {
  return `${(bytes / 2 ** 30).toFixed(bytes < 2 ** 30 ? 2 : 1)}\u00a0GiB`;
}
