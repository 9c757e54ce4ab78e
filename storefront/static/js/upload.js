// Uploads a model straight to the object store, with its progress. Without this the form posts itself.

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/** POST fields as a form; the answer's JSON. Throws an Error with a sentence for people. */
async function post(url, fields) {
  const body = new URLSearchParams(fields);
  const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" } });
  const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
  const told = isJson ? await answer.json() : {};
  if (answer.redirected || (answer.ok && !isJson)) throw new Error("You were signed out. Sign in, then upload the file again.");
  if (!answer.ok) throw new Error(told.error ?? `The shop answered ${answer.status}. Try again in a moment.`);
  return told;
}

/** PUT the file; `progress(sent, total)` in bytes as it goes. fetch can't tell how far it is. */
function put(url, type, file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.setRequestHeader("Content-Type", type);
    request.upload.addEventListener("progress", (event) => progress(event.loaded, file.size));
    request.addEventListener("load", () =>
      request.status < 300 ? resolve() : reject(new Error(`The file was refused (${request.status}). Try again.`)),
    );
    request.addEventListener("error", () => reject(new Error("The connection broke. Upload the file again.")));
    request.send(file);
  });
}

async function upload(form) {
  const file = form.elements.model.files[0];
  const bar = form.querySelector("progress");
  const status = form.querySelector("[role=status]");
  const { put: target, type, finish } = await post(form.dataset.begin, { filename: file.name, size: file.size });
  let said = -1;
  await put(target, type, file, (sent, total) => {
    const percent = Math.floor((100 * sent) / total);
    bar.value = percent;
    // A screen reader would read every change aloud.
    if (percent >= said + 5 || percent === 100) {
      said = percent;
      status.textContent = `${megabytes(sent)} of ${megabytes(total)} · ${percent} %`;
    }
  });
  status.textContent = "Checking what arrived …";
  return (await post(finish, {})).see;
}

for (const form of document.querySelectorAll("form.uploader")) {
  const alert = form.querySelector("[role=alert]");
  const button = form.querySelector("button");
  const progress = form.querySelector(".upload-progress");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    alert.hidden = true;
    progress.hidden = false;
    button.disabled = true;
    try {
      location.assign(await upload(form));
    } catch (error) {
      alert.querySelector("p").textContent = error.message;
      alert.hidden = false;
      progress.hidden = true;
      button.disabled = false;
    }
  });
}
