// The buttons under a message.

import { drawing, el, spoken } from "./dom.js";
import { say } from "./words.js";

const STYLES = ["primary", "success", "danger"];

export function inlineKeyboard(messageId, rows, hands) {
  const drawn = rows.map((row) => el("div", { class: "key-row" }, row.map((key) => inlineKey(messageId, key, hands))));
  return el("div", { class: "inline-keyboard" }, drawn);
}

function inlineKey(messageId, key, hands) {
  if (key.url) return outside(key);
  const props = { type: "button", class: `key ${STYLES.includes(key.style) ? key.style : ""}` };
  if (key.copy_text) {
    const words = [key.text, drawing("copy"), spoken(`, ${say("copies")}`)];
    return el("button", { ...props, onclick: () => hands.copy(key.copy_text.text) }, words);
  }
  const data = key.callback_data ?? "";
  return el("button", { ...props, "data-data": data, onclick: () => hands.press(messageId, data) }, key.text);
}

function outside({ text, url }) {
  const props = { class: "key", href: url, target: "_blank", rel: "noopener noreferrer" };
  return el("a", props, text, drawing("out"), spoken(`, ${say("opensOutside")}`));
}

/** Show or end the waiting sign on a pressed button. */
export function markBusy(log, messageId, data, busy) {
  const turn = log.querySelector(`[data-message="${messageId}"]`)?.parentElement;
  for (const key of turn?.querySelectorAll("[data-data]") ?? []) {
    if (key.dataset.data === data) key.setAttribute("aria-busy", String(busy));
  }
}
