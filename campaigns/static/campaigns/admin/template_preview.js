// Asks for the preview anew whenever the form's text, kind, language or person changed, a moment after the last key.
document.addEventListener("DOMContentLoaded", () => {
    const panel = document.querySelector("[data-preview]");
    if (!panel) return;
    const form = panel.closest("form");
    const names = ["text", "purpose", "language", "preview_for", "template", "csrfmiddlewaretoken"];
    const shown = panel.querySelector(".preview");
    let timer = 0;
    let asked = null;

    const show = async () => {
        asked?.abort();
        asked = new AbortController();
        const body = new FormData();
        names.forEach((name) => body.append(name, form.elements[name]?.value ?? ""));
        try {
            const answer = await fetch(panel.dataset.preview, {
                method: "POST", body, signal: asked.signal, headers: { "X-Fragment": "1" },
            });
            if (!answer.ok) return;
            const wasClosed = shown.querySelector("details")?.open === false;
            shown.innerHTML = await answer.text();
            if (wasClosed) shown.querySelector("details")?.removeAttribute("open");
        } catch (error) {
            if (error.name !== "AbortError") throw error;
        }
    };

    form.addEventListener("input", (event) => {
        if (!names.includes(event.target.name)) return;
        clearTimeout(timer);
        timer = setTimeout(show, 250);
    });
    form.addEventListener("change", (event) => {
        if (names.includes(event.target.name)) show();
    });
    // Without a script the button opens a page; Enter in a field must go on saving the form.
    const button = panel.querySelector("button");
    button.type = "button";
    button.hidden = true;
    form.elements.preview_for.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        show();
    });
    show();
});
