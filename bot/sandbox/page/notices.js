// Short words of the bot above everything, and windows that ask for something.

import { button, el, freshId } from "./dom.js";
import { fullName } from "./state.js";
import { say } from "./words.js";

const TOAST_MS = 4000;

/** A passing line at the top, read out politely. */
export function toast(text) {
  const line = el("p", { class: "toast" }, text);
  document.getElementById("toasts").append(line);
  setTimeout(() => line.remove(), Math.max(TOAST_MS, text.length * 70));
}

export function complain(error) {
  toast(say("failed", error.message));
}

/** A window of the bot that waits for OK. */
export function alertWindow(title, text) {
  const close = button(say("ok"), () => dialog.close(), { class: "primary", autofocus: true });
  const dialog = windowOf(title, [el("p", {}, text), el("p", { class: "window-foot" }, close)], "alertdialog");
}

/** A window with a few fields. `fields`: {name, label, hint?, required?, type?}. */
export function askFor(title, fields, go, onGiven) {
  const form = el("form", { method: "dialog" }, fields.map(labelled), foot(go));
  const dialog = windowOf(title, [form]);
  form.addEventListener("submit", () => onGiven(Object.fromEntries(new FormData(form))));
  form.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
}

/** A window that asks whose phone it shall be. */
export function choosePerson(people, onChosen) {
  const choices = people.map((person) =>
    el("li", {}, button(fullName(person), () => (dialog.close(), onChosen(person.id)), { class: "wide" })),
  );
  const cancel = button(say("cancel"), () => dialog.close(), { class: "quiet" });
  const dialog = windowOf(say("openOn"), [el("ul", { class: "choices" }, choices), el("p", { class: "window-foot" }, cancel)]);
}

function labelled({ name, label, hint, required = false, type = "text" }) {
  const id = freshId("field");
  const about = hint ? el("span", { class: "note", id: `${id}-hint` }, hint) : null;
  const props = { id, name, type, required, autocomplete: "off", "aria-describedby": hint && `${id}-hint` };
  const field = el("input", props);
  return el("p", { class: "field" }, el("label", { for: id }, label), field, about);
}

function foot(go) {
  const cancel = button(say("cancel"), () => {}, { class: "quiet", "data-cancel": true });
  return el("p", { class: "window-foot" }, cancel, el("button", { type: "submit", class: "primary" }, go));
}

function windowOf(title, content, role) {
  const id = freshId("window");
  const before = document.activeElement;
  const dialog = el("dialog", { class: "window", "aria-labelledby": id, role }, el("h2", { id }, title), content);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before?.isConnected) before.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
