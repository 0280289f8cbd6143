// A text and its entities as elements. Offsets count UTF-16 units, as JavaScript does.

import { el } from "./dom.js";
import { state } from "./state.js";
import { say } from "./words.js";

const TO_A_BOT = /^https:\/\/t\.me\/(\w+)\?start=([\w-]*)$/;

const SIMPLE = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};

/** Nodes for a text; `hands.command` is called with a command that was tapped, `hands.openLink` with the payload of a link to the bot. */
export function formatted(text, entities = [], hands = {}) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return between(text, 0, text.length, sorted, hands);
}

function between(text, start, end, entities, hands) {
  const nodes = [];
  let place = start;
  let rest = entities.filter((each) => each.offset < end && each.offset + each.length > start);
  while (rest.length) {
    const [outer, ...others] = rest;
    const from = Math.max(outer.offset, place);
    const to = Math.min(outer.offset + outer.length, end);
    if (from > place) nodes.push(text.slice(place, from));
    const inside = others.filter((each) => each.offset < to);
    if (to > from) nodes.push(wrap(outer, text.slice(from, to), between(text, from, to, inside, hands), hands));
    place = Math.max(place, to);
    rest = others.filter((each) => each.offset + each.length > to);
  }
  if (place < end) nodes.push(text.slice(place, end));
  return nodes;
}

function wrap(entity, words, children, hands) {
  if (SIMPLE[entity.type]) return el(SIMPLE[entity.type], {}, children);
  if (entity.type === "pre") return el("pre", {}, el("code", {}, children));
  if (entity.type === "spoiler") return spoiler(children);
  if (entity.type === "text_link") return link(entity.url, children, hands);
  if (entity.type === "url") return link(/^\w+:/.test(words) ? words : `https://${words}`, children, hands);
  if (entity.type === "email") return el("a", { href: `mailto:${words}` }, children);
  if (entity.type === "bot_command" && hands.command) {
    return el("button", { type: "button", class: "command", onclick: () => hands.command(words) }, children);
  }
  return el("span", { class: "marked" }, children);
}

function link(address, children, hands) {
  if (!/^https?:\/\//i.test(address)) return el("span", { class: "marked" }, children);
  const [, username, payload] = TO_A_BOT.exec(address) ?? [];
  if (hands.openLink && username === state.bot.username) {
    return el("button", { type: "button", class: "command", onclick: () => hands.openLink(payload) }, children);
  }
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, children);
}

function spoiler(children) {
  const cover = el("button", { type: "button", class: "spoiler", "aria-label": say("showSpoiler") });
  const hidden = el("span", { class: "spoiled", inert: true }, children);
  const box = el("span", { class: "spoiler-box" }, hidden, cover);
  cover.addEventListener("click", () => {
    hidden.inert = false;
    cover.remove();
  });
  return box;
}
