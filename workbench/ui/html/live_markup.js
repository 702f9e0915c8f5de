// Puts the server's markup into the page, reports a clicked bar to the server, and copies for a copy button.
export default function ({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".wb-live")
  if (place.drawn !== data) {
    const held = place.contains(document.activeElement) ? document.activeElement.dataset.pick : undefined
    place.innerHTML = place.drawn = data
    if (held) place.querySelector(`[data-pick="${CSS.escape(held)}"]`)?.focus()
  }
  place.onclick = ({ target }) => {
    const bar = target.closest("[data-pick]")
    if (bar) setTriggerValue("picked", bar.dataset.pick)
    const button = target.closest("[data-copies]")
    if (button) copy(button)
  }
}

// The clipboard API is not available to a page served over plain http from another machine.
function copy(button) {
  getSelection().selectAllChildren(button.previousElementSibling)
  if (navigator.clipboard) navigator.clipboard.writeText(button.previousElementSibling.textContent)
  else document.execCommand("copy")
  button.textContent = "Copied"
  setTimeout(() => (button.textContent = "Copy"), 1500)
}
