// What the page knows: people, their chats, and what has been read.

export const state = { bot: {}, people: new Map(), chats: new Map() };

/** Take over everything, at the beginning and after a lost connection. */
export function replaceState(loaded) {
  state.bot = loaded.bot;
  state.people = new Map(loaded.people.map((person) => [person.id, person]));
  state.chats = new Map();
  for (const chat of loaded.chats) {
    const entries = new Map(chat.entries.map((entry) => [entry.message.message_id, entry]));
    state.chats.set(chat.id, { ...chat, entries });
  }
}

export function putPerson(person) {
  const known = state.people.get(person.id);
  state.people.set(person.id, { commands: [], ...known, ...person });
}

export function putChat(chat) {
  const known = state.chats.get(chat.id);
  state.chats.set(chat.id, { entries: new Map(), earlier: false, ...known, ...chat });
}

/** Put a message in its place. Returns whether it is new to this page. */
export function putEntry(entry) {
  const chat = state.chats.get(entry.chat_id);
  const id = entry.message.message_id;
  if (!chat) return false;
  const isNew = !chat.entries.has(id);
  if (entry.phone.deleted) chat.entries.delete(id);
  else chat.entries.set(id, entry);
  return isNew && !entry.phone.deleted;
}

export function putEarlier(chatId, loaded) {
  const chat = state.chats.get(chatId);
  const earlier = loaded.entries.map((entry) => [entry.message.message_id, entry]);
  chat.entries = new Map([...earlier, ...chat.entries]);
  chat.earlier = loaded.earlier;
}

export const chatOf = (personId) => state.chats.get(personId);
export const isBlocked = (personId) => chatOf(personId)?.bot_status === "kicked";
export const hasStarted = (personId) => chatOf(personId)?.started ?? false;
export const fullName = (person) => [person.first_name, person.last_name].filter(Boolean).join(" ");

export function lastEntry(personId) {
  return [...(chatOf(personId)?.entries.values() ?? [])].at(-1);
}

// -- what was read ------------------------------------------------------------------------------------

const SEEN = "sapa.seen";
const seen = JSON.parse(localStorage.getItem(SEEN) ?? "{}");

export function markSeen(personId) {
  const last = lastEntry(personId)?.message.message_id;
  if (!last || seen[personId] === last) return;
  seen[personId] = last;
  localStorage.setItem(SEEN, JSON.stringify(seen));
}

export function unreadCount(personId) {
  const entries = [...(chatOf(personId)?.entries.values() ?? [])];
  // A sandbox that began anew has smaller numbers than the ones remembered here.
  const read = Math.min(seen[personId] ?? 0, chatOf(personId)?.next_message_id ?? 0);
  return entries.filter((entry) => entry.from_bot && entry.message.message_id > read).length;
}
