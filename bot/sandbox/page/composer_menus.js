// What opens beside the box to write in: things to attach, and the commands of the bot.

import { button, disclosure, drawing, el, iconButton } from "./dom.js";
import { askFor } from "./notices.js";
import { state } from "./state.js";
import { say } from "./words.js";

const SAMARINDA = { latitude: -0.5022, longitude: 117.1536 };

/** Attach something; `go(act, given, file)` does it. */
export function attachMenu(go) {
  const panel = el(
    "div",
    { class: "menu up" },
    picker("photo", "photo", "image/*", (file) => go("send_photo", {}, file)),
    picker("file", "document", "", (file) => go("send_document", detailsOf(file), file)),
    picker("voice", "voice", "audio/*", (file) => go("send_voice", {}, file)),
    item("person", "ownContact", () => go("share_contact")),
    item("person", "otherContact", () => askContact(go)),
    item("pin", "place", () => go("send_location", SAMARINDA)),
  );
  return disclosure(iconButton("clip", say("attach"), () => {}), panel);
}

const item = (icon, word, onclick) => button([drawing(icon), say(word)], onclick);
const detailsOf = (file) => ({ name: file.name, mime: file.type || "application/octet-stream" });

function picker(icon, word, accept, onFile) {
  const input = el("input", { type: "file", accept, hidden: true, "aria-label": say(word) });
  input.addEventListener("change", () => {
    if (input.files[0]) onFile(input.files[0]);
    input.value = "";
  });
  return el("span", {}, item(icon, word, () => input.click()), input);
}

function askContact(go) {
  const fields = [
    { name: "first_name", label: say("firstName"), required: true },
    { name: "phone", label: say("phoneNeeded"), required: true, type: "tel" },
  ];
  askFor(say("otherContact"), fields, say("send"), (given) => go("send_contact", given));
}

/** The commands that the bot offers this person; `send(text)` says one. */
export function commandMenu(personId, send) {
  const panel = el("div", { class: "menu up commands" });
  const opener = iconButton("slash", say("commands"), () => {
    const commands = state.people.get(personId)?.commands ?? [];
    const none = el("p", { class: "note" }, say("noCommands"));
    panel.replaceChildren(...(commands.length ? commands.map((each) => command(each, send)) : [none]));
  });
  return disclosure(opener, panel);
}

function command({ command: name, description }, send) {
  const words = [el("strong", {}, `/${name}`), el("span", {}, description)];
  return button(words, () => send(`/${name}`));
}
