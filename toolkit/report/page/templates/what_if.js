"use strict";
{
  const panel = document.getElementById("what-if-panel");
  const { steps, lines, verdicts } = JSON.parse(panel.dataset.told);
  const slider = panel.querySelector("input");
  const rows = [...panel.querySelectorAll("tbody tr")];
  const observed = steps[-slider.min][2];
  const part = (row, name) => row.querySelector("." + name);

  const put = (bar, start, end = start) => {
    bar.hidden = start === undefined;
    bar.style.insetInlineStart = start + "%";
    bar.style.inlineSize = end > start ? end - start + "%" : "";
  };
  const fill = (row, [size, verdict, stake, [low, high, estimate]]) => {
    const [sign, words] = verdicts[verdict];
    part(row, "verdict").className = "verdict chip " + verdict;
    part(row, "sign").textContent = sign;
    part(row, "words").textContent = words;
    part(row, "size").textContent = size;
    part(row, "stake").textContent = stake;
    put(part(row, "now"), low, high);
    put(part(row, "tick"), estimate);
  };
  const show = () => {
    const [moved, says, cells] = steps[slider.value - slider.min];
    slider.setAttribute("aria-valuetext", moved);
    panel.querySelector("output").textContent = moved;
    panel.querySelector("[role=status]").textContent = says;
    rows.forEach((row, i) => fill(row, cells[i]));
  };

  rows.forEach((row, i) => {
    put(part(row, "then"), ...observed[i][3]);
    put(part(row, "line"), lines[i]);
  });
  slider.addEventListener("input", show);
  panel.querySelector("button").addEventListener("click", () => {
    slider.value = 0;
    show();
  });
  panel.hidden = false;
  show();
}
