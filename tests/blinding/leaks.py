"""The planted leaks (N6), each with the channels of the requirements (section 2) that it stands for."""

from randomization import actions as requests
from randomization.vault import answering
from tests.blinding import leaks_on_pages as pages
from tests.blinding import leaks_on_the_way as way
from tests.blinding.leaks_on_pages import Spoil, on
from tests.blinding.planted import Leak, Plant, Twin
from trialsite.export import actions as exports

_HIDDEN = b'<input type="hidden" value="1"></main>'


def _page(
    name: str, channels: str, route: str, spoil: Spoil, *, twin: Twin = Twin.SWAPPED, shows: str = ""
) -> Leak:
    return Leak(name, tuple(channels.split()), on(route, spoil), shows or "page ", (route,), twin=twin)


def _way(name: str, channels: str, plant: Plant, shows: str, *, twin: Twin = Twin.SWAPPED) -> Leak:
    return Leak(name, tuple(channels.split()), plant, shows, acts=True, twin=twin)


ON_PAGES = (
    _page("a colour of the page", "L2", "casebook", pages.replace(b"<main", b'<main lang="en"')),
    _page("a hidden input", "L2", "casebook", pages.replace(b"</main>", _HIDDEN)),
    _page("a space between attributes", "L2", "casebook", pages.replace(b"<html ", b"<html  ")),
    _page("the size alone", "L16", "casebook", pages.replace(b"</html>", b"</html> ")),
    _page("a header", "L2", "casebook", pages.header("X-Group")),
    _page("an ETag", "L17", "casebook", pages.header("ETag")),
    _page("a header for a script alone", "L2", "casebook", pages.to_htmx),
    _page("an undocumented parameter", "L2", "participants", pages.asked_for),
    _page("a cookie", "L17", "casebook", pages.cookie),
    _page("a status", "L12", "casebook", pages.status),
    _page("a query more", "L16", "casebook", pages.query),
    _page("a line of the web's log", "L11", "casebook", pages.log_line, shows="afterwards log"),
    _page("a badge on the list", "L2 L23", "home", pages.badges),
    _page("a page that is longer", "L16", "log", pages.longer),
    _page("a cell of the matrix", "L2", "matrix", pages.badges),
    _page("a line of a telephone's calendar", "L13 L16", "feed", pages.longer),
    _page("the PDF of a serious event", "L16", "report_pdf", pages.longer),
    _page("an error for one arm", "L12", "casebook", pages.error),
    _page("stock sorted by arm", "L5", "supply", pages.kits_by_arm),
    _page(
        "the content of the session",
        "L17",
        "casebook",
        pages.session,
        shows="afterwards dump public.django_session",
    ),
    _page("groups as they appear", "L3 L6", "participants", pages.first_appearance, twin=Twin.FLIPPED),
)
ON_THE_WAY = (
    _way(
        "low and high kit numbers", "L4", way.replaced(answering, "kit_of", way.kit_by_number), "dump public."
    ),
    _way("an event of history more", "L9", way.giving(way.event), "dump audit.history"),
    _way("a gap in a sequence", "L1", way.giving(way.lost_number), "dump audit.history"),
    _way("a key drawn more", "L1", way.giving(way.another_key), "dump public."),
    _way("a moment later", "L1 L16", way.giving(way.another_look_at_the_clock), "dump public."),
    _way("a line of the vault's log", "L11", way.giving(way.log_line), "log"),
    _way("a key of the cache", "L14", way.giving(way.cache_key), "cache"),
    _way("the result of a task", "L14", way.giving(way.result), "broker celery-task-meta"),
    _way(
        "the words of a shortage",
        "L5",
        way.replaced(answering, "_refuse", way.words_of_a_shortage),
        "dump audit.history",
    ),
    _way("what a message carries", "L14", way.replaced(requests, "tell_vault", way.payload), "broker vault"),
    _way("a message tried again", "L14", way.replaced(requests, "tell_vault", way.twice), "broker vault"),
    _way("the subject of a mail", "L13", way.mailed(way.subject), "mail "),
    _way("a header of a mail", "L13", way.mailed(way.mail_header), "mail "),
    _way("an attachment", "L13", way.mailed(way.attachment), "mail "),
    _way("a recipient more", "L13", way.mailed(way.recipient), "mail "),
    _way("a file of the export", "L8 L24", way.replaced(exports, "tables", way.file_of_arms), "export "),
    _way("the order of its files", "L8", way.replaced(exports, "tables", way.order_of_files), "export "),
    _way("the size of the export", "L8", way.replaced(exports, "write_archive", way.longer_file), "export "),
)
OF_MASKED_VALUES = (
    _page("a masked value in an input", "L19", "casebook", pages.value, twin=Twin.LABORATORY),
    _page("a count of alerts", "L20", "home", pages.abnormal, twin=Twin.LABORATORY),
    _page("the height of a chart", "L19", "casebook", pages.height, twin=Twin.LABORATORY),
    _way(
        "masked values in the export",
        "L8 L19",
        way.replaced(exports, "tables", way.file_of_values),
        "export ",
        twin=Twin.LABORATORY,
    ),
)
LEAKS = ON_PAGES + ON_THE_WAY + OF_MASKED_VALUES
