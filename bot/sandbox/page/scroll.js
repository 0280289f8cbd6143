// How a talk scrolls: it stays at its end unless somebody reads further up, and keys walk through it.

import { iconButton } from "./dom.js";
import { say } from "./words.js";

const NEAR_END = 80;
const MARGIN = 8;

export class Scroll {
  /** `onEnd` is called whenever the newest message is in sight. */
  constructor(log, onEnd) {
    this.log = log;
    this.onEnd = onEnd;
    this.atEnd = true;
    this.newest = null;
    this.lastTop = 0;
    this.jump = iconButton("down", say("newMessages"), () => this.toEnd(), { class: "round jump", hidden: true });
    log.addEventListener("scroll", () => this.notice());
    log.addEventListener("load", () => this.atEnd && this.settle(), true);
    log.addEventListener("keydown", (event) => this.walk(event));
    new ResizeObserver(() => this.atEnd && this.settle()).observe(log);
  }

  /** Show a new turn: its end, or its first line where it is taller than the talk, as a question with many choices. */
  toTurn(turn) {
    this.newest = turn;
    this.settle();
  }

  settle() {
    const { log, newest } = this;
    if (!newest?.isConnected || newest.offsetHeight <= log.clientHeight) return this.toEnd();
    this.atEnd = true;
    log.scrollTop += newest.getBoundingClientRect().top - log.getBoundingClientRect().top - MARGIN;
    this.jump.hidden = true;
    this.onEnd();
  }

  toEnd() {
    this.newest = null;
    this.atEnd = true;
    this.log.scrollTop = this.log.scrollHeight;
    this.jump.hidden = true;
    this.onEnd();
  }

  /** Something new stands below what is being read. */
  offer() {
    this.jump.hidden = false;
  }

  notice() {
    const { log } = this;
    const near = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
    // A message that grows moves nothing; only somebody who scrolls up leaves the end.
    if (near || log.scrollTop < this.lastTop) this.atEnd = near;
    if (!this.atEnd) this.newest = null;
    this.lastTop = log.scrollTop;
    if (near) this.jump.hidden = true;
  }

  /** Up and down go from message to message, Enter opens the actions of one. */
  walk(event) {
    const current = event.target.closest(".bubble");
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "Enter" && event.target === current) {
      current.querySelector(":scope > .disclosure > button").click();
    } else if (step && !event.target.closest(".menu")) {
      const all = [...this.log.querySelectorAll(".bubble")];
      all[current ? all.indexOf(current) + step : all.length - 1]?.focus();
    } else {
      return;
    }
    event.preventDefault();
  }
}
