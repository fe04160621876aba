// Buttons that copy a table and save a picture. Without scripts the page is whole, only without buttons.
"use strict";

const status = document.querySelector("[role=status]");

function addButton(place, text, about, work) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.setAttribute("aria-label", `${text}: ${about}`);
  button.addEventListener("click", async () => {
    let outcome;
    try {
      outcome = await work();
    } catch {
      outcome = "This browser did not allow it";
    }
    status.textContent = `${outcome}: ${about}`;
    button.textContent = outcome;
    setTimeout(() => { button.textContent = text; }, 2500);
  });
  place.append(button);
}

function tools(after) {
  const place = document.createElement("p");
  place.className = "tools";
  after.after(place);
  return place;
}

// A spreadsheet runs what begins like a formula; an apostrophe makes it a text, as in the CSV files.
function plain(cell) {
  const text = cell.textContent.trim();
  return /^[=+@-]/.test(text) ? `'${text}` : text;
}

function copy(table) {
  const text = Array.from(table.rows, (row) => Array.from(row.cells, plain).join("\t")).join("\n");
  const put = (event) => {
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  };
  // the clipboard's newer interface is not there for every file opened from a disk; copying a selection is
  getSelection().selectAllChildren(table);
  document.addEventListener("copy", put, { once: true });
  const done = document.execCommand("copy");
  document.removeEventListener("copy", put);
  getSelection().removeAllRanges();
  return done ? "Copied" : "This browser did not allow it";
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  return "Saved";
}

function source(picture) {
  const { width, height } = picture.viewBox.baseVal;
  const alone = picture.cloneNode(true);
  alone.setAttribute("width", `${width}pt`);
  alone.setAttribute("height", `${height}pt`);
  return new XMLSerializer().serializeToString(alone);
}

async function asPng(picture) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source(picture))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = 3 * picture.viewBox.baseVal.width;
  canvas.height = 3 * picture.viewBox.baseVal.height;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => { canvas.toBlob(done, "image/png"); });
}

for (const table of document.querySelectorAll("table")) {
  addButton(tools(table.parentElement), "Copy table", table.caption.textContent, () => copy(table));
}
for (const figure of document.querySelectorAll("figure")) {
  const picture = figure.querySelector("svg");
  const about = figure.querySelector("figcaption strong").textContent;
  const place = tools(figure.querySelector(".card"));
  const asSvg = () => new Blob([source(picture)], { type: "image/svg+xml" });
  addButton(place, "Save as SVG", about, () => save(asSvg(), `${figure.id}.svg`));
  addButton(place, "Save as PNG", about, async () => save(await asPng(picture), `${figure.id}.png`));
}
