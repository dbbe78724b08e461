/* Shows the provenance card of a number, a run or a claim where the reader clicked.
 *
 * A number is a link to its card on the page of its run; this script upgrades it. The card comes from `cards.json` beside that
 * page, or from `claims.json`, fetched once and on demand. Whatever fails, the link leads where it always led: without this
 * script, from disk, in a browser without popovers, with a modifier key, or when the file is not there.
 *
 * - The popover is the browser's own: Escape and a click elsewhere close it, and the focus goes back to the number.
 * - Words are set as text and never as markup, whoever wrote them.
 * - Under instant navigation the script runs once and `document$` announces each page. The theme follows links from the body,
 *   so a click is taken on its way down, at the window.
 */
(() => {
  "use strict";
  if (window.chronicleCards) return;
  window.chronicleCards = true;
  const own = document.currentScript ?? document.querySelector('script[src*="cards.js"]');
  const root = new URL("../../", own.src);
  if (location.protocol === "file:" || !("popover" in HTMLElement.prototype)) return;

  const kept = new Map();                                  // address -> promise of what it holds
  let card, asked = 0;

  const read = place => {
    const address = new URL(place, root).href;
    if (!kept.has(address)) {
      const reading = fetch(address).then(reply => reply.ok ? reply.json() : Promise.reject(new Error(`${reply.status} for ${address}`)));
      reading.catch(() => kept.delete(address));
      kept.set(address, reading);
    }
    return kept.get(address);
  };

  const make = (tag, words, classes) => {
    const made = document.createElement(tag);
    if (words !== undefined) made.textContent = words;
    if (classes) made.className = classes;
    return made;
  };

  const slug = word => word.toLowerCase().replace(/[^a-z]+/g, "-").replace(/^-|-$/g, "");
  const verdict = word => make("span", word, `verdict verdict--${slug(word)}`);

  const listing = rows => {
    const list = make("dl");
    rows.forEach(([name, words]) => list.append(make("dt", name), make("dd", words)));
    return list;
  };

  // One line a number of the case, that of the link first and marked by more than a colour.
  const numbers = (several, metric) => {
    const list = make("dl", undefined, "card__numbers");
    const names = Object.keys(several).sort((a, b) => (b === metric) - (a === metric));
    names.forEach(name => {
      const one = several[name];
      const value = make("dd", undefined, name === metric ? "card__asked" : "");
      const interval = one.interval ? ` (${one.interval}${one.level ? ` at ${one.level}` : ""})` : " without an interval";
      value.append(make("strong", one.value), make("span", interval, "fact__interval"));
      list.append(make("dt", one.words), value);
    });
    return list;
  };

  const copied = lines => {
    const box = make("div", undefined, "card__command"), block = make("pre"), said = make("span", "", "card__said");
    const button = make("button", "Copy", "card__button");
    block.append(make("code", lines.join("\n")));
    block.tabIndex = 0;
    block.setAttribute("aria-label", "Commands that take it again");
    said.setAttribute("role", "status");
    button.type = "button";
    button.setAttribute("aria-label", "Copy the commands");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(lines.join("\n"));
        said.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(block);
        said.textContent = "Selected: copy it with your keyboard";
      }
    });
    box.append(block, button, said);
    return box;
  };

  const leading = (words, address) => Object.assign(make("a", words), { href: address });

  async function ofRun(key) {
    const [run, rest] = key.split("#");
    const [anchor, metric] = (rest ?? "").split(":");
    const held = await read(`runs/${run}/cards.json`);
    const one = anchor ? held.cards[anchor] : undefined;
    if (anchor && !one) throw new Error(`no card ${key}`);
    const part = make("section", undefined, "card__part"), head = make("p", undefined, "card__case");
    head.append(make("code", one ? one.case : run.split("/")[1]));
    if (one) head.append(" ", verdict(one.verdict));
    part.append(head);
    if (one) part.append(make("p", one.title, "card__about"), numbers(one.numbers, metric));
    part.append(listing([...(one?.rows ?? []), ...held.run]), copied(one?.commands ?? held.commands));
    const links = make("p", undefined, "card__links");
    links.append(leading("Record", new URL(`runs/${run}/record.json`, root).href), " · ",
      leading("All of this as JSON", new URL(`runs/${run}/cards.json`, root).href));
    part.append(links);
    return part;
  }

  const anchorOf = words => `case-${words.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "")}`;

  async function ofClaim(id) {
    const one = (await read("claims.json")).find(claim => claim.id === id);
    if (!one) throw new Error(`no claim ${id}`);
    const part = make("section", undefined, "card__part"), head = make("p", undefined, "card__case");
    const age = one.freshness ? one.freshness + (one.freshness_reason ? `: ${one.freshness_reason}` : "") : "nothing recorded";
    head.append(make("code", one.id), " ", verdict(one.is_stale ? "stale" : one.verdict));
    const held = make("div", undefined, "card__command"), block = make("pre");
    block.append(make("code", one.holds));
    held.append(block);
    part.append(head, make("p", one.says, "card__about"), make("p", one.sentence), held, listing([
      ["Level", `${(100 * one.level).toFixed(2)} %, the claims of a report being one family`],
      ["Processes", one.n_processes ?? "none"],
      ["Evidence", one.cases.map(each => `${each.case} on ${each.machine}`).join("; ") || "none"],
      ["Runs", one.runs.join(", ") || "none"],
      ["Revision", one.data_revisions.join(", ") || "unknown"],
      ["Age", age],
      ["Registered", [one.registered_utc?.slice(0, 10), one.order].filter(Boolean).join(", ")],
    ]));
    const links = make("p", undefined, "card__links");
    links.append(leading("All claims as JSON", new URL("claims.json", root).href));
    part.append(links);
    const keys = one.cases.slice(0, 2).map(each => `${each.machine}/${each.run}#${anchorOf(each.case)}:${each.metric}`);
    return [part, ...await Promise.all(keys.map(ofRun))];
  }

  function opened() {
    const box = make("div", undefined, "chronicle-card md-typeset"), bar = make("div", undefined, "card__bar");
    const close = make("button", "Close", "card__button");
    box.popover = "auto";
    box.tabIndex = -1;
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-labelledby", "chronicle-card-title");
    close.type = "button";
    close.addEventListener("click", () => box.hidePopover());
    bar.append(Object.assign(make("p", "", "card__title"), { id: "chronicle-card-title" }), close);
    box.append(bar);
    return document.body.appendChild(box);
  }

  // Below the number, or above it where there is more room; a narrow screen has it at its lower edge, which the style sheet says.
  function place(link) {
    const at = link.getBoundingClientRect(), above = at.top - 64, below = innerHeight - at.bottom - 16;
    card.style.maxHeight = "";
    const isBelow = card.offsetHeight <= below || below >= above;
    card.style.maxHeight = `${Math.max(240, Math.min(card.offsetHeight, isBelow ? below : above))}px`;
    const furthest = document.documentElement.clientWidth - card.offsetWidth - 8;
    card.style.left = `${Math.max(8, Math.min(at.left, furthest)) + scrollX}px`;
    card.style.top = `${(isBelow ? at.bottom + 8 : at.top - card.offsetHeight - 8) + scrollY}px`;
  }

  async function show(link) {
    const turn = ++asked;
    const { cards, claim } = link.dataset;
    try {
      const parts = await (claim ? ofClaim(claim) : Promise.all(cards.split(" ").map(ofRun)));
      if (turn !== asked || !link.isConnected) return;
      card ??= opened();
      if (!card.isConnected) document.body.append(card);
      const words = link.textContent.trim();
      card.querySelector(".card__title").textContent = claim ? "What decides this claim" : `Where ${words.length > 60 ? "this" : words} comes from`;
      card.querySelectorAll(".card__part, .card__more").forEach(old => old.remove());
      const more = make("p", undefined, "card__more");
      more.append(leading(claim ? "The claim on its page" : "The whole card on the page of its run", link.href));
      card.append(...(link.title ? [make("p", `${link.title[0].toUpperCase()}${link.title.slice(1)}.`, "card__about card__more")] : []), ...parts, more);
      link.focus({ preventScroll: true });
      card.showPopover({ source: link });
      place(link);
      card.scrollTop = 0;
      card.focus({ preventScroll: true });
    } catch (failure) {
      console.warn("the card stays on its page:", failure);
      location.assign(link.href);
    }
  }

  addEventListener("click", event => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest?.("a[data-cards], a[data-claim]");
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    show(link);
  }, true);

  function adopt() {
    if (card?.matches(":popover-open")) card.hidePopover();
    document.querySelectorAll("a[data-cards], a[data-claim]").forEach(link => link.setAttribute("aria-haspopup", "dialog"));
  }
  window.document$?.subscribe(adopt);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", adopt);
  else adopt();
})();
