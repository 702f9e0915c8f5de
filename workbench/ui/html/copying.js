// Buttons that copy a text which the server gives only at the click, so that it is in no page before.
const waiting = new WeakMap()
const SHOWN_SECONDS = 60

export default function ({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".wb-copying")
  if (place.drawn !== data.markup) place.innerHTML = place.drawn = data.markup
  const asked = waiting.get(place)
  if (asked && data.answer?.id === asked.id) {
    waiting.delete(place)
    if (data.answer.text) asked.resolve(data.answer.text)
    else asked.reject(new Error(data.answer.refusal))
  }
  place.onclick = ({ target }) => {
    const button = target.closest("[data-asks]")
    if (button) ask(place, button, (value) => setTriggerValue("asked", value))
  }
}

function ask(place, button, send) {
  const id = `${Date.now()}-${Math.random()}`
  const text = new Promise((resolve, reject) => waiting.set(place, { id, resolve, reject }))
  say(place, "Fetching it…")
  copied(text)
    .then(() => say(place, button.dataset.done))
    .catch(() => text.then((words) => showForAMinute(place, words), (error) => say(place, error.message)))
  send(`${button.dataset.asks} ${id}`)
}

// The clipboard accepts a promise within the gesture; it is not available to a page served over plain http.
async function copied(text) {
  if (!window.isSecureContext || !navigator.clipboard?.write) throw new Error("no clipboard")
  const blob = text.then((words) => new Blob([words], { type: "text/plain" }))
  await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })])
}

function say(place, words) {
  place.querySelector("[role=status]").textContent = words
}

function showForAMinute(place, words) {
  say(place, "This browser does not allow copying, so it is shown here for a minute.")
  const shown = document.createElement("code")
  shown.className = "wb-shown-briefly"
  shown.tabIndex = 0
  shown.textContent = words
  place.querySelector(".wb-shown-briefly")?.remove()
  place.append(shown)
  getSelection().selectAllChildren(shown)
  setTimeout(() => {
    if (!shown.isConnected) return
    shown.remove()
    say(place, "")
  }, SHOWN_SECONDS * 1000)
}
