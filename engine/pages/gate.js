// What page this is, as evidence only; the verdict falls in gate.py. Reads the top document's light DOM alone.
const CAPTCHA_HOSTS = /arkoselabs|funcaptcha|hcaptcha|recaptcha|captcha/i;

// Elements with a tag that meet a selector: a page has few of them, and is asked for a tag ten times as fast.
const tagged = (doc, tag, css) => [...doc.getElementsByTagName(tag)].filter((element) => element.matches(css));

const nav_evidence = (doc) => {
  const goals = ['/mynetwork', '/messaging', '/notifications', '/jobs'];
  const links = (nav) => goals.filter((goal) => nav.querySelector(`a[href*="${goal}"]`)).length;
  return {
    is_sdui: Boolean(doc.querySelector('[data-testid="primary-nav"]')),
    is_ember: Boolean(doc.getElementById('global-nav') || doc.querySelector('.global-nav__me')),
    links: Math.max(0, ...['nav', 'header'].flatMap((tag) => [...doc.getElementsByTagName(tag)]).map(links)),
  };
};

const navigation_status = () => {
  const [entry] = top_window.performance.getEntriesByType('navigation');
  const is_this_page = entry && entry.name.split('#')[0] === top_window.location.href.split('#')[0];
  return is_this_page ? entry.responseStatus || null : null;
};

// The browser's error pages write their code in a text of theirs where it has no element of its own.
const error_said = (doc) => {
  const found = doc.body && doc.body.matches('.neterror') && /HTTP ERROR \d+|ERR_[A-Z_]+/.exec(doc.body.textContent);
  return found ? found[0] : null;
};

const captcha_shown = (doc) =>
  tagged(doc, 'iframe', '[src]').some((frame) => {
    if (!CAPTCHA_HOSTS.test(frame.getAttribute('src')) || !deep.visible(frame)) return false;
    const box = frame.getBoundingClientRect();
    return box.width >= 150 && box.height >= 60 && !frame.closest('.grecaptcha-badge');
  });

// Pages of the older generation name neither themselves nor their screen: their own structure does.
const SHAPES = {
  feed: '.share-box-feed-entry__top-bar, .share-box-feed-entry__closed-share-box, [data-finite-scroll-hotkey-context="FEED"], [data-testid="mainFeed"]',
  profile: '.pv-top-card, section[id*="profile-content"] h1, main section h1.text-heading-xlarge, main section:has(h1) a[href*="/overlay/"]',
  people_search: '[data-view-name="search-entity-result-universal-template"], [data-chameleon-result-urn], [data-view-name="people-search-result"]',
  messaging: '.msg-conversations-container, .scaffold-layout__detail .msg-form',
  invitations: '.invitation-card, a[href*="/mynetwork/invitation-manager/sent/CONNECTION"], [data-view-name="sent-invitations-withdraw-single"], a[aria-label^="Withdraw invitation sent to"]',
  connections: '[componentkey^="ConnectionCard_"], .mn-connection-card, [data-view-name="connections-profile"]',
  birthdays: '[data-view-name="nurture-birthday-pill"][aria-current="true"]',
};

const shapes_of = (doc) => Object.keys(SHAPES).filter((kind) => doc.querySelector(SHAPES[kind]));

const text_in = (elements) => squeeze(elements.map((element) => element.innerText ?? element.textContent).join(' '));

const gate_evidence = (options) => {
  const doc = top_window.document;
  const one = (css) => Boolean(doc.querySelector(css));
  const is_tagged = (tag, css) => tagged(doc, tag, css).some(() => true);
  const is_input_shown = (css) => tagged(doc, 'input', css).some(deep.visible);
  const is_shown = (id) => [...doc.querySelectorAll(`#${id}`)].some(deep.visible);
  const mains = [...doc.querySelectorAll('main, [role=main]')];
  const outer_mains = mains.filter((main) => !mains.some((other) => other !== main && other.contains(main)));
  const inner_mains = mains.filter((main) => !mains.some((other) => other !== main && main.contains(other)));
  const inner_text = text_in(inner_mains);
  const main_text = outer_mains.length === inner_mains.length && outer_mains[0] === inner_mains[0] ? inner_text : text_in(outer_mains);
  // Where a main says something there is no need to read all around it too.
  const body_text = inner_text || !doc.body ? inner_text : text_in([doc.body]);
  const error = doc.querySelector('.error-code');
  // A page's words count only where there is next to nothing else to read: a post may quote anything.
  const bare_main = main_text.length < 800 ? main_text : '';
  const bare_text = !outer_mains.length && body_text.length < 2000 ? body_text : '';
  return {
    address: options.is_address_known === false ? '' : address_of(options),
    title: squeeze(doc.title),
    lang: doc.documentElement.getAttribute('lang') || doc.documentElement.getAttribute('xml:lang'),
    page_keys: tagged(doc, 'meta', '[name=pageKey], [name=como-pk]').map((meta) => meta.content).filter(Boolean),
    screens: [...new Set([...doc.querySelectorAll('[data-sdui-screen]')].map((el) => el.getAttribute('data-sdui-screen')))],
    is_network_error: /^chrome-error:/.test(doc.documentURI) || Boolean(doc.body && doc.body.classList.contains('neterror')) || one('#main-frame-error'),
    error_code: error ? squeeze(error.textContent) : error_said(doc),
    status: navigation_status(),
    shapes: options.is_address_known === false ? shapes_of(doc) : [],
    nav: nav_evidence(doc),
    view_names: doc.querySelectorAll('[data-view-name]:not([data-view-name="image"])').length,
    component_keys: doc.querySelectorAll('[componentkey]').length,
    // Asked of what has no main part alone: a fragment of a page.
    profile_cards: outer_mains.length ? 0 : doc.querySelectorAll('[componentkey*="profile.card.ref"], [id*="profile.card.ref"]').length,
    is_ember: Boolean(doc.getElementById('global-nav')) || one('.ember-application') || one('[id^="ember"]'),
    has_captcha_form: is_tagged('form', '#captcha-challenge') || is_tagged('input', '[name=captchaSiteKey]') || is_tagged('iframe', '#captcha-internal'),
    has_challenge_form: is_tagged('form', '[action*="/checkpoint/challenge"]'),
    has_captcha_frame: captcha_shown(doc),
    has_pin: is_input_shown('[name=pin], [autocomplete~="one-time-code"]') || is_shown('input__email_verification_pin'),
    has_password: is_input_shown('[type=password]'),
    has_login_form: is_tagged('form', '.login__form, [action*="/checkpoint/lg/"]'),
    has_join_form: is_tagged('form', '.join-form, [action*="createAccount"], .authwall-sign-in-form__body'),
    has_chooser: is_shown('rememberme-div'),
    has_agreement: is_shown('content__button--primary--muted'),
    // What members wrote stands on it: no words there are the network's own. Of no matter where no words count.
    has_posts: Boolean(bare_main || bare_text) && one('[data-urn*="urn:li:activity"], [data-id*="urn:li:activity"], .feed-shared-update-v2, [data-testid="mainFeed"]'),
    guest_links: ['login', 'signup'].filter((goal) => one(`a[href*="/${goal}"]`)).length,
    has_top_card: top_card_of(options) !== null,
    has_main: outer_mains.length > 0,
    main_length: inner_text.length,
    body_length: body_text.length,
    main_text: bare_main,
    bare_text,
  };
};

// No use waiting for more on a page that will not become the one that was asked for.
const is_stopped = (seen) => {
  const [first, second] = seen.address ? new URL(seen.address).pathname.split('/').filter(Boolean) : [];
  return (
    seen.is_network_error || seen.has_captcha_form || seen.has_challenge_form || seen.has_captcha_frame || seen.has_pin || seen.has_password ||
    seen.has_chooser || seen.has_agreement || seen.status >= 400 ||
    ['login', 'authwall', 'checkpoint', 'challenge', 'uas', '404'].includes(first) ||
    (first === 'signup' && second === 'cold-join') || seen.page_keys.some((key) => /checkpoint|auth_wall/.test(key))
  );
};
