// A round sign with somebody's initials; the colour follows from their number.

import { el } from "./dom.js";

const COLOURS = 6;

export function avatar(person) {
  const names = `${person.first_name} ${person.last_name ?? ""}`.trim().split(/\s+/);
  const initials = names.slice(0, 2).map((name) => [...name.replace(/^[^\p{L}\p{N}]+/u, "") || name][0]).join("");
  return el("span", { class: `avatar tone-${person.id % COLOURS}`, "aria-hidden": "true" }, initials.toUpperCase());
}
