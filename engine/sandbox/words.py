"""What the pages say, in English and in French, as far as it was observed on the network."""

from datetime import date

MONTHS = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "fr": ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
}
WEEKDAYS = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "fr": ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
}
# A no-break space stands before a French colon.
WORDS: dict[str, dict[str, str]] = {
    "en": {
        "about": "About",
        "activity": "Activity",
        "ad_heading": "56 connections solved these puzzles. Try them now.",
        "birthdays": "Birthdays",
        "business": "For Business",
        "catch_up": "Catch up",
        "catch_up_title": "Catch up | LinkedIn",
        "close": "Close your conversation with {name}",
        "compose": "Compose a new message",
        "connect": "Connect",
        "connections": "connections",
        "contact_info": "Contact info",
        "cover": "Cover photo",
        "cta_label": "Message {name}: {prefill}",
        "degree_1": "· 1st",
        "degree_2": "· 2nd",
        "degree_3": "· 3rd",
        "discover": "Grow",
        "dismiss": "Dismiss",
        "edit_intro": "Edit intro",
        "education": "Education",
        "event_late": "Celebrate {name}’s recent birthday",
        "event_today": "Celebrate {name}’s birthday",
        "experience": "Experience",
        "feed_post": "Start a post",
        "feed_title": "Feed | LinkedIn",
        "follow": "Follow",
        "games_play": "Play",
        "go_home": "Go to your feed",
        "home": "Home",
        "home_label": "Home, 1 new notification",
        "invite": "Invite {name} to connect",
        "job_changes": "Job changes",
        "jobs": "Jobs",
        "jobs_label": "Jobs, 0 new notifications",
        "load_more": "Load more",
        "loading": "Loading",
        "manage": "Manage my network",
        "me": "Me",
        "member": "LinkedIn Member",
        "menu": "Preferences menu",
        "menu_pdf": "Save to PDF",
        "menu_remove": "Remove connection",
        "menu_report": "Report / Block",
        "menu_send": "Send profile in a message",
        "message": "Message",
        "messages_label": "Messaging, 0 new notifications",
        "messaging": "Messaging",
        "messaging_title": "Messaging | LinkedIn",
        "more": "More",
        "more_profiles": "More profiles for you",
        "network": "My Network",
        "network_label": "My Network, 0 new notifications",
        "next": "Next",
        "not_found": "This page doesn’t exist",
        "not_found_advice": "Please check your URL or return to LinkedIn home.",
        "not_found_title": "LinkedIn",
        "not_now": "Not now",
        "notifications": "Notifications",
        "notifications_label": "Notifications, 0 new notifications",
        "notify": "Manage notifications about {name}",
        "photo": "{name}’s profile picture",
        "pick": "Type a name or multiple names",
        "pill_all": "All",
        "prefill_late": "Happy belated birthday!",
        "prefill_today": "Wishing you a very happy birthday!",
        "previous": "Previous",
        "profile_photo": "Profile photo",
        "prompt": "Share your contact information?",
        "prompt_share": "Share",
        "pymk": "People you may know",
        "search": "Search",
        "select": "Select conversation with {name}",
        "send": "Send",
        "send_options": "Open send options",
        "sent_by": "{name} sent the following message at {time}",
        "skip": "Skip to main content",
        "toasts": "0 notifications",
        "today": "today",
        "today_heading": "Today",
        "work_anniversaries": "Work anniversaries",
        "write": "Write a message…",
    },
    "fr": {
        "about": "Infos",
        "activity": "Activité",
        "ad_heading": "56 relations ont résolu ces casse-têtes. Essayez maintenant.",
        "birthdays": "Anniversaires",
        "business": "Pour les entreprises",
        "catch_up": "Reprendre contact",
        "catch_up_title": "Reprendre contact | LinkedIn",
        "close": "Fermer votre conversation avec {name}",
        "compose": "Nouveau message",
        "connect": "Se connecter",
        "connections": "relations",
        "contact_info": "Coordonnées",
        "cover": "Photo de couverture",
        "cta_label": "Envoyer un message à {name}\u00a0: {prefill}",
        "degree_1": "· 1er",
        "degree_2": "· 2e",
        "degree_3": "· 3e",
        "discover": "Développer",
        "dismiss": "Ignorer",
        "edit_intro": "Modifier l’intro",
        "education": "Formation",
        "event_late": "Célébrez l’anniversaire récent de {name}",
        "event_today": "Célébrez l’anniversaire de {name}",
        "experience": "Expérience",
        "feed_post": "Commencer un post",
        "feed_title": "Fil d’actualité | LinkedIn",
        "follow": "Suivre",
        "games_play": "Jouer",
        "go_home": "Accéder à votre fil",
        "home": "Accueil",
        "home_label": "Accueil, 1 nouvelle notification",
        "invite": "Inviter {name} à rejoindre votre réseau",
        "job_changes": "Changements de poste",
        "jobs": "Emplois",
        "jobs_label": "Offres d’emploi, 0 nouvelle notification",
        "load_more": "Charger plus",
        "loading": "Chargement",
        "manage": "Gérer mon réseau",
        "me": "Vous",
        "member": "Utilisateur LinkedIn",
        "menu": "Menu des préférences",
        "menu_pdf": "Enregistrer au format PDF",
        "menu_remove": "Retirer la relation",
        "menu_report": "Signaler / Bloquer",
        "menu_send": "Envoyer le profil dans un message",
        "message": "Message",
        "messages_label": "Messages, 0 nouvelle notification",
        "messaging": "Messagerie",
        "messaging_title": "Messagerie | LinkedIn",
        "more": "Plus",
        "more_profiles": "Plus de profils pour vous",
        "network": "Mon réseau",
        "network_label": "Réseau, 0 nouvelle notification",
        "next": "Suivant",
        "not_found": "Cette page n’existe pas",
        "not_found_advice": "Vérifiez l’adresse ou revenez à l’accueil de LinkedIn.",
        "not_found_title": "LinkedIn",
        "not_now": "Pas maintenant",
        "notifications": "Notifications",
        "notifications_label": "Notifications, 0 nouvelle notification",
        "notify": "Gérer les notifications concernant {name}",
        "photo": "Photo de profil de {name}",
        "pick": "Saisissez un ou plusieurs noms",
        "pill_all": "Tout",
        "prefill_late": "Joyeux anniversaire avec un peu de retard\u00a0!",
        "prefill_today": "Je vous souhaite un très joyeux anniversaire.",
        "previous": "Précédent",
        "profile_photo": "Photo de profil",
        "prompt": "Partager vos coordonnées\u00a0?",
        "prompt_share": "Partager",
        "pymk": "Personnes que vous pourriez connaître",
        "search": "Recherche",
        "select": "Sélectionner la conversation avec {name}",
        "send": "Envoyer",
        "send_options": "Ouvrir les options d’envoi",
        "sent_by": "{name} a envoyé le message suivant à {time}",
        "skip": "Passer au contenu principal",
        "toasts": "0\u00a0notification",
        "today": "aujourd’hui",
        "today_heading": "Aujourd’hui",
        "work_anniversaries": "Anniversaires professionnels",
        "write": "Rédigez un message…",
    },
}


def short_day(day: date, language: str) -> str:
    """A day without its year: "Nov 10", "10 nov."."""
    month = MONTHS[language][day.month - 1]
    return f"{month} {day.day}" if language == "en" else f"{day.day} {month}"


def late_day(day: date, language: str) -> str:
    """The day of a past birthday, as a card says it."""
    return f"on {short_day(day, language)}" if language == "en" else f"le {short_day(day, language)}"


def heading_day(day: date, today: date, language: str) -> str:
    """The heading above the messages of a day."""
    days_ago = (today - day).days
    if days_ago == 0:
        return WORDS[language]["today_heading"]
    if 0 < days_ago < 7:
        return WEEKDAYS[language][day.weekday()]
    if days_ago < 300:
        return short_day(day, language)
    separator = ", " if language == "en" else " "
    return f"{short_day(day, language)}{separator}{day.year}"


def clock_time(hour: int, minute: int, language: str) -> str:
    if language == "fr":
        return f"{hour:02}:{minute:02}"
    return f"{hour % 12 or 12}:{minute:02} {'AM' if hour < 12 else 'PM'}"
