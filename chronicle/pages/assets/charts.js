/* Brings the charts of a page to life.
 *
 * A chart is its picture; this script upgrades it. When a picture comes near the viewport, the library and the specification
 * beside the picture are fetched and a live chart is drawn over it. Whatever fails, the picture stays.
 *
 * - The library lies beside this script and is fetched once, by the first chart that is reached. It brings the theme along.
 *   What only some charts need, sliders, lies beside it too and is fetched by the first of them.
 * - A live chart is drawn out of sight and then exchanged, so nothing flashes when the palette changes.
 * - Each chart draws one thing at a time: while it draws, further wishes only say "look again afterwards".
 * - Expressions are interpreted (`ast`), because a content security policy may forbid to compile them.
 * - A live chart takes the focus; arrow keys go from mark to mark as a pointer would.
 * - Under instant navigation the script runs once and `document$` announces each page.
 */
(() => {
  "use strict";
  if (window.chronicleCharts) return;
  const charts = window.chronicleCharts = new Map();      // host paragraph -> what is known of its chart
  const own = document.currentScript ?? document.querySelector('script[src*="charts.js"]');
  const here = own.src;                                   // now: the address is relative, and instant navigation moves the page
  const beside = name => new URL(name, here).href;
  const loaded = new Map();                               // address -> the promise of a script

  const scheme = () => getComputedStyle(document.body).colorScheme.includes("dark") ? "dark" : "light";

  const load = src => new Promise((resolve, reject) => document.head.append(
    Object.assign(document.createElement("script"), { src, onload: resolve, onerror: () => reject(new Error(`no ${src}`)) })));

  const once = src => {
    if (!loaded.has(src)) loaded.set(src, load(src).catch(failure => { loaded.delete(src); throw failure; }));
    return loaded.get(src);
  };

  // A page opened from disk may not fetch, but it may load a script: the same specification lies there as one.
  const fromDisk = async url => {
    await load(url.replace(/\.json$/, ".js"));
    return window.chronicleSpecs[url.split("/").at(-1).replace(/\.vl\.json$/, "")];
  };

  const fetched = async url => {
    if (location.protocol === "file:") return fromDisk(url);
    const reply = await fetch(url);
    if (!reply.ok) throw new Error(`${reply.status} for ${url}`);
    return reply.json();
  };

  const wanted = (host, chart) => host.isConnected && chart.near && chart.drawn !== scheme();

  async function draw(host, chart) {
    if (chart.drawing) return;                             // the running loop looks again before it ends
    chart.drawing = true;
    try {
      while (wanted(host, chart)) await exchange(host, chart, scheme());
    } catch (failure) {
      still(host, chart);
      console.warn("chart stays a picture:", chart.url, failure);
    } finally {
      chart.drawing = false;
      if (!host.isConnected) retire(host, chart);
    }
  }

  async function exchange(host, chart, wish) {
    const [read] = await Promise.all([specification(chart), once(beside("vega.bundle.js"))]);
    const spec = structuredClone(read);
    if (spec.usermeta?.chronicle) {
      await once(beside("chart-sliders.js"));
      chart.sliders ??= window.chronicleSliders(host, chart, spec);
      chart.sliders.prepare(spec);
    }
    const box = host.appendChild(Object.assign(document.createElement("div"), { className: "chart-live is-waiting" }));
    try {
      const next = await window.vegaEmbed(box, spec, {
        actions: false, ast: true, renderer: "svg", tooltip: { disableDefaultStyle: true },
        config: structuredClone(window.chronicleThemes[wish]),
        loader: { baseURL: new URL(".", chart.url).href },
      });
      const hadFocus = chart.box?.contains(document.activeElement);
      chart.view?.finalize();
      chart.box?.remove();
      Object.assign(chart, { view: next, box, drawn: wish });
      box.dataset.scheme = wish;
      describe(box, chart);
      box.classList.remove("is-waiting");
      host.classList.add("is-live");
      chart.sliders?.attach(next.view);
      if (hadFocus) box.focus({ preventScroll: true });
    } catch (failure) {
      box.remove();
      throw failure;
    }
  }

  const specification = chart => chart.spec ??= fetched(chart.url).catch(failure => { chart.spec = undefined; throw failure; });

  // The picture's role and words, over those that Vega gives: its parts need no names, their numbers are in the table below.
  function describe(box, chart) {
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", chart.summary);
    box.removeAttribute("aria-roledescription");
    if (!marks(box).length) return;
    box.tabIndex = 0;
    box.addEventListener("keydown", event => walk(event, box, chart));
    box.addEventListener("blur", () => leave(box));
  }

  // The marks that have something to say, from left to right. A mark knows its item; Vega shows its words under a pointer.
  const marks = box => [...box.querySelectorAll("svg.marks *")]
    .filter(mark => [mark.__data__].flat()[0]?.tooltip)
    .map(mark => ({ mark, at: mark.getBoundingClientRect() }))
    .sort((one, other) => one.at.left - other.at.left || one.at.top - other.at.top);

  const KEYS = { ArrowRight: place => place + 1, ArrowDown: place => place + 1, ArrowLeft: place => place - 1,
    ArrowUp: place => place - 1, Home: () => 0, End: () => Infinity };

  function walk(event, box, chart) {
    if (event.key === "Escape") return leave(box);
    if (!(event.key in KEYS) || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const found = marks(box);
    const here = found.findIndex(({ mark }) => mark === chart.pointed);
    const place = Math.max(0, Math.min(found.length - 1, KEYS[event.key](here)));
    leave(box);
    const { mark, at } = found[place];
    chart.pointed = mark;
    mark.classList.add("is-pointed-at");
    for (const type of ["pointerover", "pointermove"]) point(mark, type, at);
    say(chart, `${place + 1} of ${found.length}: ${words(document.getElementById("vg-tooltip-element"))}`);
  }

  function leave(box) {
    box.querySelectorAll(".is-pointed-at").forEach(mark => {
      mark.classList.remove("is-pointed-at");
      for (const type of ["pointerout", "mouseout"]) point(mark, type, mark.getBoundingClientRect());
    });
  }

  const point = (mark, type, at) => mark.dispatchEvent(new PointerEvent(type,
    { bubbles: true, clientX: at.left + at.width / 2, clientY: at.top + at.height / 2, pointerType: "mouse" }));

  const words = tooltip => [...tooltip?.querySelectorAll("tr") ?? []]
    .map(row => [...row.cells].map(cell => cell.textContent.replace(/:$/, "")).join(": ")).join("; ");

  // What changes without the focus moving is said by a line that only a screen reader has.
  function say(chart, text) {
    if (!chart.voice?.isConnected) {
      chart.voice = Object.assign(document.createElement("span"), { className: "chart-voice", role: "status" });
      chart.box.parentElement.append(chart.voice);
    }
    chart.voice.textContent = text;
  }

  function still(host, chart) {
    chart.view?.finalize();
    chart.box?.remove();
    chart.voice?.remove();
    chart.sliders?.remove();
    chart.view = chart.box = chart.drawn = chart.sliders = undefined;
    host.classList.remove("is-live");
  }

  function retire(host, chart) {
    still(host, chart);
    nearby.unobserve(host);
    charts.delete(host);
  }

  const nearby = new IntersectionObserver(entries => entries.forEach(({ target, isIntersecting }) => {
    const chart = charts.get(target);
    if (chart && (chart.near = isIntersecting)) draw(target, chart);
  }), { rootMargin: "200px 0px" });

  function adopt() {
    charts.forEach((chart, host) => host.isConnected || retire(host, chart));
    document.querySelectorAll("img.chart").forEach(image => {
      const host = image.parentElement;
      if (charts.has(host)) return;
      const url = image.src.replace(/\.(light|dark)\.svg([?#].*)?$/, ".vl.json");
      const id = url.split("/").at(-1).replace(/\.vl\.json$/, "");
      charts.set(host, { id, url, summary: image.alt, say(text) { say(this, text); } });
      host.classList.add("chart-host");
      nearby.observe(host);
    });
  }

  const redraw = () => charts.forEach((chart, host) => draw(host, chart));
  new MutationObserver(redraw).observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
  window.document$?.subscribe(adopt);                      // silent on a page opened from disk: there is no instant navigation
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", adopt);
  else adopt();
})();
