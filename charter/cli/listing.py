"""Which commands there are, where each is written, and the first words of its help: known without loading any."""

from __future__ import annotations

from collections.abc import Mapping

LISTING: Mapping[str, Mapping[str, str]] = {
    "charter.cli.accounts": {
        "account": "Open an account for EMAIL; without options the first administrator. With --change: how it is "
        "reached.",
        "token": "Make the token NAME with which a program reads or pushes figures; its secret is shown this once.",
    },
    "charter.cli.actions": {
        "explain": "Comment a miss of COMMITMENT in your own words; TEXT may be - for standard input.",
        "act": "Plan an action against a miss of COMMITMENT.",
        "actions": "The actions, late ones first; done ones with what the figures say of them.",
        "close": "Close the action NUMBER; with --rebase, its chart's mean and limits are computed anew from a period "
        "on.",
        "reopen": "Open the action NUMBER again.",
        "rebase": "Have mean and limits of INDICATOR's chart computed anew from a period on.",
    },
    "charter.cli.analyse": {"analyse": "Analyse a file; nothing is stored."},
    "charter.cli.charters": {
        "lint": "Check FILE: its structure, then vague promises; every finding with line, field and remedy.",
        "plan": "Show what applying FILE would change.",
        "apply": "Put FILE in force from its valid_from.",
        "export": "Write the charter in force as a charter file; applying it again changes nothing.",
    },
    "charter.cli.checks": {
        "run-due": "Run every check that is due, oldest first; failed ones are tried again at once.",
        "run-jobs": "Do the long work that was asked for on pages, where no alarm clock runs that would do it.",
        "measure": "Measure INDICATOR for a period and store nothing.",
        "enter": "Enter the figure of INDICATOR by hand, as counts: numerator=37 denominator=40.",
        "correct": "Correct a figure of INDICATOR that was read from a source: numerator=37 denominator=40.",
        "waive": "Waive the check of INDICATOR for a period: its figure has no data, and the reason stands in its "
        "place.",
        "recheck": "Count done periods again, of INDICATOR or of all: has the past of a source changed? Writes no "
        "figure.",
        "rebuild": "Make every reading anew from the records: after an upgrade, or to be sure. No figure changes.",
    },
    "charter.cli.look": {
        "look": "Look at a data FILE, or at a SOURCE of the charter in force: columns, months, doubts. Stores nothing.",
        "start": "Write a first charter from a data FILE: source, units, one commitment with its indicator, ready for "
        "lint.",
    },
    "charter.cli.post": {
        "post": "Look what time has brought, have people told, send what waits: as the alarm clock does at each tick."
    },
    "charter.cli.reports": {
        "approve": "Approve the sealed month PERIOD: figures, comments and actions become its first edition, which is "
        "printed.",
        "erratum": "Correct the published month PERIOD: what stands now becomes its next edition, with what differs.",
        "sheets": "Print and archive the sheets for team meetings of every unit, from the sealed month PERIOD.",
        "editions": "Print and archive the approved month PERIOD for every unit, several PDFs at a time.",
        "send": "Send the newest edition of PERIOD to the charter's distribution list.",
        "figures": "Write the figures that the report of PERIOD prints, as CSV or as a workbook.",
        "freeze": "Seal the figures of the month PERIOD; sealing it again gives the same.",
        "report": "Write the PDF of the month PERIOD: its newest edition, else the sealed month, else a DRAFT.",
        "verify": "Prove that nothing was rewritten; exit 1 and every broken link otherwise.",
    },
    "charter.cli.serve": {
        "scheduler": "Run the alarm clock: due checks are run when they are due. Any number of these may run.",
        "serve": "Serve the pages and run the alarm clock; Ctrl-C or TERM stops both cleanly.",
    },
    "charter.cli.status": {
        "status": "The overview of a month: what is kept, whether the floor holds, what could not be judged."
    },
    "charter.cli.surveys": {"survey": "Surveys of customers: what decides classes before the sector and experts."},
    "charter.cli.installation": {
        "backup": "Write everything this installation holds into a new FOLDER, while it runs; any engine can be filled "
        "from it.",
        "restore": "Fill an empty installation from the FOLDER of a backup; all of it or nothing.",
        "move": "Copy everything into an empty database of another engine; the one that is left stays as it is.",
        "version": "The release of Promesse, the schema of its database, the engine that keeps it.",
    },
}
"""By module: each command's name, and its help up to the first empty line. A test holds them to the commands."""
