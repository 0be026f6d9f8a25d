"""The planted leaks (N6), each with the channels of the requirements (section 2) that it stands for."""

import randomization.supply.views
import screening.views.log
import screening.views.participants
import trialsite.home.views
import visits.views.casebook
from randomization import messages
from randomization import views as request_views
from randomization.vault import answering
from tests.blinding import leaks_on_pages as pages
from tests.blinding import leaks_on_the_way as way
from tests.blinding.planted import Leak, Twin
from trialsite.export import actions as exports

_CASEBOOK = visits.views.casebook
_HIDDEN = b'<input type="hidden" value="1"></main>'

ON_PAGES = (
    Leak(
        "a colour of the page", ("L2",), pages.by_arm(_CASEBOOK, pages.replace(b"<main", b'<main lang="en"'))
    ),
    Leak("a hidden input", ("L2",), pages.by_arm(_CASEBOOK, pages.replace(b"</main>", _HIDDEN))),
    Leak(
        "a space between attributes", ("L2",), pages.by_arm(_CASEBOOK, pages.replace(b"<html ", b"<html  "))
    ),
    Leak("the size alone", ("L16",), pages.by_arm(_CASEBOOK, pages.replace(b"</html>", b"</html> "))),
    Leak("a header", ("L2",), pages.by_arm(_CASEBOOK, pages.header("X-Group"))),
    Leak("an ETag", ("L17",), pages.by_arm(_CASEBOOK, pages.header("ETag"))),
    Leak("a cookie", ("L17",), pages.by_arm(_CASEBOOK, pages.cookie)),
    Leak("a status", ("L12",), pages.by_arm(_CASEBOOK, pages.status)),
    Leak("a query more", ("L16",), pages.rendering(_CASEBOOK, pages.query)),
    Leak("a line of the web's log", ("L11",), pages.rendering(_CASEBOOK, pages.log_line)),
    Leak("a badge on the list", ("L2", "L23"), pages.rendering(trialsite.home.views, pages.sorted_by_arm)),
    Leak("a page that is longer", ("L16",), pages.rendering(screening.views.log, pages.longer)),
    Leak("an error for one arm", ("L12",), pages.rendering(request_views, pages.error)),
    Leak("the stock by arm", ("L5",), pages.rendering(randomization.supply.views, pages.kits_by_arm)),
    Leak(
        "groups numbered as they appear",
        ("L3", "L6"),
        pages.rendering(screening.views.participants, pages.first_appearance),
        twin=Twin.FLIPPED,
    ),
)
ON_THE_WAY = (
    Leak("the content of the session", ("L17",), pages.rendering(_CASEBOOK, pages.session), acts=True),
    Leak(
        "low and high kit numbers", ("L4",), way.replaced(answering, "kit_of", way.kit_by_number), acts=True
    ),
    Leak("an event of history more", ("L9",), way.giving(way.event), acts=True),
    Leak("a gap in a sequence", ("L1",), way.giving(way.lost_number), acts=True),
    Leak("a key drawn more", ("L1",), way.giving(way.another_key), acts=True),
    Leak("a line of the vault's log", ("L11",), way.giving(way.log_line), acts=True),
    Leak("a key of the cache", ("L14",), way.giving(way.cache_key), acts=True),
    Leak("the result of a task", ("L14",), way.giving(way.result), acts=True),
    Leak(
        "the words of a shortage",
        ("L5",),
        way.replaced(answering, "_refuse", way.words_of_a_shortage),
        acts=True,
    ),
    Leak("what a message carries", ("L14",), way.replaced(messages, "tell_vault", way.payload), acts=True),
    Leak("the subject of a mail", ("L13",), way.mailed(way.subject), acts=True),
    Leak("a header of a mail", ("L13",), way.mailed(way.mail_header), acts=True),
    Leak("a file of the export", ("L8", "L24"), way.replaced(exports, "tables", way.file_of_arms), acts=True),
    Leak(
        "the size of the export", ("L8",), way.replaced(exports, "write_archive", way.longer_file), acts=True
    ),
)
LEAKS = ON_PAGES + ON_THE_WAY
