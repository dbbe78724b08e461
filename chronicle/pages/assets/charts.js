/* Brings the charts of a page to life.
 *
 * A chart is its picture; this script upgrades it. When a picture comes near the viewport, the library and the specification
 * beside the picture are fetched and a live chart is drawn over it. Whatever fails, the picture stays.
 *
 * - The library lies beside this script and is fetched once, by the first chart that is reached. It brings the theme along.
 * - A live chart is drawn out of sight and then exchanged, so nothing flashes when the palette changes.
 * - Each chart draws one thing at a time: while it draws, further wishes only say "look again afterwards".
 * - Expressions are interpreted (`ast`), because a content security policy may forbid to compile them.
 * - Under instant navigation the script runs once and `document$` announces each page.
 */
(() => {
  "use strict";
  if (window.chronicleCharts) return;
  const charts = window.chronicleCharts = new Map();      // host paragraph -> what is known of its chart
  const own = document.currentScript ?? document.querySelector('script[src*="charts.js"]');
  const bundle = new URL("vega.bundle.js", own.src).href;
  let library;

  const scheme = () => getComputedStyle(document.body).colorScheme.includes("dark") ? "dark" : "light";

  const load = src => new Promise((resolve, reject) => document.head.append(
    Object.assign(document.createElement("script"), { src, onload: resolve, onerror: () => reject(new Error(`no ${src}`)) })));

  const vega = () => library ??= load(bundle).catch(failure => { library = undefined; throw failure; });

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
    const [spec] = await Promise.all([chart.spec ??= fetched(chart.url).catch(failure => { chart.spec = undefined; throw failure; }), vega()]);
    const box = host.appendChild(Object.assign(document.createElement("div"), { className: "chart-live is-waiting" }));
    try {
      const next = await window.vegaEmbed(box, structuredClone(spec), {
        actions: false, ast: true, renderer: "svg", tooltip: { disableDefaultStyle: true },
        config: structuredClone(window.chronicleThemes[wish]),
        loader: { baseURL: new URL(".", chart.url).href },
      });
      chart.view?.finalize();
      chart.box?.remove();
      Object.assign(chart, { view: next, box, drawn: wish });
      box.dataset.scheme = wish;
      describe(box, chart);
      box.classList.remove("is-waiting");
      host.classList.add("is-live");
    } catch (failure) {
      box.remove();
      throw failure;
    }
  }

  // The picture's role and words, over those that Vega gives: its parts need no names, their numbers are in the table below.
  function describe(box, chart) {
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", chart.summary);
    box.removeAttribute("aria-roledescription");
  }

  function still(host, chart) {
    chart.view?.finalize();
    chart.box?.remove();
    chart.view = chart.box = chart.drawn = undefined;
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
      charts.set(host, { url: image.src.replace(/\.(light|dark)\.svg([?#].*)?$/, ".vl.json"), summary: image.alt });
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
