// Scrolls to the top and focuses the heading when what is shown there changes: a step of a form.
export default function ({ data, parentElement }) {
  const place = parentElement.querySelector("div")
  if (place.shown === data) return
  place.shown = data
  setTimeout(toTop, 150) // once the previous step is gone: removing its button makes the browser lose the focus
}

function toTop() {
  document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0)
  const heading = document.querySelector("h1.wb-answer")
  heading?.setAttribute("tabindex", "-1")
  heading?.focus({ preventScroll: true })
}
