/** Pinned, archived, in the trash: what a row is decides what can be done with it. */

/** What a row is, for the items of a menu or toolbar that are for some only. */
export function kindsOf(row) {
  const shelf = row.dataset.shelf;
  return [shelf, "pinned" in row.dataset && shelf !== "archived" && shelf !== "trash" && "pinned"].filter(Boolean);
}

/** Show the items that go with something of these kinds (`data-only`, `data-not`: names of kinds). */
export function showFor(place, kinds) {
  for (const item of place.querySelectorAll("[data-only], [data-not]")) {
    const has = (names) => names?.split(" ").some((name) => kinds.includes(name));
    item.hidden = (item.dataset.only && !has(item.dataset.only)) || Boolean(has(item.dataset.not));
  }
}
