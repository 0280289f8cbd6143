// One person's phone: the head, the talk, and the box to write in.

import { act, loadEarlier } from "./api.js";
import { avatar } from "./avatar.js";
import { bubble, markBusy } from "./bubble.js";
import { composer } from "./composer.js";
import { button, disclosure, drawing, el, freshId, iconButton } from "./dom.js";
import { askFor, complain, toast } from "./notices.js";
import { chatOf, fullName, hasStarted, isBlocked, markSeen, putEarlier, state } from "./state.js";
import { dayName, say } from "./words.js";

const NEAR_END = 80;
const TYPING_MS = 5000;
const SPINNER_MS = 15000;

/** A column. `onClose` closes it. */
export function column(person, { onClose }) {
  const headingId = freshId("chat");
  const log = el("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": say("conversation", fullName(person)), "aria-description": say("logHint"), tabindex: "0" });
  const jump = iconButton("down", say("newMessages"), () => toEnd(), { class: "round jump", hidden: true });
  const status = el("p", { class: "typing", role: "status" });
  const foot = el("div", { class: "column-foot" });
  const menuPlace = el("div", {});
  let box = null;
  let typingEnd = 0;
  let atEnd = true;
  let lastTop = 0;

  const go = (promise) => promise.catch(complain);
  const hands = {
    press: press,
    command: (text) => go(act(person.id, "send", { text })),
    copy: (text) => navigator.clipboard.writeText(text).then(() => toast(say("copied")), complain),
    reply: (entry) => box?.setContext({ kind: "reply", entry }),
    edit: (entry) => box?.setContext({ kind: "edit", entry }),
    remove: (entry) => go(act(person.id, "delete", { message_id: entry.message.message_id })),
  };

  function press(messageId, data) {
    markBusy(log, messageId, data, true);
    setTimeout(() => markBusy(log, messageId, data, false), SPINNER_MS);
    go(act(person.id, "press", { message_id: messageId, data }));
  }

  // -- the talk ---------------------------------------------------------------------------------------

  function fill() {
    const chat = chatOf(person.id);
    log.replaceChildren();
    if (chat.earlier) log.append(button(say("earlier"), showEarlier, { class: "quiet earlier" }));
    if (chat.entries.size === 0 && state.bot.description) log.append(about(state.bot));
    for (const entry of chat.entries.values()) append(entry);
    toEnd();
  }

  /** What a phone shows before the first word. */
  function about(bot) {
    return el("div", { class: "about" }, el("h3", {}, bot.first_name), bot.description);
  }

  function append(entry) {
    log.querySelector(".about")?.remove();
    const day = new Date(entry.message.date * 1000).toDateString();
    if (log.dataset.day !== day || !log.querySelector(".turn")) {
      log.append(el("p", { class: "day" }, el("span", {}, dayName(entry.message.date))));
      log.dataset.day = day;
    }
    log.append(drawn(entry));
  }

  function drawn(entry) {
    const pinned = chatOf(person.id).pinned.includes(entry.message.message_id);
    return bubble(entry, person.first_name, hands, pinned);
  }

  async function showEarlier() {
    const first = chatOf(person.id).entries.keys().next().value;
    putEarlier(person.id, await loadEarlier(person.id, first));
    fill();
    log.scrollTop = 0;
  }

  /** A message came, changed or went. */
  function show(entry, isNew) {
    const stay = atEnd;
    const old = turnOf(entry.message.message_id);
    const focused = old?.contains(document.activeElement) ? document.activeElement : null;
    if (entry.phone.deleted) old?.remove();
    else if (old) old.replaceWith(drawn(entry));
    else append(entry);
    if (focused) keepFocus(entry.message.message_id, focused);
    if (entry.from_bot && isNew) quiet();
    if (stay || (isNew && !entry.from_bot)) toEnd();
    else if (isNew) jump.hidden = false;
    markSeen(person.id);
  }

  const turnOf = (messageId) => log.querySelector(`[data-message="${messageId}"]`)?.parentElement;

  /** After an edit: the same button, else the message, else the talk. */
  function keepFocus(messageId, focused) {
    const turn = turnOf(messageId);
    const same = [...(turn?.querySelectorAll("[data-data]") ?? [])].find((key) => key.dataset.data === focused.dataset.data);
    (same ?? turn?.querySelector(".bubble") ?? log).focus();
  }

  function toEnd() {
    atEnd = true;
    log.scrollTop = log.scrollHeight;
    jump.hidden = true;
    markSeen(person.id);
  }

  log.addEventListener("scroll", () => {
    const near = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
    // A message that grows moves nothing; only somebody who scrolls up leaves the end.
    if (near || log.scrollTop < lastTop) atEnd = near;
    lastTop = log.scrollTop;
    if (near) jump.hidden = true;
  });
  log.addEventListener("load", () => atEnd && toEnd(), true);
  log.addEventListener("keydown", walk);
  new ResizeObserver(() => atEnd && toEnd()).observe(log);

  /** Up and down go from message to message, Enter opens the actions of one. */
  function walk(event) {
    const current = event.target.closest(".bubble");
    if (event.key === "Enter" && event.target === current) return openActions(event, current);
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || event.target.closest(".menu")) return;
    const all = [...log.querySelectorAll(".bubble")];
    const place = current ? all.indexOf(current) + step : all.length - 1;
    all[place]?.focus();
    event.preventDefault();
  }

  function openActions(event, current) {
    event.preventDefault();
    current.querySelector(":scope > .disclosure > button").click();
  }

  // -- what the bot does meanwhile --------------------------------------------------------------------

  function doing(action) {
    status.textContent = say(action.startsWith("upload") || action.startsWith("record") ? "uploading" : "typing");
    typingEnd = Date.now() + TYPING_MS;
    setTimeout(() => Date.now() >= typingEnd && quiet(), TYPING_MS);
  }

  function quiet() {
    status.textContent = "";
  }

  function answered({ message_id, data }) {
    markBusy(log, message_id, data, false);
  }

  // -- the foot: write, or start, or unblock ----------------------------------------------------------

  function showFoot() {
    const kind = isBlocked(person.id) ? "blocked" : hasStarted(person.id) ? "open" : "new";
    if (foot.dataset.kind === kind) return box?.showKeys(true);
    const hadFocus = foot.contains(document.activeElement);
    foot.dataset.kind = kind;
    box = kind === "open" ? composer(person) : null;
    foot.replaceChildren(box ? box.node : beginning(kind));
    menuPlace.replaceChildren(menu());
    if (hadFocus) focus();
  }

  function beginning(kind) {
    const start = () => go(act(person.id, "start"));
    const label = say(kind === "blocked" ? "restart" : "start");
    const hint = say(kind === "blocked" ? "blockedHint" : "startHint");
    return el("div", { class: "beginning" }, el("p", { class: "note" }, hint), button(label, start, { class: "primary wide" }));
  }

  function menu() {
    const opener = iconButton("more", say("menuOf", person.first_name), () => {});
    const blocked = isBlocked(person.id);
    const blocking = button(say(blocked ? "unblock" : "block"), () => go(act(person.id, blocked ? "unblock" : "block")));
    return disclosure(opener, el("div", { class: "menu down" }, button(say("openLink"), askLink), blocking));
  }

  function askLink() {
    const field = { name: "link", label: say("linkLabel"), hint: say("linkHint"), required: true };
    askFor(say("openLink"), [field], say("open"), ({ link }) => {
      const payload = link.includes("start=") ? link.split("start=")[1].split("&")[0] : link.trim();
      go(act(person.id, "start", { payload }));
    });
  }

  function focus() {
    if (box) box.focus();
    else foot.querySelector("button")?.focus();
  }

  const back = iconButton("back", say("back"), onClose, { class: "round back" });
  const close = iconButton("close", say("closeChat", person.first_name), onClose, { class: "round close" });
  const who = el("div", { class: "who" }, el("h2", { id: headingId }, fullName(person)), el("p", { class: "note" }, [person.phone, `@${state.bot.username}`].filter(Boolean).join(" · ")));
  const node = el(
    "section",
    { class: "column", "aria-labelledby": headingId, "data-person": person.id },
    el("header", { class: "column-head" }, back, avatar(person), who, menuPlace, close),
    el("div", { class: "log-box" }, log, jump),
    status,
    foot,
  );
  fill();
  showFoot();
  requestAnimationFrame(toEnd);
  return { node, show, showFoot, doing, answered, focus, fill };
}
