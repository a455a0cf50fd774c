/** The addresses the page talks to; the counterpart of chatapp/chat/urls.py. Ids are UUIDs, no escaping needed. */

export const urls = {
  turns: (conversation, have) => `/c/${conversation}/turns/` + (have.length ? `?have=${have.join(",")}` : ""),
  meter: (conversation) => `/c/${conversation}/meter/`,
  draft: (conversation) => `/c/${conversation}/draft/`,
  read: (conversation) => `/c/${conversation}/read/`,
  rename: (conversation) => `/c/${conversation}/rename/`,
  remove: (conversation) => `/c/${conversation}/delete/`,
  restore: (conversation) => `/c/${conversation}/restore/`,
  settings: (conversation) => `/c/${conversation}/settings/`,
  compact: (conversation) => `/c/${conversation}/compact/`,
  compactBegin: (conversation) => `/c/${conversation}/compact/begin/`,
  summary: (message, deed) => `/m/${message}/summary/${deed}/`, // edit, again, remove, restore
  shortcuts: "/me/shortcuts/",
  rows: "/list/",
  row: (conversation) => `/list/${conversation}/`,
  message: (message) => `/m/${message}/`,
  source: (message) => `/m/${message}/source/`,
  about: (message) => `/m/${message}/about/`,
  retry: (message) => `/m/${message}/retry/`,
  goOn: (message) => `/m/${message}/continue/`,
  show: (message) => `/m/${message}/show/`,
  weight: (message) => `/m/${message}/weight/`,
  queued: (message) => `/m/${message}/queued/`,
  unqueue: (message) => `/m/${message}/queued/remove/`,
  stop: (reply) => `/r/${reply}/stop/`,
  tail: (reply, after) => `/r/${reply}/tail/?after=${after}`,
};
