// A mask that is painted over a picture, by pointer or keys: strokes, so that any number of them is undone.

import { el, say } from "./dom.js";
import { t } from "./words.js";

/**
 * @typedef {"brush" | "eraser" | "move"} Tool
 * @typedef {{x: number, y: number}} Point
 * @typedef {{tool: Tool | "wipe", width: number, points: Point[]}} Stroke
 */

/** Width of the brush, as a share of the picture's shorter side. */
const BRUSH = 0.12;
const WIDEST = 0.5;
const STRIPES = 48;
const KEYS = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] });

export class Mask {
  /** @param {() => void} changed is told whenever something was painted or undone */
  constructor(changed) {
    this.changed = changed;
    this.canvas = el("canvas", { className: "mask", tabIndex: 0, role: "application", width: 1, height: 1 });
    this.ring = el("i", { className: "ring", "aria-hidden": "true" });
    /** @type {HTMLElement | null} */
    this.scroller = null;
    /** @type {Stroke[]} */
    this.strokes = [];
    /** The stroke under way. @type {Stroke | null} */
    this.stroke = null;
    /** Of the brush: 1 is the widest. */
    this.share = BRUSH / WIDEST;
    /** @type {Tool} */
    this.tool = "brush";
    /** @type {Map<Tool, (taken: boolean) => void>} */
    this.onTool = new Map();
    this.onSize = (/** @type {number} */ _share) => {};
    /** Where the keys are, in pixels of the picture. @type {Point} */
    this.at = { x: 0, y: 0 };
    this.listen();
  }

  /** Another picture of that size: nothing is painted on it. @param {number} width @param {number} height */
  fit(width, height) {
    this.canvas.width = width;
    this.canvas.height = height;
    this.strokes = [];
    this.stroke = null;
    this.at = { x: width / 2, y: height / 2 };
  }

  get width() {
    return Math.max(1, this.share * WIDEST * Math.min(this.canvas.width, this.canvas.height));
  }

  get context() {
    return /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
  }

  /** Whether something is, as far as strokes say it. */
  get painted() {
    const wiped = this.strokes.findLastIndex((stroke) => stroke.tool === "wipe");
    return this.strokes.slice(wiped + 1).some((stroke) => stroke.tool === "brush");
  }

  /** @param {Tool} tool */
  take(tool) {
    this.tool = tool;
    for (const [name, told] of this.onTool) told(name === tool);
    this.canvas.classList.toggle("moves", tool === "move");
    this.place();
  }

  /** @param {number} share */
  resize(share) {
    this.share = Math.min(Math.max(0.01, share), 1);
    this.onSize(this.share);
    this.place();
  }

  undo() {
    this.strokes.pop();
    this.paint();
  }

  wipe() {
    this.strokes.push({ tool: "wipe", width: 0, points: [] });
    this.paint();
  }

  // ---- strokes

  /** @param {Point} at */
  begin(at) {
    this.stroke = { tool: this.tool, width: this.width, points: [at] };
    this.strokes.push(this.stroke);
    this.line(this.stroke, at, at);
  }

  /** @param {Point} to */
  go(to) {
    const from = this.stroke?.points.at(-1);
    if (!this.stroke || !from) return;
    this.stroke.points.push(to);
    this.line(this.stroke, from, to);
  }

  end() {
    if (!this.stroke) return;
    this.stroke = null;
    this.changed();
  }

  paint() {
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (const stroke of this.strokes) {
      if (stroke.tool === "wipe") this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
      stroke.points.forEach((to, i) => this.line(stroke, stroke.points[Math.max(0, i - 1)] ?? to, to));
    }
    this.changed();
  }

  /**
   * @param {Stroke} stroke
   * @param {Point} from
   * @param {Point} to
   */
  line({ tool, width }, from, to) {
    const { context } = this;
    context.globalCompositeOperation = tool === "eraser" ? "destination-out" : "source-over";
    context.strokeStyle = this.stripes(context);
    context.lineWidth = width;
    context.lineCap = "round";
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x + 0.01, to.y);
    context.stroke();
  }

  /** Stripes of two colours are seen on any picture. @param {CanvasRenderingContext2D} context */
  stripes(context) {
    const side = 2 * Math.max(2, Math.round(Math.min(this.canvas.width, this.canvas.height) / STRIPES));
    const tile = el("canvas", { width: side, height: side });
    const on = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
    on.fillStyle = "#fff";
    on.fillRect(0, 0, side, side);
    on.fillStyle = "#2747d6";
    on.beginPath();
    for (const x of [-side / 2, side / 2]) on.moveTo(x, side), on.lineTo(x + side / 2, side), on.lineTo(x + 1.5 * side, 0), on.lineTo(x + side, 0);
    on.fill();
    return /** @type {CanvasPattern} */ (context.createPattern(tile, "repeat"));
  }

  /** As OpenAI's mask: transparent where it is painted. @returns {Promise<Blob | null>} */
  file() {
    const { width, height } = this.canvas;
    const { data } = this.context.getImageData(0, 0, width, height);
    const out = new ImageData(width, height);
    for (let i = 3; i < data.length; i += 4) out.data[i] = /** @type {number} */ (data[i]) > 127 ? 0 : 255;
    const canvas = el("canvas", { width, height });
    canvas.getContext("2d")?.putImageData(out, 0, 0);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  // ---- pointer and keys

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      canvas.focus({ preventScroll: true });
      canvas.setPointerCapture(event.pointerId);
      if (this.tool !== "move") this.begin(this.point(event));
    });
    canvas.addEventListener("pointermove", (event) => {
      this.at = this.point(event);
      if (this.tool === "move" && event.buttons) this.scroller?.scrollBy(-event.movementX, -event.movementY);
      this.go(this.at);
      this.place();
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => this.end());
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("focus", () => this.place());
    canvas.addEventListener("blur", () => this.end());
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const tools = /** @type {Record<string, Tool>} */ ({ b: "brush", e: "eraser", h: "move" });
    const tool = tools[event.key];
    const wider = { "[": -0.05, "]": 0.05 }[event.key];
    const by = KEYS[event.key];
    if (event.ctrlKey || event.metaKey) {
      if (event.key !== "z") return;
      this.undo();
    } else if (by) this.step(by, event.shiftKey);
    else if (event.key === " " || event.key === "Enter") this.pen();
    else if (tool) this.take(tool);
    else if (wider) this.resize(this.share + wider);
    else return;
    event.preventDefault();
  }

  /** Puts the pen down, or up. */
  pen() {
    if (this.stroke) this.end();
    else if (this.tool !== "move") this.begin(this.at);
    say(t(this.stroke ? "edit_pen_down" : "edit_pen_up"));
  }

  /**
   * @param {[number, number]} by
   * @param {boolean} little
   */
  step([dx, dy], little) {
    const far = little ? 1 : Math.max(1, this.width / 4);
    const { width, height } = this.canvas;
    this.at = { x: Math.min(Math.max(0, this.at.x + dx * far), width), y: Math.min(Math.max(0, this.at.y + dy * far), height) };
    this.go(this.at);
    this.place();
    this.ring.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** The ring shows how wide the brush is, and where. */
  place() {
    const scale = 100 / this.canvas.width;
    this.ring.hidden = this.tool === "move";
    this.ring.style.setProperty("--x", `${this.at.x * scale}%`);
    this.ring.style.setProperty("--y", `${(100 * this.at.y) / this.canvas.height}%`);
    this.ring.style.setProperty("--w", `${this.width * scale}%`);
  }

  /** @param {PointerEvent} event */
  point(event) {
    const box = this.canvas.getBoundingClientRect();
    return { x: ((event.clientX - box.left) * this.canvas.width) / box.width, y: ((event.clientY - box.top) * this.canvas.height) / box.height };
  }
}
