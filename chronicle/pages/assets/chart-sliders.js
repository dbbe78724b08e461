/* Sliders below a live chart whose specification has parameters to move, and an address that holds where they stand.
 *
 * The specification binds a slider to each parameter for viewers that know nothing of us. Here the bindings are taken out, and
 * real inputs with labels are made of them: they outlive a redraw, print their values, and write them into the query of the
 * address (`?CHART.INPUT=VALUE`), which a page that is opened with it reads first.
 */
window.chronicleSliders = (host, chart, spec) => {
  "use strict";
  const { params, usermeta: { chronicle } } = spec;
  const inputs = chronicle.inputs.map(about => {
    const { value, bind } = params.find(({ name }) => name === about.signal);
    return { ...about, start: value, least: bind.min, most: bind.max, step: bind.step, key: `${chart.id}.${about.name}` };
  });
  const link = document.querySelector(`a[href$="#chart-${CSS.escape(chart.id)}"]:not(.md-nav__link)`);
  let view, waiting;

  const rounded = (value, digits) => Number(value.toPrecision(digits));
  const within = ({ least, most }, value) => Math.min(most, Math.max(least, value));
  const share = ({ least, most }, value) => Math.log(value / least) / Math.log(most / least);
  const shown = value => Number.isFinite(value)
    ? rounded(value, 4).toLocaleString("en-US", { maximumSignificantDigits: 4 }).replace("-", "\u2212") : "no value";
  const said = ({ value, unit }) => `${shown(value)} ${unit}`.trim();

  // A long range is moved by equal factors: the slider then counts thousandths of the way.
  const fromSlider = input => input.isLog
    ? within(input, rounded(input.least * (input.most / input.least) ** (input.field.value / 1000), 3)) : Number(input.field.value);
  const toSlider = input => { input.field.value = input.isLog ? 1000 * share(input, input.value) : input.value; };

  function row(input) {
    const label = document.createElement("label");
    const name = Object.assign(document.createElement("span"), { textContent: input.says });
    const [min, max, step] = input.isLog ? [0, 1000, 5] : [input.least, input.most, input.step];
    input.field = Object.assign(document.createElement("input"), { type: "range", min, max, step });
    input.output = document.createElement("output");
    input.field.setAttribute("aria-label", input.says);      // the name alone: the value is said as the text of the slider
    input.field.addEventListener("input", () => move(input, fromSlider(input)));
    label.append(name, input.field, input.output);
    return label;
  }

  function show(input) {
    toSlider(input);
    input.output.value = said(input);
    input.field.setAttribute("aria-valuetext", said(input));
  }

  function move(input, value) {
    input.value = value;
    input.output.value = said(input);
    input.field.setAttribute("aria-valuetext", said(input));
    view?.signal(input.signal, value).runAsync().then(tell);
    clearTimeout(waiting);
    waiting = setTimeout(remember, 250);
  }

  // In words what the picture shows now: for a reader who does not see it.
  function tell() {
    const now = chronicle.outcomes.map(({ says, signal, unit }) => `${says} ${shown(view.signal(signal))} ${unit}`.trim()).join("; ");
    const moved = inputs.filter(({ value, start }) => value !== start).map(input => `${input.says} ${said(input)}`);
    reset.disabled = !moved.length;
    chart.box?.setAttribute("aria-label", moved.length ? `${chart.summary} Now, with ${moved.join("; ")}: ${now}.` : chart.summary);
  }

  function address(from) {
    const url = new URL(from);
    inputs.forEach(({ key, value, start }) => value === start ? url.searchParams.delete(key) : url.searchParams.set(key, value));
    return url;
  }

  function remember() {
    if (!host.isConnected) return;
    try {
      history.replaceState(history.state, "", address(location.href));
    } catch { /* a page opened from disk has no address that may change */ }
    lead();
    chart.say(chronicle.outcomes.map(({ says, signal, unit }) => `${says} ${shown(view.signal(signal))} ${unit}`).join("; "));
  }

  function lead() {
    if (!link) return;
    const url = address(location.href);
    url.hash = `chart-${chart.id}`;
    link.href = url.href;
  }

  const asked = new URLSearchParams(location.search);
  const form = Object.assign(document.createElement("div"), { className: "chart-inputs", role: "group" });
  form.setAttribute("aria-label", "Inputs of the chart above");
  const reset = Object.assign(document.createElement("button"), { type: "button", textContent: "Back to where they began" });
  reset.addEventListener("click", () => inputs.forEach(input => { move(input, input.start); toSlider(input); }));
  form.append(...inputs.map(row), reset);
  inputs.forEach(input => {
    const wish = asked.has(input.key) ? Number(asked.get(input.key)) : NaN;
    input.value = Number.isFinite(wish) ? within(input, wish) : input.start;
    show(input);
  });
  host.after(form);
  lead();

  return {
    /* Let the chart begin where the sliders stand, and leave the binding to them. */
    prepare(next) {
      next.params.forEach(one => {
        delete one.bind;
        const input = inputs.find(({ signal }) => signal === one.name);
        if (input) one.value = input.value;
      });
    },
    attach(next) {
      view = next;
      inputs.forEach(({ signal, value }) => view.signal(signal, value));   // moved while it was drawn
      view.runAsync().then(tell);
    },
    remove() {
      clearTimeout(waiting);
      form.remove();
    },
  };
};
