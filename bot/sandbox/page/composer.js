// The box to write in: text, attachments, commands, and the reply keyboard below it.

import { act, actWithFile } from "./api.js";
import { button, disclosure, drawing, el, freshId, iconButton } from "./dom.js";
import { askFor, complain } from "./notices.js";
import { chatOf, state } from "./state.js";
import { summary } from "./summary.js";
import { say } from "./words.js";

const SAMARINDA = { latitude: -0.5022, longitude: 117.1536 };

/** The composer of one person. `show(context)` sets what is replied to or edited. */
export function composer(person) {
  let context = null;
  const draftKey = `sapa.draft.${person.id}`;
  const fieldId = freshId("write");
  const field = el("textarea", { id: fieldId, rows: 1, autocomplete: "off", enterkeyhint: "send" });
  const label = el("label", { for: fieldId, class: "spoken" }, say("message", person.first_name));
  const contextLine = el("div", { class: "context", hidden: true });
  const keysBox = el("div", { class: "reply-keyboard", role: "group" });
  const keysToggle = iconButton("keys", say("hideKeys"), () => toggleKeys());
  let keysHidden = false;

  const go = (promise) => promise.catch(complain);
  const send = () => {
    const text = field.value.trim();
    if (!text) return;
    const replyTo = context?.entry.message.message_id ?? forcedReply();
    if (context?.kind === "edit") go(act(person.id, "edit", { message_id: replyTo, text }));
    else go(act(person.id, "send", replyTo ? { text, reply_to: replyTo } : { text }));
    field.value = "";
    keepDraft();
    setContext(null);
  };
  const forcedReply = () => (chatOf(person.id).keyboard?.force_reply ? chatOf(person.id).keyboard.message_id : undefined);
  const keepDraft = () => {
    sessionStorage.setItem(draftKey, field.value);
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight + 2, 140)}px`;
  };

  field.value = sessionStorage.getItem(draftKey) ?? "";
  field.addEventListener("input", keepDraft);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
    if (event.key === "Escape" && context) setContext(null);
  });

  function setContext(next) {
    context = next;
    contextLine.hidden = !next;
    contextLine.replaceChildren();
    if (!next) return showPlaceholder();
    const { text, caption } = next.entry.message;
    const title = say(next.kind === "edit" ? "editing" : "replying");
    const about = el("p", {}, el("strong", {}, title), el("span", {}, summary(next.entry.message)));
    contextLine.append(about, iconButton("close", say("cancel"), () => setContext(null), { class: "round small" }));
    if (next.kind === "edit") field.value = text ?? caption ?? "";
    keepDraft();
    field.focus();
  }

  function showPlaceholder() {
    field.placeholder = chatOf(person.id)?.keyboard?.input_field_placeholder || say("write");
  }

  function toggleKeys() {
    keysHidden = !keysHidden;
    showKeys();
  }

  function showKeys(renewed = false) {
    const keyboard = chatOf(person.id)?.keyboard;
    const rows = keyboard?.keyboard ?? [];
    if (renewed) keysHidden = Boolean(keyboard?.hidden);
    const name = say(keysHidden ? "showKeys" : "hideKeys");
    keysToggle.hidden = rows.length === 0;
    keysToggle.setAttribute("aria-label", name);
    keysToggle.title = name;
    keysToggle.setAttribute("aria-expanded", String(!keysHidden));
    keysBox.hidden = rows.length === 0 || keysHidden;
    keysBox.setAttribute("aria-label", say("keys"));
    keysBox.classList.toggle("tall", rows.length > 0 && !keyboard.resize_keyboard);
    keysBox.replaceChildren(...rows.map((row) => el("div", { class: "key-row" }, row.map(replyKey))));
    showPlaceholder();
  }

  function replyKey(key) {
    const sign = key.request_contact ? drawing("person") : key.request_location ? drawing("pin") : null;
    const tap = () => go(act(person.id, "tap_key", { label: key.text })).then(() => field.focus());
    return el("button", { type: "button", class: "key", onclick: tap }, sign, key.text);
  }

  const form = el(
    "form",
    { class: "composer" },
    contextLine,
    el(
      "div",
      { class: "write-row" },
      attachMenu(person, go),
      commandMenu(person, go),
      el("div", { class: "write-box" }, label, field, keysToggle),
      el("button", { type: "submit", class: "round send", "aria-label": say("send"), title: say("send") }, drawing("send")),
    ),
    keysBox,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  showKeys(true);
  requestAnimationFrame(keepDraft);
  return { node: form, setContext, showKeys, focus: () => field.focus() };
}

function attachMenu(person, go) {
  const opener = iconButton("clip", say("attach"), () => {});
  const item = (icon, word, onclick) => button([drawing(icon), say(word)], onclick);
  const panel = el(
    "div",
    { class: "menu up" },
    filePicker("photo", "image/*", (file) => go(actWithFile(person.id, "send_photo", file))),
    filePicker("file", "", (file) => go(actWithFile(person.id, "send_document", file, paperDetails(file))), "document"),
    filePicker("voice", "audio/*", (file) => go(actWithFile(person.id, "send_voice", file))),
    item("person", "ownContact", () => go(act(person.id, "share_contact"))),
    item("person", "otherContact", () => askContact(person, go)),
    item("pin", "place", () => go(act(person.id, "send_location", SAMARINDA))),
  );
  return disclosure(opener, panel);
}

const paperDetails = (file) => ({ name: file.name, mime: file.type || "application/octet-stream" });

function filePicker(icon, accept, onFile, word = icon) {
  const input = el("input", { type: "file", accept, hidden: true, "aria-label": say(word) });
  input.addEventListener("change", () => {
    if (input.files[0]) onFile(input.files[0]);
    input.value = "";
  });
  return el("span", {}, button([drawing(icon), say(word)], () => input.click()), input);
}

function askContact(person, go) {
  const fields = [
    { name: "first_name", label: say("firstName"), required: true },
    { name: "phone", label: say("phoneNeeded"), required: true, type: "tel" },
  ];
  askFor(say("otherContact"), fields, say("send"), (given) => go(act(person.id, "send_contact", given)));
}

function commandMenu(person, go) {
  const panel = el("div", { class: "menu up commands" });
  const opener = iconButton("slash", say("commands"), () => {});
  opener.addEventListener("click", () => {
    const commands = state.people.get(person.id)?.commands ?? [];
    const items = commands.map(({ command, description }) => {
      const send = () => go(act(person.id, "send", { text: `/${command}` }));
      return button([el("strong", {}, `/${command}`), el("span", {}, description)], send);
    });
    panel.replaceChildren(...(items.length ? items : [el("p", { class: "note" }, say("noCommands"))]));
  });
  return disclosure(opener, panel);
}
