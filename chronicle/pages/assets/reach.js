/* Makes reachable by keyboard and by name what the theme draws and leaves without one.
 *
 * - A table that is wider than its place can be scrolled with the arrow keys, for as long as it is wider.
 * - The search dialog, the boxes of a task list and the buttons of a code block say what they are.
 * - A claim that the address names opens as it is reached; without scripts its row is reached, closed.
 *
 * All else here concerns parts that the theme itself makes by script, so a reader without scripts lacks nothing.
 */
(() => {
  "use strict";
  const named = "data-reach";

  const fits = new ResizeObserver(seen => seen.forEach(({ target }) => {
    const isWide = target.scrollWidth > target.clientWidth + 1;
    target.toggleAttribute("tabindex", isWide);
    if (isWide) target.tabIndex = 0;
  }));

  function name(part, words, role) {
    part.setAttribute("aria-label", words);
    if (role) part.setAttribute("role", role);
  }

  const parts = {
    ".md-search[role=dialog]": part => name(part, document.querySelector(".md-search__input")?.placeholder || "Search"),
    ".md-typeset__scrollwrap": part => { name(part, "Table", "group"); fits.observe(part); },
    "nav.md-code__nav": part => name(part, `Code ${[...document.querySelectorAll("nav.md-code__nav")].indexOf(part) + 1}`),
    "nav.md-path": part => name(part, "The way to this page"),
    ".task-list-control > input": part => name(part, part.closest("li").textContent.trim().replace(/\s+/g, " ").slice(0, 120)),
  };

  function reach() {
    for (const [selector, change] of Object.entries(parts)) {
      for (const part of document.querySelectorAll(`${selector}:not([${named}])`)) {
        part.setAttribute(named, "");
        change(part);
      }
    }
  }

  // The theme wraps tables after it announced a page, and puts buttons on code as it comes into view.
  new MutationObserver(reach).observe(document.body, { childList: true, subtree: true });
  reach();

  function open() {
    const reached = document.getElementById(location.hash.slice(1));
    if (reached?.matches("details.claim")) reached.open = true;
  }

  addEventListener("hashchange", open);
  window.document$ ? document$.subscribe(open) : open();
})();
