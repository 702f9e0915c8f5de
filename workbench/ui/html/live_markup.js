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
    const opener = target.closest("[data-opens]")
    if (opener) {
      setTriggerValue("opened", opener.dataset.opens)
      openWith(opener)
    }
  }
}

// Opens the reader's mail or SMS program with the text. The address is made here and now, so that it is in no page.
function openWith({ dataset, parentElement }) {
  const text = encodeURIComponent(parentElement.querySelector("code").textContent)
  const link = document.createElement("a")
  link.href =
    dataset.opens === "mailto"
      ? `mailto:${encodeURIComponent(dataset.to).replace("%40", "@")}?subject=${encodeURIComponent(dataset.subject)}&body=${text}`
      : `sms:${dataset.to.replace(/[^+\d]/g, "")}?body=${text}`
  link.click()
}

// The clipboard API is not available to a page served over plain http from another machine.
function copy(button) {
  const text = button.parentElement.querySelector("code")
  getSelection().selectAllChildren(text)
  if (navigator.clipboard) navigator.clipboard.writeText(text.textContent)
  else document.execCommand("copy")
  button.textContent = "Copied"
  setTimeout(() => (button.textContent = "Copy"), 1500)
}
