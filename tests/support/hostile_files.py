"""Files that someone might upload by mistake or on purpose, generated here, with the expected result."""

import io
import struct
import zipfile
import zlib

from pikepdf import Encryption, Pdf

from tests.support.sample_files import (
    account_view,
    bmp,
    exif,
    gif,
    jpeg,
    jpeg_segment,
    packed_pdf,
    pdf,
    png,
    png_chunk,
    png_claiming,
    png_with_texts,
    revised_pdf,
    saved,
    srgb,
    written_pdf,
)
from workbench.files.kinds import FileKind
from workbench.files.reasons import Reason

SCRIPT = b"<script>alert(1)</script>"


def archive(name: str = "a.txt") -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        made.writestr(name, "hello")
    return written.getvalue()


def encrypted_pdf(user_password: str) -> bytes:
    written = io.BytesIO()
    with Pdf.open(io.BytesIO(pdf())) as made:
        made.save(written, encryption=Encryption(owner="owner", user=user_password, R=3, aes=False, metadata=False))
    return written.getvalue()


def script(catalogue_key: str = "/OpenAction", action: str = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>") -> bytes:
    return pdf(f"{catalogue_key} {action}")


def stream(about: str, content: str = "x") -> str:
    return f"<< {about} /Length {len(content)} >>\nstream\n{content}\nendstream"


def many_pages(number: int) -> bytes:
    kids = " ".join(f"{3 + place} 0 R" for place in range(number))
    pages = f"<< /Type /Pages /Kids [{kids}] /Count {number} >>"
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    return written_pdf(["<< /Type /Catalog /Pages 2 0 R >>", pages, *[page] * number])


def page_with(more: str) -> bytes:
    return pdf(page=f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] {more} >>")


def unlisted(body: str) -> bytes:
    """Return a PDF with an object missing from its xref table; other programs find it when they repair the file."""
    whole = pdf()
    before, mark, after = whole.rpartition(b"xref\n0 ")
    hidden = f"99 0 obj\n{body}\nendobj\n".encode()
    start = len(before) + len(hidden)
    return before + hidden + mark + after.replace(str(len(before)).encode(), str(start).encode())


def text_bomb() -> bytes:
    """Return a PNG with a one-gigabyte text chunk compressed to one megabyte."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(64)) + packer.flush()
    head, rest = png()[:33], png()[33:]
    return head + png_chunk(b"zTXt", b"Comment\0\0" + packed) + rest


def gif_of_claims(width: int, height: int) -> bytes:
    whole = bytearray(gif())
    struct.pack_into("<HH", whole, 6, width, height)
    return bytes(whole)


def jpeg_of_claims(width: int, height: int) -> bytes:
    whole = bytearray(jpeg())
    at = whole.index(b"\xff\xc0") + 5
    struct.pack_into(">HH", whole, at, height, width)
    return bytes(whole)


REFUSED: dict[str, tuple[bytes, Reason]] = {
    "nothing at all": (b"", Reason.EMPTY),
    "one byte": (b"%", Reason.OTHER_KIND),
    "plain text": (b"Passport of nobody\n" * 40, Reason.OTHER_KIND),
    "SVG with a script": (b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>", Reason.OTHER_KIND),
    "SVG behind an XML head": (b"<?xml version='1.0'?>\n<!-- a -->\n<svg></svg>", Reason.OTHER_KIND),
    "HTML": (b"<!doctype html><html>" + SCRIPT + b"</html>", Reason.OTHER_KIND),
    "HTML before a PDF": (b"<html>" + pdf(), Reason.OTHER_KIND),
    "WebP": (saved(account_view(), "WEBP"), Reason.OTHER_KIND),
    "AVIF": (saved(account_view(), "AVIF"), Reason.OTHER_KIND),
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200), Reason.OTHER_KIND),
    "TIFF": (saved(account_view(), "TIFF"), Reason.OTHER_KIND),
    "icon": (saved(account_view(), "ICO"), Reason.OTHER_KIND),
    "ZIP": (archive(), Reason.OTHER_KIND),
    "Word document": (archive("word/document.xml"), Reason.OTHER_KIND),
    "old Word document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Reason.OTHER_KIND),
    "program of Windows": (b"MZ\x90\0" + bytes(600), Reason.OTHER_KIND),
    "program of Linux": (b"\x7fELF\x02\x01" + bytes(600), Reason.OTHER_KIND),
    "shell script": (b"#!/bin/sh\nrm -rf /\n", Reason.OTHER_KIND),
    "PostScript": (b"%!PS-Adobe-3.0\nshowpage\n", Reason.OTHER_KIND),
    "RTF": (b"{\\rtf1 hello}", Reason.OTHER_KIND),
    "BM and nothing": (b"BM" + bytes(60), Reason.OTHER_KIND),
    "start of a JPEG": (b"\xff\xd8\xff", Reason.BROKEN),
    "start of a PNG": (png()[:8], Reason.BROKEN),
    "start of a GIF": (gif()[:6], Reason.BROKEN),
    "truncated JPEG": (saved(account_view(size=(400, 400)), "JPEG")[:-1500], Reason.BROKEN),
    "JPEG whose last bytes of data are lost": (jpeg()[:-40], Reason.BROKEN),
    "truncated PNG": (png()[: len(png()) // 2], Reason.BROKEN),
    "truncated GIF": (gif()[: len(gif()) // 2], Reason.BROKEN),
    "truncated BMP": (bmp()[:-200], Reason.BROKEN),
    "PNG with a changed byte": (png().replace(b"IDAT", b"IDAU"), Reason.BROKEN),
    "PNG of noise": (png()[:40] + bytes(range(256)) * 4, Reason.BROKEN),
    "JPEG without picture": (b"\xff\xd8" + jpeg_segment(0xFE, b"hi") + b"\xff\xd9", Reason.BROKEN),
    "JPEG head and a ZIP": (b"\xff\xd8\xff\xe0" + archive(), Reason.BROKEN),
    "GIF head and a script": (b"GIF89a/*" + bytes(4) + b"*/=1;alert(1)//", Reason.BROKEN),
    "PNG bomb": (png_claiming(60_000, 60_000, bytes(1000)), Reason.TOO_MANY_PIXELS),
    "PNG of impossible size": (png_claiming(2**31 - 1, 2**31 - 1, b"\0"), Reason.TOO_MANY_PIXELS),
    "JPEG that claims 65,000 by 65,000": (jpeg_of_claims(65_000, 65_000), Reason.TOO_MANY_PIXELS),
    "GIF that claims 65,000 by 65,000": (gif_of_claims(65_000, 65_000), Reason.TOO_MANY_PIXELS),
    "GIF of 300 frames": (gif(300), Reason.TOO_MANY_PIXELS),
    "PDF with a script at its start": (script(), Reason.SCRIPT),
    "PDF with scripts by name": (pdf("/Names << /JavaScript << /Names [(a) 4 0 R] >> >>", "<< >>"), Reason.SCRIPT),
    "PDF with an escaped script": (script(action="<< /S /#4aava#53cript /#4a#53 (x) >>"), Reason.SCRIPT),
    "PDF with a script in a stream": (pdf("/X 4 0 R", "<< /S /JavaScript /JS 5 0 R >>", stream("")), Reason.SCRIPT),
    "PDF with a script of its page": (page_with("/AA << /O << /S /JavaScript /JS (x) >> >>"), Reason.SCRIPT),
    "PDF with a script in an object stream": (packed_pdf({4: "<< /S /JavaScript /JS (x) >>"}), Reason.SCRIPT),
    "PDF with an escaped script in an object stream": (packed_pdf({4: "<< /#4a#53 (x) >>"}), Reason.SCRIPT),
    "PDF with a script that is not listed": (unlisted("<< /S /JavaScript /JS (x) >>"), Reason.SCRIPT),
    "PDF with a script in a later revision": (
        revised_pdf(pdf(), 1, "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (x) >> >>"),
        Reason.SCRIPT,
    ),
    "PDF with a script behind a link": (
        page_with("/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /JavaScript /JS (x) >> >>]"),
        Reason.SCRIPT,
    ),
    "PDF with a script deep in a tree of names": (
        pdf(
            "/Names << /JavaScript << /Kids [4 0 R] >> >>",
            "<< /Kids [<< /Limits [(a) (a)] /Names [(a) 5 0 R] >>] >>",
            "<< /S /JavaScript /JS 6 0 R >>",
            stream(""),
        ),
        Reason.SCRIPT,
    ),
    "PDF with a script that a later revision replaced": (
        revised_pdf(pdf("/X 4 0 R", "<< /S /JavaScript /JS (x) >>"), 4, "<< >>"),
        Reason.SCRIPT,
    ),
    "PDF with an unlisted script behind a comment": (
        unlisted("<< /A % ( \n /S /JavaScript /JS (x) >>"),
        Reason.SCRIPT,
    ),
    "PDF with an unlisted script behind an open parenthesis": (
        unlisted("<< /A (\\) /S /JavaScript /JS [x] >>"),
        Reason.SCRIPT,
    ),
    "PDF with an unlisted script in the data of a stream": (
        pdf("", stream("", "9 0 obj << /S /JavaScript /JS (x) >> endobj")),
        Reason.SCRIPT,
    ),
    "PDF with an unlisted script that is no dictionary": (unlisted("[/S /#4aavaScript]"), Reason.SCRIPT),
    "PDF with an XFA form in parts": (
        pdf("/AcroForm << /XFA [(preamble) 4 0 R (form) 5 0 R] >>", stream("", ""), stream("")),
        Reason.FORM,
    ),
    "PDF that opens a web address": (script(action="<< /S /URI /URI (https://x.test) >>"), Reason.ACTION),
    "PDF that goes on after its first view": (
        script(action="<< /S /GoTo /D [3 0 R /Fit] /Next << /S /URI /URI (https://x.test) >> >>"),
        Reason.ACTION,
    ),
    "PDF that acts when its page is turned": (page_with("/AA << /C << /S /Named /N /Print >> >>"), Reason.ACTION),
    "PDF that acts by an object of its own": (
        pdf("/OpenAction 4 0 R", "<< /S /URI /URI (https://x.test) >>"),
        Reason.ACTION,
    ),
    "PDF that starts a program": (script(action="<< /S /Launch /F (cmd.exe) >>"), Reason.LAUNCH),
    "PDF that opens another file": (page_with("/A << /S /GoToR /F (other.pdf) >>"), Reason.LAUNCH),
    "PDF that sends its form": (page_with("/A << /S /SubmitForm /F (https://x.test) >>"), Reason.LAUNCH),
    "PDF that takes its content from elsewhere": (pdf("/X 4 0 R", stream("/F (https://x.test/a)")), Reason.LAUNCH),
    "PDF with an attachment": (
        pdf(
            "/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /F (a.exe) /EF << /F 4 0 R >> >>] >> >>",
            stream("/Type /EmbeddedFile"),
        ),
        Reason.ATTACHMENT,
    ),
    "PDF with a file pinned to its page": (page_with("/Annots [<< /Subtype /FileAttachment >>]"), Reason.ATTACHMENT),
    "PDF that is a folder of files": (pdf("/Collection << /View /D >>"), Reason.ATTACHMENT),
    "PDF with film": (page_with("/Annots [<< /Subtype /RichMedia >>]"), Reason.MEDIA),
    "PDF with sound": (page_with("/Annots [<< /Subtype /Screen /A << /S /Rendition >> >>]"), Reason.MEDIA),
    "PDF with an XFA form": (pdf("/AcroForm << /XFA 4 0 R >>", stream("")), Reason.FORM),
    "PDF with a password": (encrypted_pdf("secret"), Reason.ENCRYPTED),
    "PDF locked against changes": (encrypted_pdf(""), Reason.ENCRYPTED),
    "PDF with a ZIP behind it": (pdf() + archive(), Reason.SECOND_FILE),
    "PDF with a web page behind it": (pdf() + b"<html>" + SCRIPT, Reason.SECOND_FILE),
    "PDF with a ZIP in its middle": (
        pdf().replace(b"xref\n0", archive() + b"\nxref\n0", 1),
        Reason.SECOND_FILE,
    ),
    "truncated PDF": (pdf()[:-30], Reason.BROKEN),
    "PDF head and nothing": (b"%PDF-1.7\n", Reason.BROKEN),
    "PDF of noise": (b"%PDF-1.7\n" + bytes(range(256)) * 20 + b"\n%%EOF", Reason.BROKEN),
    "PDF without pages": (written_pdf(["<< /Type /Catalog >>"]), Reason.BROKEN),
    "PDF of 301 pages": (many_pages(301), Reason.TOO_MANY_PAGES),
    "PDF whose pages are their own children": (
        written_pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"]),
        Reason.BROKEN,
    ),
}

TAKEN: dict[str, tuple[bytes, FileKind]] = {
    "JPEG": (jpeg(), FileKind.JPEG),
    "JPEG without its end mark": (jpeg()[:-2], FileKind.JPEG),
    "progressive JPEG": (jpeg(progressive=True), FileKind.JPEG),
    "grey JPEG": (saved(account_view("L"), "JPEG"), FileKind.JPEG),
    "JPEG for print, CMYK": (saved(account_view("CMYK"), "JPEG"), FileKind.JPEG),
    "JPEG of a telephone": (jpeg(exif=exif(), icc_profile=srgb(), comment=b"hello"), FileKind.JPEG),
    "JPEG with a web page behind it": (jpeg() + SCRIPT, FileKind.JPEG),
    "JPEG with a ZIP behind it": (jpeg() + archive(), FileKind.JPEG),
    "JPEG with a web page in its comment": (jpeg(comment=SCRIPT), FileKind.JPEG),
    "JPEG whose colour profile is a script": (jpeg(icc_profile=SCRIPT * 20), FileKind.JPEG),
    "JPEG with broken notes": (
        b"\xff\xd8" + jpeg_segment(0xE1, b"Exif\0\0" + b"II*\0\xff\xff\xff\xff" + b"x" * 40) + jpeg()[2:],
        FileKind.JPEG,
    ),
    "PNG": (png(), FileKind.PNG),
    "PNG with transparency": (saved(account_view("RGBA"), "PNG"), FileKind.PNG),
    "PNG with texts and a place": (png_with_texts(), FileKind.PNG),
    "PNG with a note that is a bomb": (text_bomb(), FileKind.PNG),
    "PNG with a ZIP behind it": (png() + archive(), FileKind.PNG),
    "GIF": (gif(), FileKind.GIF),
    "GIF that moves": (gif(4), FileKind.GIF),
    "GIF that moves without its end mark": (gif(4)[:-1], FileKind.GIF),
    "PNG without its end mark": (png()[:-12], FileKind.PNG),
    "GIF with a script behind it": (gif() + b"*/=1;alert(1)//", FileKind.GIF),
    "BMP": (bmp(), FileKind.BMP),
    "BMP of two colours": (saved(account_view("1"), "BMP"), FileKind.BMP),
    "BMP with a program behind it": (bmp() + b"MZ" + bytes(99), FileKind.BMP),
    "PDF": (pdf(), FileKind.PDF),
    "PDF in new writing": (packed_pdf({}), FileKind.PDF),
    "PDF that opens at its first page": (pdf("/OpenAction [3 0 R /XYZ null null 0]"), FileKind.PDF),
    "PDF that goes to its first page": (pdf("/OpenAction << /S /GoTo /D [3 0 R /Fit] >>"), FileKind.PDF),
    "PDF with a link": (
        page_with("/Annots [<< /Subtype /Link /A << /S /URI /URI (https://x.test) >> >>]"),
        FileKind.PDF,
    ),
    "PDF with fields to fill in": (pdf("/AcroForm << /Fields [] >>"), FileKind.PDF),
    "PDF with a script's name in the address of a link": (
        page_with("/Annots [<< /Subtype /Link /A << /S /URI /URI (https://x.test/static/JS/entity?id=44) >> >>]"),
        FileKind.PDF,
    ),
    "PDF whose title is a path": (
        pdf("", "<< /Title (C:/Scans/JS \\(new\\) (Launch)/XFA/lease.docx) >>", trailer="/Info 4 0 R"),
        FileKind.PDF,
    ),
    "PDF whose packed title is a path": (packed_pdf({4: "<< /Title (C:/JS/EmbeddedFile) >>"}), FileKind.PDF),
    "PDF whose replaced title is a path": (
        revised_pdf(pdf("/X 4 0 R", "<< /Title (C:/JS/a) % /JS (x)\n /A </4A53> >>"), 4, "<< >>"),
        FileKind.PDF,
    ),
    "PDF with a script's name in a comment": (pdf("% /JS (x)\n"), FileKind.PDF),
    "PDF with a place that is called JS": (pdf("/Dests << /JS [3 0 R /Fit] >>"), FileKind.PDF),
    "PDF with an empty tree of scripts": (pdf("/Names << /JavaScript << /Names [] >> >>"), FileKind.PDF),
    "PDF with an empty tree of scripts and files elsewhere": (
        pdf("/Names << /JavaScript 4 0 R /EmbeddedFiles 5 0 R >>", "<< /Kids [5 0 R] >>", "<< /Names [] >>"),
        FileKind.PDF,
    ),
    "PDF with an empty XFA form": (pdf("/AcroForm << /Fields [] /XFA [] >>"), FileKind.PDF),
    "PDF with an XFA form of empty parts": (
        pdf("/AcroForm << /XFA [(preamble) 4 0 R (postamble) 4 0 R] >>", stream("", "")),
        FileKind.PDF,
    ),
    "PDF with actions that are none": (page_with("/AA << /O null >>"), FileKind.PDF),
    "PDF revised once": (revised_pdf(pdf(), 3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"), FileKind.PDF),
    "PDF with blank lines behind it": (pdf() + b"\r\n\r\n\0\0", FileKind.PDF),
    "PDF of 300 pages": (many_pages(300), FileKind.PDF),
}
