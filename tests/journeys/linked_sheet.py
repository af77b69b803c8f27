"""What LibreOffice's own Python runs (test_spreadsheets.py): links a sheet to an address, prints its rows, and again
after a refresh for each line that it is sent. Arguments: address, folder of the profile, name of the pipe."""

import json
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.sheet.SheetLinkMode import NORMAL

AS_CSV = ("Text - txt - csv (StarCalc)", "44,34,76,1,,0,false,true")
"""Its filter for CSV: commas, quotes, UTF-8, from the first line on."""


def connected(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(240):
        try:
            return resolver.resolve("uno:pipe,name=" + pipe + ";urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.5)
    raise SystemExit("LibreOffice does not answer")


def rows_of(sheet):
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    last = cursor.RangeAddress
    return [list(row) for row in sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow).getDataArray()]


def tell(rows):
    sys.stdout.write(json.dumps(rows) + "\n")
    sys.stdout.flush()


def main(address, profile, pipe):
    command = ["soffice", "-env:UserInstallation=file://" + profile, "--headless", "--norestore"]
    command.append("--accept=pipe,name=" + pipe + ";urp;")
    office = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    context = connected(pipe)
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    hidden = PropertyValue()
    hidden.Name, hidden.Value = "Hidden", True
    book = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (hidden,))
    sheet = book.Sheets.getByIndex(0)
    sheet.link(address, "", *AS_CSV, NORMAL)
    tell(rows_of(sheet))
    for _ in sys.stdin:
        for at in range(book.SheetLinks.Count):
            book.SheetLinks.getByIndex(at).refresh()
        tell(rows_of(sheet))
    book.close(True)
    desktop.terminate()
    office.wait(60)


main(*sys.argv[1:])
