// The box to write in, with what is being answered above it and the reply keyboard below it.

import { act } from "./api.js";
import { attachMenu, commandMenu } from "./composer_menus.js";
import { drawing, el, freshId, iconButton } from "./dom.js";
import { complain } from "./notices.js";
import { chatOf } from "./state.js";
import { summary } from "./summary.js";
import { say } from "./words.js";

const TALLEST = 140;

export class Composer {
  constructor(person) {
    this.person = person;
    this.draftKey = `sapa.draft.${person.id}`;
    this.context = null;
    this.keysHidden = false;
    this.field = this.makeField();
    this.contextLine = el("div", { class: "context", hidden: true });
    this.keys = el("div", { class: "reply-keyboard", role: "group", "aria-label": say("keys") });
    this.keysToggle = iconButton("keys", say("hideKeys"), () => this.toggleKeys());
    this.node = this.form();
    this.showKeys(true);
    requestAnimationFrame(() => this.keepDraft());
  }

  makeField() {
    const field = el("textarea", { id: freshId("write"), rows: 1, autocomplete: "off", enterkeyhint: "send" });
    field.value = sessionStorage.getItem(this.draftKey) ?? "";
    field.addEventListener("input", () => this.keepDraft());
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.context) this.setContext(null);
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.send();
    });
    return field;
  }

  form() {
    const { person, field } = this;
    const label = el("label", { for: field.id, class: "spoken" }, say("message", person.first_name));
    const sendProps = { type: "submit", class: "round send", "aria-label": say("send"), title: say("send") };
    const row = el(
      "div",
      { class: "write-row" },
      attachMenu((name, given, file) => this.do(name, given, file)),
      commandMenu(person.id, (text) => this.do("send", { text })),
      el("div", { class: "write-box" }, label, field, this.keysToggle),
      el("button", sendProps, drawing("send")),
    );
    const form = el("form", { class: "composer" }, this.contextLine, row, this.keys);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    return form;
  }

  do(name, given, file) {
    return act(this.person.id, name, given, file).catch(complain);
  }

  focus() {
    this.field.focus();
  }

  // -- writing ------------------------------------------------------------------------------------------

  send() {
    const text = this.field.value.trim();
    if (!text) return;
    const id = this.context?.entry.message.message_id ?? this.forcedReply();
    const sent =
      this.context?.kind === "edit"
        ? act(this.person.id, "edit", { message_id: id, text })
        : act(this.person.id, "send", id ? { text, reply_to: id } : { text });
    this.field.value = "";
    this.keepDraft();
    this.setContext(null);
    sent.catch((error) => this.giveBack(text, error));
  }

  /** What could not be sent stands in the field again, before what was written since. */
  giveBack(text, error) {
    this.field.value = [text, this.field.value].filter(Boolean).join("\n");
    this.keepDraft();
    complain(error);
  }

  /** The message that the bot wants to be answered, if it does. */
  forcedReply() {
    const { keyboard } = chatOf(this.person.id);
    return keyboard?.force_reply ? keyboard.message_id : undefined;
  }

  keepDraft() {
    sessionStorage.setItem(this.draftKey, this.field.value);
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight + 2, TALLEST)}px`;
  }

  /** Answer or correct a message: `{kind: "reply" | "edit", entry}`, or null for neither. */
  setContext(context) {
    this.context = context;
    this.contextLine.hidden = !context;
    this.contextLine.replaceChildren();
    if (!context) return;
    const { kind, entry } = context;
    const title = el("strong", {}, say(kind === "edit" ? "editing" : "replying"));
    const stop = iconButton("close", say("cancel"), () => this.setContext(null), { class: "round small" });
    this.contextLine.append(el("p", {}, title, el("span", {}, summary(entry.message))), stop);
    if (kind === "edit") this.field.value = entry.message.text ?? entry.message.caption;
    this.keepDraft();
    this.focus();
  }

  // -- the reply keyboard -------------------------------------------------------------------------------

  toggleKeys() {
    this.keysHidden = !this.keysHidden;
    this.showKeys();
  }

  /** Draw the keyboard; `renewed` when the bot or a press changed it. */
  showKeys(renewed = false) {
    const keyboard = chatOf(this.person.id)?.keyboard;
    const rows = keyboard?.keyboard ?? [];
    if (renewed) this.keysHidden = Boolean(keyboard?.hidden);
    this.nameToggle(rows.length > 0);
    this.keys.hidden = rows.length === 0 || this.keysHidden;
    this.keys.classList.toggle("tall", rows.length > 0 && !keyboard.resize_keyboard);
    this.keys.replaceChildren(...rows.map((row) => el("div", { class: "key-row" }, row.map((key) => this.key(key)))));
    this.field.placeholder = keyboard?.input_field_placeholder || say("write");
  }

  nameToggle(useful) {
    const name = say(this.keysHidden ? "showKeys" : "hideKeys");
    this.keysToggle.hidden = !useful;
    this.keysToggle.title = name;
    this.keysToggle.setAttribute("aria-label", name);
    this.keysToggle.setAttribute("aria-expanded", String(!this.keysHidden));
  }

  key({ text, request_contact, request_location }) {
    const sign = request_contact ? drawing("person") : request_location ? drawing("pin") : null;
    const tap = () => this.do("tap_key", { label: text }).then(() => this.focus());
    return el("button", { type: "button", class: "key", onclick: tap }, sign, text);
  }
}
