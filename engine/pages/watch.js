// Shows the guard on duty every trusted event that may lead to sending, before the page hears of it.
const SHOWN = 'pointerdown mousedown pointerup mouseup click auxclick dblclick keydown keypress keyup beforeinput submit'.split(' ');

const guard_over = (view) => {
  try {
    return view.top.guard_on_duty;
  } catch {
    return null;
  }
};

// `is_first`: from the document's beginning, so that no listener of the page's own comes before it.
const watch = (view, is_first) => {
  // A name that the page cannot know: whoever hears it still listens, and document.open() takes all listeners away.
  const sign = `${Math.random()}`;
  const post = {
    is_first,
    is_there() {
      post.is_heard = false;
      view.dispatchEvent(new Event(sign));
      return post.is_heard;
    },
  };
  const show = (event) => {
    const guard = event.isTrusted && view.guard_post === post && guard_over(view);
    if (guard) guard(event, post.is_first);
  };
  view.guard_post = post;
  view.addEventListener(sign, () => { post.is_heard = true; });
  for (const type of SHOWN) view.addEventListener(type, show, true);
};

const is_watched = (view) => Boolean(view.guard_post && view.guard_post.is_there());
