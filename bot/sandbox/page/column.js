// One person's phone: the head, the talk, and the foot to write in or to start.

import { act, loadEarlier } from "./api.js";
import { avatar } from "./avatar.js";
import { bubble } from "./bubble.js";
import { Composer } from "./composer.js";
import { button, disclosure, el, freshId, iconButton } from "./dom.js";
import { markBusy } from "./inline_keyboard.js";
import { askFor, choosePerson, complain, toast } from "./notices.js";
import { Scroll } from "./scroll.js";
import { chatOf, fullName, hasStarted, isBlocked, markSeen, putEarlier, state } from "./state.js";
import { dayName, say } from "./words.js";

const TYPING_MS = 5000;
const SPINNER_MS = 15000;

export class Column {
  /** `onClose` is called when somebody closes it. */
  constructor(person, onClose) {
    this.person = person;
    this.log = el("div", {
      class: "log",
      role: "log",
      tabindex: "0",
      "aria-live": "polite",
      "aria-label": say("conversation", fullName(person)),
      "aria-description": say("logHint"),
    });
    this.scroll = new Scroll(this.log, () => markSeen(person.id));
    this.status = el("p", { class: "typing", role: "status" });
    this.foot = el("div", { class: "column-foot" });
    this.menuPlace = el("div");
    this.composer = null;
    this.typingEnd = 0;
    this.hands = this.makeHands();
    this.node = this.frame(onClose);
    this.fill();
    this.showFoot();
  }

  frame(onClose) {
    const { person, log, scroll, status, foot } = this;
    const id = freshId("chat");
    const about = [person.phone, `@${state.bot.username}`].filter(Boolean).join(" · ");
    const head = el(
      "header",
      { class: "column-head" },
      iconButton("back", say("back"), onClose, { class: "round back" }),
      avatar(person),
      el("div", { class: "who" }, el("h2", { id }, fullName(person)), el("p", { class: "note" }, about)),
      this.menuPlace,
      iconButton("close", say("closeChat", person.first_name), onClose, { class: "round close" }),
    );
    const props = { class: "column", "aria-labelledby": id, "data-person": person.id };
    return el("section", props, head, el("div", { class: "log-box" }, log, scroll.jump), status, foot);
  }

  /** Let the person do something; a refusal is told. */
  do(name, given) {
    return act(this.person.id, name, given).catch(complain);
  }

  // -- what a bubble may ask for ------------------------------------------------------------------------

  makeHands() {
    return {
      press: (messageId, data) => this.press(messageId, data),
      command: (text) => this.do("send", { text }),
      openLink: (payload) => choosePerson([...state.people.values()], (id) => act(id, "start", { payload }).catch(complain)),
      copy: (text) => navigator.clipboard.writeText(text).then(() => toast(say("copied")), complain),
      reply: (entry) => this.composer?.setContext({ kind: "reply", entry }),
      edit: (entry) => this.composer?.setContext({ kind: "edit", entry }),
      remove: (entry) => this.do("delete", { message_id: entry.message.message_id }),
    };
  }

  press(messageId, data) {
    markBusy(this.log, messageId, data, true);
    setTimeout(() => markBusy(this.log, messageId, data, false), SPINNER_MS);
    this.do("press", { message_id: messageId, data });
  }

  answered({ message_id, data }) {
    markBusy(this.log, message_id, data, false);
  }

  // -- the talk -----------------------------------------------------------------------------------------

  /** Draw the whole talk anew. */
  fill() {
    const chat = chatOf(this.person.id);
    this.log.replaceChildren();
    if (chat.earlier) this.log.append(button(say("earlier"), () => this.showEarlier(), { class: "quiet earlier" }));
    if (chat.entries.size === 0 && state.bot.description) this.log.append(card(state.bot));
    for (const entry of chat.entries.values()) this.append(entry);
    this.scroll.toEnd();
  }

  append(entry) {
    this.log.querySelector(".about")?.remove();
    const day = new Date(entry.message.date * 1000).toDateString();
    if (this.log.dataset.day !== day || !this.log.querySelector(".turn")) {
      this.log.append(el("p", { class: "day" }, el("span", {}, dayName(entry.message.date))));
      this.log.dataset.day = day;
    }
    this.log.append(this.drawn(entry));
  }

  drawn(entry) {
    const pinned = chatOf(this.person.id).pinned.includes(entry.message.message_id);
    return bubble(entry, this.person.first_name, this.hands, pinned);
  }

  async showEarlier() {
    const first = chatOf(this.person.id).entries.keys().next().value;
    putEarlier(this.person.id, await loadEarlier(this.person.id, first));
    this.fill();
    this.log.scrollTop = 0;
  }

  /** A message came, changed or went. */
  show(entry, isNew) {
    const stay = this.scroll.atEnd;
    const old = this.turnOf(entry.message.message_id);
    const focused = old?.contains(document.activeElement) ? document.activeElement : null;
    if (entry.phone.deleted) old?.remove();
    else if (old) old.replaceWith(this.drawn(entry));
    else this.append(entry);
    if (focused) this.keepFocus(entry.message.message_id, focused);
    if (entry.from_bot && isNew) this.status.textContent = "";
    if (isNew && entry.from_bot && stay) this.scroll.toTurn(this.turnOf(entry.message.message_id));
    else if (isNew && !entry.from_bot) this.scroll.toEnd();
    else if (stay) this.scroll.settle();
    else if (isNew) this.scroll.offer();
    markSeen(this.person.id);
  }

  turnOf(messageId) {
    return this.log.querySelector(`[data-message="${messageId}"]`)?.parentElement;
  }

  /** After an edit: the same button, else the message, else the talk. */
  keepFocus(messageId, focused) {
    const turn = this.turnOf(messageId);
    const keys = [...(turn?.querySelectorAll("[data-data]") ?? [])];
    const same = keys.find((key) => key.dataset.data === focused.dataset.data);
    (same ?? turn?.querySelector(".bubble") ?? this.log).focus();
  }

  /** The bot is busy with something; it shows for some seconds. */
  doing(action) {
    this.status.textContent = say(/^(upload|record)/.test(action) ? "uploading" : "typing");
    this.typingEnd = Date.now() + TYPING_MS;
    setTimeout(() => {
      if (Date.now() >= this.typingEnd) this.status.textContent = "";
    }, TYPING_MS);
  }

  // -- the foot: write, or start, or unblock ------------------------------------------------------------

  showFoot() {
    const { person, foot } = this;
    const kind = isBlocked(person.id) ? "blocked" : hasStarted(person.id) ? "open" : "new";
    if (foot.dataset.kind === kind) return this.composer?.showKeys(true);
    const hadFocus = foot.contains(document.activeElement);
    foot.dataset.kind = kind;
    this.composer = kind === "open" ? new Composer(person) : null;
    foot.replaceChildren(this.composer?.node ?? this.beginning(kind));
    this.menuPlace.replaceChildren(this.menu());
    if (hadFocus) this.focus();
  }

  beginning(kind) {
    const [label, hint] = kind === "blocked" ? ["restart", "blockedHint"] : ["start", "startHint"];
    const start = button(say(label), () => this.do("start"), { class: "primary wide" });
    return el("div", { class: "beginning" }, el("p", { class: "note" }, say(hint)), start);
  }

  menu() {
    const opener = iconButton("more", say("menuOf", this.person.first_name), () => {});
    const blocking = isBlocked(this.person.id) ? "unblock" : "block";
    const choices = [
      button(say("openLink"), () => this.askLink()),
      button(say(blocking), () => this.do(blocking)),
    ];
    return disclosure(opener, el("div", { class: "menu down" }, choices));
  }

  askLink() {
    const field = { name: "link", label: say("linkLabel"), hint: say("linkHint"), required: true };
    askFor(say("openLink"), [field], say("open"), ({ link }) => {
      const payload = /start=([^&\s]*)/.exec(link)?.[1] ?? link.trim();
      this.do("start", { payload });
    });
  }

  focus() {
    if (this.composer) this.composer.focus();
    else this.foot.querySelector("button")?.focus();
  }
}

/** What a phone shows before the first word. */
function card(bot) {
  return el("div", { class: "about" }, el("h3", {}, bot.first_name), bot.description);
}
