// The queue from the keyboard: j and k go on and back, a approves, e edits, r rejects, x ticks.
(() => {
    const cards = [...document.querySelectorAll(".waiting")];
    let at = 0;
    let isSent = false; // a page that is on its way takes no further decision

    const go = (to) => {
        at = Math.max(0, Math.min(cards.length - 1, to));
        cards.forEach((card, index) => card.classList.toggle("current", index === at));
        cards[at].focus({ preventScroll: true });
        cards[at].scrollIntoView({ block: "nearest" });
    };

    const unfold = (key) => {
        const details = cards[at].querySelector(`details[data-key="${key}"]`);
        if (!details) return;
        details.open = true;
        details.querySelector("textarea, input:not([type=hidden])").focus();
    };

    const deeds = {
        j: () => go(at + 1),
        k: () => go(at - 1),
        a: () => cards[at].querySelector('[data-key="a"]')?.click(),
        e: () => unfold("e"),
        r: () => unfold("r"),
        x: () => cards[at].querySelector("header input[type=checkbox]")?.click(),
    };

    document.addEventListener("keydown", (event) => {
        const isWriting = event.target.closest("textarea, select, input:not([type=checkbox])");
        if (event.key === "Escape" && isWriting) {
            const details = isWriting.closest("details");
            if (details) details.open = false;
            go(at);
            return;
        }
        // A key that is held down would approve texts that nobody saw.
        if (isWriting || event.repeat || event.ctrlKey || event.metaKey || event.altKey || !cards.length) return;
        const deed = deeds[event.key];
        if (!deed || isSent) return;
        event.preventDefault();
        deed();
    });
    document.addEventListener("submit", (event) => {
        if (isSent) event.preventDefault();
        isSent = true;
    });
    window.addEventListener("pageshow", () => {
        isSent = false;
    });
    cards.forEach((card, index) => card.addEventListener("focusin", () => {
        if (index !== at) {
            at = index;
            cards.forEach((other) => other.classList.toggle("current", other === card));
        }
    }));
    if (cards.length) go(Math.max(0, cards.findIndex((card) => `#${card.id}` === location.hash)));
})();
