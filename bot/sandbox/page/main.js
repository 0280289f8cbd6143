// The page as a whole: which chats are open, and what to do when something happens.

import { listen, loadState } from "./api.js";
import { Column } from "./column.js";
import { el } from "./dom.js";
import { alertWindow, toast } from "./notices.js";
import { askNewPerson, drawPeople } from "./people.js";
import { markSeen, putChat, putEntry, putPerson, replaceState, state } from "./state.js";
import { say, switchLanguage, translatePage } from "./words.js";

const SIDE = 300;
const COLUMN = 360;
const PHONE = 720;
const chats = document.getElementById("chats");
const columns = new Map();
let ready = false;
const waiting = [];

// -- which chats are open; the address remembers it -----------------------------------------------------

const openIds = () => [...columns.keys()];
const room = () => (innerWidth < PHONE ? 1 : Math.max(1, Math.floor((innerWidth - SIDE) / COLUMN)));

function open(personId, { focus = true } = {}) {
  const person = state.people.get(personId);
  if (!person) return;
  if (!columns.has(personId)) {
    while (columns.size >= room()) drop(openIds().at(-1));
    const column = new Column(person, () => close(personId));
    columns.set(personId, column);
    chats.append(column.node);
    column.scroll.toEnd();
  }
  settle();
  if (focus) columns.get(personId).focus();
}

function drop(personId) {
  columns.get(personId)?.node.remove();
  columns.delete(personId);
}

function close(personId) {
  drop(personId);
  settle();
  document.querySelector(`[data-opens="${personId}"]`)?.focus();
}

function settle() {
  history.replaceState(null, "", openIds().length ? `#${openIds().join(",")}` : location.pathname);
  document.getElementById("frame").classList.toggle("has-chat", columns.size > 0);
  chats.querySelector(".pick")?.remove();
  if (columns.size === 0) chats.append(el("p", { class: "pick note" }, say("pick")));
  drawPeople(openIds(), open);
}

// -- everything anew: at the beginning, after a lost line, in another language ----------------------------

function drawAll() {
  const wanted = columns.size ? openIds() : location.hash.slice(1).split(",").map(Number);
  translatePage();
  const language = document.getElementById("language");
  language.textContent = say("language");
  language.setAttribute("aria-label", say("languageLabel"));
  document.title = `${state.bot.first_name} · ${say("trial")}`;
  document.getElementById("app-name").textContent = state.bot.first_name;
  for (const personId of openIds()) drop(personId);
  for (const personId of wanted.slice(0, room())) open(personId, { focus: false });
  settle();
}

/** Load everything; what happens meanwhile waits and is told after it, in order. */
async function reload() {
  ready = false;
  replaceState(await loadState());
  document.getElementById("offline").hidden = true;
  const writing = document.activeElement?.closest?.("[data-person]")?.dataset.person;
  drawAll();
  if (writing) columns.get(Number(writing))?.focus();
  ready = true;
  for (const event of waiting.splice(0)) happen(event);
}

function happen(event) {
  if (ready) ON[event.kind]?.(event);
  else waiting.push(event);
}

async function reloadCard() {
  const { bot, people } = await loadState();
  state.bot = bot;
  for (const person of people) putPerson(person);
  for (const [personId, opened] of columns) if (state.chats.get(personId).entries.size === 0) opened.fill();
}

// -- what happens ---------------------------------------------------------------------------------------

const ON = {
  person: ({ person }) => {
    putPerson(person);
    settle();
  },
  chat: ({ chat }) => {
    const pinned = String(state.chats.get(chat.id)?.pinned ?? "");
    putChat(chat);
    columns.get(chat.id)?.showFoot();
    if (String(chat.pinned) !== pinned) columns.get(chat.id)?.fill();
  },
  entry: ({ entry }) => {
    const isNew = putEntry(entry);
    columns.get(entry.chat_id)?.show(entry, isNew);
    if (columns.has(entry.chat_id)) markSeen(entry.chat_id);
    drawPeople(openIds(), open);
  },
  action: ({ chat_id, action }) => columns.get(chat_id)?.doing(action),
  profile: reloadCard,
  answer: ({ press, text, show_alert }) => {
    columns.get(press.person_id)?.answered(press);
    if (!text) return;
    const name = state.people.get(press.person_id)?.first_name ?? "";
    if (show_alert) alertWindow(`${say("botSays")} · ${name}`, text);
    else toast(`${name}: ${text}`);
  },
};

function lost() {
  const line = document.getElementById("offline");
  line.textContent = say("offline");
  line.hidden = false;
}

/** The answer may be here before the event that tells of it. */
function welcome(person) {
  putPerson(person);
  if (!state.chats.has(person.id)) putChat({ id: person.id, started: false, pinned: [], next_message_id: 1 });
  open(person.id);
}

document.getElementById("add-person").addEventListener("click", () => askNewPerson(welcome));
document.getElementById("language").addEventListener("click", () => {
  switchLanguage();
  drawAll();
});
addEventListener("resize", () => {
  while (columns.size > room()) drop(openIds()[0]);
  if (ready) settle();
});

translatePage();
listen({ onEvent: happen, onOpen: () => reload().catch(lost), onLost: lost });
