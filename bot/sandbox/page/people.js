// The list of people, with what was said last and what waits to be read.

import { addPerson } from "./api.js";
import { avatar } from "./avatar.js";
import { el, spoken } from "./dom.js";
import { askFor, complain } from "./notices.js";
import { fullName, lastEntry, state, unreadCount } from "./state.js";
import { summary } from "./summary.js";
import { clockTime, currentLanguage, say } from "./words.js";

/** Draw the list anew. `open` are the ids of the columns, `onOpen` opens one. */
export function drawPeople(open, onOpen) {
  const list = document.getElementById("people");
  const focused = document.activeElement?.dataset?.opens;
  document.getElementById("people-nav").setAttribute("aria-label", say("people"));
  const rows = [...state.people.values()].map((person) => row(person, open.includes(person.id), onOpen));
  list.replaceChildren(...(rows.length ? rows : [el("li", { class: "note empty" }, say("nobody"))]));
  if (focused) list.querySelector(`[data-opens="${focused}"]`)?.focus();
}

function row(person, isOpen, onOpen) {
  const last = lastEntry(person.id);
  const time = last && el("time", {}, clockTime(last.message.date));
  const top = el("span", { class: "row-top" }, el("strong", {}, fullName(person)), time);
  const bottom = last && el("span", { class: "row-bottom" }, preview(last), badge(isOpen ? 0 : unreadCount(person.id)));
  const props = {
    type: "button",
    "data-opens": person.id,
    "aria-current": isOpen ? "true" : null,
    onclick: () => onOpen(person.id),
  };
  return el("li", {}, el("button", props, avatar(person), el("span", { class: "row-text" }, top, bottom)));
}

function badge(count) {
  if (!count) return null;
  return el("span", { class: "badge" }, el("span", { "aria-hidden": "true" }, count), spoken(say("unread", count)));
}

function preview({ message, from_bot }) {
  const words = from_bot ? `${say("bot")}: ${summary(message)}` : summary(message);
  return el("span", { class: "preview" }, words);
}

/** Ask who the new person is. */
export function askNewPerson(onAdded) {
  const fields = [
    { name: "first_name", label: say("firstName"), required: true },
    { name: "last_name", label: say("lastName") },
    { name: "phone", label: say("phone"), type: "tel" },
  ];
  askFor(say("addPerson"), fields, say("add"), (given) => {
    addPerson({ ...given, language_code: currentLanguage() }).then(onAdded, complain);
  });
}
