// Follows a run while its page is open: by server-sent events, by asking every few seconds where they fail.
(() => {
    const page = document.querySelector("[data-follow]");
    const address = page.dataset.follow;
    const field = (name) => page.querySelector(`[data-field="${name}"]`);
    const POLL_MS = 3000;

    const show = (progress) => {
        if (progress.status === "ended") {
            window.location.reload();
            return true;
        }
        for (const name of ["planned", "done", "failed", "unknown", "left"]) {
            const shown = field(name);
            if (shown) shown.textContent = progress[name];
        }
        const bar = field("bar");
        bar.max = Math.max(1, progress.planned);
        bar.value = progress.done + progress.failed + progress.unknown;
        if (progress.step) field("step").textContent = progress.step;
        return false;
    };

    const poll = async () => {
        try {
            const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
            if (answer.ok && show(await answer.json())) return;
        } catch {
            // Offline for a moment: the next question may be answered.
        }
        window.setTimeout(poll, POLL_MS);
    };

    if (!("EventSource" in window)) {
        poll();
        return;
    }
    const stream = new EventSource(address);
    stream.addEventListener("progress", (event) => {
        if (show(JSON.parse(event.data))) stream.close();
    });
    stream.addEventListener("error", () => {
        if (stream.readyState === EventSource.CLOSED) poll();
    });
})();
