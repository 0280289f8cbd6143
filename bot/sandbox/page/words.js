// Every word of the page, in Indonesian and English.

const WORDS = {
  id: {
    skip: "Lewati ke percakapan",
    trial: "Ruang coba",
    local: "Semua terjadi di komputer ini. Tidak ada yang dikirim ke Telegram.",
    people: "Orang",
    addPerson: "Tambah orang",
    language: "English",
    languageLabel: "Ganti bahasa halaman ke bahasa Inggris",
    nobody: "Belum ada orang. Tambah satu untuk mulai.",
    pick: "Pilih orang untuk membuka percakapan.",
    unread: (n) => `${n} pesan belum dibaca`,
    conversation: (name) => `Percakapan ${name} dengan bot`,
    closeChat: (name) => `Tutup percakapan ${name}`,
    back: "Kembali ke daftar orang",
    menuOf: (name) => `Menu ${name}`,
    start: "Mulai",
    restart: "Buka blokir dan mulai",
    startHint: "Tekan Mulai untuk menyapa bot.",
    blockedHint: "Bot diblokir. Bot tidak dapat mengirim pesan.",
    block: "Blokir bot",
    unblock: "Buka blokir bot",
    openLink: "Buka tautan undangan",
    linkLabel: "Tautan atau kode undangan",
    linkHint: "Tempel tautan t.me/…?start=… atau kodenya saja.",
    open: "Buka",
    cancel: "Batal",
    close: "Tutup",
    ok: "OK",
    message: (name) => `Pesan dari ${name}`,
    write: "Tulis pesan",
    send: "Kirim",
    attach: "Lampirkan",
    photo: "Foto",
    document: "Dokumen",
    voice: "Rekaman suara",
    ownContact: "Nomor saya sendiri",
    otherContact: "Kontak orang lain",
    place: "Lokasi",
    commands: "Perintah bot",
    noCommands: "Bot belum memasang perintah.",
    showKeys: "Tampilkan tombol balasan",
    hideKeys: "Sembunyikan tombol balasan",
    keys: "Tombol balasan",
    typing: "Bot sedang mengetik…",
    uploading: "Bot sedang mengirim berkas…",
    bot: "Bot",
    edited: "diubah",
    protectedNote: "Tidak dapat diteruskan atau disalin",
    download: (name) => `Unduh ${name}`,
    actions: "Tindakan pesan",
    logHint: "Panah atas dan bawah berpindah pesan. Enter membuka tindakan pesan.",
    reply: "Balas",
    replying: "Membalas",
    editing: "Mengubah pesan",
    edit: "Ubah",
    copy: "Salin teks",
    copied: "Tersalin",
    remove: "Hapus",
    quoting: "Membalas:",
    forwarded: (name) => `Diteruskan dari ${name}`,
    photoAlt: "Foto",
    voiceNote: "Pesan suara",
    sticker: (emoji) => `Stiker ${emoji}`,
    contact: "Kontak",
    poll: "Jajak pendapat",
    reaction: (emoji) => `Reaksi bot: ${emoji}`,
    pinned: "Disematkan",
    opensOutside: "membuka situs lain",
    copies: "menyalin teks",
    showSpoiler: "Tampilkan teks tersembunyi",
    newMessages: "Ke pesan terbaru",
    today: "Hari ini",
    firstName: "Nama depan",
    lastName: "Nama belakang (boleh kosong)",
    phone: "Nomor telepon (boleh kosong)",
    phoneNeeded: "Nomor telepon",
    add: "Tambah",
    botSays: "Pesan dari bot",
    offline: "Sambungan terputus. Mencoba lagi…",
    away: "bot sedang tidak berjalan. Tulisan Anda masih ada.",
    openOn: "Buka tautan ini di HP siapa?",
    failed: (why) => `Tidak berhasil: ${why}`,
    unknownMessage: "Pesan jenis lain",
    earlier: "Pesan sebelumnya",
  },
  en: {
    skip: "Skip to the conversation",
    trial: "Try-out room",
    local: "All of this happens on this computer. Nothing is sent to Telegram.",
    people: "People",
    addPerson: "Add a person",
    language: "Indonesia",
    languageLabel: "Switch the page to Indonesian",
    nobody: "Nobody is here yet. Add somebody to begin.",
    pick: "Choose a person to open a conversation.",
    unread: (n) => `${n} unread messages`,
    conversation: (name) => `Conversation of ${name} with the bot`,
    closeChat: (name) => `Close the conversation of ${name}`,
    back: "Back to the list of people",
    menuOf: (name) => `Menu of ${name}`,
    start: "Start",
    restart: "Unblock and start",
    startHint: "Press Start to greet the bot.",
    blockedHint: "The bot is blocked. It cannot send messages.",
    block: "Block the bot",
    unblock: "Unblock the bot",
    openLink: "Open an invitation link",
    linkLabel: "Invitation link or code",
    linkHint: "Paste a t.me/…?start=… link, or only its code.",
    open: "Open",
    cancel: "Cancel",
    close: "Close",
    ok: "OK",
    message: (name) => `Message from ${name}`,
    write: "Write a message",
    send: "Send",
    attach: "Attach",
    photo: "Photo",
    document: "Document",
    voice: "Voice recording",
    ownContact: "My own number",
    otherContact: "Somebody else's contact",
    place: "Location",
    commands: "Commands of the bot",
    noCommands: "The bot has not set commands yet.",
    showKeys: "Show the reply buttons",
    hideKeys: "Hide the reply buttons",
    keys: "Reply buttons",
    typing: "The bot is typing…",
    uploading: "The bot is sending a file…",
    bot: "Bot",
    edited: "edited",
    protectedNote: "Cannot be forwarded or copied",
    download: (name) => `Download ${name}`,
    actions: "Message actions",
    logHint: "Up and down arrows move between messages. Enter opens the actions of a message.",
    reply: "Reply",
    replying: "Replying",
    editing: "Editing a message",
    edit: "Edit",
    copy: "Copy text",
    copied: "Copied",
    remove: "Delete",
    quoting: "In reply to:",
    forwarded: (name) => `Forwarded from ${name}`,
    photoAlt: "Photo",
    voiceNote: "Voice message",
    sticker: (emoji) => `Sticker ${emoji}`,
    contact: "Contact",
    poll: "Poll",
    reaction: (emoji) => `Reaction of the bot: ${emoji}`,
    pinned: "Pinned",
    opensOutside: "opens another site",
    copies: "copies a text",
    showSpoiler: "Show the hidden text",
    newMessages: "To the newest message",
    today: "Today",
    firstName: "First name",
    lastName: "Last name (may be empty)",
    phone: "Phone number (may be empty)",
    phoneNeeded: "Phone number",
    add: "Add",
    botSays: "Message from the bot",
    offline: "The connection was lost. Trying again…",
    away: "the bot is not running. Your words are still there.",
    openOn: "On whose phone shall this link open?",
    failed: (why) => `That did not work: ${why}`,
    unknownMessage: "A message of another kind",
    earlier: "Earlier messages",
  },
};

let language = localStorage.getItem("sapa.language") === "en" ? "en" : "id";

/** The language of the page: "id" or "en". */
export function currentLanguage() {
  return language;
}

export function switchLanguage() {
  language = language === "id" ? "en" : "id";
  localStorage.setItem("sapa.language", language);
}

/** A word; some take a name or a number. */
export function say(key, ...given) {
  const word = WORDS[language][key];
  return typeof word === "function" ? word(...given) : word;
}

/** Fill in all words that stand in the page itself. */
export function translatePage() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = say(node.dataset.word);
}

/** English with a clock of 24 hours, as everybody here reads it. */
const locale = () => (language === "en" ? "en-GB" : "id");

export function clockTime(seconds) {
  return new Intl.DateTimeFormat(locale(), { timeStyle: "short" }).format(new Date(seconds * 1000));
}

export function dayName(seconds) {
  const day = new Date(seconds * 1000);
  if (day.toDateString() === new Date().toDateString()) return say("today");
  return new Intl.DateTimeFormat(locale(), { dateStyle: "long" }).format(day);
}

export function fileSize(bytes) {
  const [value, unit] = bytes < 1e6 ? [Math.max(bytes / 1e3, 0.1), "kB"] : [bytes / 1e6, "MB"];
  return `${new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }).format(value)} ${unit}`;
}
